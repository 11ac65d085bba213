package pages

import (
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// What tests look at from outside.
var (
	Plural    = plural
	WithQuery = withQuery
	BuyerName = buyerName
	UsualName = usualName
	GenreName = genreName
	WhyText   = whyText

	StatusText    = statusText
	RowStatus     = rowStatus
	Declined      = declined
	PolicyText    = policyText
	RefundText    = refundText
	PaymentLines  = paymentLines
	DocumentTitle = documentTitle
	ErrorTitle    = errorTitle
	FrontOf       = frontOf
	KindText      = kindText
	ClosedText    = closedText
	DateLinks     = dateLinks
	KindLinks     = kindLinks
	MetaOf        = metaOf
	EmptyText     = emptyText
	Describe      = describe
	AgeText       = ageText
	DetailOf      = detailOf
	OverText      = overText
	FeeNote       = feeNote
	GatewayName   = gatewayName
	BuyerErrors   = buyerErrors
	TicketText    = ticketText
	PriceReason   = reason

	BookingCookieFor = bookingCookieFor
)

// HomeOf lists cities by country.
func HomeOf(p *locale.Printer, venues []catalog.Venue) []countryView {
	return homeOf(&request{p: p, site: &brand.Site{}}, venues)
}

// CardOf is an event of a city as a card.
func CardOf(p *locale.Printer, l bms.Listing, city, date string, zone *time.Location) card {
	return (&request{p: p}).card(l, city, date, zone)
}

// DirectionsTo is the address of the way to a venue.
func DirectionsTo(s catalog.Show, v catalog.Venue) string {
	return directionsTo(occasion{show: s, venue: v})
}

// Place is where a ticket of a hall admits to.
func Place(p *locale.Printer, plan *seatmap.Plan, t booking.Ticket) string {
	return names{plan: plan}.place(p, t)
}

// SafeURL is an address of a picture.
var SafeURL = safeURL

// ReturnBase is where buyers come back to who pay at a host of a brand; without hosts there is no brand.
func ReturnBase(base, host string, hosts []string) string {
	rc := new(fasthttp.RequestCtx)
	rc.Request.Header.SetHost(host)
	site := &brand.Site{}
	if len(hosts) > 0 {
		site.Brand = catalog.Brand{ID: "brd_1", Hosts: hosts}
	}
	p := &Pages{cfg: Config{BaseURL: base}}
	return p.base(&request{rc: rc, site: site})
}

// StockText is what is said of so many free places of all.
func StockText(p *locale.Printer, free, all int) (words, level string) {
	return stock{free: free, all: all}.text(p)
}

// Link is a place to go.
type Link = link

// Fact is a label and what it says.
type Fact = fact

// Line is a line of a breakdown.
type Line = priceLine

// Breakdown is a price as a page shows it.
type Breakdown = breakdown

// BreakdownOf puts a quote into lines, with keys for names.
var BreakdownOf = breakdownOf

// Names are what keys of a quote are called.
func Names(seats, buyers map[string]string) names { return names{seat: seats, buyer: buyers} }

// Router is a table of pages for tests.
type Router struct{ table router }

// Add adds a path that is answered with its own name.
func (r *Router) Add(method, path string) {
	r.table.add(method, path, func(*request) error { return nil })
}

// Find returns whether there is a handler, with the parameters and allowed methods.
func (r *Router) Find(method, path string) (bool, []string, []string) {
	h, params, allowed := r.table.find(method, path)
	return h != nil, params, allowed
}

// SearchAddress reads a search and writes its address.
func SearchAddress(path string, get func(string) string) (string, error) {
	w, err := readSearch(get)
	return w.address(path), err
}
