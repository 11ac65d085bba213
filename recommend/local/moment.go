package local

import (
	"fmt"
	"math"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// circumstance is one thing about when and with what somebody chooses: "weekend evening", "december", "phone".
type circumstance string

// circumstances are those of a context. Times are taken in UTC: what is compared with each other is.
func circumstances(c recommend.Context) []circumstance {
	list := make([]circumstance, 0, 3)
	if !c.Now.IsZero() {
		t := c.Now.UTC()
		day := "weekday"
		if t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			day = "weekend"
		}
		list = append(list, circumstance(fmt.Sprintf("%s %d", day, t.Hour()/6)), circumstance(t.Month().String()))
	}
	if c.Device != "" {
		list = append(list, circumstance(c.Device))
	}
	return list
}

const (
	habitPrior = 50 // choices that are needed before a habit counts half
	habitMost  = 1  // as a natural logarithm: a habit makes at most 2.7 times as much of it
)

// lift says how much more often a genre is chosen in the circumstances than otherwise, as a natural logarithm. The caller holds the lock.
func (p *pulse) lift(genre string, in []circumstance) float64 {
	var sum float64
	for _, c := range in {
		usual := p.genres[genre] / max(p.sum, 1)
		expected := usual * p.times[c]
		if expected == 0 {
			continue
		}
		shrunk := (p.habits[habit{genre, c}] + habitPrior*usual) / (expected + habitPrior*usual)
		sum += math.Log(shrunk)
	}
	return max(min(sum, habitMost), -habitMost)
}
