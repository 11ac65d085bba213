package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/money"
)

func drawEvent(t *rapid.T) ledger.Event {
	gross := ads.Nano(rapid.Int64Range(0, 1e12).Draw(t, "gross"))
	share, _ := gross.Share(money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate")))
	return ledger.Event{
		Kind: ledger.Kind(rapid.IntRange(1, 4).Draw(t, "kind")),
		Place: ledger.Place{
			Advertiser: ads.AdvertiserID(rapid.IntRange(1, 3).Draw(t, "advertiser")), Campaign: 5, Line: ads.LineID(rapid.IntRange(1, 4).Draw(t, "line")),
			Creative: 9, Publisher: ads.PublisherID(rapid.IntRange(1, 2).Draw(t, "publisher")), Placement: 4,
			City: rapid.SampledFrom([]string{"", "chennai", "मुंबई"}).Draw(t, "city"), Currency: rapid.SampledFrom([]money.Currency{"USD", "INR"}).Draw(t, "currency"),
		},
		At: time.UnixMicro(rapid.Int64Range(1e15, 2e15).Draw(t, "at")).UTC(), Day: rapid.Int32().Draw(t, "day"), Reason: uint8(rapid.IntRange(0, 3).Draw(t, "reason")),
		Gross: gross, Share: share, Count: rapid.Uint32Range(0, 5).Draw(t, "count"), Epoch: rapid.Uint32().Draw(t, "epoch"), Serial: rapid.Uint64().Draw(t, "serial"),
		User: rapid.Uint64().Draw(t, "user"), Flags: ledger.Flags(rapid.IntRange(0, 3).Draw(t, "flags")),
	}
}

func TestEvent_RecordIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawEvent(t)
		var got ledger.Event
		require.NoError(t, got.Read(want.Append(nil)))
		require.Equal(t, want, got)
	})
}

func FuzzEvent(f *testing.F) {
	f.Add((&ledger.Event{Kind: ledger.View, Place: ledger.Place{Currency: "USD", City: "x"}}).Append(nil))
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, record []byte) {
		var e ledger.Event
		if e.Read(record) == nil {
			require.Equal(t, record, e.Append(nil))
		}
	})
}

// Whatever happened, each entry of a batch balances, what advertisers pay is what was billed, and publishers and the platform get it to the last billionth.
func TestBatcher_BooksBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b ledger.Batcher
		b.Reset(2, 100)
		paid, got, platform, counted := map[money.Currency]ads.Nano{}, map[money.Currency]ads.Nano{}, map[money.Currency]ads.Nano{}, int64(0)
		events := rapid.SliceOfN(rapid.Custom(drawEvent), 0, 40).Draw(t, "events")
		for i := range events {
			e := &events[i]
			b.Add(e)
			paid[e.Place.Currency] += e.Gross
			got[e.Place.Currency] += e.Share
			platform[e.Place.Currency] += e.Gross - e.Share
			counted += int64(max(e.Count, 1))
		}
		batch := b.Batch()
		require.EqualValues(t, 100+len(events), batch.Upto)
		for _, entry := range batch.Entries {
			require.True(t, ledger.Balanced(entry.Postings))
			for _, p := range entry.Postings {
				switch p.Account.Kind {
				case ledger.OfAdvertiser:
					paid[p.Account.Currency] += p.Amount
				case ledger.OfPublisher:
					got[p.Account.Currency] -= p.Amount
				case ledger.OfPlatform:
					platform[p.Account.Currency] -= p.Amount
				case ledger.OfGateway:
					t.Fatal("no delivery reaches the world outside")
				}
			}
		}
		for _, sums := range []map[money.Currency]ads.Nano{paid, got, platform} {
			for c, sum := range sums {
				require.Zero(t, sum, c)
			}
		}
		var spent, gross ads.Nano
		for _, s := range batch.Spent {
			spent += s.Amount
		}
		for _, f := range batch.Facts {
			gross += f.Gross
			counted -= f.Count
		}
		require.Equal(t, gross, spent)
		require.Zero(t, counted)
	})
}

func TestBatcher_OrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(drawEvent), 0, 20).Draw(t, "events")
		var a, b ledger.Batcher
		a.Reset(1, 0)
		b.Reset(1, 0)
		for i := range events {
			a.Add(&events[i])
			b.Add(&events[len(events)-1-i])
		}
		require.Equal(t, a.Batch(), b.Batch())
	})
}

func TestReversed(t *testing.T) {
	t.Parallel()
	p := ledger.Split(1, 2, "USD", 1001, 700)
	assert.True(t, ledger.Balanced(p))
	undone := ledger.Reversed(p)
	for i := range p {
		assert.Equal(t, p[i].Account, undone[i].Account)
		assert.Zero(t, p[i].Amount+undone[i].Amount)
	}
	assert.False(t, ledger.Balanced(p[:2]))
	p[0].Account.Currency = "INR"
	assert.False(t, ledger.Balanced(p), "no currency makes up for another")
}
