package openrtb

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Exchange asks outside bidders. New starts nothing; Run sends the notices. It is safe for concurrent use.
type Exchange struct {
	cfg     Config
	bidders []*bidder
	notices notices
}

// New returns an Exchange, or a fault.Invalid that names the field.
func New(cfg Config) (*Exchange, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	x := &Exchange{cfg: cfg, notices: newNotices(cfg)}
	client := &http.Client{Transport: cfg.Transport, CheckRedirect: noRedirect}
	for _, b := range cfg.Bidders {
		x.bidders = append(x.bidders, newBidder(b, cfg, client))
	}
	return x, nil
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Sourced is an offer with who made it.
type Sourced struct {
	Bidder string
	Offer
}

// Outcome is what became of asking a bidder.
type Outcome string

// The outcomes.
const (
	OutcomeBid       Outcome = "bid"          // it made offers, though all of them may be refused
	OutcomeNoBid     Outcome = "no_bid"       // it said no
	OutcomeTimeout   Outcome = "timeout"      // it did not answer in time
	OutcomeDown      Outcome = "down"         // it could not be reached
	OutcomeStatus    Outcome = "status"       // it answered with another HTTP status than 200 and 204
	OutcomeMalformed Outcome = "malformed"    // what it said was no answer to the request
	OutcomeTooLarge  Outcome = "too_large"    // its answer was larger than Config.MaxResponse
	OutcomeCircuit   Outcome = "circuit_open" // it was not asked, since it failed often of late
	OutcomeRateLimit Outcome = "rate_limited" // it was not asked, since it was asked often enough this second
	OutcomeNoTime    Outcome = "no_time"      // it was not asked, since there was no time
)

// Report is what became of asking one bidder.
type Report struct {
	Bidder  string
	Outcome Outcome
	NBR     NoBid
	Took    time.Duration // until it answered; of a timeout all the time that there was
	Refused []Refusal
	Err     error // nil for OutcomeBid and OutcomeNoBid
}

// Result is what bidders offered.
type Result struct {
	Offers  []Sourced // by impression in the order of the request, the highest first, equal ones by bidder
	Reports []Report  // one for each bidder, in the order of Config
}

// Ask asks all bidders at once and returns what they offered until now: it does not wait longer than tmax less Config.Reserve, nor than Config.MostWait,
// nor than ctx. Bidders are told of the person what may be told. Who answers later is not heard, and its connection ends by itself.
func (x *Exchange) Ask(ctx context.Context, q *Request, may May) Result {
	res := Result{Reports: make([]Report, len(x.bidders))}
	wait := x.wait(q.TMax)
	for i, b := range x.bidders {
		res.Reports[i] = Report{Bidder: b.Name, Outcome: OutcomeNoTime, Err: context.DeadlineExceeded}
	}
	if wait <= 0 || ctx.Err() != nil {
		return res
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	said := x.ask(ctx, BuildRequest(nil, q, may, x.cfg.Seller, x.cfg.Complete), res.Reports)
	for i := range res.Reports {
		if said[i] != nil {
			res.Offers = append(res.Offers, x.bidders[i].hear(ctx, said[i], q, &res.Reports[i])...)
		} else if res.Reports[i].Outcome == OutcomeTimeout {
			res.Reports[i].Took = wait
		}
	}
	order(q, res.Offers)
	return res
}

// wait is how long bidders may take.
func (x *Exchange) wait(tmax time.Duration) time.Duration {
	if tmax == 0 {
		return x.cfg.MostWait
	}
	return min(tmax-x.cfg.Reserve, x.cfg.MostWait)
}

// reply is what came back from a bidder.
type reply struct {
	from    int
	outcome Outcome
	body    []byte
	took    time.Duration
	err     error
}

// ask sends the request to everybody and gathers what comes back in time; nil stands for those who were not asked or not in time. The goroutines that
// it starts end with ctx, and none of them is waited for after that.
func (x *Exchange) ask(ctx context.Context, body []byte, reports []Report) []*reply {
	said := make([]*reply, len(x.bidders))
	replies := make(chan *reply)
	asked := 0
	packed := pack(body)
	for i, b := range x.bidders {
		if why := b.refuses(); why != "" {
			reports[i].Outcome, reports[i].Err = why, errNotAsked
			continue
		}
		asked++
		reports[i].Outcome = OutcomeTimeout
		go func() {
			r := b.ask(ctx, body, packed)
			r.from = i
			select {
			case replies <- r: // hear tells the circuit
			case <-ctx.Done():
				b.record(ctx, false)
			}
		}()
	}
	for range asked {
		select {
		case r := <-replies:
			said[r.from] = r
		case <-ctx.Done():
			return said
		}
	}
	return said
}

var errNotAsked = errors.New("not asked")

// order puts offers in the order of the impressions, the highest first, equal ones by bidder.
func order(q *Request, offers []Sourced) {
	place := make(map[string]int, len(q.Imps))
	for i := range q.Imps {
		place[q.Imps[i].ID] = i
	}
	slices.SortStableFunc(offers, func(a, b Sourced) int {
		switch {
		case a.ImpID != b.ImpID:
			return place[a.ImpID] - place[b.ImpID]
		case a.Price != b.Price:
			return compare(&a.Offer, &b.Offer)
		}
		return strings.Compare(a.Bidder, b.Bidder)
	})
}
