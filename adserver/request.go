package adserver

import (
	"fmt"
	"net/netip"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Request asks for the ads of one page. It is not kept.
type Request struct {
	Publisher string // slug
	Page      Page
	Visitor   Visitor
	User      User
	Consent   consent.Strings
	Slots     []Slot // 1 to MaxSlots
	Preview   bool   // nothing of it is billed
}

// MaxSlots bounds the places of one page.
const MaxSlots = 20

// Page is what is around the ads. Any part may be empty.
type Page struct {
	Genres, Categories []string // what it is about; categories by the IAB Content Taxonomy
	Event, Venue       string   // identifiers
	City               string   // slug
	Country, Region    string   // ISO 3166-1 alpha-2, ISO 3166-2; empty means by the visitor's address
	Language           string   // BCP 47
	Query              string   // what is searched for
	Kind               string   // "home", "event", "search"
}

// Visitor is whose browser it is.
type Visitor struct {
	IP               netip.Addr
	Agent            []byte
	Mobile, Platform []byte // Sec-CH-UA-Mobile, Sec-CH-UA-Platform
}

// User is what the publisher knows of somebody and may tell.
type User struct {
	ID                                    string // opaque; at most 128 bytes
	Interests, Followed, Booked, Searched []string
	Age, Gender                           string // "25-34"; "female", "male", "other"
}

const maxUserID = 128

// Slot is a place on the page.
type Slot struct {
	ID        string // the page's own name for it
	Placement string // slug
	Count     int    // how many ads it takes; zero means one

	// Floor is the least that an impression must bring, in an auction of others; zero means the placement's own.
	Floor ads.Nano

	// Accepts says whether something may be shown here, beyond what its placement takes. Nil accepts all.
	Accepts func(Offered) bool
}

// Offered is what could be shown at a slot. What it points to is not to be changed.
type Offered struct {
	Creative   *ads.Creative
	Line       *ads.Line
	Advertiser *ads.Advertiser
	Landing    string // host
}

// Ad is one ad that was chosen.
type Ad struct {
	Slot       int // index of Request.Slots
	Creative   *ads.Creative
	Line       *ads.Line
	Fragment   []byte // what Config.Fragment made of it
	Advertiser string // its name
	Account    ads.AdvertiserID
	Landing    string // host
	Token      []byte
	Price      ads.Nano // of an impression, or of a click when PerClick
	PerClick   bool
	Worth      ads.Nano // of an impression to the publisher and platform together: what others must beat
	Personal   bool     // chosen by something of the person
}

// Answer is the ads of a page, in the order of its slots. It is reused: what it holds is good until the next Decide with it.
type Answer struct {
	Ads    []Ad
	ID     uint64 // of the page, for logs
	Bot    bool   // whoever asks is no person: nothing is billed
	Reason string // why permissions are as they are
	User   uint64

	tokens []byte
}

func (a *Answer) reset() {
	a.Ads, a.tokens, a.Bot, a.Reason, a.User = a.Ads[:0], a.tokens[:0], false, "", 0
}

var errUser = fault.Invalidf("user.id", "must have between 1 and %d bytes", maxUserID)

func unknownPublisher(slug string) error {
	return fault.Invalidf("publisher", "there is no publisher %.64q", slug)
}

func (p *publisher) lacks(field, placement string) error {
	return fault.Invalidf(field, "%s has no placement %.64q", p.Slug, placement)
}

// check finds the publisher and the places that a request asks for.
func (r *Request) check(s *snapshot, places []*place) (*publisher, []*place, error) {
	p := s.publishers[r.Publisher]
	switch {
	case p == nil:
		return nil, places, unknownPublisher(r.Publisher)
	case len(r.Slots) == 0:
		return nil, places, fault.Invalidf("slots", "is empty")
	case len(r.Slots) > MaxSlots:
		return nil, places, fault.Invalidf("slots", "has more than %d", MaxSlots)
	case len(r.User.ID) > maxUserID:
		return nil, places, errUser
	}
	for i := range r.Slots {
		pl := p.places[r.Slots[i].Placement]
		if pl == nil {
			return nil, places, p.lacks(fmt.Sprintf("slots[%d].placement", i), r.Slots[i].Placement)
		}
		if n := r.Slots[i].Count; n < 0 || n > pl.Most {
			return nil, places, fault.Invalidf(fmt.Sprintf("slots[%d].count", i), "must be between 1 and %d", pl.Most)
		}
		places = append(places, pl)
	}
	return p, places, nil
}
