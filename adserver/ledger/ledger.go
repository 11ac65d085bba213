// Package ledger is the books of the ad server: double entry in billionths of each currency's unit, facts for reports, and
// batches that can be delivered twice and count once. It is pure; package store keeps what it makes.
//
// Each delivery that is billed debits its advertiser and credits the publisher's share and the platform's, to the last billionth, so
// the postings of any entry, and with them all books of a currency, sum to zero.
package ledger

import (
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/money"
)

// AccountKind is whose account it is.
type AccountKind string

// The kinds of account. What an advertiser has left is the negative of nothing: its balance is the sum of its postings, above zero for
// money it has not spent yet.
const (
	OfAdvertiser AccountKind = "advertiser"
	OfPublisher  AccountKind = "publisher"
	OfPlatform   AccountKind = "platform"
	OfGateway    AccountKind = "gateway" // the world outside: what was paid in is below zero, what was paid out above
)

// Account is one account of one currency. ID is that of the advertiser or publisher, zero for the others.
type Account struct {
	Kind     AccountKind
	ID       uint32
	Currency money.Currency
}

// Posting changes the balance of an account.
type Posting struct {
	Account Account
	Amount  ads.Nano
}

// EntryKind is why money moved.
type EntryKind string

// The kinds of entry.
const (
	Delivery EntryKind = "delivery" // ads were seen or clicked
	TopUp    EntryKind = "top_up"   // an advertiser paid in
	Return   EntryKind = "return"   // a payment of an advertiser went back to it through the gateway
	Refund   EntryKind = "refund"   // invalid traffic is given back
	Payout   EntryKind = "payout"   // a publisher was paid
)

// Entry is one movement of money. Its postings sum to zero.
type Entry struct {
	Ref      string // unique: an entry that is there already is not made again
	Kind     EntryKind
	At       time.Time
	Note     string
	Postings []Posting
}

// Kind is what happened to an ad.
type Kind uint8

// The kinds.
const (
	View Kind = iota + 1
	Click
	Conversion
	Decision // it was chosen: what could have been seen
)

// Place is what a fact is about.
type Place struct {
	Advertiser ads.AdvertiserID
	Campaign   ads.CampaignID
	Line       ads.LineID
	Creative   ads.CreativeID
	Publisher  ads.PublisherID
	Placement  ads.PlacementID
	City       string // as the request named it; empty when not known
	Currency   money.Currency
}

// Event is one thing that happened.
type Event struct {
	Kind   Kind
	Place  Place
	At     time.Time // when it happened, UTC, whole microseconds
	Day    int32     // days since 1970 in the advertiser's time zone when the ad was chosen: whose daily budget it is
	Reason uint8     // of package fraud: zero for what counts
	Gross  ads.Nano  // what the advertiser pays; zero for what is not billed
	Share  ads.Nano  // the publisher's part of Gross

	// Count is how often, for what is counted together; zero is once.
	Count uint32

	// Epoch and Serial are the token's, so that its bits can be set again; zero for what has none.
	Epoch  uint32
	Serial uint64
	User   uint64 // keyed hash; zero for nobody
	Flags  Flags
}

// Flags say more of an event.
type Flags uint8

// The flags.
const (
	// Late says that what had been reserved for the ad was gone, and that it was taken anew.
	Late Flags = 1 << iota
	// Unpaid says that it would have been billed, had there been budget, or, of what was given back and shown after all, a place within caps.
	Unpaid
	// Explored says that the ad was chosen to learn how it does.
	Explored
	// Measured says that what comes of a click may be told of.
	Measured
)

// Fact is a sum of events of a quarter of an hour.
type Fact struct {
	Kind    Kind
	Place   Place
	Quarter int64 // see QuarterOf
	Reason  uint8
	Count   int64
	Gross   ads.Nano
	Share   ads.Nano
	Value   ads.Nano // of conversions, as their advertiser says
}

// Spent is what a line spent on a day of its advertiser's time zone.
type Spent struct {
	Line   ads.LineID
	Day    int32
	Amount ads.Nano
}

// Batch is what one stretch of one node's journal says. Node, Epoch and Upto are its key: a batch that begins before what is applied
// already is skipped as a whole, so that one delivered twice counts once.
type Batch struct {
	Node    uint16
	Epoch   uint32 // of the node's life that writes it, which must be its last; 0 for any
	Leased  bool   // what it spends is of leases, which must stand
	From    uint64 // number of its first record; the batch before ended there
	Upto    uint64 // number after its last record
	Facts   []Fact
	Spent   []Spent
	Entries []Entry

	At     time.Time // of the last of its events
	Marks  []byte    // of the tokens of its events: see ReadMarks
	Forget time.Time // marks of batches before may be forgotten
}
