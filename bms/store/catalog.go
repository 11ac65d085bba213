package store

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// Catalog keeps what the programme is made of. The Put methods insert or
// replace by id; a slug that another row has is ErrDuplicate.
type Catalog interface {
	PutPartner(context.Context, catalog.Partner) error
	Partner(context.Context, catalog.PartnerID) (catalog.Partner, error)
	Partners(context.Context) ([]catalog.Partner, error)

	// LockBrands keeps others from storing a brand until the unit of work ends.
	LockBrands(context.Context) error
	PutBrand(context.Context, catalog.Brand) error
	Brand(context.Context, catalog.BrandID) (catalog.Brand, error)
	Brands(context.Context) ([]catalog.Brand, error)

	PutEvent(context.Context, catalog.Event) error
	Event(context.Context, catalog.EventID) (catalog.Event, error)
	EventBySlug(ctx context.Context, slug string) (catalog.Event, error)
	// Events returns the events with the given ids, in no particular order; ids
	// that do not exist are left out.
	Events(context.Context, []catalog.EventID) ([]catalog.Event, error)
	// EventSlugs returns the slugs of all events, in order.
	EventSlugs(context.Context) ([]string, error)

	PutVenue(context.Context, catalog.Venue) error
	Venue(context.Context, catalog.VenueID) (catalog.Venue, error)
	VenueBySlug(ctx context.Context, slug string) (catalog.Venue, error)
	// Venues returns the venues of a city and a partner by name; an empty one of them does not narrow.
	Venues(ctx context.Context, city string, partner catalog.PartnerID) ([]catalog.Venue, error)

	PutHall(context.Context, catalog.Hall) error
	Hall(context.Context, catalog.HallID) (catalog.Hall, error)

	// AddSeatMap stores a new version of a hall's map. A stored map never changes.
	AddSeatMap(context.Context, catalog.SeatMap) error
	SeatMap(context.Context, catalog.SeatMapID) (catalog.SeatMap, error)
	// SeatMapOf returns the newest map of the hall.
	SeatMapOf(context.Context, catalog.HallID) (catalog.SeatMap, error)
}

// ShowQuery selects shows. Empty fields do not narrow.
type ShowQuery struct {
	City      string // slug
	PartnerID catalog.PartnerID
	EventID   catalog.EventID
	VenueID   catalog.VenueID
	From      time.Time // starting at or after
	Until     time.Time // starting before
	LocalDate string    // "2026-11-22" in the venue's zone
	Statuses  []catalog.ShowStatus
	After     catalog.ShowID // continue behind this show of the previous page
	Limit     int            // 0 means 100; at most 1,000
}

// Listing is an event and what is coming of it.
type Listing struct {
	EventID   catalog.EventID
	FirstShow time.Time
	Shows     int
	Venues    int
}

// ShowState is what may not change freely about a stored show.
type ShowState struct {
	Status    catalog.ShowStatus
	SeatMapID catalog.SeatMapID
	Sells     bool // places of it were held or sold
}

// Shows keeps dated performances.
type Shows interface {
	// AddShow inserts a show in the city with the given slug: ErrDuplicate when there is one with its id.
	AddShow(ctx context.Context, show catalog.Show, city string) error
	// PutShows inserts or replaces by id. city is the slug of each show's venue's city.
	PutShows(ctx context.Context, shows []catalog.Show, city map[catalog.VenueID]string) error
	Show(context.Context, catalog.ShowID) (catalog.Show, error)
	// LockShows keeps those of the shows that exist as they are until the unit of work ends, and has the first place of one
	// that has sold none yet wait.
	LockShows(context.Context, []catalog.ShowID) error
	// ShowStates returns what is stored of those shows that exist.
	ShowStates(context.Context, []catalog.ShowID) (map[catalog.ShowID]ShowState, error)
	// ListShows returns shows by start, then id.
	ListShows(context.Context, ShowQuery) ([]catalog.Show, error)
	// WhatsOn groups the shows on sale in a city from a time on by event, soonest first: those of a partner, or
	// all when partner is empty.
	WhatsOn(ctx context.Context, city string, partner catalog.PartnerID, from time.Time) ([]Listing, error)
	// SetShowStatus changes status and raises the version, when the show still has the version given: else ErrStale.
	SetShowStatus(ctx context.Context, id catalog.ShowID, status catalog.ShowStatus, version int) error
	// CancelledShows returns cancelled shows that still have confirmed bookings.
	CancelledShows(ctx context.Context, limit int) ([]catalog.ShowID, error)
}

// Pricing keeps price lists, tax tables, policies and vouchers.
type Pricing interface {
	PutPriceList(context.Context, pricing.PriceList) error
	PriceList(context.Context, pricing.PriceListID) (pricing.PriceList, error)
	PutTaxTable(context.Context, pricing.TaxTable) error
	TaxTable(context.Context, pricing.TaxTableID) (pricing.TaxTable, error)
	PutPolicy(ctx context.Context, id string, partner catalog.PartnerID, p booking.Policy) error
	Policy(ctx context.Context, id string) (booking.Policy, error)

	PutVoucher(context.Context, pricing.Voucher) error
	// VoucherByCode looks a voucher up by its normalized code.
	VoucherByCode(ctx context.Context, partner catalog.PartnerID, code string) (pricing.Voucher, error)
	// LockVoucher keeps other units of work from counting or using the voucher until this one ends.
	LockVoucher(context.Context, pricing.VoucherID) error
	// VoucherUses counts uses that are paid for or reserved by a hold that still lives at the given
	// time, leaving out those of the hold except.
	VoucherUses(ctx context.Context, id pricing.VoucherID, buyer, except string, at time.Time) (VoucherUses, error)
	PutVoucherUse(context.Context, VoucherUse) error
	DropVoucherUse(ctx context.Context, id pricing.VoucherID, holdID string) error
	// ExtendVoucherUses moves the end of the hold's reservations.
	ExtendVoucherUses(ctx context.Context, holdID string, until time.Time) error
	// SettleVoucherUses marks the hold's uses as paid for.
	SettleVoucherUses(ctx context.Context, holdID string) error
}

// VoucherUse is one hold's use of a voucher.
type VoucherUse struct {
	Voucher pricing.VoucherID
	HoldID  string
	Buyer   string // visitor key
	Tickets int
	Until   time.Time // end of the reservation
	Paid    bool
}

// VoucherUses counts the uses of a voucher.
type VoucherUses struct{ Total, ByBuyer int }
