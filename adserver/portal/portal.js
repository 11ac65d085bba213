// What is too large for the server is said beside the form before it is sent: what was typed would be lost with it.
const sizes = {
	file: (field) => field.files[0]?.size ?? 0,
	textarea: (field) => new TextEncoder().encode(field.value).length,
};
const limited = [...document.querySelectorAll("[data-most]")];
const fits = (field) => sizes[field.type](field) <= Number(field.dataset.most);
for (const field of limited) {
	const check = () => field.setCustomValidity(fits(field) ? "" : `This is larger than ${Number(field.dataset.most).toLocaleString("en")} bytes.`);
	field.addEventListener("input", check);
	check();
}

// Saves pressing the button for the preview: it shows the form as it is half a second after each change.
const button = document.querySelector("[data-preview]");
if (button) {
	let waiting = 0;
	const show = () => {
		clearTimeout(waiting);
		waiting = setTimeout(() => limited.every(fits) && button.form.requestSubmit(button), 500);
	};
	button.form.addEventListener("input", show);
	show();
}

// Previews that are wider than the screen are made smaller, as pages do with the ads.
const shrunk = new ResizeObserver((boxes) => {
	for (const { target: box } of boxes) {
		const frame = box.firstElementChild;
		const scale = Math.min(1, box.clientWidth / frame.offsetWidth);
		frame.style.transform = scale < 1 ? `scale(${scale})` : "";
		box.style.height = scale < 1 ? `${frame.offsetHeight * scale}px` : "";
	}
});
for (const box of document.querySelectorAll(".previews .scroll")) {
	box.classList.add("fitted");
	shrunk.observe(box);
}
