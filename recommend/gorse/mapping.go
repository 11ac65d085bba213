package gorse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// Prefixes of categories, by which lists are narrowed. Genres have that of their key.
const (
	ofTenant = "tenant:"
	ofCity   = "city:"
	ofKind   = "kind:"
)

// Dislike is the type of feedback that Hide is stored as. The other kinds are stored under their own names.
const Dislike = "dislike"

// Positive returns the types of feedback that Gorse learns from, as deploy/gorse/config.toml declares them.
func Positive() []string { return types(recommend.Book, recommend.Like, recommend.Hold) }

// Read returns the types of feedback that only say that an item was seen.
func Read() []string { return types(recommend.View, recommend.Click, recommend.Shown) }

// Negative returns the types of feedback that keep an item from the person.
func Negative() []string { return types(recommend.Hide) }

func types(kinds ...recommend.Kind) []string {
	list := make([]string, len(kinds))
	for n, k := range kinds {
		list[n] = typeOf(k)
	}
	return list
}

// typeOf is how Gorse knows a kind of feedback.
func typeOf(k recommend.Kind) string {
	if k == recommend.Hide {
		return Dislike
	}
	return string(k)
}

// itemOf is an item as Gorse gets it. Its time is when it came into the programme, so that the latest are what is new.
func itemOf(i recommend.Item) Item {
	at := i.Added
	if at.IsZero() {
		at = i.First
	}
	return Item{
		ID: string(i.ID), Hidden: i.Hidden, Categories: categoriesOf(i), At: at.UTC(), Labels: labelsOf(i), Comment: storable(i.Title),
	}
}

// storable is a text that each of Gorse's stores can keep. Postgres cannot keep a zero byte, and would fail for the whole batch, always.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}

// set adds texts to a list that has each once.
type set []string

func (s *set) add(prefix, text string) {
	if text = storable(text); text != "" && !slices.Contains(*s, prefix+text) {
		*s = append(*s, prefix+text)
	}
}

// categoriesOf are what lists are narrowed by: whose it is, where it is on and what it is.
func categoriesOf(i recommend.Item) []string {
	list := set{}
	list.add(ofTenant, string(i.Tenant))
	for _, p := range i.Places {
		list.add(ofCity, p.City)
	}
	list.add(ofKind, i.Kind)
	for _, g := range i.Genres {
		list.add("", string(recommend.GenreKey(g)))
	}
	return list
}

// labelsOf are what makes items alike: what lasts of them, and how they are. All are texts, as Gorse takes no truth values and
// would take numbers for vectors.
func labelsOf(i recommend.Item) []string {
	list := set{}
	for _, k := range i.Keys() {
		if !strings.HasPrefix(string(k.Key), "item:") { // that nothing shares with it
			list.add("", string(k.Key))
		}
	}
	for _, tag := range i.Tags {
		list.add("tag:", tag)
	}
	list.add(ofKind, i.Kind)
	list.add("language:", i.Language)
	if i.PriceBand > 0 {
		list.add("price:", strconv.Itoa(i.PriceBand))
	}
	return list
}

// userOf is a person as Gorse gets them.
func userOf(u recommend.User) User {
	list := set{}
	for _, key := range u.Follows {
		list.add("", key)
	}
	list.add(ofCity, u.City)
	list.add("language:", u.Language)
	return User{ID: string(u.ID), Labels: []string(list)}
}

// feedbackOf is feedback as Gorse gets it. Each counts once, whatever how often it is told.
func feedbackOf(f recommend.Feedback) Feedback {
	return Feedback{Type: typeOf(f.Kind), User: string(f.User), Item: string(f.Item), Value: 1, At: f.At.UTC()}
}

// narrow are the categories of a tenant's lists; none for all tenants together.
func narrow(t recommend.Tenant) []string {
	if t == "" {
		return nil
	}
	return []string{ofTenant + string(t)}
}

// validated maps a list whose entries must be valid.
func validated[T interface{ Validate() error }, W any](field string, list []T, to func(T) W) ([]W, error) {
	mapped := make([]W, len(list))
	for n, record := range list {
		if err := record.Validate(); err != nil {
			if f := fault.Of(err); f != nil {
				return nil, f.In(fmt.Sprintf("%s[%d]", field, n))
			}
			return nil, fmt.Errorf("%s[%d]: %w", field, n, err)
		}
		mapped[n] = to(record)
	}
	return mapped, nil
}
