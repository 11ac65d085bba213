package recommend

import (
	"cmp"
	"math"
)

// groups are the numbers of an item's organizer, main genre and, when it is on in one place alone, venue.
type groups [3]int32

// none is the number where an item has no such group.
const none = 0

// What each of the groups is of.
const (
	ofOrganizer = iota
	ofGenre
	ofVenue
)

// groupsOf numbers the groups of items from 1 on, and says how many numbers there are.
func groupsOf(items []Item) (list []groups, numbers int) {
	type name struct {
		of   int
		text string
	}
	known := map[name]int32{}
	number := func(of int, text string) int32 {
		n := name{of, text}
		known[n] = cmp.Or(known[n], int32(len(known)+1))
		return known[n]
	}
	list = make([]groups, len(items))
	for i := range items {
		item := &items[i]
		list[i][ofOrganizer] = number(ofOrganizer, item.OrganizerName())
		if g := item.Genre(); g != "" {
			list[i][ofGenre] = number(ofGenre, g)
		}
		if len(item.Places) == 1 {
			list[i][ofVenue] = number(ofVenue, item.Places[0].Venue)
		}
	}
	return list, len(known) + 1
}

// caps count what a list has of each organizer, genre and venue.
type caps struct {
	groups []groups // of each item
	most   [3]int32 // of one organizer, genre and venue
	number []int32  // of each group in the list
}

// newCaps are those of a taste for a list of n.
func newCaps(e *Edition, t Taste, n int) *caps {
	c := &caps{groups: e.groups, number: make([]int32, e.groupNumbers)}
	for of, of10 := range [3]int{ofOrganizer: t.PerOrganizer, ofGenre: t.PerGenre, ofVenue: t.PerVenue} {
		if c.most[of] = math.MaxInt32; of10 > 0 {
			c.most[of] = int32(max(min((of10*n+9)/10, maxN), 1))
		}
	}
	return c
}

// full reports whether there are enough of one of an item's groups.
func (c *caps) full(item int) bool {
	g := &c.groups[item]
	return c.number[g[ofOrganizer]] >= c.most[ofOrganizer] || c.number[g[ofGenre]] >= c.most[ofGenre] || c.number[g[ofVenue]] >= c.most[ofVenue]
}

func (c *caps) add(item int) {
	for _, g := range c.groups[item] {
		if g != none {
			c.number[g]++
		}
	}
}

// count counts a list instead of what was counted before.
func (c *caps) count(list []candidate) {
	c.clear()
	for _, x := range list {
		c.add(x.index)
	}
}

func (c *caps) clear() { clear(c.number) }
