package openrtb

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"golang.org/x/time/rate"
)

// bidder is one who is asked, with what guards it and us.
type bidder struct {
	Bidder
	most    int64
	client  *http.Client
	circuit circuitbreaker.CircuitBreaker[any]
	limit   *rate.Limiter
	now     func() time.Time
}

func newBidder(b Bidder, cfg Config, client *http.Client) *bidder {
	limit := rate.NewLimiter(rate.Inf, 0)
	if b.QPS > 0 {
		limit = rate.NewLimiter(rate.Limit(b.QPS), int(math.Ceil(b.QPS/10)))
	}
	circuit := circuitbreaker.NewBuilder[any]().
		WithFailureRateThreshold(0.5, cfg.Failures, cfg.Window).
		WithSuccessThreshold(1).
		WithDelay(cfg.Rest).
		Build()
	return &bidder{Bidder: b, most: cfg.MaxResponse, client: client, circuit: circuit, limit: limit, now: cfg.Now}
}

// refuses returns why the bidder is not asked now; empty means that it is.
func (b *bidder) refuses() Outcome {
	if !b.limit.AllowN(b.now(), 1) {
		return OutcomeRateLimit
	}
	if !b.circuit.TryAcquirePermit() {
		return OutcomeCircuit
	}
	return ""
}

// minPacked is from how many bytes on a request is worth compressing.
const minPacked = 1024

// pack returns a function that gives the request compressed, which it is only once and only if somebody wants it so.
func pack(body []byte) func() []byte {
	return sync.OnceValue(func() []byte {
		var out bytes.Buffer
		z, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed) // the level is a known one, and a buffer takes everything
		_, _ = z.Write(body)
		_ = z.Close()
		return out.Bytes()
	})
}

// record tells the circuit how a call ended; each that was let through is told once.
func (b *bidder) record(ctx context.Context, well bool) {
	switch {
	case well:
		b.circuit.RecordSuccess()
	case errors.Is(ctx.Err(), context.Canceled) && b.circuit.IsClosed():
		// Whoever asked has gone away, which is not the bidder's fault. A trial call must have an end all the same.
	default:
		b.circuit.RecordFailure()
	}
}

// ask posts the request.
func (b *bidder) ask(ctx context.Context, body []byte, packed func() []byte) *reply {
	began := b.now()
	r := b.post(ctx, body, packed)
	r.took = b.now().Sub(began)
	return r
}

func (b *bidder) post(ctx context.Context, body []byte, packed func() []byte) *reply {
	zipped := b.Gzip && len(body) >= minPacked
	if zipped {
		body = packed()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.URL, bytes.NewReader(body))
	if err != nil {
		return &reply{outcome: OutcomeDown, err: err}
	}
	maps.Copy(req.Header, b.Header)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Openrtb-Version", "2.6")
	if zipped {
		req.Header.Set("Content-Encoding", "gzip")
	}
	res, err := b.client.Do(req)
	if err != nil {
		return failed(ctx, err)
	}
	defer func() { _ = res.Body.Close() }()
	switch res.StatusCode {
	case http.StatusNoContent:
		return &reply{outcome: OutcomeNoBid}
	case http.StatusOK:
	default:
		return &reply{outcome: OutcomeStatus, err: fmt.Errorf("%s answered with status %d", b.Name, res.StatusCode)}
	}
	said, err := io.ReadAll(io.LimitReader(res.Body, b.most+1))
	switch {
	case err != nil:
		return failed(ctx, err)
	case int64(len(said)) > b.most:
		return &reply{outcome: OutcomeTooLarge, err: fmt.Errorf("the answer of %s has more than %d bytes", b.Name, b.most)}
	}
	return &reply{outcome: OutcomeBid, body: said}
}

func failed(ctx context.Context, err error) *reply {
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
		return &reply{outcome: OutcomeTimeout, err: err}
	}
	return &reply{outcome: OutcomeDown, err: err}
}

// hear reads what a bidder said, fills its report and returns its offers.
func (b *bidder) hear(ctx context.Context, r *reply, q *Request, report *Report) []Sourced {
	report.Outcome, report.Took, report.Err = r.outcome, r.took, r.err
	if r.outcome != OutcomeBid {
		b.record(ctx, r.err == nil)
		return nil
	}
	answer, err := ParseResponse(r.body, q)
	b.record(ctx, err == nil)
	if err != nil {
		report.Outcome, report.Err = OutcomeMalformed, fmt.Errorf("answer of %s: %w", b.Name, err)
		return nil
	}
	report.Refused, report.NBR = answer.Refused, answer.NBR
	if len(answer.Offers)+len(answer.Refused) == 0 {
		report.Outcome = OutcomeNoBid
	}
	offers := make([]Sourced, len(answer.Offers))
	for i, o := range answer.Offers {
		offers[i] = Sourced{Bidder: b.Name, Offer: o}
	}
	return offers
}
