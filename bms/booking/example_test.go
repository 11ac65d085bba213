package booking_test

import (
	"crypto/ed25519"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
)

func ExampleBooking_CancelTickets() {
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	b, _ := booking.New(booking.Order{
		Reference: "K7PWXF3X", ShowID: "shw_1", HoldID: "hld_1",
		Buyer: booking.Buyer{Name: "Asha Rao", Email: "asha@example.com"},
		Total: money.New(56000, "INR"),
		Tickets: []booking.Ticket{
			{Seat: 11, Place: "Row C, seat 12", Price: money.New(25000, "INR"), Fees: money.New(3000, "INR")},
			{Seat: 12, Place: "Row C, seat 13", Price: money.New(25000, "INR"), Fees: money.New(3000, "INR")},
		},
		Policy:    booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 120, Price: 750_000}}},
		ShowStart: now.Add(3 * time.Hour),
	}, now)
	b, _ = b.StartPayment(now.Add(10*time.Minute), now)
	b, _ = b.Confirm(now)

	b, plan, err := b.CancelTickets([]booking.TicketID{b.Tickets[0].ID}, booking.ByBuyer, now.Add(time.Hour))
	fmt.Println(b.Status, plan.Amount, "kept", plan.PriceKept, "and", plan.FeesKept, err)

	_, _, err = b.CancelAll(booking.ByBuyer, now.Add(2*time.Hour))
	fmt.Println(err)
	// Output:
	// partly_cancelled INR 187.50 kept INR 62.50 and INR 30.00 <nil>
	// it is too late to cancel tickets for this show
}

func ExampleVerifier_Verify() {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) // in earnest: ed25519.GenerateKey(nil)
	signer, _ := booking.NewSigner(1, key)
	show := "shw_01k9x3m2q7e8rtb5w0z4n6c1da"
	code, _ := signer.Sign(booking.TicketClaims{ShowID: show, TicketID: "tkt_01k9x3m2q7e8rtb5w0z4n6c1db", Seat: 12})

	gate, _ := booking.NewVerifier(map[booking.KeyID]ed25519.PublicKey{1: key.Public().(ed25519.PublicKey)})
	claims, err := gate.Verify(code)
	fmt.Println(len(code), claims.TicketID, claims.Seat, err)
	fmt.Println(claims.Admits("shw_other", time.Now()))
	// Output:
	// 178 tkt_01k9x3m2q7e8rtb5w0z4n6c1db 12 <nil>
	// this ticket is for another show
}

func ExampleParseReference() {
	ref, err := booking.ParseReference(" k7pw-xf3x ")
	fmt.Println(ref.Display(), err)
	_, err = booking.ParseReference("7KPW-XF3X")
	fmt.Println(err)
	// Output:
	// K7PW-XF3X <nil>
	// reference: is mistyped, please compare each character
}
