// Package throttle says who asks too often, where asking often is guessing: for a booking by its reference and
// email address, and at the gate; and where it would cost others, as for suggestions, ads and what visitors do. Pages and API share one Throttle, so that neither is a way around the other.
//
//	t := throttle.New(client.Now)
//	err := t.Find(web.Client(rc), reference) // nil, or when to try again
package throttle

import (
	"crypto/sha256"
	"net/netip"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/internal/web"
)

// How often what may be done. A person who looks for a booking needs a few tries. A gate scans one ticket after
// another, and all gates of a stadium may be behind one address.
var (
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
	finds, references       *web.Limiter
	joins, joined           *web.Limiter
	strangers, gates, codes *web.Limiter
	wishes, deeds, ads      *web.Limiter
}

// New returns a throttle that has seen nobody. now is its clock.
func New(now func() time.Time) *Throttle {
	return &Throttle{
		finds: web.NewLimiter(findsOfAddress, now), references: web.NewLimiter(findsOfReference, now),
		joins: web.NewLimiter(joinsOfAddress, now), joined: web.NewLimiter(joinsOfEmail, now),
		strangers: web.NewLimiter(strangersAtGate, now), gates: web.NewLimiter(gatesOfAddress, now), codes: web.NewLimiter(scansOfCode, now),
		wishes: web.NewLimiter(wishesOfAddress, now), deeds: web.NewLimiter(deedsOfAddress, now),
		ads: web.NewLimiter(adsOfAddress, now),
	}
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
