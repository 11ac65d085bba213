package local

import (
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/recommend"
)

// facts are what is known of the items of an edition, as scoring reads it. They never change.
type facts struct {
	items   []fact
	on      map[recommend.Tenant][]int32 // numbers of what each tenant has on, and of all for the empty one
	tongues map[string]uint16            // numbers of languages without regions, from 1 on
}

// fact is what of an item it depends on when and by whom it is liked.
type fact struct {
	first  int64 // when it is on next, in Unix seconds; at the end of time when it is not
	season seasons
	tongue uint16 // 0 when no language is known
}

func newFacts(e *recommend.Edition) *facts {
	f := &facts{items: make([]fact, e.Len()), on: map[recommend.Tenant][]int32{}, tongues: map[string]uint16{}}
	for i := range e.Len() {
		item := e.At(i)
		f.items[i] = fact{first: math.MaxInt64, season: seasonsOf(item.Seasons()), tongue: f.number(baseOf(item.Language))}
		if !item.First.IsZero() {
			f.items[i].first = item.First.Unix()
		}
		if item.Hidden {
			continue
		}
		f.on[""] = append(f.on[""], int32(i))
		if item.Tenant != "" {
			f.on[item.Tenant] = append(f.on[item.Tenant], int32(i))
		}
	}
	return f
}

// number is that of a language. There are fewer of them than numbers; made-up ones above that are as good as none.
func (f *facts) number(tongue string) uint16 {
	if tongue == "" || len(f.tongues) == math.MaxUint16 {
		return f.tongues[tongue]
	}
	if _, known := f.tongues[tongue]; !known {
		f.tongues[tongue] = uint16(len(f.tongues) + 1)
	}
	return f.tongues[tongue]
}

// understood is what items gain by their language, by its number, for who understands some.
func (f *facts) understood(tags ...string) []float32 {
	list := make([]float32, len(f.tongues)+1)
	for _, tag := range tags {
		if n := f.tongues[baseOf(tag)]; n != 0 {
			list[n] = .5
		}
	}
	return list
}

// baseOf is a language without its region: "pt" of "pt-BR".
func baseOf(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return base
}

// seasons are some of recommend.Seasons, a bit for each.
type seasons uint32

func seasonsOf(list []recommend.Season) (set seasons) {
	for _, s := range list {
		set |= 1 << slices.Index(recommend.Seasons(), s)
	}
	return set
}

// first is the first of them; false when there is none.
func (s seasons) first() (recommend.Season, bool) {
	if s == 0 {
		return "", false
	}
	return recommend.Seasons()[bits.TrailingZeros32(uint32(s))], true
}
