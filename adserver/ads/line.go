package ads

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Pricing is what is paid for.
type Pricing string

// The pricings.
const (
	CPM Pricing = "cpm" // a thousand impressions
	CPC Pricing = "cpc" // one click
)

// Valid reports whether p is one of the pricings.
func (p Pricing) Valid() bool { return p == CPM || p == CPC }

// Tier is in which order lines are asked.
type Tier string

// The tiers, first to last.
const (
	Guaranteed Tier = "guaranteed" // at its own price, before any auction
	Auction    Tier = "auction"    // the highest bid wins and pays what the second would have
	House      Tier = "house"      // for nothing, where nobody else wants to be
)

// Valid reports whether t is one of the tiers.
func (t Tier) Valid() bool { return t == Guaranteed || t == Auction || t == House }

// Pace is how a budget is spread.
type Pace string

// The paces.
const (
	Even Pace = "even" // over the day, as people come
	ASAP Pace = "asap" // as soon as possible
)

// Valid reports whether p is one of the paces.
func (p Pace) Valid() bool { return p == Even || p == ASAP }

// Line is a line item: one price, one time, one audience.
type Line struct {
	ID       LineID
	Campaign CampaignID
	Name     string
	Status   Status
	Tier     Tier
	Pricing  Pricing
	Bid      Nano // per thousand impressions, or per click; zero for House alone
	Flight   Flight
	Budget   Budget
	Pace     Pace
	Caps     []Cap

	// Placements are where it may be seen; empty means wherever a creative fits.
	Placements []PlacementID

	// Targeting is an expression of package targeting; empty means everybody.
	Targeting string

	// Product is what is advertised, in a word of the IAB Ad Product Taxonomy: two of the same are not seen on one page. Empty means that
	// it competes with nobody.
	Product string

	// Bidder has the line's ads: somebody outside, who is asked for one whenever the line could be shown. Without a URL the line has creatives.
	Bidder Bidder

	Created time.Time
}

// Bidder is somebody outside who offers ads by OpenRTB 2.6. What is paid for them is the line's advertiser's, at most the line's bid.
type Bidder struct {
	URL string // where requests are posted: HTTPS
	QPS int    // requests per second, at most; zero means no bound
}

// Programmatic reports whether the line's ads come from a bidder.
func (l Line) Programmatic() bool { return l.Bidder.URL != "" }

func (l Line) bidder() error {
	if !l.Programmatic() {
		return nil
	}
	_, _, err := link("bidder.url", l.Bidder.URL)
	switch {
	case err != nil:
		return err
	case l.Bidder.QPS < 0 || l.Bidder.QPS > 100_000:
		return fault.Invalidf("bidder.qps", "must be between 0 and 100000")
	case l.Tier != Auction:
		return fault.Invalidf("tier", "must be auction for a line of a bidder")
	case l.Pricing != CPM:
		return fault.Invalidf("pricing", "must be cpm for a line of a bidder")
	}
	return nil
}

// PerImpression is the most that one impression costs, zero for CPC.
func (l Line) PerImpression() Nano {
	if l.Pricing == CPC {
		return 0
	}
	return l.Bid / perMille
}

// Validate returns an Invalid fault about the first field that is wrong. It does not read Targeting.
func (l Line) Validate() error { return first(l.Problems()...) }

// Problems returns an Invalid fault about each field that is wrong, empty when none is; of prices and of a bidder, about the first. It does not read
// Targeting.
func (l Line) Problems() []error {
	return wrong(
		text("name", l.Name, maxName), l.prices(), unless(l.Pace.Valid(), "pace", "must be even or asap"), state(l.Status), l.Budget.validate(),
		l.Flight.validate(), caps(l.Caps), unless(len(l.Placements) <= 200, "placements", "has more than 200"),
		unless(len(l.Targeting) <= 4096, "targeting", "is longer than 4096 bytes"), optional("product", l.Product, 40), l.bidder(),
	)
}

func (l Line) prices() error {
	if err := amount("bid", l.Bid); err != nil {
		return err
	}
	switch {
	case !l.Tier.Valid():
		return fault.Invalidf("tier", "must be guaranteed, auction or house")
	case !l.Pricing.Valid():
		return fault.Invalidf("pricing", "must be cpm or cpc")
	case l.Tier == House && l.Bid != 0:
		return fault.Invalidf("bid", "must be 0 for a house line, which costs nothing")
	case l.Tier != House && l.Bid == 0:
		return fault.Invalidf("bid", "must be more than 0")
	case l.Tier == Guaranteed && l.Pricing == CPC:
		return fault.Invalidf("pricing", "must be cpm for a guaranteed line")
	case l.Pricing == CPM && l.Bid%perMille != 0:
		return fault.Invalidf("bid", "must be a multiple of 0.000001, so that one impression has an exact price")
	}
	return nil
}
