package adserver_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/journal"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// What package adserver promises, one by one: where it is tested, and what shows that the test fails without its guard.
//
//	spent and reserved ≤ limit     TestEngine_NoOverspend, TestBurst_…     budget.TestSet_NegativeControl, store.TestLease_ByReadingFirstExceedsTheLimit
//	a token counts once            TestEngine_CountedOnce, TestReplay_…    TestOnce_TheDatabaseRemembersForALostDisk (its end), token.TestBits_NegativeControl
//	acknowledged is on disk        TestAcknowledged_…, TestCheckpoint_…    TestAcknowledged_BeforeTheDiskIsLost; cmd/adserver.TestCrash kills the program
//	and reaches the books once     TestBooks_BatchesOnce                   TestBooks_WithoutThePositionCountTwice
//	the books balance              TestBooks_Balance                       TestBooks_RoundedOnBothSidesAreRefused
//	no token is made twice         TestEngine_SerialsNeverRepeat           TestEpoch_GivenTwiceMakesOneTokenOfTwo
//	forged, expired … never bill   TestNeverBilled_…, TestEngine_Forged…   TestNeverBilled_WithoutTheSealOrTheTime
//	reports are the ledger's sum   TestReports_AreTheLedgersSum            TestReports_OfMemoryAreNot

// copied is a folder as a power cut leaves it: what is in its files at this moment.
func copied(t testing.TB, dir string) string {
	t.Helper()
	to := t.TempDir()
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// A node whose disk is lost knows by the database what it has counted, and counts what never got there. Without the database's marks it would count all again.
func TestOnce_TheDatabaseRemembersForALostDisk(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	var list [3]adserver.Ad
	for n := range list {
		list[n] = m.one(userName(n))
		list[n].Token = bytes.Clone(list[n].Token)
	}
	lose := func() {
		t.Helper()
		require.NoError(t, m.Abandon())
		require.NoError(t, os.RemoveAll(filepath.Join(m.dir, "journal")))
		require.NoError(t, os.Remove(filepath.Join(m.dir, "journal.id")))
	}
	assert.Equal(t, adserver.Counted, m.view(list[0]).Result)
	require.NoError(t, m.Flush(t.Context()))
	assert.Equal(t, adserver.Counted, m.view(list[1]).Result, "in the journal alone")
	lose()
	m.open()
	assert.Equal(t, adserver.Duplicate, m.view(list[0]).Result)
	assert.Equal(t, adserver.Counted, m.view(list[1]).Result)
	assert.Equal(t, int64(2), m.books().views, "each once")

	lose()
	require.NoError(t, m.raw().Update(t.Context(), func(tx sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), "delete from ad_mark")
		return err
	}))
	m.open()
	assert.Equal(t, adserver.Counted, m.view(list[0]).Result, "nobody remembers it")
}

// events are those of a journal that was copied.
func events(t testing.TB, dir string) (list []ledger.Event) {
	t.Helper()
	j, err := journal.Open(journal.Config{Dir: copied(t, dir)})
	require.NoError(t, err)
	defer func() { require.NoError(t, j.Close()) }()
	require.NoError(t, j.Read(j.First(), func(_ uint64, record []byte) error {
		var ev ledger.Event
		err := ev.Read(record)
		list = append(list, ev)
		return err
	}))
	return list
}

// At the moment that a beacon is answered, the disk has it, synced: also the answer to one that was sent again while the first was on its way.
func TestAcknowledged_IsOnDisk(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	disk := m.onDisk()
	for n := range 10 {
		ad := m.one(userName(n))
		tok := bytes.Clone(ad.Token)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				o, err := m.View(context.Background(), tok, visit())
				assert.NoError(t, err)
				on := 0
				for _, ev := range m.synced(disk) {
					if ev.Serial == o.Token.Serial {
						on++
					}
				}
				assert.Equal(t, 1, on, o.Result)
			})
		}
		all.Wait()
	}
}

// Who answers when a record is appended, and not when it is on disk, has acknowledged what a power cut takes.
func TestAcknowledged_BeforeTheDiskIsLost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := journal.Open(journal.Config{Dir: dir})
	require.NoError(t, err)
	defer func() { require.NoError(t, j.Close()) }()
	ev := ledger.Event{Kind: ledger.View, Serial: 7, At: time.Unix(1, 0)}
	group := j.AppendWith(ev.Append(nil), func(uint64) { assert.Empty(t, events(t, dir)) }) // the record has its number
	require.NoError(t, group.Wait(t.Context()))
	assert.Len(t, events(t, dir), 1)
}

// However many bring the journal to the database at once, while it grows: once.
func TestBooks_BatchesOnce(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	var seen atomic.Int64
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for n := range 25 {
				var a adserver.Answer
				assert.NoError(t, m.Decide(request(userName(100*worker+n)), &a))
				for _, ad := range a.Ads {
					_, err := m.View(context.Background(), ad.Token, visit())
					assert.NoError(t, err)
					seen.Add(1)
				}
			}
		})
		all.Go(func() {
			for range 10 {
				assert.NoError(t, m.Flush(context.Background()))
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, seen.Load(), m.books().views)
}

// The same events under a number that nobody has seen count again: it is the number that keeps them apart.
func TestBooks_WithoutThePositionCountTwice(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), nil)
	m.open()
	m.view(m.one("ann"))
	assert.EqualValues(t, 1, m.books().views)
	again := func(from uint64) bool {
		var b ledger.Batcher
		b.Reset(0, from)
		for _, ev := range events(t, filepath.Join(m.dir, "journal")) {
			b.Add(&ev)
		}
		applied, err := m.db.Apply(t.Context(), b.Batch())
		require.NoError(t, err)
		return applied
	}
	assert.False(t, again(0))
	assert.EqualValues(t, 1, m.books().views)
	position, err := m.db.Position(t.Context(), 0)
	require.NoError(t, err)
	assert.True(t, again(position))
	assert.EqualValues(t, 2, m.reported(store.Query{}).Views, "twice")
}

// reported is the one row of a report of everything.
func (m *market) reported(q store.Query) (sum store.Figures) {
	m.t.Helper()
	now := *m.now.Load()
	q.All, q.From, q.To = true, now.AddDate(0, 0, -30), now.AddDate(0, 0, 1)
	rows, err := m.db.Report(context.Background(), q)
	require.NoError(m.t, err)
	sum.Invalid = map[uint8]int64{}
	for _, r := range rows {
		sum.Views += r.Views
		sum.Clicks += r.Clicks
		sum.Gross += r.Gross
		sum.Share += r.Share
		for reason, n := range r.Invalid {
			sum.Invalid[reason] += n
		}
	}
	return sum
}

// busy has some look at ads of several lines, with prices and shares that do not divide.
func (m *market) busy(n int) {
	m.t.Helper()
	for i := range n {
		r := request(userName(i))
		if i%7 == 0 {
			r.Visitor.Agent = []byte("curl/8.0")
		}
		for _, ad := range m.decide(r) {
			v := visit()
			v.Agent = r.Visitor.Agent
			_, err := m.View(context.Background(), ad.Token, v)
			require.NoError(m.t, err)
			if i%3 == 0 {
				m.click(ad)
			}
		}
	}
}

// odd is a market with prices and shares that do not divide.
func odd(t *testing.T) *market {
	t.Helper()
	m := newMarket(t, 100*ads.Unit, nil)
	kept, err := m.db.Publishers.Get(t.Context(), m.publisher.ID)
	require.NoError(t, err)
	kept.Value.Share = 333_333
	_, err = m.db.Publishers.Update(t.Context(), by, kept.Value, kept.Revision)
	require.NoError(t, err)
	for n := range 3 {
		m.line(m.campaign(nil), func(l *ads.Line) { l.Name, l.Bid = userName(n), 2*ads.Unit+ads.Nano(n)*7_777_000 })
	}
	m.line(m.campaign(nil), func(l *ads.Line) { l.Name, l.Pricing, l.Bid = "Clicks", ads.CPC, 3*ads.Unit+1 })
	return m.open()
}

// What the publisher, the platform and the advertiser have is what the events say, and sums to nothing.
func TestBooks_Balance(t *testing.T) {
	t.Parallel()
	m := odd(t)
	m.busy(150)
	require.NoError(t, m.Flush(t.Context()))
	var gross, share ads.Nano
	for _, ev := range events(t, filepath.Join(m.dir, "journal")) {
		gross += ev.Gross
		share += ev.Share
	}
	require.Positive(t, gross)
	want := map[ledger.Account]ads.Nano{
		{Kind: ledger.OfAdvertiser, ID: uint32(m.advertiser.ID), Currency: "USD"}: 100*ads.Unit - gross,
		{Kind: ledger.OfPublisher, ID: uint32(m.publisher.ID), Currency: "USD"}:   share,
		{Kind: ledger.OfPlatform, Currency: "USD"}:                                gross - share,
		{Kind: ledger.OfGateway, Currency: "USD"}:                                 -100 * ads.Unit,
	}
	var accounts []ledger.Account
	for a := range want {
		accounts = append(accounts, a)
	}
	got, err := m.db.Balances(t.Context(), accounts...)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	m.books() // with an audit
}

// Who rounds both shares loses a billionth here and there: the books refuse it.
func TestBooks_RoundedOnBothSidesAreRefused(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	const gross, rate = ads.Nano(2_000_001), 333_333
	theirs, _ := gross.Share(rate)
	ours, _ := gross.Share(1_000_000 - rate)
	require.NotEqual(t, gross, theirs+ours)
	entry := func(platform ads.Nano) ledger.Entry {
		postings := ledger.Split(m.advertiser.ID, m.publisher.ID, "USD", gross, theirs)
		postings[2].Amount = platform
		return ledger.Entry{Ref: "rounded", Kind: ledger.Refund, At: *m.now.Load(), Postings: postings}
	}
	_, err := m.db.Post(t.Context(), entry(ours))
	require.Error(t, err)
	_, err = m.db.Post(t.Context(), entry(gross-theirs))
	require.NoError(t, err)
}

// Two lives with one number, as of a number that was not durable, make the same token for two ads, and who sees the second is taken for the first.
func TestEpoch_GivenTwiceMakesOneTokenOfTwo(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	require.NoError(t, m.db.Close())
	twin := &market{t: t, dir: copied(t, m.dir), advertiser: m.advertiser, publisher: m.publisher, banner: m.banner}
	twin.now.Store(m.now.Load())
	for _, life := range []*market{m, twin} {
		db, err := sqlite.Open(context.Background(), filepath.Join(life.dir, "ads.db"))
		require.NoError(t, err)
		t.Cleanup(func() { _ = db.Close() })
		life.db = db
		life.open()
	}
	first, second := m.one("ann"), twin.one("bob")
	o := m.view(first)
	require.Equal(t, adserver.Counted, o.Result)
	again := m.view(second)
	assert.Equal(t, o.Token.Serial, again.Token.Serial)
	assert.NotEqual(t, o.Token.User, again.Token.User)
	assert.Equal(t, adserver.Duplicate, again.Result, "bob's is lost")
}

// What is refused for its time, its traffic or because staff looks is reported with its reason, and nobody pays.
func TestNeverBilled_IsReportedByReason(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, nil)
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	old := m.one("ann")
	old.Token = bytes.Clone(old.Token)
	staff := visit()
	staff.Staff = true
	elsewhere := visit()
	elsewhere.Agent = []byte("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36")
	want := map[uint8]int64{}
	for _, v := range []*adserver.Visit{staff, elsewhere} {
		o, err := m.View(t.Context(), m.one(userName(len(want))).Token, v)
		require.NoError(t, err)
		require.Equal(t, adserver.Refused, o.Result)
		want[uint8(o.Reason)]++
	}
	m.pass(5*time.Minute + time.Second)
	for range 3 {
		assert.Equal(t, fraud.ExpiredToken, m.view(old).Reason)
	}
	want[uint8(fraud.ExpiredToken)]++ // once for the token, not for each time
	m.reopen(true)                    // nobody waits until it is on disk that something was refused
	got := m.reported(store.Query{By: []store.Dim{store.ByLine}})
	assert.Equal(t, want, got.Invalid)
	assert.Zero(t, got.Gross)
	assert.Zero(t, got.Views)
}

// It is the seal that keeps a price from being edited, and the time that keeps an old ad from being billed: who has the key, or a longer time, bills.
func TestNeverBilled_WithoutTheSealOrTheTime(t *testing.T) {
	t.Parallel()
	m := newMarket(t, ads.Unit, func(c *adserver.Config) { c.ViewFor, c.ClickFor = time.Hour, 2*time.Hour })
	m.line(m.campaign(nil), func(l *ads.Line) { l.Tier = ads.Guaranteed })
	m.open()
	for secret, bills := range map[byte]bool{1: true, 9: false} { // the market's key is of ones
		ring, err := token.NewRing(token.Key{Secret: bytes.Repeat([]byte{secret}, 32)})
		require.NoError(t, err)
		true0, err := m.View(t.Context(), m.one(userName(int(secret))).Token, visit())
		require.NoError(t, err)
		edited := true0.Token
		edited.Serial, edited.Price = edited.Serial+1000, 77_000_000
		o, err := m.View(t.Context(), ring.Append(nil, &edited), visit())
		if bills {
			require.NoError(t, err)
			assert.EqualValues(t, 77_000_000, o.Billed)
			continue
		}
		require.ErrorIs(t, err, token.ErrToken)
	}
	ad := m.one("late")
	ad.Token = bytes.Clone(ad.Token)
	m.pass(30 * time.Minute)
	assert.EqualValues(t, price, m.view(ad).Billed)
}
