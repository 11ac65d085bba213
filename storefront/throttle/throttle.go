// Package throttle says who asks too often, where asking often is guessing: for a booking by its reference and
// email address, for a voucher, and at the gate; and where it would cost others, as for places, suggestions, ads and what visitors do. Pages and API share
// one Throttle, so that neither is a way around the other.
//
//	t := throttle.New(client.Now)
//	err := t.Find(web.Client(rc), reference) // nil, or when to try again
package throttle

import (
	"crypto/sha256"
	"net/netip"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/web"
)

// How often what may be done. A person who looks for a booking needs a few tries. A gate scans one ticket after
// another, and all gates of a stadium may be behind one address. So may many buyers be who have the same carrier: each of them needs one hold,
// or a few when others were quicker.
var (
	holdsOfAddress   = web.Limit{Burst: 20, Every: 3 * time.Second}
	missesOfAddress  = web.Limit{Burst: 10, Every: 10 * time.Second}
	missesOfHold     = web.Limit{Burst: 10, Every: 10 * time.Second}
	findsOfAddress   = web.Limit{Burst: 20, Every: 6 * time.Second}
	findsOfReference = web.Limit{Burst: 5, Every: time.Minute}
	joinsOfAddress   = web.Limit{Burst: 20, Every: 6 * time.Second}
	joinsOfEmail     = web.Limit{Burst: 10, Every: 10 * time.Minute}
	strangersAtGate  = web.Limit{Burst: 10, Every: 6 * time.Second}
	gatesOfAddress   = web.Limit{Burst: 500, Every: 10 * time.Millisecond}
	scansOfCode      = web.Limit{Burst: 10, Every: time.Second}
	wishesOfAddress  = web.Limit{Burst: 60, Every: time.Second / 2}  // a page asks once
	adsOfAddress     = web.Limit{Burst: 120, Every: time.Second / 4} // a page asks as its places come into sight
	deedsOfAddress   = web.Limit{Burst: 120, Every: time.Second / 4}
)

// Throttle counts tries. It is safe for concurrent use.
type Throttle struct {
	partners                []netip.Prefix
	holds                   *web.Limiter
	open                    *openHolds
	live                    *liveOnes
	misses, missed          *web.Limiter
	finds, references       *web.Limiter
	joins, joined           *web.Limiter
	strangers, gates, codes *web.Limiter
	wishes, deeds, ads      *web.Limiter
}

// New returns a throttle that has seen nobody. now is its clock. The servers of partners, who sell to many buyers from a few addresses, are in the networks
// of partners: places are held for them, and live connections are theirs, without being counted.
func New(now func() time.Time, partners ...netip.Prefix) *Throttle {
	return &Throttle{
		partners: partners, holds: web.NewLimiter(holdsOfAddress, now), open: newOpenHolds(now), live: &liveOnes{open: map[string]int{}},
		misses: web.NewLimiter(missesOfAddress, now), missed: web.NewLimiter(missesOfHold, now),
		finds: web.NewLimiter(findsOfAddress, now), references: web.NewLimiter(findsOfReference, now),
		joins: web.NewLimiter(joinsOfAddress, now), joined: web.NewLimiter(joinsOfEmail, now),
		strangers: web.NewLimiter(strangersAtGate, now), gates: web.NewLimiter(gatesOfAddress, now), codes: web.NewLimiter(scansOfCode, now),
		wishes: web.NewLimiter(wishesOfAddress, now), deeds: web.NewLimiter(deedsOfAddress, now),
		ads: web.NewLimiter(adsOfAddress, now),
	}
}

// Hold notes that somebody asks for places. It counts for the address, whoever the visitor says to be, and is refused to a visitor who has many open
// holds, of all shows. Error: a *web.WaitError.
func (t *Throttle) Hold(from netip.Addr, visitor string) error {
	if t.partner(from) {
		return nil
	}
	if err := t.holds.Take(web.Network(from)); err != nil {
		return err
	}
	return t.open.check(visitor)
}

// Held notes that a visitor has got a hold, which ends at a time.
func (t *Throttle) Held(from netip.Addr, visitor string, hold seating.HoldID, until time.Time) {
	if !t.partner(from) {
		t.open.add(visitor, hold, until)
	}
}

// Released notes that a hold was given back.
func (t *Throttle) Released(hold seating.HoldID) { t.open.remove(hold) }

// Voucher uses a code, unless who asks has tried too many that there are none of. They count for the address and, so that a crowd of addresses
// guesses no better, for the hold, which is empty while there is none. Errors: a *web.WaitError, or what use returns.
func (t *Throttle) Voucher(from netip.Addr, hold seating.HoldID, use func() error) error {
	// Counted first, or many at once would all be let through.
	back, err := t.guess(from, hold)
	if err != nil {
		return err
	}
	err = use()
	if f := fault.Of(err); f == nil || f.Reason != bms.ErrNoVoucher.Reason {
		back()
	}
	return err
}

// guess counts a try, and returns what takes it back.
func (t *Throttle) guess(from netip.Addr, hold seating.HoldID) (back func(), err error) {
	back = func() {}
	if network := web.Network(from); !t.partner(from) {
		if err := t.misses.Take(network); err != nil {
			return nil, err
		}
		back = func() { t.misses.Back(network) }
	}
	if hold == "" {
		return back, nil
	}
	if err := t.missed.Take(string(hold)); err != nil {
		back()
		return nil, err
	}
	ofAddress := back
	return func() { ofAddress(); t.missed.Back(string(hold)) }, nil
}

// partner reports whether an address is one of a partner's server.
func (t *Throttle) partner(from netip.Addr) bool {
	return slices.ContainsFunc(t.partners, func(n netip.Prefix) bool { return n.Contains(from) })
}

// Find notes that somebody looks for the booking with a reference, as it was typed. It counts for the
// address and, so that a crowd of addresses guesses no better, for the reference. Error: a *web.WaitError.
func (t *Throttle) Find(from netip.Addr, reference string) error {
	if err := t.finds.Take(web.Network(from)); err != nil {
		return err
	}
	ref, err := booking.ParseReference(reference)
	if err != nil {
		return nil //nolint:nilerr // whoever looks for it learns that it is none
	}
	return t.references.Take(string(ref))
}

// Join notes that somebody has an email address put on a waiting list, of which a mail tells. It counts for who asks and for the
// email address, so that nobody is flooded with mails. Error: a *web.WaitError.
func (t *Throttle) Join(from netip.Addr, email string) error {
	if err := t.joins.Take(web.Network(from)); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(email))
	return t.joined.Take(string(sum[:]))
}

// Stranger notes that somebody without a gate's token asked at the gate. It counts apart from what
// gates do: a visitor in the network of a venue cannot close its gates by knocking. Error: a *web.WaitError.
func (t *Throttle) Stranger(from netip.Addr) error { return t.strangers.Take(web.Network(from)) }

// Gate notes that a gate asked about a code. Error: a *web.WaitError.
func (t *Throttle) Gate(from netip.Addr, code string) error {
	if err := t.gates.Take(web.Network(from)); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(code))
	return t.codes.Take(string(sum[:]))
}

// Wish notes that somebody asks what he may like. Error: a *web.WaitError.
func (t *Throttle) Wish(from netip.Addr) error { return t.wishes.Take(web.Network(from)) }

// Ads notes that a page asks for ads. Error: a *web.WaitError.
func (t *Throttle) Ads(from netip.Addr) error { return t.ads.Take(web.Network(from)) }

// Deed notes that a browser tells what its visitor does. Error: a *web.WaitError.
func (t *Throttle) Deed(from netip.Addr) error { return t.deeds.Take(web.Network(from)) }
