package notifytest

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// Sample is a message with facts that suit it.
type Sample struct {
	Name string // what is special about it: "cancelled_some"
	Kind notify.Kind
	Data notify.Data
}

// Samples returns all forms that messages take, for tests of renderers. Each call makes them anew.
func Samples() []Sample {
	var list []Sample
	add := func(name string, kind notify.Kind, change func(d *notify.Data)) {
		d := Metropolis()
		change(&d)
		list = append(list, Sample{name, kind, d})
	}
	add("confirmed", notify.BookingConfirmed, func(*notify.Data) {})
	add("confirmed_one", notify.BookingConfirmed, func(d *notify.Data) { d.Tickets, d.Quote = d.Tickets[:1], net() })
	add("confirmed_online", notify.BookingConfirmed, func(d *notify.Data) {
		d.Tickets, d.WatchURL, d.Hall, d.Address, d.City, d.Format = nil, "https://aurora.example/watch/1", "", "", "", "stream"
	})
	add("confirmed_none", notify.BookingConfirmed, func(d *notify.Data) {
		d.Tickets, d.Quote, d.Format, d.Policy = nil, nil, "live", &booking.Policy{}
	})
	add("confirmed_terms", notify.BookingConfirmed, func(d *notify.Data) {
		d.Policy, d.Tickets[0].Code = terms(), ""
		d.Tickets[1] = notify.Ticket{Place: "Floor", BuyerType: "child", BuyerName: "Child", Price: rupees(250_00), Code: "MQ1-8F3K-23"}
	})
	add("confirmed_late", notify.BookingConfirmed, func(d *notify.Data) { d.At = d.Start })
	add("confirmed_suggestions", notify.BookingConfirmed, func(d *notify.Data) {
		d.Suggestions = []notify.Suggestion{
			{Event: "Sunrise", Path: "/mumbai/events/sunrise", Why: notify.Why{Code: "booked", Event: "Metropolis"}},
			{Event: "The General", Path: "/mumbai/events/the-general", Why: notify.Why{Code: "popular", City: "Mumbai"}},
			{Event: "Nosferatu", Path: "/mumbai/events/nosferatu", Why: notify.Why{Code: "season", Name: "christmas"}},
		}
	})
	add("cancelled", notify.BookingCancelled, func(d *notify.Data) {
		d.Cancelled, d.Tickets, d.Refund = d.Tickets, nil, refund()
	})
	add("cancelled_some", notify.BookingCancelled, func(d *notify.Data) {
		d.Cancelled, d.Tickets, d.Refund = d.Tickets[1:], d.Tickets[:1], refund()
	})
	add("cancelled_no_refund", notify.BookingCancelled, func(d *notify.Data) {
		d.Cancelled, d.Tickets = d.Tickets, nil
	})
	add("link_renewed", notify.LinkRenewed, func(*notify.Data) {})
	add("refund_sent", notify.RefundSent, func(d *notify.Data) { d.Refund = refund() })
	add("refund_back", notify.RefundSent, func(d *notify.Data) { d.Refund = &notify.Refund{Amount: rupees(250_00)} })
	add("refund_unknown", notify.RefundSent, func(*notify.Data) {})
	add("expired", notify.BookingExpired, func(*notify.Data) {})
	add("late_payment", notify.LatePaymentRefunded, func(d *notify.Data) { d.Refund = refund() })
	add("late_payment_unknown", notify.LatePaymentRefunded, func(*notify.Data) {})
	add("show_cancelled", notify.ShowCancelled, func(d *notify.Data) {
		d.Refund, d.Reason = refund(), "The projector is broken."
	})
	add("show_cancelled_undated", notify.ShowCancelled, func(d *notify.Data) { d.Start, d.BuyerName = time.Time{}, "" })
	add("waitlist_joined", notify.WaitlistJoined, func(d *notify.Data) {
		d.Wish, d.Position = &notify.Wish{Places: 2, Category: "Gold", Wheelchairs: 1}, 14
	})
	add("waitlist_offer", notify.WaitlistOffer, func(d *notify.Data) { d.Deadline = d.Start.Add(-28 * time.Hour) })
	add("waitlist_offer_undated", notify.WaitlistOffer, func(*notify.Data) {})
	add("waitlist_offer_ended", notify.WaitlistOfferEnded, func(*notify.Data) {})
	add("waitlist_closed", notify.WaitlistClosed, func(d *notify.Data) { d.ShowCancelled = true })
	return list
}

// Whys returns all forms that reasons of suggestions take.
func Whys() []notify.Why {
	whys := []notify.Why{
		{Code: "alike", Event: "Sunrise"},
		{Code: "follows", Name: "Buster Keaton"},
		{Code: "artist", Name: "Buster Keaton"},
		{Code: "genre", Name: "Comedy"},
		{Code: "popular", City: "Mumbai"},
		{Code: "popular"},
		{Code: "near", City: "Mumbai"},
		{Code: "near"},
		{Code: "fast"},
		{Code: "new"},
		{Code: "try"},
		{},
	}
	for _, code := range []string{"booked", "liked", "viewed"} {
		whys = append(whys, notify.Why{Code: code, Event: "Sunrise"}, notify.Why{Code: code})
	}
	for _, season := range []string{"new_year", "valentines", "easter", "halloween", "diwali", "christmas", "summer"} {
		whys = append(whys, notify.Why{Code: "season", Name: season})
	}
	return whys
}

// now is when that happened which the messages of Samples tell of.
var now = time.Date(2025, 11, 14, 9, 30, 0, 0, time.UTC)

// Metropolis returns the facts of a booking of two tickets in Mumbai.
func Metropolis() notify.Data {
	kolkata := time.FixedZone("IST", 5*3600+1800)
	return notify.Data{
		Site:      notify.Site{Name: "Aurora Cinemas", URL: "https://aurora.example", SupportEmail: "help@aurora.example"},
		BuyerName: "Asha D’Souza", Reference: "K7QX-2MRA",
		Event: "Metropolis", Format: "2D", Language: "hi", Subtitles: []string{"en"},
		Venue: "Aurora Marine Lines", Hall: "Screen 2", Address: "14 Queen’s Road", City: "Mumbai", Country: "IN",
		Start: time.Date(2025, 11, 21, 19, 30, 0, 0, kolkata), PolicyFrom: time.Date(2025, 11, 21, 19, 30, 0, 0, kolkata), At: now,
		Tickets: []notify.Ticket{
			{
				Place: "Stalls, row C, seat 12", Section: "Stalls", Row: "C", Seat: "12", BuyerType: "adult", BuyerName: "Adult", Price: rupees(350_00),
				Code: "MQ1-8F3K-22", QR: "t1@aurora.example",
			},
			{
				Place: "Stalls, row C, seat 13", Section: "Stalls", Row: "C", Seat: "13", BuyerType: "child", BuyerName: "Child", Price: rupees(250_00),
				Code: "MQ1-8F3K-23", QR: "t2@aurora.example",
			},
		},
		Quote:        paid(),
		Policy:       &booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 120, Price: money.Whole}}},
		BookingPath:  "/bookings/bkg_1?t=abc&v=1",
		EventPath:    "/mumbai/events/metropolis",
		WaitlistPath: "/waitlist/wle_1?t=abc",
		CalendarURL:  "https://aurora.example/bookings/bkg_1.ics",
	}
}

func rupees(minor int64) money.Amount { return money.New(minor, "INR") }

// paid is the price of the two tickets, with a fee and the tax in them.
func paid() *pricing.Quote {
	return &pricing.Quote{
		Currency: "INR", TaxIncluded: true, Subtotal: rupees(600_00), Total: rupees(635_40), TaxTotal: rupees(96_92),
		Fees:  []pricing.FeeLine{{Key: "service", Name: "Booking fee", Net: rupees(30_00), Tax: rupees(5_40), Gross: rupees(35_40)}},
		Taxes: []pricing.TaxLine{{Rate: 180_000, Tax: rupees(96_92), Parts: []pricing.TaxAmount{{Name: "CGST", Amount: rupees(48_46)}, {Name: "SGST", Amount: rupees(48_46)}}}},
	}
}

// net is that price with the tax on top of the tickets and the fee, a voucher, and what is left to round.
func net() *pricing.Quote {
	q := paid()
	q.TaxIncluded, q.Subtotal = false, rupees(608_00)
	q.Taxes[0].Parts = nil
	q.Discounts = []pricing.Discount{
		{Kind: pricing.FromOffer, Name: "Matinee", Amount: rupees(0)},
		{Kind: pricing.FromOffer, Name: "Two for one", Amount: rupees(50_00)},
		{Kind: pricing.FromVoucher, Name: "MONSOON50", Amount: rupees(50_00)},
	}
	return q
}

// terms is a policy with a tier of each kind.
func terms() *booking.Policy {
	return &booking.Policy{Tiers: []booking.Tier{
		{MinutesBefore: 7000, Price: money.Whole, Fees: money.Whole},
		{MinutesBefore: 6000, Price: money.Whole, Fees: 500_000},
		{MinutesBefore: 5000, Price: money.Whole},
		{MinutesBefore: 4000, Price: 500_000, Fees: 250_000},
		{MinutesBefore: 3000, Price: 500_000},
		{MinutesBefore: 2000, Fees: 125_000},
		{MinutesBefore: 1000},
	}}
}

// refund is money back to a card.
func refund() *notify.Refund { return &notify.Refund{Amount: rupees(250_00), To: "Visa ending 4242"} }
