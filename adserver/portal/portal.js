// Saves pressing the button for the preview: it shows the form as it is half a second after each change.
const button = document.querySelector("[data-preview]");
if (button) {
	let waiting = 0;
	const show = () => {
		clearTimeout(waiting);
		waiting = setTimeout(() => button.form.requestSubmit(button), 500);
	};
	button.form.addEventListener("input", show);
	show();
}
