package notify_test

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/notify/notifytest"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

var now = time.Date(2025, 11, 14, 9, 30, 0, 0, time.UTC)

// metropolis returns the facts of a booking of two tickets in Mumbai.
func metropolis() notify.Data { return notifytest.Metropolis() }

func rupees(minor int64) money.Amount { return money.New(minor, "INR") }

// net is the price of the tickets with the tax on top of them and their fee.
func net() *pricing.Quote {
	for _, o := range occasions() {
		if o.data.Quote != nil && !o.data.Quote.TaxIncluded {
			return o.data.Quote
		}
	}
	return nil
}

// refund is money back to a card.
func refund() *notify.Refund { return &notify.Refund{Amount: rupees(250_00), To: "Visa ending 4242"} }

// occasion is a kind of message with facts that suit it.
type occasion struct {
	name string // of the golden files
	kind notify.Kind
	data notify.Data
}

// occasions are all the forms that messages take.
func occasions() []occasion {
	var list []occasion
	for _, s := range notifytest.Samples() {
		list = append(list, occasion{s.Name, s.Kind, s.Data})
	}
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
