package market

import (
	"context"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/targeting"
)

// Matching is the targeting of the catalogue alone.
type Matching struct {
	index    *targeting.Index
	requests []targeting.Signals
	matcher  targeting.Matcher
	next     int
}

// prepared is how many requests are made beforehand.
const prepared = 4096

// NewMatching makes an index of the lines of Fill, without placements, and requests of people who may be known.
func NewMatching() (*Matching, error) {
	r, dims := seed(), twelve()
	items := make([]targeting.Item, Lines)
	for i := range items {
		items[i].Expr = aim(r, dims)
	}
	var err error
	m := &Matching{requests: make([]targeting.Signals, prepared)}
	if m.index, err = targeting.Compile(items); err != nil {
		return nil, err
	}
	c := NewCrowd(9)
	for i := range m.requests {
		c.signals(&m.requests[i], dims)
	}
	return m, nil
}

// signals are those of somebody.
func (c *Crowd) signals(s *targeting.Signals, dims []asked) {
	s.Reset(true)
	city := cityOf(c.r.Uint32())
	for _, d := range dims {
		n := 1
		if d.dim.Many() {
			n = 1 + c.r.IntN(4)
		}
		for range n {
			s.Add(d.dim, d.values[c.r.IntN(len(d.values))])
		}
	}
	s.Add(targeting.Country, countries[city/citiesOf].code)
	s.Add(targeting.City, citySlug(city))
}

// Stats says how large the index is.
func (m *Matching) Stats() targeting.Stats { return m.index.Stats() }

// Match finds all lines for the next request.
func (m *Matching) Match() { m.Count(1) }

// Count finds all lines for so many requests, and returns how many those were.
func (m *Matching) Count(requests int) (found int) {
	for range requests {
		m.next = (m.next + 1) % len(m.requests)
		m.matcher.Match(m.index, &m.requests[m.next])
		for _, ok := m.matcher.Next(); ok; _, ok = m.matcher.Next() {
			found++
		}
	}
	return found
}

// Deciding is the engine without HTTP and JSON.
type Deciding struct {
	db       *store.DB
	engine   *adserver.Engine
	requests []adserver.Request
	answer   adserver.Answer
	next     int
	filled   int
	asked    int
	err      error
}

// NewDeciding opens the engine and makes requests beforehand.
func NewDeciding(ctx context.Context, dir string) (*Deciding, error) {
	db, err := Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	d := &Deciding{db: db}
	if d.engine, err = OpenEngine(ctx, db, dir); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	c := NewCrowd(9)
	for range prepared {
		d.requests = append(d.requests, c.request())
	}
	return d, nil
}

// Decide decides on the next request.
func (d *Deciding) Decide() {
	d.next = (d.next + 1) % len(d.requests)
	d.asked++
	if err := d.engine.Decide(&d.requests[d.next], &d.answer); err != nil {
		d.err = err
	}
	d.filled += len(d.answer.Ads)
}

// Filled is the share of requests that got an ad.
func (d *Deciding) Filled() float64 { return float64(d.filled) / float64(d.asked) }

// Close closes the engine. Errors: also those of Decide.
func (d *Deciding) Close(ctx context.Context) error {
	return errors.Join(d.err, d.engine.Close(ctx), d.db.Close())
}

// request is somebody's, as the API makes it.
func (c *Crowd) request() adserver.Request {
	person := uint64(c.r.Uint32N(People))
	self := spread(person)
	yes := true
	pick := func(list []string, n int) (some []string) {
		for range n {
			some = append(some, list[c.r.IntN(len(list))])
		}
		return some
	}
	return adserver.Request{
		Publisher: publisherSlug(c.r.IntN(publishers)),
		Page: adserver.Page{
			Genres: pick(genres, 2), Categories: pick(categories, 2), Language: pick(languages, 1)[0], Event: "evt-17", Venue: "ven-4", Kind: "event",
		},
		Visitor: adserver.Visitor{IP: address(uint32(self >> 36)), Agent: []byte(agents[self%uint64(len(agents))])},
		User: adserver.User{
			ID: fmt.Sprintf("u-%d", person), Interests: pick(interests, 3), Booked: pick(booked, 2), Age: pick(ages, 1)[0], Gender: pick(genders, 1)[0],
		},
		Consent: consent.Strings{Personal: &yes},
		Slots:   []adserver.Slot{{ID: "a", Placement: placeSlug(c.r.IntN(placements))}},
	}
}
