package recommend

import "strings"

// Key names something that lasts longer than an event: "work:dune 1984", "person:miriam makeba". Engines learn on keys, so that an
// event that came a minute ago is scored by what people did with others before it.
type Key string

// The kinds of keys.
const (
	keyItem   = "item:"
	keyWork   = "work:"
	keySeries = "series:"
	keyPerson = "person:"
	keyVenue  = "venue:"
	keyGenre  = "genre:"
)

// PersonKey names somebody who takes part. People can follow it, as genres, venues and series.
func PersonKey(name string) Key { return keyOf(keyPerson, name) }

// GenreKey names a genre.
func GenreKey(name string) Key { return keyOf(keyGenre, name) }

// VenueKey names a venue by its id.
func VenueKey(id string) Key { return keyOf(keyVenue, id) }

// SeriesKey names a series.
func SeriesKey(name string) Key { return keyOf(keySeries, name) }

// keyOf writes names that differ in case or spaces alone in the same way.
func keyOf(kind, name string) Key {
	return Key(kind + strings.Join(strings.Fields(strings.ToLower(name)), " "))
}

// Weighted is a key and how much an item has to do with it.
type Weighted struct {
	Key    Key
	Weight float64
}

// leading is how many people of an item count: after those, names say little about who comes.
const leading = 4

// Keys are what of an item lasts, the most telling first: the work that it is, the series, who takes part, genres and venues. The item
// itself is among them only where neither of the first three is known: what is learnt of an event that ends helps nobody.
func (i Item) Keys() []Weighted {
	var list []Weighted
	add := func(k Key, weight float64) {
		if string(k) != k.kind() { // what has no name is not the same as others without one
			list = append(list, Weighted{k, weight})
		}
	}
	switch {
	case i.Work != "":
		add(keyOf(keyWork, i.Work), 1)
	case i.Series == "" && len(i.People) == 0:
		add(keyOf(keyItem, string(i.ID)), 1)
	}
	add(SeriesKey(i.Series), .6)
	for n, name := range i.People[:min(len(i.People), leading)] {
		add(PersonKey(name), .8/float64(n+1))
	}
	for n, name := range i.Genres[:min(len(i.Genres), leading)] {
		add(GenreKey(name), .3/float64(n+1))
	}
	for _, p := range i.Places[:min(len(i.Places), leading)] {
		add(VenueKey(p.Venue), .02/float64(len(i.Places)))
	}
	return list
}

// kind is the part of a key before its name, with the colon.
func (k Key) kind() string {
	kind, _, _ := strings.Cut(string(k), ":")
	return kind + ":"
}

// Lasting reports whether the key names something that more than one event can have.
func (k Key) Lasting() bool { return k.kind() != keyItem }
