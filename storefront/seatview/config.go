package seatview

import (
	_ "embed" // the English words
	"encoding/json"
	"fmt"

	"github.com/marquee-tickets/marquee/bms/money"
)

// Config is the configuration of the element: the content of its <script type="application/json"> child.
type Config struct {
	Currency money.Currency `json:"currency"`
	Exponent int            `json:"exponent"` // decimal places of the currency
	Locale   string         `json:"locale"`   // BCP 47, of numbers, plurals and lists: "en-IN"

	// Key is the idempotency key of the form. The field "key" gets it with "s" behind it for chosen seats and "b" for the
	// best ones, as the two forms without script have it. Empty sends no such field.
	Key string `json:"key,omitempty"`

	Types  []BuyerType         `json:"types"`  // at least one; the first is the one that is meant when nothing is said
	Prices map[string][]*int64 `json:"prices"` // of one ticket with fees and tax, in minor units by category key, one for each of Types; nil where it is not sold to them

	Chosen     *Chosen     `json:"chosen,omitempty"`     // what is chosen from the start, such as by a form that was refused
	Refused    *Refusal    `json:"refused,omitempty"`    // why it was
	Views      []ViewNote  `json:"views,omitempty"`      // what one sees from seats; of several about a seat the first counts
	Background *Background `json:"background,omitempty"` // a picture below the seats
	Front      string      `json:"front,omitempty"`      // what all seats look at, where the map has no drawings: "Screen"
	Released   bool        `json:"released,omitempty"`   // wheelchair spaces and companion seats are on general sale by now
	Texts      Texts       `json:"texts,omitempty"`      // all words of the element, in the language of the page; nil means English
}

// BuyerType is somebody for whom there are prices: "adult". One without a name is for shows that make no difference.
type BuyerType struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

// Chosen is a choice.
type Chosen struct {
	Seats      []string          `json:"seats,omitempty"` // names: "stalls-C-7"
	Types      map[string]string `json:"types,omitempty"` // keys of buyer types by seat, where another than the first
	Areas      map[string]int    `json:"areas,omitempty"` // places by "area.type"
	Accessible bool              `json:"accessible,omitempty"`
}

// Refusal says why a choice was refused.
type Refusal struct {
	Text    string   `json:"text"`              // a sentence; the element says the seats behind it
	Seats   []string `json:"seats,omitempty"`   // which it is about, by name: taken, or left alone
	Instead []string `json:"instead,omitempty"` // which can be had in place of the whole choice
}

// ViewNote says what one sees from the seats with the numbers from First to before End.
type ViewNote struct {
	First int    `json:"first"`
	End   int    `json:"end"`
	Note  string `json:"note,omitempty"`  // short, said wherever the seat is: "restricted view"
	Text  string `json:"text,omitempty"`  // what the view is like
	Image string `json:"image,omitempty"` // address of a picture of it
}

// Background is a picture below the seats, in map units. It is stretched to its box.
type Background struct {
	Source string  `json:"src"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// Texts are the words of the element by their keys, those of English.
type Texts map[string]Text

// Text is a text, with {names} in braces for what is said in it, or several by plural category: "one", "other". As JSON it is a
// string or an object.
type Text struct {
	Whole  string            // the text; empty when it depends on a number
	Plural map[string]string // by plural category of Unicode CLDR, "other" among them
}

// MarshalJSON writes a string, or an object for texts with plural forms.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.Plural != nil {
		return json.Marshal(t.Plural)
	}
	return json.Marshal(t.Whole)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Text) UnmarshalJSON(data []byte) error {
	*t = Text{}
	if json.Unmarshal(data, &t.Whole) == nil {
		return nil
	}
	return json.Unmarshal(data, &t.Plural)
}

//go:embed english.json
var english []byte

// English returns the words that the element has by itself. Its keys are those that a translation needs, and its {names} those
// that a translation may use.
func English() Texts {
	var t Texts
	if err := json.Unmarshal(english, &t); err != nil {
		panic(fmt.Sprintf("seatview: english.json: %v", err)) // a test reads it
	}
	return t
}
