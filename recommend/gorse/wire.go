package gorse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// Item is an item as Gorse keeps it. Field names are those of its API, v0.5.11.
type Item struct {
	ID         string    `json:"ItemId"`
	Hidden     bool      `json:"IsHidden"`
	Categories []string  `json:"Categories"`
	At         time.Time `json:"Timestamp"` // UTC; by it items are the latest
	Labels     any       `json:"Labels"`    // strings, numbers, lists of one of them, or objects of those; Gorse refuses truth values
	Comment    string    `json:"Comment"`
}

// ItemPatch changes what is not nil of an item.
type ItemPatch struct {
	Hidden     *bool      `json:"IsHidden,omitempty"`
	Categories []string   `json:"Categories,omitempty"`
	At         *time.Time `json:"Timestamp,omitempty"`
	Labels     any        `json:"Labels,omitempty"`
	Comment    *string    `json:"Comment,omitempty"`
}

// User is a person as Gorse keeps them.
type User struct {
	ID      string `json:"UserId"`
	Labels  any    `json:"Labels"`
	Comment string `json:"Comment"`
}

// UserPatch changes what is not nil of a user.
type UserPatch struct {
	Labels  any     `json:"Labels,omitempty"`
	Comment *string `json:"Comment,omitempty"`
}

// Feedback is something that a user did with an item. Type, user and item together are its key.
type Feedback struct {
	Type    string    `json:"FeedbackType"` // a letter, then letters, digits and underscores
	User    string    `json:"UserId"`
	Item    string    `json:"ItemId"`
	Value   float64   `json:"Value"`
	At      time.Time `json:"Timestamp"` // UTC; Gorse leaves it out of lists before
	Comment string    `json:"Comment"`
}

// Score is an item of a list.
type Score struct {
	ID    string  `json:"Id"`
	Score float64 `json:"Score"`
}

// Scores is a list, the best first.
type Scores struct {
	List []Score
	Made time.Time // when Gorse computed it, UTC, whole seconds; zero when it does not say
}

// Health is how a server sees itself.
type Health struct {
	Ready bool
	Says  string // what is wrong with its stores; empty when all is well
}

// wireTime is how times are sent: Gorse reads many forms, and this one in all places.
func wireTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// MarshalJSON writes the time as Gorse reads it in every place.
func (i Item) MarshalJSON() ([]byte, error) {
	type plain Item
	return json.Marshal(struct {
		plain
		At string `json:"Timestamp,omitempty"`
	}{plain(i), wireTime(i.At)})
}

// MarshalJSON writes the time as Gorse reads it in every place.
func (f Feedback) MarshalJSON() ([]byte, error) {
	type plain Feedback
	return json.Marshal(struct {
		plain
		At string `json:"Timestamp,omitempty"`
	}{plain(f), wireTime(f.At)})
}

// decode reads an answer of Gorse. Null leaves what into points to as it is.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("read gorse's answer: %w: %w", errNonsense, err)
	}
	if d.More() {
		return fmt.Errorf("read gorse's answer: %w: something follows the answer", errNonsense)
	}
	return nil
}

// decodeScores reads a list; null is an empty one. Items that no item of ours could be are left out.
func decodeScores(body []byte) ([]Score, error) {
	var list []Score
	if err := decode(body, &list); err != nil {
		return nil, err
	}
	kept := list[:0]
	for _, s := range list {
		if checkID("item", s.ID) == nil {
			kept = append(kept, s)
		}
	}
	return kept, nil
}

// decodeHealth reads a health report, in which a store's error may be of any form.
func decodeHealth(body []byte) (Health, error) {
	var wire struct {
		Ready, DataStoreConnected, CacheStoreConnected bool
		DataStoreError, CacheStoreError                json.RawMessage
	}
	if err := decode(body, &wire); err != nil {
		return Health{}, err
	}
	var says []string
	if !wire.DataStoreConnected {
		says = append(says, "data store: "+shorten(wire.DataStoreError))
	}
	if !wire.CacheStoreConnected {
		says = append(says, "cache store: "+shorten(wire.CacheStoreError))
	}
	return Health{Ready: wire.Ready, Says: strings.Join(says, "; ")}, nil
}

// maxText is how much of what a server says is kept of an error, in bytes.
const maxText = 300

// shorten makes one short line of valid UTF-8 of what a server says.
func shorten(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), 4*maxText)]), "?")), " ")
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// checkID refuses identifiers that the server could not find again under a path, by the rules of package recommend.
func checkID(field, id string) error {
	if id == "." || id == ".." {
		return fault.Invalidf(field, "must not be one or two dots alone")
	}
	if err := (recommend.Item{ID: recommend.ItemID(id)}).Validate(); err != nil {
		inner := *fault.Of(err)
		inner.Field = field
		return &inner
	}
	return nil
}

// checkName refuses what cannot be the name of a list, a category or a kind of feedback in a path.
func checkName(field, name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return fault.Invalidf(field, "must be a name")
	case len(name) > maxText || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '/' || r == 0x7f }):
		return fault.Invalidf(field, "must be at most %d bytes of text without control characters and slashes", maxText)
	}
	return nil
}

// checkType refuses kinds of feedback that Gorse stores and then cannot find.
func checkType(name string) error {
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return fault.Invalidf("type", "must be a letter followed by letters, digits and underscores, not %q", name)
		}
	}
	if name == "" {
		return fault.Invalidf("type", "must not be empty")
	}
	return nil
}
