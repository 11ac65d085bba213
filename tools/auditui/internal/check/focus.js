(is) => {
	// What an element looks like, as far as a focus may change it.
	const look = (e) => {
		const s = getComputedStyle(e);
		const outline = s.outlineStyle === "none" || s.outlineWidth === "0px" ? "" : s.outlineStyle + s.outlineWidth + s.outlineColor;
		return [outline, s.boxShadow, s.borderColor, s.borderWidth, s.backgroundColor, s.textDecorationLine, s.color, s.fill, s.stroke].join("|");
	};
	// All elements, those within shadow roots included.
	const all = (root) => [...root.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? [e, ...all(e.shadowRoot)] : [e]);
	let e = document.activeElement;
	while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
	const nothing = !e || e === document.body || e === document.documentElement;

	// How everything looks without the focus: learned when something else has it, and again as things appear.
	const plain = (window.auditPlain ??= new WeakMap());
	const near = (x) => [x, ...(x.labels ?? []), ...[...(x.labels ?? [])].flatMap((l) => [...l.querySelectorAll("*")]), x.nextElementSibling, x.parentElement].filter(Boolean);
	const mine = nothing ? [] : near(e);
	for (const other of all(document)) if (!plain.has(other) && !mine.includes(other)) plain.set(other, look(other));
	if (nothing) return {Where: "", First: false, Is: false, Shown: true, InView: true};

	const shown = mine.some((x) => plain.has(x) ? plain.get(x) !== look(x) : getComputedStyle(x).outlineStyle !== "none" || getComputedStyle(x).boxShadow !== "none");

	// A field that is drawn by its label is in sight where that is.
	const box = (x) => x.getBoundingClientRect();
	const body = [e, ...(e.labels ?? []), e.parentElement].find((x) => x && box(x).width >= 8 && box(x).height >= 8) ?? e;
	const r = box(body);
	const left = Math.max(r.left, 0), right = Math.min(r.right, innerWidth), top = Math.max(r.top, 0), bottom = Math.min(r.bottom, innerHeight);
	const at = (x, y) => {
		let hit = document.elementFromPoint(x, y);
		while (hit?.shadowRoot?.elementFromPoint(x, y) && hit.shadowRoot.elementFromPoint(x, y) !== hit) hit = hit.shadowRoot.elementFromPoint(x, y);
		return hit;
	};
	const seen = (hit) => hit && (body.contains(hit) || hit.contains(body) || mine.includes(hit));
	const inView = right > left && bottom > top && [0.5, 0.1, 0.9].some((fx) => [0.5, 0.1, 0.9].some((fy) => seen(at(left + (right - left) * fx, top + (bottom - top) * fy))));

	const first = window.auditFirst === e;
	window.auditFirst ??= e;
	return {Where: e.outerHTML, First: first, Is: is(e), Shown: shown, InView: inView};
}
