package catalog

import (
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Brand is how a storefront looks and speaks, and the host names it answers to.
type Brand struct {
	ID        BrandID
	PartnerID PartnerID
	Status    BrandStatus // empty means live
	Name      string      // 1 to 120 characters
	Tagline   string      // what it is, in a line of at most 200 characters; may be empty
	Hosts     []string    // host names without port, lower case, at least one

	// AllPartners says that the storefront sells the programme of every partner. Otherwise it shows
	// what its own partner puts on, and nothing else.
	AllPartners bool

	Locales []string // languages that the storefront offers: BCP 47 tags, the default first, at least one; Tagline and Legal are in the first

	// Currency is what most of its buyers pay in: cities whose prices are in it come first. A price is always in the currency of its show.
	Currency money.Currency

	Colours     Colours // design tokens; empty keeps the built-in ones
	DarkColours Colours // the same for people who prefer a dark screen; what is missing is made of Colours
	Font        Font    // empty means the built-in ones
	Corners     Corners // empty means soft
	LogoSVG     string  // a picture as SVG of at most 16 KiB, plain shapes only; may be empty
	LogoURL     string  // https address or path on the same host, when there is no LogoSVG; may be empty

	Sections []Section // of the home page, in order; empty means what is on and the cities
	Gateways []string  // names of those that buyers may pay by; empty means all that there are

	SupportEmail string            // where buyers turn to; may be empty
	SupportPhone string            // the same; at most 40 characters, may be empty
	Address      string            // of whoever is behind it, in lines; at most 500 characters, may be empty
	Legal        map[string]string // text by document: "imprint", "terms", "privacy"; "# " begins a heading, "- " a list
}

// Colours is a set of design tokens: the name of a token, such as "accent", and
// its colour as #rgb, #rrggbb or #rrggbbaa.
type Colours map[string]string

// BrandStatus says who may see a brand.
type BrandStatus string

// What a brand can be.
const (
	BrandDraft BrandStatus = "draft" // only who has a link to preview it
	BrandLive  BrandStatus = "live"
)

// Valid reports whether s is a status. Empty is none.
func (s BrandStatus) Valid() bool {
	switch s {
	case BrandDraft, BrandLive:
		return true
	}
	return false
}

// Live reports whether everybody may see the brand.
func (b Brand) Live() bool { return b.Status != BrandDraft }

// Font is a choice of typefaces that computers have. Nothing is loaded for them.
type Font string

// The fonts that there are.
const (
	FontSans      Font = "sans"      // without serifs, headings too
	FontSerif     Font = "serif"     // with serifs, text too
	FontGeometric Font = "geometric" // headings of circles and straight lines
	FontCondensed Font = "condensed" // narrow headings, as on posters
	FontMono      Font = "mono"      // headings as a typewriter has them
)

// Valid reports whether f is a font. Empty is none.
func (f Font) Valid() bool {
	switch f {
	case FontSans, FontSerif, FontGeometric, FontCondensed, FontMono:
		return true
	}
	return false
}

// Corners says how boxes and buttons end.
type Corners string

// The corners that there are.
const (
	CornersSquare Corners = "square"
	CornersSoft   Corners = "soft"
	CornersRound  Corners = "round"
)

// Valid reports whether c is a kind of corners. Empty is none.
func (c Corners) Valid() bool {
	switch c {
	case CornersSquare, CornersSoft, CornersRound:
		return true
	}
	return false
}

// Section is a part of a home page.
type Section string

// The sections that there are.
const (
	SectionIntro  Section = "intro"  // the tagline
	SectionEvents Section = "events" // what is on, the soonest first
	SectionCities Section = "cities" // the cities to choose from
	SectionVenues Section = "venues" // the venues with their addresses
)

// Valid reports whether s is a section.
func (s Section) Valid() bool {
	switch s {
	case SectionIntro, SectionEvents, SectionCities, SectionVenues:
		return true
	}
	return false
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (b Brand) Validate() error {
	return first(
		id.Check("id", BrandPrefix, b.ID),
		id.Check("partner_id", PartnerPrefix, b.PartnerID),
		optionalEnum("status", b.Status),
		checkText("name", b.Name, 1, 120),
		checkText("tagline", b.Tagline, 0, 200),
		checkList("hosts", b.Hosts, 1, checkHost),
		checkList("locales", b.Locales, 1, checkLanguage),
		checkCurrency("currency", b.Currency),
		b.checkLook(),
		checkList("sections", texts(b.Sections), 0, func(field, s string) error { return checkEnum(field, Section(s)) }),
		checkList("gateways", b.Gateways, 0, checkToken),
		checkEmail("support_email", b.SupportEmail),
		checkText("support_phone", b.SupportPhone, 0, 40),
		checkProse("address", b.Address, 500),
		checkMap("legal", b.Legal, func(field, s string) error { return checkProse(field, s, 100_000) }),
	)
}

// checkLook checks what a brand looks like.
func (b Brand) checkLook() error {
	return first(
		checkMap("colours", b.Colours, checkColour),
		checkMap("dark_colours", b.DarkColours, checkColour),
		optionalEnum("font", b.Font),
		optionalEnum("corners", b.Corners),
		optional("logo_svg", b.LogoSVG, checkSVG),
		checkURL("logo_url", b.LogoURL),
	)
}

// optionalEnum accepts an empty word as well.
func optionalEnum[T interface {
	~string
	Valid() bool
}](field string, v T,
) error {
	if v == "" {
		return nil
	}
	return checkEnum(field, v)
}

func texts[T ~string](list []T) []string {
	plain := make([]string, len(list))
	for i, v := range list {
		plain[i] = string(v)
	}
	return plain
}

func checkToken(field, s string) error {
	if !tokenForm.MatchString(s) {
		return fault.Invalidf(field, "%.40q must be 1 to 40 lower-case letters, digits, - or _, starting with a letter", s)
	}
	return nil
}
