// Sell-a-seat is a whole sale: a hall drawn as text, one show in it, and a seat from the choice to the ticket. Run it in
// an empty folder. It leaves shop.db there; a second run sells a seat of another show in the same hall.
package main

import (
	"context"
	"fmt"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/embedded"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// pay has the test bank take every payment at once.
func pay(payment.CreateRequest) *sandbox.Choice { return &sandbox.Choice{Outcome: sandbox.Pay} }

func main() {
	ctx, ada := context.Background(), booking.Buyer{Name: "Ada Lovelace", Email: "ada@example.com"}
	bank := bms.Must(sandbox.New(sandbox.Config{Secret: []byte("shared with the bank"), Script: pay}))
	shop := bms.Must(embedded.OpenWith(ctx, "shop.db", bms.Config{Gateways: []payment.Gateway{bank}}))
	defer func() { _ = shop.Close() }()

	show := bms.Must(shop.Shows.Announce(ctx, bms.Announcement{
		Partner: catalog.Partner{Name: "Aurora Cinemas", Country: "IN", Currency: "INR"},
		Venue:   catalog.Venue{Name: "Aurora Fort", City: "Mumbai", TimeZone: "Asia/Kolkata"},
		Drawing: "name: Screen 1\ncategory s Silver\ncategory g Gold\nsection stalls Stalls\n  ssss_ssss\n  gggg_gggg\n",
		PriceOf: map[string]int64{"silver": 250_00, "gold": 400_00},
		Event:   catalog.Event{Title: "The General", Kind: catalog.Film}, Show: catalog.Show{StartsAt: shop.Now().AddDate(0, 0, 2)},
	}))

	hold := bms.Must(shop.Holds.Create(ctx, bms.HoldRequest{ShowID: show.ID, Seats: []bms.SeatItem{{Seat: "stalls-B-4"}}}))
	sale := bms.Must(shop.Bookings.Create(ctx, bms.BookingRequest{HoldID: hold.ID, Secret: hold.Secret, Buyer: ada}))
	bms.Must(shop.Payments.Start(ctx, bms.PaymentRequest{BookingID: sale.ID}))
	fmt.Println(sale.Reference.Display(), bms.Must(shop.Bookings.Get(ctx, sale.ID)).Status, sale.Total, sale.Tickets[0].Place)
}
