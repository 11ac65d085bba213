package bmstest

import (
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// Ada is the buyer of bookings that the kit makes.
var Ada = booking.Buyer{Name: "Ada Lovelace", Email: "ada@example.com", Locale: "en"}

// Hold holds the named seats of the programme's show.
func (k *Kit) Hold(seats ...string) bms.Hold {
	k.t.Helper()
	r := bms.HoldRequest{ShowID: k.Programme.Show.ID}
	for _, seat := range seats {
		r.Seats = append(r.Seats, bms.SeatItem{Seat: seat})
	}
	hold, err := k.Holds.Create(k.t.Context(), r)
	require.NoError(k.t, err)
	return hold
}

// Book makes a booking of a hold for Ada.
func (k *Kit) Book(h bms.Hold) bms.Booking {
	k.t.Helper()
	b, err := k.Bookings.Create(k.t.Context(), bms.BookingRequest{HoldID: h.ID, Secret: h.Secret, Buyer: Ada})
	require.NoError(k.t, err)
	return b
}

// Start begins a payment of a booking at the kit's bank.
func (k *Kit) Start(b booking.ID) payment.Intent {
	k.t.Helper()
	i, err := k.Payments.Start(k.t.Context(), bms.PaymentRequest{BookingID: b, Gateway: sandbox.Name, ReturnURL: "http://shop.example/back"})
	require.NoError(k.t, err)
	return i
}

// Choose has the buyer act at the bank, and delivers the notifications that are due.
func (k *Kit) Choose(i payment.Intent, c sandbox.Choice) {
	k.t.Helper()
	_, err := k.Bank.Choose(i.GatewayRef, c)
	require.NoError(k.t, err)
	k.Deliver()
}

// Deliver delivers the bank's notifications that are due.
func (k *Kit) Deliver() {
	k.t.Helper()
	for {
		taken, err := k.Bank.DeliverDue(k.t.Context())
		require.NoError(k.t, err)
		if taken == 0 {
			return
		}
	}
}

// Buy sells the named seats to Ada, from hold to confirmation.
func (k *Kit) Buy(seats ...string) booking.Booking {
	k.t.Helper()
	b := k.Book(k.Hold(seats...))
	k.Choose(k.Start(b.ID), sandbox.Choice{Outcome: sandbox.Pay})
	sold, err := k.Bookings.Get(k.t.Context(), b.ID)
	require.NoError(k.t, err)
	require.Equal(k.t, booking.Confirmed, sold.Status)
	return sold
}

// MustBeClean drains the background work and fails the test when an audit finds anything.
func (k *Kit) MustBeClean() {
	k.t.Helper()
	require.NoError(k.t, k.Drain(k.t.Context()))
	report, err := k.Audit(k.t.Context())
	require.NoError(k.t, err)
	require.Empty(k.t, report.Violations)
}
