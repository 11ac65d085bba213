package catalog

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
)

// Kind says what sort of event it is.
type Kind string

// The kinds of events.
const (
	Film     Kind = "film"
	Concert  Kind = "concert"
	Play     Kind = "play"
	Sport    Kind = "sport"
	Festival Kind = "festival"
	Online   Kind = "online" // attended over the network
)

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool {
	switch k {
	case Film, Concert, Play, Sport, Festival, Online:
		return true
	}
	return false
}

// Event is something people attend: a film, a concert, a match. It has no date;
// its shows have.
type Event struct {
	ID            EventID
	PartnerID     PartnerID
	Slug          string // unique among all events
	Kind          Kind
	Title         string        // 1 to 200 characters, in the language of the storefront's default locale
	OriginalTitle string        // empty when it is the same
	Synopsis      string        // plain text, paragraphs divided by an empty line, at most 10,000 characters
	Language      string        // BCP 47 tag of what is spoken or sung; empty when nothing is
	Certificate   Certificate   // the zero value means not rated
	Duration      time.Duration // running time; 0 means not known, at most 31 days
	Year          int           // of first release or performance; 0 means not known
	Genres        []string      // at most 20, the main one first
	People        []Person      // in billing order, at most 200
	Media         []Media       // the first poster is the one shown in lists; at most 50
	Tags          []string      // at most 50
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// Certificate is an age rating.
type Certificate struct {
	System string `json:"system,omitempty"`  // who rates: "BBFC", "FSK", "CBFC", "MPA"
	Rating string `json:"rating,omitempty"`  // as the system writes it: "12A", "FSK 12", "UA 13+"
	MinAge int    `json:"min_age,omitempty"` // whole years; 0 admits everybody
}

// Role is what a person does in an event.
type Role string

// The roles.
const (
	RoleDirector        Role = "director"
	RoleWriter          Role = "writer"
	RoleProducer        Role = "producer"
	RoleComposer        Role = "composer"
	RoleCinematographer Role = "cinematographer"
	RoleEditor          Role = "editor"
	RoleCast            Role = "cast" // plays the Character
	RolePerformer       Role = "performer"
	RoleConductor       Role = "conductor"
	RoleChoreographer   Role = "choreographer"
	RoleTeam            Role = "team" // a side in a match
	RoleSpeaker         Role = "speaker"
	RoleHost            Role = "host"
)

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool {
	switch r {
	case RoleDirector, RoleWriter, RoleProducer, RoleComposer, RoleCinematographer, RoleEditor, RoleCast,
		RolePerformer, RoleConductor, RoleChoreographer, RoleTeam, RoleSpeaker, RoleHost:
		return true
	}
	return false
}

// Person is somebody, or a group, who takes part in an event.
type Person struct {
	Name      string `json:"name"`
	Role      Role   `json:"role"`
	Character string `json:"character,omitempty"` // for RoleCast; may be empty
}

// MediaKind says what a picture or video is for.
type MediaKind string

// The kinds of media.
const (
	Poster   MediaKind = "poster"   // upright
	Backdrop MediaKind = "backdrop" // wide, behind the title
	Still    MediaKind = "still"    // a picture of the gallery
	Trailer  MediaKind = "trailer"  // a video
)

// Valid reports whether k is one of the kinds.
func (k MediaKind) Valid() bool {
	switch k {
	case Poster, Backdrop, Still, Trailer:
		return true
	}
	return false
}

// Media is a picture or video of an event.
type Media struct {
	Kind    MediaKind `json:"kind"`
	URL     string    `json:"url"`               // https address or path on the same host
	Alt     string    `json:"alt,omitempty"`     // what it shows, for who cannot see it
	Credit  string    `json:"credit,omitempty"`  // whom to name
	License string    `json:"license,omitempty"` // SPDX id or a name: "CC0-1.0", "public domain"
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (e Event) Validate() error {
	return first(
		id.Check("id", EventPrefix, e.ID),
		id.Check("partner_id", PartnerPrefix, e.PartnerID),
		checkSlug("slug", e.Slug),
		checkEnum("kind", e.Kind),
		checkText("title", e.Title, 1, 200),
		checkText("original_title", e.OriginalTitle, 0, 200),
		checkProse("synopsis", e.Synopsis, 10_000),
		optional("language", e.Language, checkLanguage),
		in("certificate", e.Certificate.validate()),
		e.checkNumbers(),
		checkWords("genres", e.Genres, 20),
		checkWords("tags", e.Tags, 50),
		checkEach("people", e.People, 200, Person.validate),
		checkEach("media", e.Media, 50, Media.validate),
		checkTime("created_at", e.CreatedAt),
		checkTime("updated_at", e.UpdatedAt),
	)
}

func (e Event) checkNumbers() error {
	const longest = 31 * 24 * time.Hour
	if e.Duration < 0 || e.Duration > longest {
		return fault.Invalidf("duration", "must be between 0 and 31 days")
	}
	if e.Year != 0 && (e.Year < 1 || e.Year > 9999) {
		return fault.Invalidf("year", "must be between 1 and 9999, or 0 when not known")
	}
	return nil
}

func (c Certificate) validate() error {
	if c.MinAge < 0 || c.MinAge > 99 {
		return fault.Invalidf("min_age", "must be between 0 and 99 years")
	}
	return first(checkText("system", c.System, 0, 40), checkText("rating", c.Rating, 0, 40))
}

func (p Person) validate() error {
	return first(
		checkText("name", p.Name, 1, 120),
		checkEnum("role", p.Role),
		checkText("character", p.Character, 0, 120),
	)
}

func (m Media) validate() error {
	if m.URL == "" {
		return fault.Invalidf("url", "must not be empty")
	}
	return first(
		checkEnum("kind", m.Kind),
		checkURL("url", m.URL),
		checkText("alt", m.Alt, 0, 500),
		checkText("credit", m.Credit, 0, 200),
		checkText("license", m.License, 0, 120),
	)
}
