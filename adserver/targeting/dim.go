package targeting

import (
	"unicode"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Dim is one thing that is known of a request. The zero Dim is none. Its text, also in JSON, is the name used in expressions.
type Dim uint8

// The dimensions. Codes of countries, regions, currencies and categories are compared in upper case, identifiers as they are, all else
// in lower case; both sides are brought to that form here.
const (
	Publisher Dim = iota + 1 // identifier of who owns the page
	Placement                // identifier of the place on the page
	Format                   // what the place takes: "banner", "native", "video"; may be several
	Size                     // width and height in CSS pixels, "300x250"; may be several
	Currency                 // ISO 4217
	Category                 // what the page is about, by the IAB Content Taxonomy: "IAB1-6"; may be several
	Country                  // ISO 3166-1 alpha-2
	Region                   // ISO 3166-2: "IN-KA"
	City                     // slug of the city
	Device                   // "desktop", "phone", "tablet", "tv"
	OS                       // family: "android"
	Browser                  // family: "firefox"
	Language                 // of the page, BCP 47: "en", "pt-br"
	Hour                     // hour of the week, see Hours
	Genre                    // of what the page shows; may be several
	Event                    // identifier of the event that the page shows
	Venue                    // identifier of the venue that the page shows
	Query                    // words that are searched for right now; may be several
	Interest                 // personal: what somebody likes; may be several
	Followed                 // personal: what somebody follows, "artist:42"; may be several
	Booked                   // personal: what somebody has booked; may be several
	Searched                 // personal: words that somebody searched for before; may be several
	Age                      // personal: band of ages, "25-34"
	Gender                   // personal
	dims      = iota + 1
)

// form is how the values of a dimension are written.
type form uint8

const (
	exact form = iota
	upper
	lower
)

// traits is what is known of a dimension beforehand.
type traits struct {
	name     string
	form     form
	many     bool
	personal bool
}

var table = [dims]traits{
	Publisher: {name: "publisher"},
	Placement: {name: "placement"},
	Format:    {name: "format", form: lower, many: true},
	Size:      {name: "size", form: lower, many: true},
	Currency:  {name: "currency", form: upper},
	Category:  {name: "category", form: upper, many: true},
	Country:   {name: "country", form: upper},
	Region:    {name: "region", form: upper},
	City:      {name: "city", form: lower},
	Device:    {name: "device", form: lower},
	OS:        {name: "os", form: lower},
	Browser:   {name: "browser", form: lower},
	Language:  {name: "language", form: lower},
	Hour:      {name: "hour"},
	Genre:     {name: "genre", form: lower, many: true},
	Event:     {name: "event"},
	Venue:     {name: "venue"},
	Query:     {name: "query", form: lower, many: true},
	Interest:  {name: "interest", form: lower, many: true, personal: true},
	Followed:  {name: "followed", many: true, personal: true},
	Booked:    {name: "booked", many: true, personal: true},
	Searched:  {name: "searched", form: lower, many: true, personal: true},
	Age:       {name: "age", form: lower, personal: true},
	Gender:    {name: "gender", form: lower, personal: true},
}

// Dims returns all dimensions, in the order in which they are declared.
func Dims() []Dim {
	all := make([]Dim, 0, dims-1)
	for d := Publisher; d < dims; d++ {
		all = append(all, d)
	}
	return all
}

// DimOf finds a dimension by its name; the case of letters does not matter.
func DimOf(name string) (Dim, bool) {
	for d := Publisher; d < dims; d++ {
		if sameWord(table[d].name, name) {
			return d, true
		}
	}
	return 0, false
}

// Valid reports whether d is one of the dimensions.
func (d Dim) Valid() bool { return d > 0 && d < dims }

// String returns the name used in expressions, "none" when d is no dimension.
func (d Dim) String() string {
	if !d.Valid() {
		return "none"
	}
	return table[d].name
}

// Many reports whether a request may have several values of d, up to MaxMany; of the others it has one or none.
func (d Dim) Many() bool { return d.Valid() && table[d].many }

// Personal reports whether values of d are known only of somebody who lets the ads be personalised.
func (d Dim) Personal() bool { return d.Valid() && table[d].personal }

// MarshalText returns the name; an error when d is no dimension.
func (d Dim) MarshalText() ([]byte, error) {
	if !d.Valid() {
		return nil, fault.Invalidf(field, "%d is no dimension", uint8(d))
	}
	return []byte(table[d].name), nil
}

// UnmarshalText reads a name.
func (d *Dim) UnmarshalText(text []byte) error {
	found, ok := DimOf(string(text))
	if !ok {
		return fault.Invalidf(field, "there is no dimension %q", text)
	}
	*d = found
	return nil
}

// appendCanonical appends a value in the form in which values of d are compared.
func appendCanonical[T string | []byte](dst []byte, d Dim, value T) []byte {
	switch table[d].form {
	case exact:
		return append(dst, value...)
	case upper:
		for i := range len(value) {
			dst = append(dst, upperASCII(value[i]))
		}
		return dst
	case lower:
		return appendLower(dst, value)
	}
	return dst
}

func upperASCII(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// appendLower appends the value in lower case, letter by letter, as strings.ToLower does.
func appendLower[T string | []byte](dst []byte, value T) []byte {
	for i := range len(value) {
		c := value[i]
		if c >= utf8.RuneSelf {
			return appendLowerRunes(dst, value[i:])
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

func appendLowerRunes[T string | []byte](dst []byte, value T) []byte {
	for _, r := range string(value) { // ranging over it, nothing is converted
		dst = utf8.AppendRune(dst, unicode.ToLower(r))
	}
	return dst
}

// canonical is a value in the form in which values of d are compared.
func canonical(d Dim, value string) string { return string(appendCanonical(nil, d, value)) }

// sameWord compares a word in lower case with one in any; both ASCII.
func sameWord(word, other string) bool {
	if len(word) != len(other) {
		return false
	}
	for i := range len(word) {
		c := other[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
