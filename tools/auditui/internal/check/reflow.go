package check

import (
	"fmt"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// Reflow wants pages to need no scrolling sideways on a screen of 320 pixels (WCAG 1.4.10), and to lose nothing with text of twice its
// size (1.4.4), on a computer and on a phone.
type Reflow struct{}

// Name implements Check.
func (Reflow) Name() string { return "reflow" }

// every has all elements below a root, those of shadow trees as well, and the element around each.
const every = `
	const every = (root) => [...root.querySelectorAll("*")].flatMap((e) => (e.shadowRoot ? [e, ...every(e.shadowRoot)] : [e]));
	const around = (e) => e.parentElement ?? e.getRootNode().host;
`

// wide finds what reaches beyond the page: by how much the page scrolls, and the innermost elements that stick out, but for those in a
// part that scrolls by itself.
const wide = `() => {` + every + `
	const page = document.documentElement, width = page.clientWidth, beyond = page.scrollWidth - width;
	if (beyond <= 0) return {Beyond: 0, Where: []};
	const scrolls = (e) => e && e !== page && e !== document.body && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX) || scrolls(around(e)));
	const out = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.right > width + 0.5 || r.left < -0.5); };
	const all = every(document.body).filter((e) => out(e) && !scrolls(around(e)));
	const inner = all.filter((e) => !all.some((other) => other !== e && e.contains(other)));
	return {Beyond: beyond, Where: inner.slice(0, 5).map((e) => e.outerHTML)};
}`

// cut finds text that does not fit where it is and cannot be scrolled to. What ends in an ellipsis is cut on purpose.
const cut = `() => [...document.body.querySelectorAll("a, button, label, p, h1, h2, h3, li, td, th, span, dd, dt, legend, summary")].filter((e) => {
	const style = getComputedStyle(e);
	if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") return false;
	const clips = /hidden|clip/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1 || /hidden|clip/.test(style.overflowY) && e.scrollHeight > e.clientHeight + 1;
	return clips && e.clientWidth > 2 && e.clientHeight > 2 && e.textContent.trim() !== "" && e.checkVisibility();
}).slice(0, 5).map((e) => e.outerHTML)`

// squeezed finds text in so little room that a word takes three lines, and text that reaches beyond its part of a list that scrolls
// sideways. Addresses of mails and pages are no words.
const squeezed = `() => {` + every + `
	const range = document.createRange();
	const broken = (text) => [...text.data.matchAll(/[^\s-]+/g)].some(({0: word, index}) => {
		range.setStart(text, index);
		range.setEnd(text, index + word.length);
		return !/[@/]/.test(word) && new Set([...range.getClientRects()].filter((r) => r.width > 0).map((r) => Math.round(r.top))).size > 2;
	});
	const part = (e) => { while (e && !/auto|scroll/.test(around(e) ? getComputedStyle(around(e)).overflowX : "")) e = around(e); return e; };
	const beyond = (e) => {
		const whole = part(e)?.getBoundingClientRect(), {left, right} = e.getBoundingClientRect();
		return whole && (right > whole.right + 1 || left < whole.left - 1);
	};
	return every(document.body).filter((e) => {
		const texts = [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && n.data.trim() !== "");
		return texts.length > 0 && !e.closest("svg, script, style, .visually-hidden") && e.checkVisibility() && getComputedStyle(e).clipPath === "none" && (texts.some(broken) || beyond(e));
	}).slice(0, 5).map((e) => e.outerHTML);
}`

// grown notes how large each text is when it is first called, and then finds text that is still as large. That of a drawing grows with
// the drawing.
const grown = `() => {
	const texts = [...document.body.querySelectorAll("*")].filter((e) => !e.closest("svg") && e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim() !== ""));
	const size = (e) => parseFloat(getComputedStyle(e).fontSize);
	const before = window.auditSizes;
	if (!before) {
		window.auditSizes = new WeakMap(texts.map((e) => [e, size(e)]));
		return [];
	}
	delete window.auditSizes;
	return texts.filter((e) => before.has(e) && size(e) <= before.get(e)).slice(0, 5).map((e) => e.outerHTML);
}`

// Look implements Check.
func (Reflow) Look(v *tour.Visit) ([]report.Finding, string, error) {
	if err := v.Tab.Show(tab.Look{Width: 320, Height: 844}); err != nil {
		return nil, "", err
	}
	found, err := overflow(v.Tab, "320 px")
	if err != nil || v.Page.Class == tour.Foreign { // a mail program has a way of its own to make text larger
		return found, "1 look", err
	}
	if err := v.Tab.Show(tab.Look{Width: 1280, Height: 900}); err != nil {
		return nil, "", err
	}
	same, err := enlarge(v.Tab)
	if err != nil {
		return nil, "", err
	}
	found = append(found, same...)
	for _, screen := range []tab.Look{{Width: 1280, Height: 900}, {Width: 390, Height: 844}} {
		if err := v.Tab.Show(screen); err != nil {
			return nil, "", err
		}
		more, err := overflow(v.Tab, fmt.Sprintf("%d px, text at 200 %%", screen.Width))
		if err != nil {
			return nil, "", err
		}
		found = append(found, more...)
	}
	_, err = tab.Call[bool](v.Tab, resize, "")
	return found, "3 looks", err
}

// enlarge doubles the size of all text and finds what does not follow.
func enlarge(t *tab.Tab) ([]report.Finding, error) {
	if _, err := tab.Call[[]string](t, grown); err != nil {
		return nil, err
	}
	if _, err := tab.Call[bool](t, resize, "200%"); err != nil {
		return nil, err
	}
	same, err := tab.Call[[]string](t, grown)
	var found []report.Finding
	for _, where := range same {
		found = append(found, report.Finding{Rule: "text-fixed", Look: "text at 200 %", Where: clip(where, 200), Text: "text stays as it is when somebody wants it larger"})
	}
	return found, err
}

// resize sets the size of all text, which is in rem.
const resize = `(size) => { document.documentElement.style.fontSize = size; return true; }`

// overflow finds what is too wide or cut as the page is shown.
func overflow(t *tab.Tab, look string) ([]report.Finding, error) {
	sideways, err := tab.Call[struct {
		Beyond int
		Where  []string
	}](t, wide)
	if err != nil {
		return nil, err
	}
	var found []report.Finding
	if sideways.Beyond > 0 && len(sideways.Where) == 0 {
		sideways.Where = []string{""}
	}
	for _, where := range sideways.Where {
		found = append(found, report.Finding{Rule: "scrolls-sideways", Look: look, Where: clip(where, 200), Text: fmt.Sprintf("the page is %d pixels too wide", sideways.Beyond)})
	}
	for _, rule := range []struct{ name, script, text string }{
		{"text-cut", cut, "text does not fit and cannot be scrolled to"},
		{"text-squeezed", squeezed, "there is so little room that words are broken again and again, or reach out of it"},
	} {
		list, err := tab.Call[[]string](t, rule.script)
		if err != nil {
			return nil, err
		}
		for _, where := range list {
			found = append(found, report.Finding{Rule: rule.name, Look: look, Where: clip(where, 200), Text: rule.text})
		}
	}
	return found, nil
}
