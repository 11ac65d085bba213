package portal

import "github.com/marquee-tickets/marquee/adserver/store"

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
	Cell         = cell
	Grouped      = grouped
	RoundUp      = roundUp
	CheckPicture = checkPicture
	SafeNext     = safeNext
)

// IntentOf is the identifier of a top-up's payment.
func IntentOf(t store.TopUp) string { return intentOf(t) }
