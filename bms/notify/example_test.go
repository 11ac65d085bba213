package notify_test

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
)

func ExampleCompose() {
	mail, err := notify.Compose(notify.English(), notify.RefundSent,
		notify.Envelope{MessageID: "msg_1", To: "ada@example.com", From: "tickets@aurora.example"},
		notify.Data{
			Site: notify.Site{Name: "Aurora Cinemas"}, BuyerName: "Ada", Event: "Metropolis", Reference: "K7QX-2MRA",
			Refund: &notify.Refund{Amount: money.New(24_00, "EUR"), To: "Visa ending 4242"},
		},
		time.Date(2025, 11, 21, 18, 0, 0, 0, time.UTC))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(mail.Subject)
	fmt.Println()
	fmt.Print(mail.Text)
	// Output:
	// Your refund of €24.00 is on its way (K7QX-2MRA)
	//
	// Your refund is on its way
	//
	// Hello Ada,
	//
	// We refund €24.00 to Visa ending 4242, within 5 to 7 working days.
	//
	// Event: Metropolis
	// Booking: K7QX-2MRA
	//
	// Aurora Cinemas
}
