package web

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/valyala/fasthttp"
	"golang.org/x/time/rate"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Limit is how often something may be done: Burst times at once, and then once each time that Every
// has passed. Both are more than zero.
type Limit struct {
	Burst int
	Every time.Duration
}

// Limiter counts how often each of many keys did something. It keeps to the memory of this process: each node
// counts for itself, and a node that starts anew has forgotten. It is safe for concurrent use.
type Limiter struct {
	limit Limit
	now   func() time.Time

	mu      sync.Mutex
	buckets *simplelru.LRU[string, *rate.Limiter]
}

// maxKeys bounds how many keys a Limiter knows: some 5 MB. The key that was idle for longest is forgotten
// first; it had most time to be forgiven, too.
const maxKeys = 20_000

// NewLimiter returns a limiter that has seen nobody. now is its clock.
func NewLimiter(l Limit, now func() time.Time) *Limiter {
	buckets, err := simplelru.NewLRU[string, *rate.Limiter](maxKeys, nil)
	if err != nil {
		panic(err) // maxKeys is less than one
	}
	return &Limiter{limit: l, now: now, buckets: buckets}
}

// Take notes that the key does it now, or refuses it with a *WaitError, which costs the key nothing.
func (l *Limiter) Take(key string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, known := l.buckets.Get(key)
	if !known {
		bucket = rate.NewLimiter(rate.Every(l.limit.Every), l.limit.Burst)
		l.buckets.Add(key, bucket)
	}
	now := l.now()
	asked := bucket.ReserveN(now, 1)
	if wait := asked.DelayFrom(now); wait > 0 {
		asked.CancelAt(now)
		return &WaitError{After: wait}
	}
	return nil
}

// Back returns to the key what Take took: it turned out not to count.
func (l *Limiter) Back(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if bucket, known := l.buckets.Get(key); known {
		bucket.AllowN(l.now(), -1)
	}
}

// Check refuses what Take would refuse, and notes nothing.
func (l *Limiter) Check(key string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, known := l.buckets.Get(key)
	if !known {
		return nil
	}
	if left := bucket.TokensAt(l.now()); left < 1 {
		return &WaitError{After: time.Duration((1 - left) * float64(l.limit.Every))}
	}
	return nil
}

// WaitError refuses what was done too often. It is a fault with the code RateLimited.
type WaitError struct {
	After time.Duration // when it may be tried again
	Why   *fault.Error  // what to say, of the code RateLimited; nil says that it was tried too often
}

// Error says how long to wait.
func (e *WaitError) Error() string { return e.fault().Error() }

// Unwrap returns the fault.
func (e *WaitError) Unwrap() error { return e.fault() }

func (e *WaitError) fault() *fault.Error {
	if e.Why != nil {
		return e.Why
	}
	wait := "a second"
	switch n := e.seconds(); {
	case n > 90:
		wait = strconv.Itoa((n+59)/60) + " minutes"
	case n > 1:
		wait = strconv.Itoa(n) + " seconds"
	}
	return fault.New(fault.RateLimited, "too_many_tries", fmt.Sprintf("this was tried too often; please wait %s and try again", wait))
}

// seconds is the time to wait in whole seconds, at least one.
func (e *WaitError) seconds() int { return max(1, int(math.Ceil(e.After.Seconds()))) }

// Network returns the key under which an address is counted: the address itself, or for IPv6 the network of 64
// bits that providers give to one customer, who could otherwise use up as many addresses as he likes.
func Network(a netip.Addr) string {
	if !a.Is6() || a.Is4In6() {
		return a.Unmap().String()
	}
	network, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a.String()
	}
	return network.String()
}

// retryAfter is how many seconds clients are asked to wait before they repeat a
// request that was refused for lack of capacity.
const retryAfter = 1

// SetRetryAfter has the answer say when to try again, if waiting helps against err.
func SetRetryAfter(rc *fasthttp.RequestCtx, err error) {
	seconds := retryAfter
	if wait, ok := errors.AsType[*WaitError](err); ok {
		seconds = wait.seconds()
	}
	if status := ProblemOf(err).Status; status == fasthttp.StatusTooManyRequests || status == fasthttp.StatusServiceUnavailable {
		rc.Response.Header.Set(fasthttp.HeaderRetryAfter, strconv.Itoa(seconds))
	}
}
