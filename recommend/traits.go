package recommend

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// Trait is one thing that an item is like, by its number in a programme, and how telling it is.
type Trait struct {
	ID     int32
	Weight float32
}

// Traits are what an item is like, by number, of length 1 as a vector.
type Traits []Trait

// Cosine says how much alike two items are: 0 not at all, 1 the same.
func (t Traits) Cosine(u Traits) float64 {
	var sum float64
	for i, j := 0, 0; i < len(t) && j < len(u); {
		switch {
		case t[i].ID < u[j].ID:
			i++
		case t[i].ID > u[j].ID:
			j++
		default:
			sum += float64(t[i].Weight) * float64(u[j].Weight)
			i++
			j++
		}
	}
	return sum
}

// described are the names of an item's traits and their weights before it is counted how common they are.
func described(i *Item) []Weighted {
	var list []Weighted
	add := func(kind, name string, weight float64) {
		if name != "" {
			list = append(list, Weighted{keyOf(kind, name), weight})
		}
	}
	for _, k := range i.Keys() {
		if k.Key.Lasting() { // the item itself is like no other
			list = append(list, Weighted{k.Key, traitWeight(k.Key)})
		}
	}
	for _, tag := range i.Tags {
		add("tag:", tag, .7)
	}
	add("kind:", i.Kind, .4)
	add("language:", i.Language, .3)
	add("by:", i.OrganizerName(), .2)
	if i.PriceBand > 0 {
		add("price:", strconv.Itoa(i.PriceBand), .2)
	}
	return list
}

func traitWeight(k Key) float64 {
	switch k.kind() {
	case keyWork:
		return 2
	case keySeries:
		return 1
	case keyPerson:
		return .9
	case keyGenre:
		return .8
	}
	return .3
}

// traitsOf weighs what items are like by how rare it is (inverse document frequency): that two films have a director in common says
// more than that both are films.
func traitsOf(items []Item) (list []Traits, number map[Key]int32) {
	number = map[Key]int32{}
	var count []float64
	raw := make([]Traits, len(items))
	for i := range items {
		for _, d := range described(&items[i]) {
			id, known := number[d.Key]
			if !known {
				id = int32(len(count))
				number[d.Key] = id
				count = append(count, 0)
			}
			count[id]++
			raw[i] = append(raw[i], Trait{id, float32(d.Weight)})
		}
	}
	list = make([]Traits, len(items))
	var all []Trait // one behind the other: engines walk along all of them for each answer
	for i, t := range raw {
		for j := range t {
			t[j].Weight *= float32(math.Log(1 + float64(len(items))/count[t[j].ID]))
		}
		raw[i] = unit(t)
		all = append(all, raw[i]...)
	}
	for i, t := range raw {
		list[i], all = all[:len(t):len(t)], all[len(t):]
	}
	return list, number
}

// unit sorts traits by number, adds up what is named twice and makes the length 1.
func unit(t []Trait) Traits {
	slices.SortFunc(t, func(a, b Trait) int { return cmp.Compare(a.ID, b.ID) })
	kept := t[:0]
	var sum float64
	for _, x := range t {
		if n := len(kept); n > 0 && kept[n-1].ID == x.ID {
			kept[n-1].Weight += x.Weight
			continue
		}
		kept = append(kept, x)
	}
	for _, x := range kept {
		sum += float64(x.Weight) * float64(x.Weight)
	}
	if sum > 0 {
		for i := range kept {
			kept[i].Weight /= float32(math.Sqrt(sum))
		}
	}
	return kept
}
