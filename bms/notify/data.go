package notify

import (
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// Data is the facts that messages are made of. Amounts, times and names are as they are: a Renderer writes them as its
// reader does. What is empty is left out of the message.
type Data struct {
	Site      Site
	BuyerName string
	Reference string // as it is printed: "K7QX-2MRA"

	Event     string   // title
	Format    string   // how it is given: "2D", "IMAX", "live", "stream"
	Language  string   // BCP 47 tag of what is spoken
	Subtitles []string // BCP 47 tags
	Venue     string
	Hall      string
	Address   string // street, without the city
	City      string
	Country   string    // ISO 3166 code of the venue's; English is written as it is there
	Start     time.Time // in the venue's zone

	Tickets   []Ticket // valid now; for a message about an end, those the booking had
	Cancelled []Ticket // cancelled by what this message tells of; with Tickets left, the rest stays valid

	Quote  *pricing.Quote // what was paid, line by line
	Refund *Refund        // nil when no money goes back
	Reason string         // why it was cancelled: a sentence of the organizer's, in whatever language

	Policy     *booking.Policy // until when and at what cost it can be cancelled
	PolicyFrom time.Time       // the start of the show that Policy counts from, in the venue's zone
	At         time.Time       // when that happened which the message tells of; tiers of Policy that have passed by then are left out

	Wish          *Wish     // what is waited for
	Position      int       // in the line, from 1; 0 when nobody waits
	Deadline      time.Time // until when an offer is kept, in the venue's zone
	ShowCancelled bool      // why a waiting list has closed

	// Paths of pages on the site, beginning with a slash, as they are without a language.
	BookingPath  string
	EventPath    string // where to book again
	WaitlistPath string // where the place in the line is seen and an offer taken

	Suggestions []Suggestion // what the reader may like, too; a confirmation ends with them, at most three

	WatchURL    string // where an online show is watched, http or https; empty for a show in a hall
	CalendarURL string
}

// Site is the storefront that a message is from.
type Site struct {
	Name         string   // of the brand, or of the partner where there is none: "Aurora Cinemas"
	URL          string   // where its pages are, without a slash at the end; empty leaves links to them out
	Languages    []string // BCP 47 tags of those that its pages are in, the default first; empty means that nobody knows
	SupportEmail string   // may be empty
	Accent       string   // colour of buttons, #rgb or #rrggbb; empty, or one that white paper would hide, means the built-in one
}

// Ticket is one admission.
type Ticket struct {
	Place              string // as it is printed, for an area its name
	Section, Row, Seat string // of a seat, to be said in the reader's language; empty for an area
	BuyerType          string // key of the price list's: "adult"
	BuyerName          string // what the price list calls it
	Price              money.Amount
	Code               string // readable code printed below the picture
	QR                 string // ContentID of the attached picture; empty when there is none
}

// Refund is money that goes back to the buyer.
type Refund struct {
	Amount money.Amount
	To     string // "Visa ending 4242"; empty means the card or account that it came from
}

// Wish is what somebody waits for.
type Wish struct {
	Places      int
	Category    string // its name; empty means any
	Wheelchairs int    // of Places, wheelchair spaces
}

// cleaned returns a copy of d in which no text of other people's can do harm, but for those of the quote, which are cleaned
// where they are written.
func (d Data) cleaned() Data {
	for _, s := range []*string{
		&d.Site.Name, &d.Site.SupportEmail, &d.BuyerName, &d.Reference, &d.Event, &d.Format, &d.Language, &d.Venue, &d.Hall, &d.Address, &d.City,
		&d.Country, &d.Reason,
	} {
		*s = clean(*s)
	}
	d.Subtitles = slices.Clone(d.Subtitles)
	for i := range d.Subtitles {
		d.Subtitles[i] = clean(d.Subtitles[i])
	}
	d.Tickets, d.Cancelled = cleanTickets(d.Tickets), cleanTickets(d.Cancelled)
	if d.Refund != nil {
		d.Refund = &Refund{Amount: d.Refund.Amount, To: clean(d.Refund.To)}
	}
	d.Suggestions = slices.Clone(d.Suggestions)
	for i := range d.Suggestions {
		s := &d.Suggestions[i]
		for _, text := range []*string{&s.Event, &s.Why.Code, &s.Why.Event, &s.Why.Name, &s.Why.City} {
			*text = clean(*text)
		}
	}
	if d.Wish != nil {
		wish := *d.Wish
		wish.Category = clean(wish.Category)
		d.Wish = &wish
	}
	return d
}

func cleanTickets(list []Ticket) []Ticket {
	list = slices.Clone(list)
	for i := range list {
		t := &list[i]
		for _, s := range []*string{&t.Place, &t.Section, &t.Row, &t.Seat, &t.BuyerType, &t.BuyerName, &t.Code, &t.QR} {
			*s = clean(*s)
		}
	}
	return list
}
