// Package search says how people find what is on: what is looked through, what is asked and what is answered.
//
// An Index keeps Documents and finds those that a Query asks for; package search/bleve is the engine that needs no
// server. What all engines share is here and pure: DocumentsOf makes documents of the catalogue, and Select narrows
// down, counts, sorts and pages what an engine found by its words.
//
//	err := index.Update(ctx, search.DocumentsOf(event, venues, shows), nil)
//	found, err := index.Search(ctx, search.Query{Text: "metropolis", City: "berlin", Now: now, Limit: 24})
package search

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Type says what a document is about.
type Type string

// The types of documents and suggestions.
const (
	Event  Type = "event"  // an event in one city
	Venue  Type = "venue"  // a building
	City   Type = "city"   // a city
	Person Type = "person" // only in suggestions: somebody who takes part in an event
	Genre  Type = "genre"  // only in suggestions: a genre of an event
)

// Valid reports whether t is one of the types.
func (t Type) Valid() bool {
	switch t {
	case Event, Venue, City, Person, Genre:
		return true
	}
	return false
}

// Document is something that can be found. An event has one in each city where it is on.
type Document struct {
	ID      string              // unique; EventKey, VenueKey and CityKey make it
	Type    Type                // Event, Venue or City
	Entity  string              // id of the event or venue; empty for a city
	Slug    string              // of the event, venue or city
	City    string              // slug of the city
	Partner []catalog.PartnerID // whose shows, or whose venue; a city may have several

	Title       string
	Original    string // title in the language of the work; may be empty
	People      []string
	Genres      []string
	Tags        []string
	Kind        catalog.Kind // of an event
	Certificate string
	Synopsis    string
	Also        []string // other words by which it is found: names of languages, an address

	Shows []Show // of an event, by start
}

// Show is what filters ask of one show of an event.
type Show struct {
	StartsAt time.Time // UTC
	Date     string    // local date at the venue: "2026-11-22"
	Format   string    // may be empty
	Language string    // BCP 47 tag; may be empty
	Venue    string    // slug
	Partner  catalog.PartnerID
	Access   Access
	Price    money.Amount // the lowest that somebody pays without a reduction; zero when it is not known
}

// Access is what a show has for people who need it, as a set of bits.
type Access uint8

// What a show may have.
const (
	Wheelchair Access = 1 << iota // places for wheelchairs
	Subtitled                     // subtitles
)

// accessNames are the bits as filters call them.
var accessNames = map[Access]string{Wheelchair: "wheelchair", Subtitled: "subtitles"}

// Sort is the order of what is found.
type Sort string

// The orders. What is equal goes by the next show, then by title.
const (
	ByRelevance Sort = "relevance"
	BySoonest   Sort = "soonest"
	ByTitle     Sort = "title"
)

// Valid reports whether s is one of the orders.
func (s Sort) Valid() bool {
	switch s {
	case ByRelevance, BySoonest, ByTitle:
		return true
	}
	return false
}

// MaxText bounds the text of a query, in characters.
const MaxText = 200

// ErrTextTooLong says that a text has more than MaxText characters.
var ErrTextTooLong = fault.New(fault.Invalid, "search_too_long", "that is too long to search for; use at most 200 characters, like a part of the title").In("q")

// ErrStarting says that an index is not filled yet, which takes seconds after a start.
var ErrStarting = fault.New(fault.Unavailable, "search_starting", "the search is getting ready; try again in a few seconds")

// Query asks for events, and for venues and cities by the way.
type Query struct {
	Text    string            // as typed; empty asks for everything that is on
	City    string            // slug; empty searches all cities
	Partner catalog.PartnerID // empty means all partners
	Now     time.Time         // shows that have begun are over

	// Filters, by what they ask of: empty ones ask nothing. Several hold together, for one and the same show.
	Filters Filters

	// Prices say how prices are divided. An Index fills them in, for searches of a city.
	Prices Prices

	Sort   Sort // empty means ByRelevance
	Offset int  // events to skip
	Limit  int  // events to return; 0 means none, only counts
}

// Filters are the values that an event and one of its shows must have.
type Filters [dimensions]string

// Dimension is what a filter asks of.
type Dimension int

// The dimensions: Kind and Genre are the event's, the others the show's.
const (
	Kind Dimension = iota
	GenreOf
	Date
	Language
	Format
	VenueOf
	Accessible
	Price // a Band
	dimensions
)

// Dimensions lists all dimensions in order.
func Dimensions() []Dimension {
	return []Dimension{Kind, GenreOf, Date, Language, Format, VenueOf, Accessible, Price}
}

// Count is a value of a dimension and how many events have it.
type Count struct {
	Value  string
	Events int
}

// Hit is an event that was found.
type Hit struct {
	Document *Document // shared: not to be changed
	Score    float64   // how well the words fit; 0 without words
	Next     time.Time // the soonest show that fits the filters
	Shows    int       // those that fit the filters
	Venues   int       // where those are
}

// Result is what was found.
type Result struct {
	Hits   []Hit
	Total  int         // events found, on all pages
	Places []*Document // venues and cities that the words name, at most five, the best first

	// Facets counts, for each dimension, what choosing a value would show: the filter of the dimension itself does not count.
	// The most frequent first, but dates and prices in order.
	Facets [dimensions][]Count

	// Currency is that of the facet of prices; empty when there is none.
	Currency money.Currency

	// Cities counts the events found by city, the most first.
	Cities []Count

	// Suggestion is a text that finds something, when the text of the query does not. It may be empty.
	Suggestion string
}

// Suggestion completes what somebody types.
type Suggestion struct {
	Type Type
	Text string // the whole title or name
	Slug string // of an event, venue or city
	City string // slug of the city
}

// SuggestQuery asks for completions.
type SuggestQuery struct {
	Text    string // as typed so far
	City    string // slug; empty searches all cities
	Partner catalog.PartnerID
	Now     time.Time
	Limit   int
}

// Index keeps documents and finds them. It is safe for concurrent use: who searches while a document changes may still find it by what
// it said before.
type Index interface {
	// Update stores documents, replacing those with the same ids, and removes others by their ids; unknown ones are
	// passed over. It may be repeated.
	Update(ctx context.Context, put []Document, remove []string) error

	// IDs lists the documents whose ids begin with a prefix, in no order.
	IDs(prefix string) []string

	// Search finds events. Errors: ErrTextTooLong.
	Search(ctx context.Context, q Query) (Result, error)

	// Suggest completes what somebody types: titles before venues, cities, people and genres. Errors: ErrTextTooLong.
	Suggest(ctx context.Context, q SuggestQuery) ([]Suggestion, error)

	// Close frees what the index holds. Nothing can be searched for any more.
	Close() error
}
