// How pages are validated: what the standard says and what html-validate recommends beside it, but for what is changed here with its
// reason.
module.exports = {
	root: true,
	extends: ["html-validate:recommended"],
	rules: {
		// templ writes <!doctype html>. The standard takes it in either case.
		"doctype-style": "off",

		// A list is sent as several fields of one name: the seats that are chosen, the tickets to cancel.
		"form-dup-name": "off",

		// The standard allows any id without spaces. Ours have the keys of seats and tickets in them, which have dots.
		"valid-id": ["error", { relaxed: true }],

		// Without script a page that awaits a payment looks again after four seconds. There is nothing on it that could be lost, and it
		// ends by itself.
		"meta-refresh": "off",
	},
};
