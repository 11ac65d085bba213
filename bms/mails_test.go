package bms_test

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/qr"
)

var updateMails = flag.Bool("update", false, "rewrite the golden files of mails")

// secrets are what is drawn by chance in a mail.
var secrets = regexp.MustCompile(`bkg_[0-9a-z]+\?t=[a-z2-7]{26}|[2-9CDFHJKMNPQRTVWXY]{4}-[2-9CDFHJKMNPQRTVWXY]{4}`)

// goldenMail compares what a mail says with a file of testdata, or rewrites the file with -update.
func goldenMail(t *testing.T, name string, m notify.Mail) {
	t.Helper()
	got := secrets.ReplaceAllStringFunc("Subject: "+m.Subject+"\n\n"+m.Text, func(s string) string {
		if len(s) == len("K7PW-XF3X") {
			return "K7PW-XF3X"
		}
		return "bkg_1?t=LINK"
	})
	file := filepath.Join("testdata", "mails", name+".txt")
	if *updateMails {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// dear is a programme whose tickets cost a lakh and more.
func dear() bmstest.Programme {
	p := bmstest.Small(bmstest.Start)
	for i := range p.Prices.Prices {
		p.Prices.Prices[i].Amount.Minor *= 617
	}
	p.Venue.Address = "1 Mint Road\nFort"
	p.Show.Language, p.Show.Subtitles = "hi", []string{"en", "tlh"}
	p.Policy = booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 24 * 60, Price: money.Whole, Fees: money.Whole}, {MinutesBefore: 120, Price: 500_000}}}
	return p
}

// sellTwo sells a seat to an adult and one to a child.
func sellTwo(t *testing.T, kit *bmstest.Kit, seats ...string) booking.Booking {
	t.Helper()
	held, err := kit.Holds.Create(t.Context(), bms.HoldRequest{
		ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: seats[0]}, {Seat: seats[1], BuyerType: "child"}},
	})
	require.NoError(t, err)
	b := kit.Book(held)
	kit.Choose(kit.Start(b.ID), sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, kit.Drain(t.Context()))
	sold, err := kit.Bookings.Get(t.Context(), b.ID)
	require.NoError(t, err)
	return sold
}

// lastMail is the last mail of its kind.
func lastMail(t *testing.T, kit *bmstest.Kit, kind notify.Kind) notify.Mail {
	t.Helper()
	mails := kit.Mails.Mails() // of one instant in any order
	for _, m := range slices.Backward(mails) {
		if m.Kind == kind {
			return m
		}
	}
	require.Fail(t, "no mail", string(kind))
	return notify.Mail{}
}

func TestMails_SayLabelsLocalTimesAndGroupedAmounts(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{Programme: dear()})
	b := sellTwo(t, kit, "stalls-C-4", "stalls-C-5")
	goldenMail(t, "confirmed", lastMail(t, kit, notify.BookingConfirmed))
	_, err := kit.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID, Tickets: []booking.TicketID{b.Tickets[1].ID}, By: booking.ByBuyer})
	require.NoError(t, err)
	require.NoError(t, kit.Drain(t.Context()))
	goldenMail(t, "refund_sent", lastMail(t, kit, notify.RefundSent))
	goldenMail(t, "cancelled_some", lastMail(t, kit, notify.BookingCancelled))
}

func TestMails_LinesOfNetPricesAddUp(t *testing.T) {
	t.Parallel()
	p := bmstest.Small(bmstest.Start)
	p.Prices.TaxIncluded = false
	p.Policy = booking.Policy{}
	kit := bmstest.New(t, bmstest.Options{Programme: p})
	voucher := pricing.Voucher{
		ID: pricing.NewVoucherID(kit.Now()), PartnerID: string(p.Partner.ID), Code: "TEN-OFF", Kind: pricing.PercentOff,
		Scope: pricing.EachTicket, Percent: 100_000, Version: 1,
	}
	require.NoError(t, kit.Prices.PutVoucher(t.Context(), voucher))
	held, err := kit.Holds.Create(t.Context(), bms.HoldRequest{
		ShowID: p.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}, Vouchers: []string{"TEN-OFF"},
	})
	require.NoError(t, err)
	kit.Choose(kit.Start(kit.Book(held).ID), sandbox.Choice{Outcome: sandbox.Pay})
	require.NoError(t, kit.Drain(t.Context()))
	goldenMail(t, "confirmed_net", lastMail(t, kit, notify.BookingConfirmed))
}

func TestMails_PicturesAreSmall(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{Config: bms.Config{Pictures: qr.Pictures{}}})
	sellTwo(t, kit, "stalls-C-4", "stalls-C-5")
	m := lastMail(t, kit, notify.BookingConfirmed)
	require.Len(t, m.Attachments, 2)
	assert.Equal(t, "ticket-1.png", m.Attachments[0].Name)
	assert.Contains(t, m.HTML, `src="cid:ticket-1" width="112" height="112" alt="Code of Stalls, row C, seat 4"`)
	for _, a := range m.Attachments {
		assert.Less(t, len(a.Data), 4<<10, "a picture of two colours")
		assert.EqualValues(t, 1, a.Data[24], "one bit a pixel: byte 8 of the header chunk")
		picture, err := png.Decode(bytes.NewReader(a.Data))
		require.NoError(t, err)
		assert.Equal(t, image.Rect(0, 0, 318, 318), picture.Bounds(), "sharp at three dots a point, and no more")
	}
	assert.Less(t, len(m.HTML), 12<<10)
	assert.Equal(t, time.UTC, m.CreatedAt.Location())
}
