package bms_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"regexp"
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
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/store"
)

var mailedLink = regexp.MustCompile(`/bookings/bkg_[0-9a-z]+\?t=([a-z2-7]{26})`)

// linkIn is the link that a mail of a kind has.
func linkIn(t *testing.T, kit *bmstest.Kit, kind notify.Kind) string {
	t.Helper()
	found := mailedLink.FindStringSubmatch(lastMail(t, kit, kind).Text)
	require.NotNil(t, found)
	return found[1]
}

func renew(t *testing.T, kit *bmstest.Kit, b bms.Booking, key string) booking.Booking {
	t.Helper()
	after, err := kit.Bookings.RenewLink(t.Context(), bms.RenewLinkRequest{BookingID: b.ID, Link: b.Link, Key: key})
	require.NoError(t, err)
	return after
}

func TestRenewLink_EndsTheOldLinkAndMailsTheNewOne(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		after := renew(t, kit, b, "")
		assert.Equal(t, 1, after.LinkGeneration)
		_, err := kit.Bookings.ByLink(t.Context(), b.ID, b.Link)
		require.ErrorIs(t, err, bms.ErrNoBooking)

		require.NoError(t, kit.Drain(t.Context()))
		mail := lastMail(t, kit, notify.LinkRenewed)
		assert.Equal(t, bmstest.Ada.Email, mail.To)
		assert.Equal(t, string(b.ID), mail.BookingID)
		link := linkIn(t, kit, notify.LinkRenewed)
		assert.NotEqual(t, b.Link, link)
		opened, err := kit.Bookings.ByLink(t.Context(), b.ID, link)
		require.NoError(t, err)
		assert.Equal(t, after, opened.Booking)
		found, err := kit.Bookings.ByReference(t.Context(), b.Reference.Display(), bmstest.Ada.Email)
		require.NoError(t, err)
		assert.Equal(t, link, found.Link)

		again := renew(t, kit, opened, "")
		assert.Equal(t, 2, again.LinkGeneration)
		for _, old := range []string{b.Link, link} {
			_, err = kit.Bookings.ByLink(t.Context(), b.ID, old)
			require.ErrorIs(t, err, bms.ErrNoBooking)
		}
		kit.MustBeClean()
	})
}

func TestRenewLink_RefusesALinkThatIsNotThePresentOneLikeABookingThatIsNotThere(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b, other := kit.Book(kit.Hold("stalls-A-1")), kit.Book(kit.Hold("stalls-A-2"))
		renew(t, kit, b, "")
		for _, r := range []bms.RenewLinkRequest{
			{BookingID: b.ID},
			{BookingID: b.ID, Link: b.Link},
			{BookingID: b.ID, Link: other.Link},
			{BookingID: other.ID, Link: b.Link, Key: "k"},
			{BookingID: "bkg_none", Link: b.Link},
			{BookingID: "bkg_none", ByOperator: true},
			{BookingID: "bkg_\x00", ByOperator: true},
			{},
		} {
			_, err := kit.Bookings.RenewLink(t.Context(), r)
			require.Equal(t, bms.ErrNoBooking, err, "%+v", r)
		}
		same, err := kit.Bookings.ByLink(t.Context(), other.ID, other.Link)
		require.NoError(t, err)
		assert.Zero(t, same.LinkGeneration)
		kit.MustBeClean()
	})
}

func TestRenewLink_UnderItsKeyIsDoneOnceAndTellsTheLinkToNobody(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		first := renew(t, kit, b, "k1")
		assert.Equal(t, first, renew(t, kit, b, "k1"))
		_, err := kit.Bookings.RenewLink(t.Context(), bms.RenewLinkRequest{BookingID: b.ID, ByOperator: true, Key: "k1"})
		require.ErrorIs(t, err, bms.ErrKeyReused)
		kit.MustBeClean()
		assert.Len(t, kit.Mails.To(bmstest.Ada.Email, notify.LinkRenewed), 1)
		now, err := kit.Bookings.Get(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Equal(t, first, now)
	})
}

func TestRenewLink_ByTheOperatorNeedsNoLink(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Buy("stalls-A-1", "stalls-A-2")
		found, err := kit.Bookings.GetByReference(t.Context(), " "+strings.ToLower(b.Reference.Display()))
		require.NoError(t, err)
		assert.Equal(t, b, found)
		after, err := kit.Bookings.RenewLink(t.Context(), bms.RenewLinkRequest{BookingID: found.ID, ByOperator: true, Key: "k1"})
		require.NoError(t, err)
		assert.Equal(t, booking.Confirmed, after.Status, "a sale as before")
		codes, err := kit.Tickets.Codes(t.Context(), after)
		require.NoError(t, err)
		before, err := kit.Tickets.Codes(t.Context(), b)
		require.NoError(t, err)
		assert.Equal(t, before, codes, "tickets admit as before")
		kit.MustBeClean()

		_, err = kit.Bookings.GetByReference(t.Context(), "2222-2222")
		require.Equal(t, bms.ErrNoBooking, err)
		_, err = kit.Bookings.GetByReference(t.Context(), "no reference")
		assert.True(t, fault.Is(err, fault.Invalid))
	})
}

// What waited in the outbox while a link was made anew is delivered with the link that opens the booking then.
func TestRenewLink_MailsThatAreDeliveredLaterHaveTheNewLink(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		kit.Mails.Break(errors.New("the mail server is down"))
		b := kit.Buy("stalls-A-1")
		require.NoError(t, kit.Drain(t.Context()))
		opened, err := kit.Bookings.ByReference(t.Context(), b.Reference.Display(), bmstest.Ada.Email)
		require.NoError(t, err)
		renew(t, kit, opened, "")
		kit.Mails.Break(nil)
		kit.Clock.Advance(time.Hour)
		kit.MustBeClean()
		link := linkIn(t, kit, notify.BookingConfirmed)
		assert.Equal(t, link, linkIn(t, kit, notify.LinkRenewed))
		_, err = kit.Bookings.ByLink(t.Context(), b.ID, link)
		require.NoError(t, err)
	})
}

// Links that were mailed before there were generations are those of generation 0.
func TestLink_OfGeneration0IsAsItAlwaysWas(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		var secret []byte
		require.NoError(t, kit.DB().Update(t.Context(), func(tx store.Tx) error {
			var err error
			secret, err = tx.Setting(t.Context(), "guest_secret", []byte("a secret of an installation"))
			return err
		}))
		b := kit.Book(kit.Hold("stalls-A-1"))
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte("booking\x00" + string(b.ID)))
		want := base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding).EncodeToString(mac.Sum(nil)[:16])
		assert.Equal(t, want, b.Link)
	})
}

// reading counts who read by a link.
type reading struct {
	ended         atomic.Bool // the link has, says who ended it
	before, after atomic.Int32
}

// read opens a booking by its link.
func (r *reading) read(t *testing.T, kit *bmstest.Kit, b bms.Booking) {
	over := r.ended.Load()
	_, err := kit.Bookings.ByLink(context.WithoutCancel(t.Context()), b.ID, b.Link)
	switch {
	case err == nil && over:
		r.after.Add(1)
	case err == nil:
		r.before.Add(1)
	default:
		assert.ErrorIs(t, err, bms.ErrNoBooking)
	}
}

// raceReads ends a link while others read by it, and returns how many read by it before, and after that had returned.
func raceReads(t *testing.T, kit *bmstest.Kit, end func(bms.Booking) error) (before, after int32) {
	t.Helper()
	b := kit.Book(kit.Hold("stalls-A-1"))
	var r reading
	var wait sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		wait.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					r.read(t, kit, b)
				}
			}
		})
	}
	for range 20 {
		r.read(t, kit, b)
	}
	require.NoError(t, end(b))
	r.ended.Store(true)
	for range 20 {
		r.read(t, kit, b)
	}
	close(stop)
	wait.Wait()
	return r.before.Load(), r.after.Load()
}

func TestRenewLink_WhoeverReadsMeanwhileIsShutOutWhenItReturns(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		before, after := raceReads(t, kit, func(b bms.Booking) error {
			_, err := kit.Bookings.RenewLink(t.Context(), bms.RenewLinkRequest{BookingID: b.ID, Link: b.Link})
			return err
		})
		assert.Positive(t, before)
		assert.Zero(t, after)
	})
}

// The negative control: a renewal that only counts, and leaves what the booking is opened by, shuts nobody out, and the test sees it.
func TestRenewLink_WithoutTheHashShutsNobodyOut(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		_, after := raceReads(t, kit, func(b bms.Booking) error {
			next := b.RenewLink(b.AccessHash, kit.Now())
			return kit.DB().Update(t.Context(), func(tx store.Tx) error { return tx.UpdateBooking(t.Context(), next) })
		})
		assert.Positive(t, after)
	})
}

// meetingDB has the reads of several callers meet: none of them goes on before all have read.
type meetingDB struct {
	store.DB
	left      atomic.Int32
	all       sync.WaitGroup
	one       sync.Mutex
	forgetful bool // overwrites bookings whatever became of them since: for negative controls
}

func (d *meetingDB) arm(callers int) {
	d.all.Add(callers)
	d.left.Store(int32(callers))
}

func (d *meetingDB) Read(ctx context.Context, fn func(store.Tx) error) error {
	err := d.DB.Read(ctx, fn)
	if d.left.Add(-1) >= 0 {
		d.all.Done()
		d.all.Wait()
	}
	return err
}

func (d *meetingDB) Update(ctx context.Context, fn func(store.Tx) error) error {
	if !d.forgetful {
		return d.DB.Update(ctx, fn)
	}
	d.one.Lock()
	defer d.one.Unlock()
	return d.DB.Update(ctx, func(tx store.Tx) error { return fn(forgetfulTx{tx}) })
}

type forgetfulTx struct{ store.Tx }

func (tx forgetfulTx) UpdateBooking(ctx context.Context, b booking.Booking) error {
	stored, err := tx.Booking(ctx, b.ID)
	b.Version = stored.Version + 1
	return errors.Join(err, tx.Tx.UpdateBooking(ctx, b))
}

// raceRenewals has four renew one link, each of whom has read the booking before the first of them writes. It returns how many
// did, and how many mails that made.
func raceRenewals(t *testing.T, open func(testing.TB, func() time.Time) store.DB, forgetful bool) (renewed int32, mails int) {
	t.Helper()
	const callers = 4
	db := &meetingDB{forgetful: forgetful}
	kit := bmstest.New(t, bmstest.Options{Open: func(t testing.TB, now func() time.Time) store.DB {
		db.DB = open(t, now)
		return db
	}})
	b := kit.Book(kit.Hold("stalls-A-1"))
	var done atomic.Int32
	var wait sync.WaitGroup
	db.arm(callers)
	for range callers {
		wait.Go(func() {
			_, err := kit.Bookings.RenewLink(context.WithoutCancel(t.Context()), bms.RenewLinkRequest{BookingID: b.ID, Link: b.Link})
			if err == nil {
				done.Add(1)
				return
			}
			assert.ErrorIs(t, err, bms.ErrNoBooking)
		})
	}
	wait.Wait()
	require.NoError(t, kit.Drain(t.Context()))
	return done.Load(), len(kit.Mails.Mails())
}

func TestRenewLink_OfSeveralAtOnceOneRenewsIt(t *testing.T) {
	t.Parallel()
	for name, open := range engines() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			renewed, mails := raceRenewals(t, open, false)
			assert.EqualValues(t, 1, renewed)
			assert.Equal(t, 1, mails)
			renewed, _ = raceRenewals(t, open, true)
			assert.EqualValues(t, 4, renewed, "the negative control: without the version all of them do")
		})
	}
}

// engines open a database of each engine.
func engines() map[string]func(testing.TB, func() time.Time) store.DB {
	return map[string]func(testing.TB, func() time.Time) store.DB{"sqlite": openSQLite, "postgres": openPostgres}
}
