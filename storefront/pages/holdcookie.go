package pages

import (
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/web"
)

// A hold's secret is kept in a cookie of its own, named after the hold, so that
// several tabs can each have one. Once a booking is made of the hold, the cookie leads to that too: who comes
// back to the hold's page can go on where he was.
const holdCookie = "hold_"

// holdCookieFor is how long the cookie lives: longer than a hold can, so that what was in an
// expired one can be asked for again.
const holdCookieFor = 6 * time.Hour

// maxProof bounds the value of a cookie, in bytes: two secrets and an id.
const maxProof = 200

// maxHoldCookies bounds what a browser sends along; the oldest go first.
const maxHoldCookies = 6

// heldProof is what a browser has to show for a hold.
type heldProof struct {
	secret  string
	booking booking.ID // empty before there is one
	link    string     // of the booking
}

func (h heldProof) String() string {
	if h.booking == "" {
		return h.secret
	}
	return h.secret + "." + string(h.booking) + "." + h.link
}

// proofOf reads the cookie of a hold; its zero value opens nothing.
func proofOf(rc *fasthttp.RequestCtx, id seating.HoldID) heldProof {
	cookie := string(rc.Request.Header.Cookie(holdCookie + string(id)))
	if !web.IsWord(cookie, maxProof) {
		return heldProof{}
	}
	parts := strings.Split(cookie, ".")
	proof := heldProof{secret: parts[0]}
	if len(parts) == 3 {
		proof.booking, proof.link = booking.ID(parts[1]), parts[2]
	}
	return proof
}

// keepProof gives the browser the cookie of a hold.
func keepProof(rc *fasthttp.RequestCtx, id seating.HoldID, proof heldProof) {
	ids := slices.DeleteFunc(holdsOf(rc), func(other seating.HoldID) bool { return other == id })
	for len(ids) >= maxHoldCookies {
		dropProof(rc, ids[0])
		ids = ids[1:]
	}
	web.SetCookie(rc, web.Cookie{Name: holdCookie + string(id), Value: proof.String(), MaxAge: holdCookieFor})
}

// keepSecret gives the browser the cookie of a hold that it asked for. When it has asked before, it keeps what it has of the booking.
func keepSecret(rc *fasthttp.RequestCtx, held bms.Hold) {
	proof := proofOf(rc, held.ID)
	proof.secret = held.Secret
	keepProof(rc, held.ID, proof)
}

// dropProof takes the cookie of a hold away.
func dropProof(rc *fasthttp.RequestCtx, id seating.HoldID) {
	web.SetCookie(rc, web.Cookie{Name: holdCookie + string(id), MaxAge: -1})
}

// holdsOf lists the holds that the browser has cookies of, oldest first.
func holdsOf(rc *fasthttp.RequestCtx) []seating.HoldID {
	var ids []seating.HoldID
	for name := range rc.Request.Header.Cookies() {
		if id, ok := strings.CutPrefix(string(name), holdCookie); ok {
			ids = append(ids, seating.HoldID(id))
		}
	}
	slices.Sort(ids) // they begin with the time at which they were made
	return ids
}

// heldHere lists the visitor's reservations for a show that still stand. One that cannot be read is left out: the
// page is about choosing seats.
func (p *Pages) heldHere(r *request, show catalog.ShowID) []link {
	var links []link
	for _, id := range holdsOf(r.rc) {
		hold, err := p.client.Holds.Get(r.ctx, id, proofOf(r.rc, id).secret)
		if err != nil || hold.ShowID != show || !alive(hold, r.now) {
			continue
		}
		links = append(links, link{Text: r.p.N("seats.held", sizeOf(hold)), Href: r.path(holdHref(id))})
	}
	return links
}

// alive reports whether a hold has its places at the given time.
func alive(h bms.Hold, now time.Time) bool {
	switch h.State {
	case seating.StateHeld:
		return now.Before(h.ExpiresAt)
	case seating.StatePaying:
		return now.Before(h.PayBy)
	case seating.StateSold, seating.StateHouse, seating.StateReleased, seating.StateExpired:
	}
	return false
}

// sizeOf is the number of places of a hold.
func sizeOf(h bms.Hold) int {
	n := len(h.Seats)
	for _, a := range h.Areas {
		n += a.Count
	}
	return n
}
