package bms_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// rowOf is a hall of one row of gold seats, as the grid draws them, and whatever else.
func rowOf(t *testing.T, seats, more string) bmstest.Programme {
	t.Helper()
	m, err := seatmap.ParseGrid("name: Row\ncategory g \"Gold\"\ncategory s \"Silver\"\nsection stalls \"Stalls\"\n  " + seats + "\n" + more)
	require.NoError(t, err)
	return bmstest.Hall(bmstest.Start, m)
}

// four is a hall of four gold seats.
func four(t *testing.T) bmstest.Options {
	return bmstest.Options{Programme: rowOf(t, "gggg", "")}
}

// line is a kit with people who wait.
type line struct {
	*testing.T
	*bmstest.Kit
}

// ask is a request of a person of the given name.
func (l line) ask(name string, w waitlist.Wish) bms.WaitRequest {
	return bms.WaitRequest{ShowID: l.Programme.Show.ID, Person: waitlist.Person{Name: name, Email: strings.ToLower(name) + "@example.com"}, Wish: w}
}

func (l line) join(name string, w waitlist.Wish) bms.WaitEntry {
	l.Helper()
	e, err := l.Waitlists.Join(l.Context(), l.ask(name, w))
	require.NoError(l, err)
	return e
}

func (l line) get(e bms.WaitEntry) bms.WaitEntry {
	l.Helper()
	got, err := l.Waitlists.Get(l.Context(), e.ID, e.Link)
	require.NoError(l, err)
	return got
}

func (l line) claim(e bms.WaitEntry) (bms.Hold, error) {
	return l.Waitlists.Claim(l.Context(), bms.ClaimRequest{EntryID: e.ID, Link: e.Link, Visitor: "visitor-of-" + e.Person.Name})
}

func (l line) leave(e bms.WaitEntry) bms.WaitEntry {
	l.Helper()
	got, err := l.Waitlists.Leave(l.Context(), bms.LeaveRequest{EntryID: e.ID, Link: e.Link})
	require.NoError(l, err)
	return got
}

func (l line) drain() {
	l.Helper()
	require.NoError(l, l.Drain(l.Context()))
}

func (l line) release(h bms.Hold) {
	l.Helper()
	_, err := l.Holds.Release(l.Context(), bms.ReleaseRequest{HoldID: h.ID, Secret: h.Secret})
	require.NoError(l, err)
}

// mails lists the kinds of mails that somebody got.
func (l line) mails(e bms.WaitEntry) []notify.Kind {
	var kinds []notify.Kind
	for _, m := range l.Mails.Mails() {
		if m.To == e.Person.Email {
			kinds = append(kinds, m.Kind)
		}
	}
	return kinds
}

func inLine(t *testing.T, o bmstest.Options, test func(l line)) {
	t.Helper()
	onEngines(t, o, func(t *testing.T, kit *bmstest.Kit) {
		test(line{t, kit})
		kit.MustBeClean()
	})
}

const seats4 = "stalls-A-1 stalls-A-2 stalls-A-3 stalls-A-4"

func TestWaitlist_PlacesThatComeBackGoToTheFirst(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		ada, bob := l.join("Ada", waitlist.Wish{Places: 2, Category: "gold"}), l.join("Bob", waitlist.Wish{Places: 3})
		l.drain()
		assert.Equal(l, 1, l.get(bob).Ahead)
		assert.Equal(l, waitlist.Waiting, l.get(ada).State)
		l.release(held)
		l.drain()
		got := l.get(ada)
		require.Equal(l, waitlist.Offered, got.State)
		assert.Equal(l, []string{"Stalls, row A, seat 1", "Stalls, row A, seat 2"}, got.Places)
		assert.Equal(l, []int32{0, 1}, got.Seats)
		assert.Equal(l, l.Now().Add(30*time.Minute), got.Offer.Until)
		assert.Equal(l, 0, l.get(bob).Ahead, "who has an offer waits no more")
		assert.Equal(l, []notify.Kind{notify.WaitlistJoined, notify.WaitlistOffer}, l.mails(ada))
		mail := lastMail(l.T, l.Kit, notify.WaitlistOffer)
		assert.Contains(l, mail.Text, "http://shop.example/waitlist/"+string(ada.ID)+"?t="+ada.Link)
		assert.Contains(l, mail.Text, "until Sunday 22 November 2026, 18:00 IST.")
		assert.Contains(l, mail.Text, "* Stalls, row A, seat 2\n")
		joined := lastMail(l.T, l.Kit, notify.WaitlistJoined).Text
		assert.Contains(l, joined, "Your place in the line: ")
		_, err := l.Holds.Create(l.Context(), bms.HoldRequest{ShowID: l.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-2"}}})
		require.ErrorIs(l, err, seating.ErrTaken, "nobody else can have them")

		hold, err := l.claim(ada)
		require.NoError(l, err)
		assert.Equal(l, []string{"stalls-A-1", "stalls-A-2"}, []string{hold.Seats[0].Name, hold.Seats[1].Name})
		assert.EqualValues(l, 62500, hold.Quote.Total.Minor, "two gold seats and the fee")
		assert.Equal(l, seating.StateHeld, hold.State)
		after := l.get(ada)
		require.NotNil(l, after.Held)
		assert.Equal(l, hold.Secret, after.Held.Secret, "the link leads on to the hold")
		_, err = l.claim(ada)
		require.ErrorIs(l, err, waitlist.ErrClaimed)
		b := l.Book(hold)
		assert.Equal(l, booking.Draft, b.Status)
	})
}

func TestWaitlist_AnOfferThatRunsOutGoesToTheNext(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		ada, bob := l.join("Ada", waitlist.Wish{Places: 4}), l.join("Bob", waitlist.Wish{Places: 4})
		l.release(held)
		l.drain()
		l.Clock.Advance(30 * time.Minute)
		_, err := l.claim(ada)
		require.ErrorIs(l, err, waitlist.ErrOfferOver)
		_, err = l.Holds.Create(l.Context(), bms.HoldRequest{ShowID: l.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-2"}}})
		require.ErrorIs(l, err, seating.ErrTaken, "not everybody's before the next in the line has had an offer")
		l.drain()
		assert.Equal(l, waitlist.Ended, l.get(ada).State)
		assert.Equal(l, waitlist.Offered, l.get(bob).State)
		assert.Contains(l, l.mails(ada), notify.WaitlistOfferEnded)

		again, err := l.Waitlists.Rejoin(l.Context(), bms.RejoinRequest{EntryID: ada.ID, Link: ada.Link})
		require.NoError(l, err)
		assert.Equal(l, waitlist.Waiting, again.State)
		assert.Greater(l, again.Number, bob.Number, "at the end")
		same, err := l.Waitlists.Rejoin(l.Context(), bms.RejoinRequest{EntryID: ada.ID, Link: ada.Link})
		require.NoError(l, err)
		assert.Equal(l, again.Number, same.Number)
		l.leave(bob)
		l.drain()
		assert.Equal(l, waitlist.Offered, l.get(ada).State)
	})
}

func TestWaitlist_CancelledTicketsAndRaisedQuotasComeBackToo(t *testing.T) {
	p := rowOf(t, "gggg", "area floor \"Floor\" category=s capacity=4\n")
	p.Show.Seating.Quotas = []catalog.Quota{{Key: "licence", Capacity: 1, Areas: []string{"floor"}}}
	inLine(t, bmstest.Options{Programme: p}, func(l line) {
		sold := l.Buy(strings.Fields(seats4)...)
		floor := bms.HoldRequest{ShowID: p.Show.ID, Areas: []bms.AreaItem{{Area: "floor", Count: 1}}}
		_, err := l.Holds.Create(l.Context(), floor)
		require.NoError(l, err)
		ada, bob := l.join("Ada", waitlist.Wish{Places: 1, Category: "gold"}), l.join("Bob", waitlist.Wish{Places: 2, Category: "silver"})
		l.drain()
		_, err = l.Bookings.Cancel(l.Context(), bms.CancelRequest{BookingID: sold.ID, Tickets: []booking.TicketID{sold.Tickets[3].ID}, By: booking.ByBuyer})
		require.NoError(l, err)
		l.drain()
		assert.Equal(l, []string{"Stalls, row A, seat 4"}, l.get(ada).Places)
		assert.Equal(l, waitlist.Waiting, l.get(bob).State)
		show, err := l.Shows.Show(l.Context(), p.Show.ID)
		require.NoError(l, err)
		show.Seating.Quotas[0].Capacity = 3
		require.NoError(l, l.Shows.Put(l.Context(), show))
		l.drain()
		assert.Equal(l, []string{"Floor", "Floor"}, l.get(bob).Places)
		hold, err := l.claim(bob)
		require.NoError(l, err)
		assert.Equal(l, []bms.AreaItem{{Area: "floor", Count: 2}}, hold.Areas)
		_, err = l.Holds.Create(l.Context(), floor)
		require.ErrorIs(l, err, seating.ErrNotEnough)
	})
}

func TestWaitlist_WheelchairSpacesForWhoNeedsThem(t *testing.T) {
	m, err := seatmap.ParseGrid("name: Row\ncategory g \"Gold\"\nseat W g wheelchair\nseat C g companion\nsection stalls \"Stalls\"\n  WCgg\n")
	require.NoError(t, err)
	p := bmstest.Hall(bmstest.Start, m)
	p.Show.Seating.WheelchairNeedsRequest = true
	inLine(t, bmstest.Options{Programme: p}, func(l line) {
		space, err := l.Holds.Create(l.Context(), bms.HoldRequest{
			ShowID: p.Show.ID, Accessible: true, Best: &bms.BestRequest{Count: 2, Wheelchairs: 1, Companions: 1},
		})
		require.NoError(l, err)
		general := l.Hold("stalls-A-3", "stalls-A-4")
		ada := l.join("Ada", waitlist.Wish{Places: 2, Wheelchairs: 1, Companions: 1})
		bob := l.join("Bob", waitlist.Wish{Places: 1})
		l.release(general)
		l.drain()
		assert.Equal(l, waitlist.Waiting, l.get(ada).State)
		assert.Equal(l, waitlist.Offered, l.get(bob).State, "who needs no space is not in the way")
		cyd := l.join("Cyd", waitlist.Wish{Places: 2})
		l.release(space)
		l.drain()
		assert.Equal(l, []string{"Stalls, row A, seat 1", "Stalls, row A, seat 2"}, l.get(ada).Places)
		assert.Equal(l, waitlist.Waiting, l.get(cyd).State, "spaces are not for everybody")
		_, err = l.claim(ada)
		require.NoError(l, err)
	})
}

// Anybody can type anybody's address: whoever only does that changes nothing, and the mail goes to the person as it was.
func TestWaitlist_JoiningAgainChangesNothing(t *testing.T) {
	inLine(t, four(t), func(l line) {
		l.Hold(strings.Fields(seats4)...)
		ada := l.join("Ada", waitlist.Wish{Places: 2})
		l.join("Bob", waitlist.Wish{Places: 1})
		before := l.get(ada)
		ask := l.ask("Mallory", waitlist.Wish{Places: 4, Category: "gold", Apart: true})
		ask.Person.Email, ask.Person.Locale = "ADA@example.com", "de"
		again, err := l.Waitlists.Join(l.Context(), ask)
		require.NoError(l, err)
		assert.Equal(l, ada, again)
		assert.Equal(l, before, l.get(ada))
		l.drain()
		assert.Equal(l, []notify.Kind{notify.WaitlistJoined, notify.WaitlistJoined}, l.mails(ada), "the link once more")
		for _, m := range l.Mails.Mails() {
			assert.NotContains(l, m.Text, "Mallory")
			assert.NotContains(l, m.Text, "4 places")
		}
	})
}

// Who wants something else leaves by the link and joins again: at the end of the line.
func TestWaitlist_AnotherWishIsAtTheEnd(t *testing.T) {
	inLine(t, four(t), func(l line) {
		l.Hold(strings.Fields(seats4)...)
		ada := l.join("Ada", waitlist.Wish{Places: 2})
		l.join("Bob", waitlist.Wish{Places: 1})
		l.leave(ada)
		again := l.join("Ada", waitlist.Wish{Places: 4})
		assert.Equal(l, ada.ID, again.ID)
		assert.Equal(l, 4, again.Wish.Places)
		assert.Equal(l, 1, again.Ahead)
	})
}

func TestWaitlist_AKeyJoinsOnce(t *testing.T) {
	inLine(t, four(t), func(l line) {
		l.Hold(strings.Fields(seats4)...)
		ask := l.ask("Ada", waitlist.Wish{Places: 2})
		ask.Key = "once"
		first, err := l.Waitlists.Join(l.Context(), ask)
		require.NoError(l, err)
		l.leave(first)
		second, err := l.Waitlists.Join(l.Context(), ask)
		require.NoError(l, err)
		assert.Equal(l, first, second, "the first answer")
		assert.Equal(l, waitlist.Left, l.get(first).State)
		ask.Wish.Places = 3
		_, err = l.Waitlists.Join(l.Context(), ask)
		require.ErrorIs(l, err, bms.ErrKeyReused)
	})
}

func TestWaitlist_Refusals(t *testing.T) {
	inLine(t, four(t), func(l line) {
		for field, ask := range map[string]bms.WaitRequest{
			"name":        l.ask("", waitlist.Wish{Places: 1}),
			"places":      l.ask("Ada", waitlist.Wish{Places: 5}),
			"category":    l.ask("Ada", waitlist.Wish{Places: 1, Category: "platinum"}),
			"wheelchairs": l.ask("Ada", waitlist.Wish{Places: 1, Wheelchairs: 1}),
			"show_id":     {ShowID: "\x00", Person: waitlist.Person{Name: "Ada", Email: "ada@example.com"}},
		} {
			_, err := l.Waitlists.Join(l.Context(), ask)
			require.True(l, fault.Is(err, fault.Invalid), "%s: %v", field, err)
			assert.Equal(l, field, fault.Of(err).Field)
		}
		none := l.ask("Ada", waitlist.Wish{Places: 1})
		none.ShowID = "shw_none"
		_, err := l.Waitlists.Join(l.Context(), none)
		require.ErrorIs(l, err, store.ErrNotFound)
		_, err = l.Waitlists.Join(l.Context(), l.ask("Ada", waitlist.Wish{Places: 2}))
		require.ErrorIs(l, err, waitlist.ErrPlacesFree)
		l.Hold("stalls-A-2", "stalls-A-3")
		_, err = l.Waitlists.Join(l.Context(), l.ask("Ada", waitlist.Wish{Places: 2, Apart: true}))
		require.ErrorIs(l, err, waitlist.ErrPlacesFree)
		ada := l.join("Ada", waitlist.Wish{Places: 2})
		for _, try := range []bms.WaitEntry{{Entry: ada.Entry, Link: "aaaa"}, {Entry: waitlist.Entry{ID: "wle_x"}, Link: ada.Link}} {
			_, err = l.claim(try)
			require.ErrorIs(l, err, waitlist.ErrNoEntry)
			_, err = l.Waitlists.Get(l.Context(), try.ID, try.Link)
			require.ErrorIs(l, err, waitlist.ErrNoEntry)
			_, err = l.Waitlists.Leave(l.Context(), bms.LeaveRequest{EntryID: try.ID, Link: try.Link})
			require.ErrorIs(l, err, waitlist.ErrNoEntry)
			_, err = l.Waitlists.Rejoin(l.Context(), bms.RejoinRequest{EntryID: try.ID, Link: try.Link})
			require.ErrorIs(l, err, waitlist.ErrNoEntry)
		}
		_, err = l.claim(ada)
		require.ErrorIs(l, err, waitlist.ErrNoOffer)
	})
}

func TestWaitlist_ARefusedClaimLeavesTheOffer(t *testing.T) {
	o := four(t)
	o.Programme.Show.Seating.MaxPerHold, o.Programme.Show.Seating.MaxPerBuyer = 4, 4
	inLine(t, o, func(l line) {
		mine := bms.HoldRequest{ShowID: l.Programme.Show.ID, Visitor: "visitor-of-Ada", Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}}
		_, err := l.Holds.Create(l.Context(), mine)
		require.NoError(l, err)
		rest := l.Hold("stalls-A-2", "stalls-A-3", "stalls-A-4")
		ada := l.join("Ada", waitlist.Wish{Places: 3})
		l.release(rest)
		l.drain()
		_, err = l.Waitlists.Claim(l.Context(), bms.ClaimRequest{EntryID: ada.ID, Link: ada.Link, BuyerTypes: []string{"dog"}})
		require.True(l, fault.Is(err, fault.Invalid))
		assert.Equal(l, "buyer_types[0]", fault.Of(err).Field)
		require.Equal(l, waitlist.Offered, l.get(ada).State)
		hold, err := l.Waitlists.Claim(l.Context(), bms.ClaimRequest{EntryID: ada.ID, Link: ada.Link, Visitor: "visitor-of-Ada", BuyerTypes: []string{"child"}})
		require.NoError(l, err, "three and one are four")
		assert.Equal(l, "child", hold.Seats[0].BuyerType)
	})
}

func TestWaitlist_LimitsPerBuyerHold(t *testing.T) {
	o := four(t)
	o.Programme.Show.Seating.MaxPerHold, o.Programme.Show.Seating.MaxPerBuyer = 3, 3
	inLine(t, o, func(l line) {
		mine := bms.HoldRequest{ShowID: l.Programme.Show.ID, Visitor: "visitor-of-Ada", Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}}
		_, err := l.Holds.Create(l.Context(), mine)
		require.NoError(l, err)
		rest := l.Hold("stalls-A-2", "stalls-A-3", "stalls-A-4")
		_, err = l.Waitlists.Join(l.Context(), l.ask("Ada", waitlist.Wish{Places: 4}))
		assert.Equal(l, "places", fault.Of(err).Field)
		ada := l.join("Ada", waitlist.Wish{Places: 3})
		l.release(rest)
		l.drain()
		_, err = l.claim(ada)
		require.ErrorIs(l, err, seating.ErrLimit)
		assert.Equal(l, waitlist.Offered, l.get(ada).State)
	})
}

func TestWaitlist_ClosedWithItsShow(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		ada, bob := l.join("Ada", waitlist.Wish{Places: 2}), l.join("Bob", waitlist.Wish{Places: 3})
		l.release(held)
		l.drain()
		require.Equal(l, waitlist.Offered, l.get(ada).State)
		_, err := l.Shows.SetStatus(l.Context(), l.Programme.Show.ID, catalog.Cancelled)
		require.NoError(l, err)
		l.drain()
		for _, e := range []bms.WaitEntry{ada, bob} {
			assert.Equal(l, waitlist.Closed, l.get(e).State)
			assert.Contains(l, l.mails(e), notify.WaitlistClosed)
			_, err = l.claim(e)
			require.ErrorIs(l, err, waitlist.ErrNoOffer)
		}
		_, err = l.Waitlists.Join(l.Context(), l.ask("Cyd", waitlist.Wish{Places: 1}))
		require.ErrorIs(l, err, catalog.ErrCancelled)
	})
}

func TestWaitlist_ClosedWhenSalesEnd(t *testing.T) {
	inLine(t, four(t), func(l line) {
		l.Buy(strings.Fields(seats4)...)
		ada := l.join("Ada", waitlist.Wish{Places: 2})
		l.Clock.Advance(48 * time.Hour)
		l.drain()
		assert.Equal(l, waitlist.Closed, l.get(ada).State)
	})
}

func TestWaitlist_PausedSalesCostNobodyTheOffer(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		ada := l.join("Ada", waitlist.Wish{Places: 2})
		l.release(held)
		l.drain()
		_, err := l.Shows.SetStatus(l.Context(), l.Programme.Show.ID, catalog.Paused)
		require.NoError(l, err)
		_, err = l.claim(ada)
		require.ErrorIs(l, err, catalog.ErrPaused)
		l.Clock.Advance(31 * time.Minute)
		l.drain()
		assert.Equal(l, waitlist.Waiting, l.get(ada).State)
		_, err = l.Shows.SetStatus(l.Context(), l.Programme.Show.ID, catalog.OnSale)
		require.NoError(l, err)
		l.drain()
		assert.Equal(l, waitlist.Offered, l.get(ada).State)
	})
}

func TestWaitlist_AnOfferEndsWithTheSale(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		ada := l.join("Ada", waitlist.Wish{Places: 2})
		_ = held
		l.Clock.Advance(47*time.Hour + 50*time.Minute)
		l.drain()
		assert.Equal(l, l.Programme.Show.StartsAt, l.get(ada).Offer.Until)
	})
}

func TestWaitlist_WithoutBackgroundWorkPlacesReturnToSale(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		l.join("Ada", waitlist.Wish{Places: 2})
		l.release(held)
		l.drain()
		l.Clock.Advance(36 * time.Minute)
		l.Hold(strings.Fields(seats4)...)
	})
}

func TestWaitlist_PlacesThatTheHouseTakesBackEndNoWait(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, four(t))
	l := line{t, kit}
	held := l.Hold(strings.Fields(seats4)...)
	ada := l.join("Ada", waitlist.Wish{Places: 2})
	l.release(held)
	l.drain()
	_, err := l.Seats.Unblock(t.Context(), bms.UnblockRequest{ShowID: l.Programme.Show.ID, HoldID: l.get(ada).Offer.HoldID, Seats: []string{"stalls-A-2"}})
	require.NoError(t, err)
	report, err := l.Audit(t.Context())
	require.NoError(t, err)
	require.Len(t, report.Violations, 1)
	assert.Equal(t, "offer_and_hold_differ", report.Violations[0].Check)
	assert.Equal(t, string(ada.ID), report.Violations[0].Subject)
	_, err = l.claim(ada)
	require.ErrorIs(t, err, waitlist.ErrNoOffer)
	l.drain()
	assert.Len(t, l.get(ada).Places, 2, "offered anew")
	kit.MustBeClean()
}

func TestAudit_NamesPlacesKeptForNoOffer(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, four(t))
	_, err := kit.Seats.Block(t.Context(), bms.BlockRequest{ShowID: kit.Programme.Show.ID, Seats: []string{"stalls-A-1"}, Reason: "offered to the waiting list"})
	require.NoError(t, err)
	report, err := kit.Audit(t.Context())
	require.NoError(t, err)
	require.Len(t, report.Violations, 1)
	assert.Equal(t, "offer_and_hold_differ", report.Violations[0].Check)
}

// crowd has the first 500 of a line wait for the same: as many as are read at a time.
func (l line) crowd(w waitlist.Wish) {
	l.Helper()
	require.NoError(l, l.DB().Update(l.Context(), func(tx store.Tx) error {
		for n := range int64(500) {
			person := waitlist.Person{Name: "Crowd", Email: fmt.Sprintf("crowd%d@example.com", n)}
			e, err := waitlist.Join(l.Programme.Show.ID, person, w, tx.Now())
			if err == nil {
				err = tx.AddWaitEntry(l.Context(), e.Numbered(n+1))
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestWaitlist_TheWholeLineIsLookedAt: whoever stands behind many who want what is not there has the offer all the same, and an offer
// that ends far behind goes to the next.
func TestWaitlist_TheWholeLineIsLookedAt(t *testing.T) {
	inLine(t, bmstest.Options{Programme: rowOf(t, "ggss", "")}, func(l line) {
		held := l.Hold("stalls-A-1", "stalls-A-2")
		l.Hold("stalls-A-3", "stalls-A-4")
		l.crowd(waitlist.Wish{Places: 2, Category: "silver"})
		late, after := l.join("Late", waitlist.Wish{Places: 2, Category: "gold"}), l.join("After", waitlist.Wish{Places: 2, Category: "gold"})
		l.release(held)
		l.drain()
		assert.Equal(l, waitlist.Offered, l.get(late).State)
		assert.Equal(l, 500, l.get(after).Ahead)
		l.Clock.Advance(31 * time.Minute)
		l.drain()
		assert.Equal(l, waitlist.Ended, l.get(late).State)
		assert.Equal(l, waitlist.Offered, l.get(after).State)
	})
}

// A line that takes too long to read is read another time: the other requests of the show wait meanwhile.
func TestWaitlist_ARoundEndsInTime(t *testing.T) {
	t.Parallel()
	var slow atomic.Bool
	var looks atomic.Int64
	o := bmstest.Options{Programme: rowOf(t, "ggss", ""), Open: func(t testing.TB, now func() time.Time) store.DB {
		return openSQLite(t, func() time.Time { // each look at the clock takes a while
			if slow.Load() {
				looks.Add(1)
			}
			return now().Add(time.Duration(looks.Load()) * 300 * time.Millisecond)
		})
	}}
	l := line{t, bmstest.New(t, o)}
	held := l.Hold("stalls-A-1", "stalls-A-2")
	l.Hold("stalls-A-3", "stalls-A-4")
	l.crowd(waitlist.Wish{Places: 2, Category: "silver"})
	late := l.join("Late", waitlist.Wish{Places: 2, Category: "gold"})
	l.release(held)
	slow.Store(true)
	l.drain()
	slow.Store(false)
	assert.Equal(t, waitlist.Waiting, l.get(late).State)
	l.Clock.Advance(2 * time.Minute)
	l.drain()
	assert.Equal(t, waitlist.Offered, l.get(late).State)
}

// claimers is how many claim one offer at once.
const claimers = 50

func TestWaitlist_OneOfManyClaimsWins(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		ada := l.join("Ada", waitlist.Wish{Places: 2})
		l.release(held)
		l.drain()
		second := l.Another(l.Bank)
		errs := make([]error, claimers)
		var wait sync.WaitGroup
		for i := range claimers {
			wait.Go(func() {
				node := []*bms.Client{l.Client, second}[i%2]
				_, errs[i] = node.Waitlists.Claim(l.Context(), bms.ClaimRequest{EntryID: ada.ID, Link: ada.Link, Visitor: fmt.Sprint("visitor-", i)})
			})
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			assert.ErrorIs(l, err, waitlist.ErrClaimed)
		}
		assert.Equal(l, 1, won)
		open, err := l.Holds.Open(l.Context(), l.Programme.Show.ID)
		require.NoError(l, err)
		require.Len(l, open, 1)
		assert.Equal(l, l.get(ada).Hold, open[0].ID)
	})
}

// TestWaitlist_OfferOrBuyerNeverBoth: the line and ordinary buyers want the same places at once, on two nodes.
func TestWaitlist_OfferOrBuyerNeverBoth(t *testing.T) {
	inLine(t, four(t), func(l line) {
		second := l.Another(l.Bank)
		offers, bought := 0, 0
		for range 8 {
			held := l.Hold(strings.Fields(seats4)...)
			ada := l.join("Ada", waitlist.Wish{Places: 4})
			l.release(held)
			var wait sync.WaitGroup
			var buyer bms.Hold
			var refused, served error
			wait.Go(func() { served = second.Drain(context.WithoutCancel(l.Context())) })
			wait.Go(func() {
				buyer, refused = l.Holds.Create(l.Context(), bms.HoldRequest{ShowID: l.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-2"}}})
			})
			wait.Wait()
			require.NoError(l, served)
			offered := l.get(ada).State == waitlist.Offered
			require.NotEqual(l, offered, refused == nil, "one of them: %v", refused)
			if offered {
				offers++
				require.ErrorIs(l, refused, seating.ErrTaken)
			} else {
				bought++
				l.release(buyer)
			}
			l.leave(ada)
		}
		assert.Equal(l, 8, offers+bought)
	})
}

func TestConfig_OfferForIsBounded(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	for _, bad := range []time.Duration{-1, time.Second, 25 * time.Hour} {
		_, err := bms.New(kit.DB(), bms.Config{OfferFor: bad})
		require.True(t, fault.Is(err, fault.Invalid), bad)
		assert.Equal(t, "offer_for", fault.Of(err).Field)
	}
}
