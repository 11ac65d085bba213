package recommend

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// ItemID identifies an item: that of its event.
type ItemID string

// Tenant is a partner's id. Empty stands for all of them together, as at a host name that no brand has.
type Tenant string

// Item is an event as engines see it. A changed item is given anew as a whole.
type Item struct {
	ID        ItemID    `json:"id"`
	Tenant    Tenant    `json:"tenant"`
	Title     string    `json:"title"`
	Kind      string    `json:"kind,omitempty"`      // "film", "concert"
	Work      string    `json:"work,omitempty"`      // what is the same wherever it is on, such as a film by title and year; empty when it is on here alone
	Series    string    `json:"series,omitempty"`    // a festival, a season, a league
	Organizer string    `json:"organizer,omitempty"` // empty means the tenant
	People    []string  `json:"people,omitempty"`    // in billing order
	Genres    []string  `json:"genres,omitempty"`    // the main one first
	Tags      []string  `json:"tags,omitempty"`
	Language  string    `json:"language,omitempty"`   // BCP 47
	Places    []Place   `json:"places,omitempty"`     // where it is on
	PriceBand int       `json:"price_band,omitempty"` // 1 cheap to 5 dear among what is sold in the same currency; 0 means not known
	MinAge    int       `json:"min_age,omitempty"`    // whole years; 0 admits everybody
	Added     time.Time `json:"added,omitzero"`       // when it came into the programme, UTC
	First     time.Time `json:"first,omitzero"`       // its next show that can be bought, UTC; zero when there is none
	Last      time.Time `json:"last,omitzero"`        // its last show, UTC
	Capacity  int       `json:"capacity,omitempty"`   // places of its coming shows; 0 means not known
	Sold      int       `json:"sold,omitempty"`       // of them
	Hidden    bool      `json:"hidden,omitempty"`     // nothing of it can be bought: over, cancelled or sold out
}

// Place is a venue where an item is on.
type Place struct {
	Venue   string  `json:"venue"`
	City    string  `json:"city"`              // slug
	Country string  `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Lat     float64 `json:"lat,omitempty"`     // degrees; 0, 0 means not known
	Lng     float64 `json:"lng,omitempty"`
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (i Item) Validate() error {
	switch {
	case i.PriceBand < 0 || i.PriceBand > 5:
		return fault.Invalidf("price_band", "must be between 0 and 5, not %d", i.PriceBand)
	case i.MinAge < 0 || i.MinAge > 99:
		return fault.Invalidf("min_age", "must be between 0 and 99 years, not %d", i.MinAge)
	case i.Capacity < 0 || i.Sold < 0:
		return fault.Invalidf("capacity", "and what is sold must not be negative")
	}
	return checkID("id", string(i.ID))
}

// maxID is how long an identifier may be, in bytes.
const maxID = 100

// checkID refuses what an engine could not keep: a Gorse server loses what has a slash in its identifier.
func checkID(field, id string) error {
	switch {
	case id == "":
		return fault.Invalidf(field, "must not be empty")
	case len(id) > maxID:
		return fault.Invalidf(field, "must have at most %d bytes, not %d", maxID, len(id))
	case !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == '/' || r == 0x7f }):
		return fault.Invalidf(field, "must be text without spaces, control characters and slashes")
	}
	return nil
}
