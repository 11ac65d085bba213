package pages

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// Bounds of what is told of a visitor.
const (
	mostBooked   = 5 // bookings that are looked at
	mostSearched = 5
	mostTaste    = 20 // genres of a list
)

// errNoAdPage refuses an address that is none of a page with ads.
var errNoAdPage = fault.Invalidf("at", "must be the address of a page with ads")

// adPage is the page at an address, as ads are chosen by it: what the address says, and what the catalogue says of it. Without the
// visitor's consent what he has typed is left out.
func (p *Pages) adPage(r *request, at string) (sponsor.Page, error) {
	if !web.IsWord(at, maxAdAddress) {
		return sponsor.Page{}, errNoAdPage
	}
	u, err := url.Parse(at)
	if err != nil || u.IsAbs() || u.Host != "" {
		return sponsor.Page{}, errNoAdPage
	}
	l, rest, ok := locale.FromPath(u.Path)
	if !ok {
		return sponsor.Page{}, errNoAdPage
	}
	page := sponsor.Page{URL: p.base(r) + u.Path, Language: l.Tag}
	args := u.Query()
	if r.answered(adsCookie) == agreed {
		page.URL, page.Query = p.base(r)+u.RequestURI(), cut(args.Get("q"), search.MaxText)
	}
	if genre := strings.ToLower(args.Get("genre")); genre != "" && web.IsWord(genre, maxGenre) {
		page.Genres = []string{genre}
	}
	return page, p.addPlace(r, &page, segmentsOf(rest))
}

// Bounds of what a page's script sends, in bytes.
const (
	maxAdAddress = maxQuery + 1000
	maxGenre     = 60
)

// cut is a text of at most so many characters.
func cut(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// addPlace adds the kind of page, its city and its event. Error: errNoAdPage, or what the catalogue says.
func (p *Pages) addPlace(r *request, page *sponsor.Page, path []string) error {
	switch {
	case len(path) == 0:
		page.Kind = "home"
		return nil
	case len(path) == 1:
		page.Kind = "city"
	case len(path) == 2 && path[1] == "search":
		page.Kind = "search"
	case len(path) == 3 && path[1] == "events":
		page.Kind = "event"
	default:
		return errNoAdPage
	}
	spoken := r.p
	city, err := p.cityOf(r, path[0])
	r.p = spoken
	if err != nil {
		return err
	}
	page.City, page.Country = city.Slug, city.Country
	if page.Kind != "event" {
		return nil
	}
	event, err := p.eventOf(r, path[2])
	if err != nil {
		return err
	}
	page.Event, page.Genres = event.ID, genresOf(event)
	show, ok, err := p.nextShow(r, event.ID, Wish{City: city.Slug, Within: true})
	if ok {
		page.Venue = show.VenueID
	}
	return err
}

// genresOf are the genres of an event as ads know them.
func genresOf(e catalog.Event) []string {
	list := make([]string, len(e.Genres))
	for i, g := range e.Genres {
		list[i] = strings.ToLower(g)
	}
	return list
}

// adWish is what is asked for a page: of the visitor only what he has agreed to. An error says that his taste could not be found out; the
// wish is as good without.
func (p *Pages) adWish(r *request, page sponsor.Page) (sponsor.Wish, error) {
	w := sponsor.Wish{Page: page, Agent: string(r.rc.UserAgent()), Address: web.Client(r.rc)}
	state := r.answered(adsCookie)
	w.Refused = state == never
	if state != agreed {
		w.Address = networkOf(w.Address)
		return w, nil
	}
	w.Personal, w.Visitor = true, web.EnsureVisitor(r.rc)
	taste, err := p.taste(r)
	w.Taste = taste
	return w, err
}

// networkOf is the first address of a network that has some hundred customers: it says where about somebody is, and not who.
func networkOf(a netip.Addr) netip.Addr {
	bits := 48
	if a = a.Unmap().WithZone(""); a.Is4() {
		bits = 24
	}
	network, err := a.Prefix(bits)
	if err != nil {
		return netip.Addr{}
	}
	return network.Addr()
}

// taste is what the visitor looked at, as his browser says, what he booked in it, and what he searched for.
func (p *Pages) taste(r *request) (sponsor.Taste, error) {
	var t sponsor.Taste
	for _, genre := range r.forms("searched") {
		if web.IsWord(genre, maxGenre) && len(t.Searched) < mostSearched {
			t.Searched = append(t.Searched, "genre:"+strings.ToLower(genre))
		}
	}
	booked, err := p.bookedEvents(r)
	if err != nil {
		return t, err
	}
	if t.Booked, err = p.genresIn(r, booked); err != nil {
		return t, err
	}
	t.Interests, err = p.genresIn(r, r.eventIDs("recent", foryou.MostRecent))
	return t, err
}

// bookedEvents are the events of the latest bookings that this browser may open.
func (p *Pages) bookedEvents(r *request) ([]catalog.EventID, error) {
	here := bookingsHere(r.rc)
	var list []catalog.EventID
	for _, k := range here[max(0, len(here)-mostBooked):] {
		b, err := p.kept(r, k)
		if errors.Is(err, bms.ErrNoBooking) || err == nil && b.Status != booking.Confirmed && b.Status != booking.PartlyCancelled {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("booking %s: %w", k.id, err)
		}
		show, err := p.client.Shows.Show(r.ctx, catalog.ShowID(b.ShowID))
		if err != nil {
			return nil, fmt.Errorf("show of %s: %w", k.id, err)
		}
		list = append(list, show.EventID)
	}
	return list, nil
}

// genresIn are the genres of some events, each once.
func (p *Pages) genresIn(r *request, ids []catalog.EventID) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	events, err := p.client.Catalog.Events(r.ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("events of a taste: %w", err)
	}
	var list []string
	for _, e := range events {
		for _, g := range genresOf(e) {
			if g = "genre:" + g; !slices.Contains(list, g) && len(list) < mostTaste {
				list = append(list, g)
			}
		}
	}
	return list, nil
}
