package notify_test

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/notify"
)

var now = time.Date(2025, 11, 14, 9, 30, 0, 0, time.UTC)

// metropolis returns the facts of a booking of two tickets in Mumbai.
func metropolis() notify.Data {
	kolkata := time.FixedZone("IST", 5*3600+1800)
	return notify.Data{
		Brand: "Aurora Cinemas", SupportEmail: "help@aurora.example",
		BuyerName: "Asha D’Souza", Reference: "K7QX-2MRA",
		Event: "Metropolis", Details: "2D, silent, English intertitles",
		Venue: "Aurora Marine Lines", Hall: "Screen 2", Address: "14 Queen’s Road", City: "Mumbai",
		Start: "Friday 21 November 2025, 7:30 pm", StartAt: time.Date(2025, 11, 21, 19, 30, 0, 0, kolkata), Zone: "IST",
		Tickets: []notify.Ticket{
			{Place: "Stalls, row C, seat 12", BuyerType: "Adult", Price: "₹350.00", Code: "MQ1-8F3K-22", QR: "t1@aurora.example"},
			{Place: "Stalls, row C, seat 13", BuyerType: "Child", Price: "₹250.00", Code: "MQ1-8F3K-23", QR: "t2@aurora.example"},
		},
		Lines:         []notify.Line{{Label: "1 × Gold, adult", Amount: "₹350.00"}, {Label: "1 × Gold, child", Amount: "₹250.00"}},
		Fees:          []notify.Line{{Label: "Booking fee", Amount: "₹35.40"}},
		Taxes:         []notify.Line{{Label: "CGST 9 %", Amount: "₹48.46"}, {Label: "SGST 9 %", Amount: "₹48.46"}},
		TaxesIncluded: true,
		Total:         "₹635.40",
		Policy:        "You can cancel until 2 hours before the show. The booking fee is kept.",
		BookingURL:    "https://aurora.example/en/bookings/K7QX-2MRA?t=abc&v=1",
		CalendarURL:   "https://aurora.example/en/bookings/K7QX-2MRA.ics",
		EventURL:      "https://aurora.example/en/mumbai/metropolis",
	}
}

// refund is money back to a card.
func refund() *notify.Refund {
	return &notify.Refund{Amount: "₹250.00", To: "Visa ending 4242", When: "within 5 to 7 working days"}
}

// occasion is a kind of message with facts that suit it.
type occasion struct {
	name string // of the golden files
	kind notify.Kind
	data notify.Data
}

// occasions are all the forms that messages take.
func occasions() []occasion {
	var list []occasion
	add := func(name string, kind notify.Kind, change func(d *notify.Data)) {
		d := metropolis()
		change(&d)
		list = append(list, occasion{name, kind, d})
	}
	add("confirmed", notify.BookingConfirmed, func(*notify.Data) {})
	add("confirmed_one", notify.BookingConfirmed, func(d *notify.Data) {
		d.Tickets, d.Lines, d.TaxesIncluded = d.Tickets[:1], d.Lines[:1], false
	})
	add("confirmed_online", notify.BookingConfirmed, func(d *notify.Data) {
		d.Tickets, d.WatchURL, d.Hall, d.Address, d.City = nil, "https://aurora.example/watch/1", "", "", ""
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
	add("expired", notify.BookingExpired, func(*notify.Data) {})
	add("late_payment", notify.LatePaymentRefunded, func(d *notify.Data) { d.Refund = refund() })
	add("show_cancelled", notify.ShowCancelled, func(d *notify.Data) {
		d.Refund, d.Reason = refund(), "The projector is broken."
	})
	const link = "https://aurora.example/waitlist/wle_1?t=abc"
	add("waitlist_joined", notify.WaitlistJoined, func(d *notify.Data) { d.Wish, d.Position, d.WaitlistURL = "2 places in Gold", "14", link })
	add("waitlist_offer", notify.WaitlistOffer, func(d *notify.Data) {
		d.WaitlistURL, d.Deadline = link, "Friday 14 November 2025, 15:30 IST"
	})
	add("waitlist_offer_ended", notify.WaitlistOfferEnded, func(d *notify.Data) { d.WaitlistURL = link })
	add("waitlist_closed", notify.WaitlistClosed, func(d *notify.Data) { d.Reason = "The organizer has cancelled this date." })
	return list
}

// envelope is from the cinema to the buyer.
func envelope() notify.Envelope {
	return notify.Envelope{
		MessageID: "msg_01k9x3m2q7e8rtb5w0z4n6c1da", To: "asha@example.com", ToName: "Asha D’Souza",
		From: "tickets@aurora.example", FromName: "Aurora Cinemas", Locale: "en-IN",
		PartnerID: "prt_1", BookingID: "bkg_1",
	}
}
