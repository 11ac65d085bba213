package adserver

import (
	"strings"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/internal/geo"
)

// maxNames bounds what is remembered of databases of places, which have some hundred thousand cities: editions come and go.
const maxNames = 1 << 18

// names remembers what is made of the names in a database of places, for reading a time zone takes longer than a whole decision. It is safe for concurrent
// use.
type names struct {
	mu    sync.RWMutex
	known map[nameKey]named
}

type nameKey struct{ city, zone string }

// named is what is made of a place.
type named struct {
	city string         // slug
	zone *time.Location // nil where it is not known
}

func (n *names) of(at *geo.Place) named {
	key := nameKey{at.City, at.TimeZone}
	n.mu.RLock()
	found, ok := n.known[key]
	n.mu.RUnlock()
	if ok {
		return found
	}
	made := named{city: slugOf(at.City)}
	if at.TimeZone != "" {
		made.zone, _ = time.LoadLocation(at.TimeZone) // the publisher's is used instead of one that this computer does not know
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known == nil || len(n.known) >= maxNames {
		n.known = map[nameKey]named{}
	}
	n.known[key] = made
	return made
}

// slugOf is how a page would name a city.
func slugOf(name string) string {
	if strings.ContainsAny(name, " ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		return strings.ReplaceAll(strings.ToLower(name), " ", "-")
	}
	return name
}
