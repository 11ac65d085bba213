package brand

import (
	"maps"
	"slices"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// scheme is the kind of screen that people prefer.
type scheme int

const (
	light scheme = iota
	dark
)

// names are the tokens that a brand may choose, in the order in which they are made.
var names = []string{
	"ground", "surface", "raised", "bad-ground", "ink", "ink-soft", "line", "line-strong", "accent", "accent-strong", "on-accent", "good", "low", "bad", "focus",
}

// defaults are the tokens as app.css has them.
var defaults = [2]catalog.Colours{
	light: {
		"ground": "#f8f5f0", "surface": "#fffdfa", "raised": "#f1ece4", "bad-ground": "#fdeee9", "ink": "#221c19", "ink-soft": "#61564f",
		"line": "#ddd4c8", "line-strong": "#8d8177", "accent": "#8c1c33", "accent-strong": "#6d1226", "on-accent": "#ffffff",
		"good": "#1d6b45", "low": "#94540a", "bad": "#a1260d", "focus": "#1c5fb8",
	},
	dark: {
		"ground": "#161311", "surface": "#1f1b18", "raised": "#2a2521", "bad-ground": "#33201b", "ink": "#f2ece4", "ink-soft": "#b9aca0",
		"line": "#3a332d", "line-strong": "#8f8378", "accent": "#f0949f", "accent-strong": "#f7b6bd", "on-accent": "#2c060d",
		"good": "#7fce9f", "low": "#eab464", "bad": "#ff9d86", "focus": "#8fbcff",
	},
}

// The least contrasts of WCAG 2.2: of text (1.4.3) and of what is no text (1.4.11).
const (
	textContrast = 4.5
	markContrast = 3.0
)

// rule says what a token is seen on.
type rule struct {
	name  string
	least float64
	on    []string
}

// rules are in the order in which tokens are settled: each is held against those that have been.
var rules = []rule{
	{"ink", textContrast, []string{"ground", "surface", "raised"}},
	{"bad-ground", textContrast, []string{"ink"}},
	{"ink-soft", textContrast, []string{"ground", "surface", "raised"}},
	{"accent", textContrast, []string{"ground", "surface", "raised"}},
	{"accent-strong", textContrast, []string{"ground", "surface", "raised"}},
	{"on-accent", textContrast, []string{"accent", "accent-strong"}},
	{"good", textContrast, []string{"ground", "surface"}},
	{"low", textContrast, []string{"ground", "surface"}},
	{"bad", textContrast, []string{"ground", "surface"}},
	{"line-strong", markContrast, []string{"ground", "surface"}},
	{"focus", markContrast, []string{"ground", "surface", "raised"}},
}

// Adjustment tells of a colour that is not shown as the brand wanted it.
type Adjustment struct {
	Field  string  // "colours.accent", "dark_colours.ink"
	Wanted string  // as the brand says it
	Used   string  // empty when nothing has this name
	Ratio  float64 // the least contrast that the wanted colour would have had, 1 to 21; 0 when it is no question of contrast
}

// fields are what the colours of a scheme are called in a brand.
var fields = [2]string{light: "colours.", dark: "dark_colours."}

// Check returns what of a brand's colours cannot be shown as it is wanted, by field. Empty when all can.
func Check(b catalog.Brand) []Adjustment {
	var all []Adjustment
	for s := range defaults {
		_, adjusted := palette(b, scheme(s))
		all = append(all, adjusted...)
	}
	return all
}

// painter settles the tokens of one scheme.
type painter struct {
	scheme   scheme
	base     catalog.Colours   // what stands where the brand says nothing
	wanted   map[string]colour // what the brand says
	now      map[string]colour // what is shown
	brand    catalog.Colours   // the brand's words
	adjusted []Adjustment
}

// palette returns the tokens that a brand is shown with, every one of names, and what of it was not wanted so.
func palette(b catalog.Brand, s scheme) (map[string]colour, []Adjustment) {
	p := &painter{scheme: s, brand: b.Colours, wanted: map[string]colour{}, now: map[string]colour{}}
	if s == dark {
		p.brand = b.DarkColours
	}
	for name, text := range p.brand {
		c, ok := parse(text)
		switch {
		case !ok || !slices.Contains(names, name):
			p.adjusted = append(p.adjusted, Adjustment{Field: fields[s] + name, Wanted: text})
		default:
			p.wanted[name] = c
		}
	}
	if s == dark { // the colour that a brand is known by goes with it
		if c, ok := parse(b.Colours["accent"]); ok && p.brand["accent"] == "" {
			p.wanted["accent"] = c
		}
	}
	p.paint()
	slices.SortFunc(p.adjusted, func(x, y Adjustment) int { return slices.Index(names, x.name()) - slices.Index(names, y.name()) })
	return p.now, p.adjusted
}

// name is the token that an adjustment is about.
func (a Adjustment) name() string {
	for _, prefix := range fields {
		if len(a.Field) > len(prefix) && a.Field[:len(prefix)] == prefix {
			return a.Field[len(prefix):]
		}
	}
	return a.Field
}

func (p *painter) paint() {
	p.base = defaults[p.scheme]
	if ground, ok := p.wanted["ground"]; ok {
		p.base = defaults[light]
		if ground.dark() {
			p.base = defaults[dark]
		}
	}
	for _, name := range names {
		p.now[name], _ = parse(p.base[name])
	}
	p.derive()
	maps.Copy(p.now, p.wanted)
	p.together("ground", "surface")
	p.together("ground", "surface", "raised")
	for _, r := range rules {
		if r.name == "on-accent" {
			p.together("accent", "accent-strong")
		}
		p.settle(r)
	}
}

// derive makes what goes with the colours that a brand chose, for the tokens that it did not.
func (p *painter) derive() {
	if ground, ok := p.wanted["ground"]; ok {
		away := -1.0 // from white
		if ground.dark() {
			away = 1
		}
		p.now["surface"], p.now["raised"] = ground.shift(.025), ground.shift(.035*away)
		if ground.dark() {
			p.now["raised"] = ground.shift(.07)
		}
		p.now["line"] = ground.shift(.12 * away)
	}
	if accent, ok := p.wanted["accent"]; ok {
		away := -.08
		if p.wantedOr("ground").dark() {
			away = .08
		}
		settled, _ := accent.nearest(p.passes(ruleOf("accent")))
		p.now["accent-strong"], p.now["on-accent"] = settled.shift(away), white
		if !settled.dark() {
			p.now["on-accent"] = accent.at(.2)
		}
	}
}

// wantedOr is what a brand wants, or what stands where it says nothing.
func (p *painter) wantedOr(name string) colour {
	if c, ok := p.wanted[name]; ok {
		return c
	}
	return p.now[name]
}

func ruleOf(name string) rule {
	return rules[slices.IndexFunc(rules, func(r rule) bool { return r.name == name })]
}

// together makes grounds alike on which no one colour could be read: the last becomes as the first.
func (p *painter) together(list ...string) {
	r := rule{least: textContrast, on: list}
	if p.passes(r)(white) || p.passes(r)(black) {
		return
	}
	last := list[len(list)-1]
	p.use(last, p.now[list[0]], contrast(p.now[last], p.now[list[0]]))
}

// passes tells whether a colour can be seen on all that the rule names.
func (p *painter) passes(r rule) func(colour) bool {
	return func(c colour) bool { return p.least(r, c) >= r.least }
}

// least is the lowest contrast of a colour with what the rule names.
func (p *painter) least(r rule, c colour) float64 {
	least := 21.0
	for _, name := range r.on {
		least = min(least, contrast(c, p.now[name]))
	}
	return least
}

// settle moves a token to where it can be seen.
func (p *painter) settle(r rule) {
	was := p.now[r.name]
	if c, ok := was.nearest(p.passes(r)); ok && c != was {
		p.use(r.name, c, p.least(r, was))
	}
}

// use takes another colour for a token, and notes it when the brand chose the token itself.
func (p *painter) use(name string, c colour, ratio float64) {
	p.now[name] = c
	text, chosen := p.brand[name]
	if !chosen {
		return
	}
	p.adjusted = slices.DeleteFunc(p.adjusted, func(a Adjustment) bool { return a.name() == name })
	p.adjusted = append(p.adjusted, Adjustment{Field: fields[p.scheme] + name, Wanted: text, Used: c.String(), Ratio: ratio})
}
