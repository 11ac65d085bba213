package brand

import (
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// maxSheet is the most bytes of a style sheet.
const maxSheet = 1024

// sheet is the style sheet of a brand: custom properties that differ from those of app.css. Empty when none does. It has no
// layer, so that it counts for more than the tokens of app.css, which lie in one.
func sheet(b catalog.Brand) string {
	day, _ := palette(b, light)
	night, _ := palette(b, dark)
	var bright, dim strings.Builder
	for _, name := range names {
		set := day[name] != fallback(light, name)
		if set {
			bright.WriteString("--" + name + ":" + day[name].String() + ";")
		}
		otherwise := fallback(dark, name)
		if set { // the rule for all screens would count there, too
			otherwise = day[name]
		}
		if night[name] != otherwise {
			dim.WriteString("--" + name + ":" + night[name].String() + ";")
		}
	}
	if day["ground"].dark() {
		bright.WriteString("color-scheme:dark;")
	}
	if !night["ground"].dark() {
		dim.WriteString("color-scheme:light;")
	}
	radius, parts := cornerRules(b.Corners)
	return block(":root", bright.String()+fontRules(b.Font)+radius) + parts + around("@media(prefers-color-scheme:dark)", block(":root", dim.String()))
}

func fallback(s scheme, name string) colour {
	c, _ := parse(defaults[s][name])
	return c
}

func block(selector, rules string) string {
	return around(selector, strings.TrimSuffix(rules, ";"))
}

func around(head, body string) string {
	if body == "" {
		return ""
	}
	return head + "{" + body + "}"
}

// fontRules are the typefaces of a font: --serif is that of headings, --sans that of text. All are on people's computers.
func fontRules(f catalog.Font) string {
	switch f {
	case catalog.FontSans:
		return "--serif:var(--sans);"
	case catalog.FontSerif:
		return "--sans:var(--serif);"
	case catalog.FontGeometric:
		return `--serif:"Avenir Next",Futura,"Century Gothic","URW Gothic",sans-serif;`
	case catalog.FontCondensed:
		return `--serif:"Arial Narrow","Roboto Condensed","Liberation Sans Narrow",sans-serif;`
	case catalog.FontMono:
		return `--serif:ui-monospace,"SF Mono",Menlo,Consolas,monospace;`
	}
	return ""
}

// cornerRules are the radius of boxes, and rules for what has one of its own.
func cornerRules(c catalog.Corners) (radius, parts string) {
	const own = ".button,.chips a,.tag,.seat,input,select"
	switch c {
	case catalog.CornersSquare:
		return "--radius:0;", own + "{border-radius:0}"
	case catalog.CornersRound:
		return "--radius:20px;", ".button{border-radius:99px}"
	case catalog.CornersSoft:
	}
	return "", ""
}
