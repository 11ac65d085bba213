package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Batcher sums events into a batch. Its zero value is empty; Reset it with the number of the first record.
type Batcher struct {
	node  uint16
	from  uint64
	count uint64
	at    time.Time
	facts map[factKey]*Fact
	spent map[spentKey]ads.Nano
	dues  map[dueKey]*due
	marks []Mark
}

type factKey struct {
	kind    Kind
	place   Place
	quarter int64
	reason  uint8
}

type spentKey struct {
	line ads.LineID
	day  int32
}

// dueKey is between whom money moves.
type dueKey struct {
	advertiser ads.AdvertiserID
	publisher  ads.PublisherID
	currency   money.Currency
}

type due struct{ gross, share ads.Nano }

// Reset begins a batch with the record of number from.
func (b *Batcher) Reset(node uint16, from uint64) {
	*b = Batcher{
		node: node, from: from, facts: map[factKey]*Fact{}, spent: map[spentKey]ads.Nano{}, dues: map[dueKey]*due{},
	}
}

// Add adds the event of the next record.
func (b *Batcher) Add(e *Event) {
	b.count++
	if e.At.After(b.at) {
		b.at = e.At
	}
	if e.Serial != 0 {
		b.marks = append(b.marks, Mark{Epoch: e.Epoch, Serial: e.Serial, Kind: e.Kind, Refused: e.Reason != 0})
	}
	k := factKey{e.Kind, e.Place, QuarterOf(e.At), e.Reason}
	f := b.facts[k]
	if f == nil {
		f = &Fact{Kind: e.Kind, Place: e.Place, Quarter: k.quarter, Reason: e.Reason}
		b.facts[k] = f
	}
	f.Count += int64(max(e.Count, 1))
	f.Gross += e.Gross
	f.Share += e.Share
	if e.Gross == 0 {
		return
	}
	b.spent[spentKey{e.Place.Line, e.Day}] += e.Gross
	dk := dueKey{e.Place.Advertiser, e.Place.Publisher, e.Place.Currency}
	d := b.dues[dk]
	if d == nil {
		d = new(due)
		b.dues[dk] = d
	}
	d.gross += e.Gross
	d.share += e.Share
}

// Skip passes over a record that is no event.
func (b *Batcher) Skip() { b.count++ }

// Records is how many records were added or passed over.
func (b *Batcher) Records() int { return int(b.count) }

// Batch returns the sums, in an order that does not depend on that of the events.
func (b *Batcher) Batch() Batch {
	batch := Batch{Node: b.node, From: b.from, Upto: b.from + b.count, At: b.at, Marks: appendMarks(nil, b.marks)}
	for _, f := range b.facts {
		batch.Facts = append(batch.Facts, *f)
	}
	slices.SortFunc(batch.Facts, func(x, y Fact) int {
		return cmp.Or(cmp.Compare(x.Quarter, y.Quarter), x.Place.compare(y.Place), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Reason, y.Reason))
	})
	for k, amount := range b.spent {
		batch.Spent = append(batch.Spent, Spent{Line: k.line, Day: k.day, Amount: amount})
	}
	slices.SortFunc(batch.Spent, func(x, y Spent) int { return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Day, y.Day)) })
	for k, d := range b.dues {
		batch.Entries = append(batch.Entries, b.entry(k, *d))
	}
	slices.SortFunc(batch.Entries, func(x, y Entry) int { return cmp.Compare(x.Ref, y.Ref) })
	return batch
}

func (p Place) compare(q Place) int {
	return cmp.Or(
		cmp.Compare(p.Line, q.Line), cmp.Compare(p.Creative, q.Creative), cmp.Compare(p.Placement, q.Placement), cmp.Compare(p.City, q.City),
		cmp.Compare(p.Advertiser, q.Advertiser), cmp.Compare(p.Campaign, q.Campaign), cmp.Compare(p.Publisher, q.Publisher),
		cmp.Compare(p.Currency, q.Currency))
}

// entry is what one advertiser owes for the ads on one publisher's pages.
func (b *Batcher) entry(k dueKey, d due) Entry {
	return Entry{
		Ref:      fmt.Sprintf("delivery/%d/%d/%d/%d/%s", b.node, b.from, k.advertiser, k.publisher, k.currency),
		Kind:     Delivery,
		At:       b.at,
		Postings: Split(k.advertiser, k.publisher, k.currency, d.gross, d.share),
	}
}

// Split are the postings of ads that cost gross, of which share is the publisher's.
func Split(a ads.AdvertiserID, p ads.PublisherID, c money.Currency, gross, share ads.Nano) []Posting {
	return []Posting{
		{Account{OfAdvertiser, uint32(a), c}, -gross},
		{Account{OfPublisher, uint32(p), c}, share},
		{Account{OfPlatform, 0, c}, gross - share},
	}
}

// Reversed are the postings that undo others.
func Reversed(postings []Posting) []Posting {
	undone := slices.Clone(postings)
	for i := range undone {
		undone[i].Amount = -undone[i].Amount
	}
	return undone
}

// Balanced reports whether the postings of each currency sum to zero.
func Balanced(postings []Posting) bool {
	sums := map[money.Currency]ads.Nano{}
	for _, p := range postings {
		sums[p.Account.Currency] += p.Amount
	}
	for _, sum := range sums {
		if sum != 0 {
			return false
		}
	}
	return true
}

const secondsPerQuarter = 900

// QuarterOf is the number of the quarter of an hour that a time is in, from 1970 on. Time zones differ by quarters: each one's days are made of whole
// ones, but for some of before 1972.
func QuarterOf(t time.Time) int64 { return t.Unix() / secondsPerQuarter }
