package recommend

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Programme is all items in memory, those that are over included, because people are known by what they went to. Readers
// get an immutable Edition. It is safe for concurrent use.
type Programme struct {
	mu      sync.Mutex // held by who makes the next edition
	edition atomic.Pointer[Edition]
}

// NewProgramme returns one without items.
func NewProgramme() *Programme {
	p := &Programme{}
	p.edition.Store(newEdition(nil))
	return p
}

// Now returns the items as they are.
func (p *Programme) Now() *Edition { return p.edition.Load() }

// Put adds items or replaces them. Who asks Now afterwards finds them.
func (p *Programme) Put(items ...Item) {
	if len(items) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.edition.Load()
	list := slices.Clone(old.items)
	at := old.at
	copied := false
	for _, item := range items {
		if i, known := at[item.ID]; known {
			list[i] = item
			continue
		}
		if !copied {
			at, copied = cloneOf(at, len(items)), true
		}
		at[item.ID] = len(list)
		list = append(list, item)
	}
	p.edition.Store(editionOf(list, at))
}

func cloneOf(at map[ItemID]int, more int) map[ItemID]int {
	c := make(map[ItemID]int, len(at)+more)
	maps.Copy(c, at)
	return c
}

// Edition is the programme at one moment. It never changes.
type Edition struct {
	items  []Item
	at     map[ItemID]int
	traits []Traits
	trait  map[Key]int32
	cities map[string]Spot
	newest []int // numbers of items by when they came, the last first

	groups       []groups // of each item
	groupNumbers int      // the numbers of groups are less
}

func newEdition(items []Item) *Edition {
	at := make(map[ItemID]int, len(items))
	for i, item := range items {
		at[item.ID] = i
	}
	return editionOf(items, at)
}

func editionOf(items []Item, at map[ItemID]int) *Edition {
	traits, number := traitsOf(items)
	groups, numbers := groupsOf(items)
	return &Edition{
		items: items, at: at, traits: traits, trait: number, cities: citiesOf(items), newest: newestOf(items), groups: groups, groupNumbers: numbers,
	}
}

// newestOf are the numbers of items by when they came, the last first.
func newestOf(items []Item) []int {
	list := make([]int, len(items))
	for i := range list {
		list[i] = i
	}
	slices.SortFunc(list, func(a, b int) int {
		return cmp.Or(items[b].Added.Compare(items[a].Added), cmp.Compare(items[a].ID, items[b].ID))
	})
	return list
}

// Len is how many items there are. They are numbered from 0; an item keeps its number in later editions.
func (e *Edition) Len() int { return len(e.items) }

// At returns the item with a number.
func (e *Edition) At(i int) *Item { return &e.items[i] }

// Traits returns what the item with a number is like.
func (e *Edition) Traits(i int) Traits { return e.traits[i] }

// TraitKinds is how many traits there are: their numbers are less.
func (e *Edition) TraitKinds() int { return len(e.trait) }

// Trait returns the number of a trait by its key; false when no item has it.
func (e *Edition) Trait(k Key) (int32, bool) {
	n, ok := e.trait[k]
	return n, ok
}

// Index returns the number of an item; false when it is not known.
func (e *Edition) Index(id ItemID) (int, bool) {
	i, ok := e.at[id]
	return i, ok
}

// Scored is the item with a number as a candidate. A Shelf does not have to look up its number: for a list of ten that takes 8 of 140
// microseconds.
func (e *Edition) Scored(i int, score float64) Scored {
	return Scored{Item: e.items[i].ID, Score: score, number: int32(i + 1)}
}

// index returns the number of a candidate's item, which keeps its number from edition to edition; false when it is not known.
func (e *Edition) index(s Scored) (int, bool) {
	if i := int(s.number) - 1; i >= 0 && i < len(e.items) && e.items[i].ID == s.Item {
		return i, true
	}
	return e.Index(s.Item)
}

// Item returns an item; false when it is not known.
func (e *Edition) Item(id ItemID) (*Item, bool) {
	i, ok := e.at[id]
	if !ok {
		return nil, false
	}
	return &e.items[i], true
}

// In reports whether the item is on in a city.
func (i *Item) In(city string) bool {
	return slices.ContainsFunc(i.Places, func(p Place) bool { return p.City == city })
}

// For reports whether the item is one of the tenant's.
func (i *Item) For(t Tenant) bool { return t == "" || i.Tenant == t }

// OrganizerName is who organizes it: the tenant where nobody is named.
func (i *Item) OrganizerName() string {
	if i.Organizer != "" {
		return i.Organizer
	}
	return string(i.Tenant)
}

// Genre is the main one in small letters; empty when none is known.
func (i *Item) Genre() string {
	if len(i.Genres) == 0 {
		return ""
	}
	return strings.ToLower(i.Genres[0])
}
