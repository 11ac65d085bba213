package portal

import (
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// Routes are all routes, as "GET /advertisers/{advertiser}".
func (p *Portal) Routes() []string {
	var all []string
	for _, r := range p.routes {
		all = append(all, r.method+" "+r.path)
	}
	return all
}

// For tests of what no page shows by itself.
var (
	Cell     = cell
	Grouped  = grouped
	RoundUp  = roundUp
	SafeNext = safeNext
)

// CheckPicture returns the format and size of a picture that may be uploaded.
func CheckPicture(field string, body []byte) (kind string, size ads.Size, err error) {
	a, err := measured(field, body)
	if err == nil {
		err = a.whole(field)
	}
	return a.Kind, a.Size, err
}

// IntentOf is the identifier of a top-up's payment.
func IntentOf(t store.TopUp) string { return intentOf(t) }

// Dimensions are what a line can be aimed at by lists.
func Dimensions() []string {
	var all []string
	for _, d := range dimensions {
		all = append(all, d.Name)
	}
	return all
}

// Audience returns the expression of the fields of a form, and what the form shows of it again.
func Audience(fields map[string]string) (expression string, again map[string]string) {
	f := newForm()
	for name, value := range fields {
		f.set(name, value)
	}
	expression = expressionOf(f)
	shown := newForm()
	(&Portal{cfg: Config{}.withDefaults()}).showTargeting(shown, expression)
	again = map[string]string{}
	for name := range shown.values {
		if v := shown.Value(name); v != "" {
			again[name] = v
		}
	}
	return expression, again
}
