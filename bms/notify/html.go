package notify

import (
	"html"
	"time"
)

// The look of the HTML part. Programs that read mail ignore most of CSS, so
// every element carries its own style; the style sheet only recolours them
// for readers in dark mode, by class: p page, c card, t text, m muted text,
// l rule, a link.
const (
	htmlHead = `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
.p { background-color: #121317 !important; }
.c { background-color: #1c1e24 !important; }
.t { color: #ececf1 !important; }
.m { color: #b4b6c0 !important; }
.l { border-color: #3a3d47 !important; }
.a { color: #9db7ff !important; }
}
</style>
`
	// The colour of the site stands in the gap, and its name in the one behind.
	htmlOpen = `</head>
<body class="p" style="margin:0;padding:0;background-color:#f2f3f5">
<div role="main">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="p" style="background-color:#f2f3f5"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="c" style="max-width:600px;background-color:#ffffff;border-radius:12px;border-top:4px solid `
	htmlCard = `"><tr><td class="t" style="padding:28px 24px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5;color:#1a1b20">
`
	htmlClose = `</td></tr></table>
</td></tr></table>
</div>
</body>
</html>
`
	styleMuted = ` class="m" style="color:#55575f;vertical-align:top;padding:3px `
	styleValue = ` class="t" style="color:#1a1b20;padding:3px 0;vertical-align:top"`
	styleTable = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px">` + "\n"
)

// htmlPart is the HTML form.
type htmlPart struct {
	b      []byte
	rtl    bool
	colour accent
}

// open starts the document. The language is a BCP 47 tag.
func (p *htmlPart) open(lang, subject, site string) {
	p.raw(`<!doctype html>` + "\n" + `<html lang="`)
	p.esc(lang)
	p.raw(`" dir="` + p.turned("ltr", "rtl") + `">` + "\n<head>\n<title>")
	p.esc(subject)
	p.raw("</title>\n" + htmlHead + htmlOpen + p.colour.ground + htmlCard)
	if site != "" {
		p.element(`<p class="t" style="margin:0 0 20px;font-size:14px;font-weight:bold;color:#1a1b20">`, site, "</p>\n")
	}
}

// turned is what a language needs that is written from left to right, or the other way round.
func (p *htmlPart) turned(ltr, rtl string) string {
	if p.rtl {
		return rtl
	}
	return ltr
}

// close ends the document and returns it.
func (p *htmlPart) close() string {
	p.raw(htmlClose)
	return string(p.b)
}

func (p *htmlPart) title(s string) {
	p.element(`<h1 class="t" style="margin:0 0 16px;font-size:24px;line-height:1.25;color:#1a1b20">`, s, "</h1>\n")
}

func (p *htmlPart) heading(s string) {
	p.element(`<h2 class="t" style="margin:0 0 8px;font-size:18px;line-height:1.3;color:#1a1b20">`, s, "</h2>\n")
}

func (p *htmlPart) para(s string) {
	p.element(`<p class="t" style="margin:0 0 16px;color:#1a1b20">`, s, "</p>\n")
}

func (p *htmlPart) note(s string) {
	p.element(`<p class="m" style="margin:0 0 12px;font-size:14px;color:#55575f">`, s, "</p>\n")
}

func (p *htmlPart) quote(s string) {
	p.element(`<p class="t" dir="auto" style="margin:0 0 16px;color:#1a1b20">`, s, "</p>\n")
}

func (p *htmlPart) facts(rows []fact) {
	p.raw(styleTable)
	for _, r := range rows {
		if r.value == "" {
			continue
		}
		p.element("<tr><td"+styleMuted+p.turned("12px 3px 0", "0 3px 12px")+`">`, r.label, "</td><td"+styleValue+">")
		if r.at.IsZero() {
			p.esc(r.value)
		} else {
			p.moment(r)
		}
		p.raw("</td></tr>\n")
	}
	p.raw("</table>\n")
}

// moment writes a date in words with the moment that machines read.
func (p *htmlPart) moment(r fact) {
	p.raw(`<time datetime="`)
	p.b = r.at.AppendFormat(p.b, time.RFC3339)
	p.element(`">`, r.value, "</time>")
}

func (p *htmlPart) tickets(list []entry) {
	for _, t := range list {
		p.raw(`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="l" style="margin:0 0 12px;border:1px solid #d5d7de;border-radius:8px"><tr><td style="padding:14px 16px;vertical-align:top">`)
		p.ticket(t)
		if t.code != "" {
			p.element(`<br><span class="t" dir="ltr" style="font-family:ui-monospace,Menlo,Consolas,monospace;font-size:15px;color:#1a1b20">`, t.code, "</span>")
		}
		p.raw("</td>")
		if t.qr != "" {
			p.element(`<td width="136" align="`+p.turned("right", "left")+`" style="padding:12px"><img src="cid:`, t.qr, `" width="112" height="112" alt="`)
			p.element("", t.alt, `" style="display:block;background-color:#ffffff;padding:8px;border-radius:4px"></td>`)
		}
		p.raw("</tr></table>\n")
	}
	p.raw(`<div style="height:8px"></div>` + "\n")
}

func (p *htmlPart) places(list []entry) {
	p.raw(`<ul class="t" style="margin:0 0 20px;padding:` + p.turned("0 0 0 20px", "0 20px 0 0") + `;color:#1a1b20">` + "\n")
	for _, t := range list {
		p.raw("<li>")
		p.ticket(t)
		p.raw("</li>\n")
	}
	p.raw("</ul>\n")
}

func (p *htmlPart) ticket(t entry) {
	p.element(`<strong class="t" style="color:#1a1b20">`, t.place, "</strong>")
	if t.about != "" {
		p.element(`<br><span class="m" style="font-size:14px;color:#55575f">`, t.about, "</span>")
	}
}

func (p *htmlPart) bills(rows []row, total row, included []row) {
	p.raw(styleTable)
	for _, r := range rows {
		p.bill(r, `class="t" style="color:#1a1b20;padding:3px 0"`)
	}
	p.bill(total, `class="t l" style="color:#1a1b20;padding:8px 0 3px;border-top:1px solid #d5d7de;font-weight:bold"`)
	for _, r := range included {
		p.bill(r, `class="m" style="font-size:14px;color:#55575f;padding:2px 0"`)
	}
	p.raw("</table>\n")
}

func (p *htmlPart) bill(r row, style string) {
	p.raw("<tr><td ")
	p.raw(style)
	p.element(">", r.label, `</td><td align="`+p.turned("right", "left")+`" `)
	p.raw(style)
	p.element(">", r.amount, "</td></tr>\n")
}

// links writes the first link as a button and the others as text.
func (p *htmlPart) links(list []link) {
	first := true
	for _, l := range list {
		u := webURL(l.url)
		if u == "" {
			continue
		}
		p.element(`<p style="margin:0 0 12px"><a href="`, u, `"`)
		if first {
			p.raw(` style="display:inline-block;padding:12px 20px;border-radius:8px;background-color:` + p.colour.ground + `;color:` + p.colour.text + `;text-decoration:none;font-weight:bold">`)
		} else {
			p.raw(` class="a" style="color:#1f4fd8">`)
		}
		p.esc(l.label)
		p.raw("</a></p>\n")
		first = false
	}
}

func (p *htmlPart) suggestions(list []suggested) {
	p.raw(`<ul class="t" style="margin:0 0 20px;padding:` + p.turned("0 0 0 20px", "0 20px 0 0") + `;color:#1a1b20">` + "\n")
	for _, s := range list {
		p.element(`<li style="margin:0 0 8px"><a href="`, webURL(s.url), `" class="a" style="color:#1f4fd8">`)
		p.esc(s.label)
		p.element(`</a><br><span class="m" style="font-size:14px;color:#55575f">`, s.why, "</span></li>\n")
	}
	p.raw("</ul>\n")
}

// element writes text between two pieces of markup.
func (p *htmlPart) element(before, text, after string) {
	p.raw(before)
	p.esc(text)
	p.raw(after)
}

func (p *htmlPart) raw(markup string) { p.b = append(p.b, markup...) }

// esc writes text so that it is text in an element and in a quoted attribute.
func (p *htmlPart) esc(text string) { p.b = append(p.b, html.EscapeString(tidy(text))...) }
