package advisor_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/cmd/storefront/internal/advisor"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/store"
	"github.com/marquee-tickets/marquee/recommend/store/sqlite"
	"github.com/marquee-tickets/marquee/storefront/foryou"
)

// journalIn opens the journal in a folder, beside an advisor that may have it open.
func journalIn(t *testing.T, folder string) *store.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(folder, "recommend.db"))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	return db
}

func TestAdvisor_RecordsNothingThatThereIsNot(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	shown, ghost, nowhere := w.deed("ann", foryou.DeedView, 0), w.deed("ann", foryou.DeedView, 0), w.deed("ann", foryou.DeedView, 1)
	ghost.Event, nowhere.City = "evt_nobody_has_it", "atlantis"
	w.record(ghost, shown, nowhere)
	cities := map[recommend.ItemID]string{}
	require.NoError(t, journalIn(t, w.data).EachFeedback(t.Context(), time.Time{}, func(f recommend.Feedback) error {
		cities[f.Item] = f.City
		return nil
	}))
	assert.Equal(t, map[recommend.ItemID]string{recommend.ItemID(w.events[0]): "mumbai", recommend.ItemID(w.events[1]): ""}, cities)
}

func TestAdvisor_MailsToWhoHasNotAgreedAreInNoExperiment(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{Experiment: "variety"})
	w.book("ann", 0, "stalls-A-1")
	w.until("the mail is sent", func() bool { return len(w.Mails.Mails()) > 0 })
	assert.Contains(t, w.Mails.Mails()[0].Text, "You may also like")
	journal := journalIn(t, w.data)
	rows, err := journal.ExperimentRows(t.Context(), "variety")
	require.NoError(t, err)
	assert.Empty(t, rows)

	w.record(w.deed("bob", foryou.DeedHold, 0)) // he has agreed
	w.book("bob", 0, "stalls-A-2")
	w.until("his mail is", func() bool {
		rows, err := journal.ExperimentRows(t.Context(), "variety")
		return err == nil && len(rows) == 1 && rows[0].Units == 1
	})
}

// blockRest takes what is left of a show from sale.
func (w *town) blockRest(show catalog.ShowID) {
	w.Helper()
	snap, err := w.Seats.Snapshot(w.Context(), show)
	require.NoError(w, err)
	ask := bms.BlockRequest{ShowID: show, Reason: "the house is let", Key: string(show), Areas: []seating.Places{{Area: "floor", N: 40}}}
	for i, s := range snap.Plan.Seats {
		if snap.Of(int32(i)) == seating.Free {
			ask.Seats = append(ask.Seats, s.Name)
		}
	}
	_, err = w.Seats.Block(w.Context(), ask)
	require.NoError(w, err)
}

func TestAdvisor_SoldOutEventsAreHiddenFromEngines(t *testing.T) {
	t.Parallel()
	w := open(t, advisor.Config{})
	journal := journalIn(t, w.data)
	hidden := func() bool {
		items, err := journal.Items(t.Context())
		require.NoError(t, err)
		i := slices.IndexFunc(items, func(i recommend.Item) bool { return i.ID == recommend.ItemID(w.events[1]) })
		require.NotEmpty(t, items[i].Places, "it is where it was")
		return items[i].Hidden
	}
	b := w.book("ann", 1, "stalls-A-1")
	assert.False(t, hidden())
	w.blockRest(w.shows[1])
	e, err := w.Catalog.Event(t.Context(), w.events[1])
	require.NoError(t, err)
	w.until("nothing of it is left", func() bool {
		require.NoError(t, w.Catalog.PutEvent(t.Context(), e)) // it is looked at anew
		return hidden()
	})

	_, err = w.Bookings.Cancel(t.Context(), bms.CancelRequest{BookingID: b.ID, By: booking.ByBuyer, Key: "cancel"})
	require.NoError(t, err)
	w.until("a seat has come back", func() bool { return slices.Contains(w.suggested(foryou.Wish{N: 10}), w.events[1]) })
}

func TestOpen_WithoutGorseTheJournalKeepsNothingForIt(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, c := range []struct {
		gorse string
		kept  int
	}{{"http://127.0.0.1:1", 1}, {"", 0}} {
		journal := journalIn(t, folder)
		require.NoError(t, journal.PutUsers(t.Context(), []recommend.User{{ID: "usr_1", City: "berlin" + c.gorse}}))
		adv, err := advisor.Open(t.Context(), advisor.Config{Data: folder, Gorse: c.gorse})
		require.NoError(t, err)
		if c.gorse != "" { // which is never reached
			_, err = journal.News(t.Context(), "gorse", 10)
			require.NoError(t, err)
		}
		require.NoError(t, journal.Prune(t.Context(), time.Now().Add(time.Hour)))
		require.NoError(t, adv.Close())
		left, err := journalIn(t, folder).News(t.Context(), "somebody else", 10)
		require.NoError(t, err)
		assert.Len(t, left, c.kept, "with Gorse at %q", c.gorse)
		require.NoError(t, journal.Retire(t.Context(), "somebody else"))
	}
}
