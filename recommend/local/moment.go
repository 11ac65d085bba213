package local

import (
	"fmt"
	"math"
	"time"

	"github.com/marquee-tickets/marquee/recommend"
)

// circumstance is one thing about when and with what somebody chooses: "weekend evening", "december", "phone".
type circumstance string

// moment is when and with what somebody chooses, as far as it counts. Times are taken in UTC: what is compared with each other is.
type moment struct {
	known   bool // when it is
	weekend bool
	quarter int // of the day, from 0
	month   time.Month
	device  recommend.Device
}

func momentOf(c recommend.Context) moment {
	m := moment{device: c.Device}
	if !c.Now.IsZero() {
		t := c.Now.UTC()
		m.known, m.weekend = true, t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
		m.quarter, m.month = t.Hour()/6, t.Month()
	}
	return m
}

// circumstances are those of a moment.
func (m moment) circumstances() []circumstance {
	list := make([]circumstance, 0, 3)
	if m.known {
		day := "weekday"
		if m.weekend {
			day = "weekend"
		}
		list = append(list, circumstance(fmt.Sprintf("%s %d", day, m.quarter)), circumstance(m.month.String()))
	}
	if m.device != "" {
		list = append(list, circumstance(m.device))
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
