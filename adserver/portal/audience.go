package portal

import (
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// dimension is one thing that a line can be aimed at.
type dimension struct{ Name, Label, Help string }

// dimensions are what a line can be aimed at by lists, as package targeting names them, with what a page calls them.
var dimensions = []dimension{
	{"country", "Countries", "Two letters each: IN, AE"},
	{"city", "Cities", "As the pages name them: chennai, mumbai"},
	{"genre", "Genres of the page", "drama, comedy"},
	{"device", "Devices", "phone, tablet, desktop, tv"},
	{"os", "Operating systems", "android, ios, windows"},
	{"browser", "Browsers", "chrome, firefox, safari"},
	{"language", "Languages of the page", "en, ta, hi"},
	{"hour", "Hours of the week", "mon-fri 18-23, sat, sun; on the viewer's clock"},
	{"interest", "Interests", "Known only of people who agreed to it"},
	{"followed", "What they follow", "artist:42; known only of people who agreed to it"},
	{"booked", "What they booked", "genre:drama; known only of people who agreed to it"},
}

// expressionOf is what the lists and the text of a form ask for together, as package targeting reads it.
func expressionOf(f *form) string {
	var all []string
	for _, d := range dimensions {
		if values := f.words("in." + d.Name); len(values) > 0 {
			all = append(all, d.Name+" in ("+list(d.Name, values)+")")
		}
		if values := f.words("not." + d.Name); len(values) > 0 {
			all = append(all, d.Name+" not in ("+list(d.Name, values)+")")
		}
	}
	switch text := f.Value("targeting"); {
	case text == "":
	case len(all) == 0:
		return text
	default:
		all = append(all, "("+text+")")
	}
	return strings.Join(all, " and ")
}

// list writes values, in quotes but for hours, which have a grammar of their own.
func list(dimension string, values []string) string {
	if dimension == "hour" {
		return strings.Join(values, ", ")
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
	}
	return strings.Join(quoted, ", ")
}

// showTargeting fills in the lists where they say all of an expression, and its text where they do not.
func (p *Portal) showTargeting(f *form, expression string) {
	f.set("targeting", expression)
	if expression == "" {
		return
	}
	include, exclude, ok := p.cfg.TargetingLists(expression)
	if !ok || !listed(include) || !listed(exclude) {
		return
	}
	f.set("targeting", "")
	for d, values := range include {
		f.set("in."+d, strings.Join(values, ", "))
	}
	for d, values := range exclude {
		f.set("not."+d, strings.Join(values, ", "))
	}
}

// listed reports whether the form has a field for each of the lists, and can tell their values apart.
func listed(lists map[string][]string) bool {
	for name, values := range lists {
		known := slices.ContainsFunc(dimensions, func(d dimension) bool { return d.Name == name })
		if !known || slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, ",;\n") || v != strings.TrimSpace(v) }) {
			return false
		}
	}
	return true
}

// checkAudience notes what is wrong with the lists of a form, each beside its field, or else with the whole expression.
func (p *Portal) checkAudience(f *form, expression string) {
	for _, dim := range dimensions {
		d, _ := targeting.DimOf(dim.Name)
		for _, kind := range []string{"in.", "not."} {
			if _, err := targeting.FromLists(targeting.Lists{d: {Include: f.words(kind + dim.Name)}}); err != nil {
				f.note(fault.Invalidf(kind+dim.Name, "%s", fault.Of(err).Message))
			}
		}
	}
	if f.OK() {
		f.note(p.cfg.CheckTargeting(expression))
	}
}

// checkTargeting reads an expression as the ad server does.
func checkTargeting(expression string) error {
	if _, err := targeting.Parse(expression); err != nil {
		return fault.Invalidf("targeting", "%s", fault.Of(err).Message)
	}
	return nil
}

// targetingLists are the lists that say the same as an expression.
func targetingLists(expression string) (include, exclude map[string][]string, ok bool) {
	e, err := targeting.Parse(expression)
	if err != nil {
		return nil, nil, false
	}
	lists, ok := e.Lists()
	include, exclude = map[string][]string{}, map[string][]string{}
	for d, list := range lists {
		if len(list.Include) > 0 {
			include[d.String()] = list.Include
		}
		if len(list.Exclude) > 0 {
			exclude[d.String()] = list.Exclude
		}
	}
	return include, exclude, ok
}
