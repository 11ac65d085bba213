// Sell-a-seat is a whole sale: a hall drawn as text, one show, and two seats from the
// choice to the tickets. Run it in an empty folder; it leaves shop.db there, from which a
// second run goes on.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/embedded"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

func main() { sell(os.Stdout, "shop.db") }

func sell(out io.Writer, path string) {
	ctx := context.Background()
	payAtOnce := func(payment.CreateRequest) *sandbox.Choice { return &sandbox.Choice{Outcome: sandbox.Pay} }
	bank := must(sandbox.New(sandbox.Config{Secret: []byte("shared with the bank"), Script: payAtOnce}))
	shop := must(embedded.OpenWith(ctx, path, bms.Config{Gateways: []payment.Gateway{bank}}))
	defer func() { _ = shop.Close() }()
	show := must(putOn(ctx, shop))

	hold := must(shop.Holds.Create(ctx, bms.HoldRequest{ShowID: show, Best: &bms.BestRequest{Count: 2, Categories: []string{"gold"}}}))
	ada := booking.Buyer{Name: "Ada Lovelace", Email: "ada@example.com"}
	draft := must(shop.Bookings.Create(ctx, bms.BookingRequest{HoldID: hold.ID, Secret: hold.Secret, Buyer: ada}))
	must(shop.Payments.Start(ctx, bms.PaymentRequest{BookingID: draft.ID}))

	sold := must(shop.Bookings.Get(ctx, draft.ID))
	fmt.Fprintln(out, sold.Reference.Display(), sold.Status, sold.Total)
	for _, ticket := range sold.Tickets {
		fmt.Fprintln(out, ticket.Place)
	}
}

// must ends the program at the first failure.
func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
