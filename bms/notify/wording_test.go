package notify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/notify"
)

// wording is a message with some of its facts changed, and what its text must
// and must not say.
type wording struct {
	name   string
	kind   notify.Kind
	change func(d *notify.Data)
	says   []string
	omits  []string
}

func wordings() []wording {
	return []wording{
		{
			"a confirmation tells what to do with the tickets", notify.BookingConfirmed,
			func(*notify.Data) {},
			[]string{"Your 2 tickets for Metropolis are below.", "Show the code of each", "Code: MQ1-8F3K-23", "Total: ₹635.40", "If your plans change"},
			[]string{"Watch online", "refund"},
		},
		{
			"one ticket is one ticket", notify.BookingConfirmed,
			func(d *notify.Data) { d.Tickets = d.Tickets[:1] },
			[]string{"Your ticket for Metropolis is below. Show its code", "Your ticket\n"},
			[]string{"tickets"},
		},
		{
			"an online show is watched", notify.BookingConfirmed,
			func(d *notify.Data) { d.WatchURL = "https://aurora.example/watch" },
			[]string{"The link below takes you there when it starts.", "Watch online: https://aurora.example/watch"},
			[]string{"entrance"},
		},
		{
			"a booking without tickets is still thanked for", notify.BookingConfirmed,
			func(d *notify.Data) { d.Tickets, d.Policy = nil, nil },
			[]string{"Thank you for booking Metropolis."},
			[]string{"ticket", "entrance"},
		},
		{
			"taxes on top are lines of their own", notify.BookingConfirmed,
			func(d *notify.Data) { d.Quote = net() },
			[]string{"Tickets: ₹608.00\nTwo for one: −₹50.00\nVoucher MONSOON50: −₹50.00\nBooking fee: ₹30.00\nRounding: ₹0.48\nTax 18\u00a0%: ₹96.92\nTotal: ₹635.40\n"},
			[]string{"includes", "Matinee"},
		},
		{
			"what is included follows the total", notify.BookingConfirmed,
			func(*notify.Data) {},
			[]string{"Booking fee: ₹35.40\nTotal: ₹635.40\n  includes Tax 18\u00a0% (CGST ₹48.46, SGST ₹48.46): ₹96.92\n"},
			nil,
		},
		{
			"without a price there is no bill", notify.BookingConfirmed,
			func(d *notify.Data) { d.Quote = nil },
			nil,
			[]string{"What you paid", "Booking fee"},
		},
		{
			"without a policy nothing is said about changes", notify.BookingConfirmed,
			func(d *notify.Data) { d.Policy = nil },
			nil,
			[]string{"If your plans change"},
		},
		{
			"a cancelled booking lists what is gone", notify.BookingCancelled,
			func(d *notify.Data) { d.Cancelled, d.Tickets, d.Refund = d.Tickets, nil, refund() },
			[]string{"Your booking is cancelled", "row C, seat 12", "row C, seat 13", "We refund ₹250.00 to Visa ending 4242, within 5 to 7 working days."},
			[]string{"Still valid", "Code:"},
		},
		{
			"a part that is cancelled leaves the rest valid", notify.BookingCancelled,
			func(d *notify.Data) { d.Cancelled, d.Tickets = d.Tickets[:1], d.Tickets[1:] },
			[]string{"Part of your booking is cancelled", "Still valid: 1 ticket", "Code: MQ1-8F3K-23", "No refund is due"},
			[]string{"Code: MQ1-8F3K-22"},
		},
		{
			"a new link says what it is for, and that the old one is of no use", notify.LinkRenewed,
			func(*notify.Data) {},
			[]string{"do not open it any more", "View your booking: https://aurora.example/bookings/", "do not pass it on", "as they were"},
			[]string{"Code:", "row C"},
		},
		{
			"a refund goes back where it came from", notify.RefundSent,
			func(d *notify.Data) { d.Refund = &notify.Refund{Amount: rupees(250_00)} },
			[]string{"We refund ₹250.00 to the card or account that you paid with, within 5 to 7 working days.\n"},
			[]string{"Visa"},
		},
		{
			"a refund may be without an amount", notify.RefundSent,
			func(*notify.Data) {},
			[]string{"We have sent the money back."},
			[]string{"We refund"},
		},
		{
			"a booking that expired is not charged in silence", notify.BookingExpired,
			func(*notify.Data) {},
			[]string{"your places are on sale again", "If a payment still arrives", "Book again: https://aurora.example/mumbai/events/metropolis"},
			[]string{"Code:"},
		},
		{
			"one place is one place", notify.BookingExpired,
			func(d *notify.Data) { d.Tickets = d.Tickets[:1] },
			[]string{"your place is on sale again"},
			nil,
		},
		{
			"a late payment comes back", notify.LatePaymentRefunded,
			func(d *notify.Data) { d.Refund = refund() },
			[]string{"You have no tickets.", "We refund ₹250.00", "Look for other dates"},
			[]string{"Code:", "View your booking"},
		},
		{
			"a cancelled show tells why and not to come", notify.ShowCancelled,
			func(d *notify.Data) { d.Reason, d.Refund = "The projector is broken.", refund() },
			[]string{"please do not come", "The projector is broken.", "We refund ₹250.00", "Look for other dates"},
			[]string{"Code:"},
		},
		{
			"an offer says until when and where", notify.WaitlistOffer,
			func(d *notify.Data) { d.Deadline = now.In(d.Start.Location()) },
			[]string{"We keep them for you until Friday 14 November 2025, 15:00 IST.", "row C, seat 12", "Take these places: https://aurora.example/waitlist/wle_1?t=abc"},
			[]string{"Code:", "₹635.40"},
		},
		{
			"an offer without a deadline promises none", notify.WaitlistOffer,
			func(*notify.Data) {},
			[]string{"for a short time"},
			[]string{"until"},
		},
		{
			"who waits learns where in the line", notify.WaitlistJoined,
			func(d *notify.Data) {
				d.Wish, d.Position = &notify.Wish{Places: 2, Category: "Gold", Wheelchairs: 2}, 14
			},
			[]string{"You wait for: 2 places in Gold, with 2 wheelchair spaces\n", "Your place in the line: 14"},
			[]string{"Code:", "row C"},
		},
		{
			"who was too slow may come back", notify.WaitlistOfferEnded,
			func(*notify.Data) {},
			[]string{"has run out", "Join the list again: https://aurora.example/waitlist/wle_1?t=abc"},
			[]string{"row C"},
		},
	}
}

func TestEnglish_Wording(t *testing.T) {
	t.Parallel()
	for _, w := range wordings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			d := metropolis()
			w.change(&d)
			text := unwrapped(render(t, w.kind, d).Text)
			for _, s := range w.says {
				assert.Contains(t, text, s)
			}
			for _, s := range w.omits {
				assert.NotContains(t, text, s)
			}
		})
	}
}

// unwrapped joins the lines of paragraphs that were broken, so that sentences
// can be looked for: a line of more than 60 characters goes on in the next.
func unwrapped(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if len([]rune(line)) > 60 && !strings.HasSuffix(line, ".\n") {
			line = strings.TrimSuffix(line, "\n") + " "
		}
		b.WriteString(line)
	}
	return b.String()
}

func TestEnglish_SaysWhereAndWhen(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		text := render(t, o.kind, o.data).Text
		assert.Contains(t, text, "Event: Metropolis, ", o.name)
		if o.data.Start.IsZero() {
			continue
		}
		assert.Contains(t, text, "When: Friday 21 November 2025, 19:30 IST\n", o.name)
		assert.Contains(t, text, "Booking: K7QX-2MRA\n", o.name)
		assert.Contains(t, text, "Questions? Write to help@aurora.example.\n", o.name)
		assert.True(t, strings.HasSuffix(text, "Aurora Cinemas\n"), o.name)
	}
}
