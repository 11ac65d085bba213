package portal

import (
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// Delivery is what became of a line in requests that one server was asked.
type Delivery struct {
	Since time.Time // from when it is counted
	Node  string    // which of several servers it is; empty when there is no other
	Fates []Fate
	Pace  float64 // share of requests that its pace lets it take part in, 0 to 1
}

// Fate is what became of a line so many times, such as "outbid".
type Fate struct {
	Text  string
	Times int64
}

// deliveryView is a Delivery in words.
type deliveryView struct {
	Sentence, Pace string
	Facts          []fact
}

// deliveryOf is what is known of a line's requests; nil when nothing is, or something is missing so that there cannot be any.
func (r *request) deliveryOf(l ads.Line, missing []Reason) *deliveryView {
	d, ok := r.p.cfg.Delivery(l.ID)
	if !ok {
		return nil
	}
	var v deliveryView
	var all int64
	for _, f := range d.Fates {
		if f.Times > 0 {
			all += f.Times
			v.Facts = append(v.Facts, fact{capital(f.Text), count(f.Times)})
		}
	}
	serving := l.Status == ads.Active
	if all == 0 && (!serving || len(missing) > 0) {
		return nil
	}
	since := " since this server began on " + r.moment(d.Since) + "."
	switch all {
	case 0:
		v.Sentence = "Nobody of its audience was at one of its places" + since + " Or others bid so much more that it was not looked at."
	case 1:
		v.Sentence = "The line came up once" + since
	default:
		v.Sentence = "The line came up " + count(all) + " times" + since
	}
	if d.Node != "" {
		v.Sentence += " This is server " + d.Node + " of several, and each counts for itself."
	}
	if d.Pace < 1 && serving {
		v.Pace = "At the moment its pace has it take part in " + percent(d.Pace) + " of requests."
	}
	return &v
}
