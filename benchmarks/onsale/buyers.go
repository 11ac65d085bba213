package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
)

// parties is how many ask for best available seats at once in the last phase.
const parties = 160

// outcome is what the buyers found.
type outcome struct {
	Engine           string
	Capacity         float64 // whole bookings a second, drained
	Arrivals         float64 // a second, in the open loop
	Booked           int     // in the open loop
	RequestP50       time.Duration
	RequestP99       time.Duration
	BookingP50       time.Duration
	BookingP99       time.Duration
	HerdSeats        int
	HerdTime         time.Duration
	HerdP99          time.Duration
	Refusals         int
	Oversold         int
	RefusedWhileFree int
	Violations       int
	Failures         int
	Failure          string
}

func (r outcome) tell(report *bench.Report) {
	report.Printf("%-9s closed loop: %.0f bookings/s, mails and pictures included\n", r.Engine, r.Capacity)
	report.Printf("%-9s open loop at %.0f/s: %d booked, request p50 %s ms p99 %s ms, whole booking p50 %s ms p99 %s ms\n", r.Engine, r.Arrivals, r.Booked,
		bench.Ms(r.RequestP50), bench.Ms(r.RequestP99), bench.Ms(r.BookingP50), bench.Ms(r.BookingP99))
	report.Printf("%-9s %d parties at once: %d of %d seats given in %s ms, p99 %s ms\n", r.Engine, parties, r.HerdSeats, hallSeats, bench.Ms(r.HerdTime), bench.Ms(r.HerdP99))
	report.Printf("%-9s refusals checked: %d, while free: %d, oversold: %d, audit violations: %d, failures: %d %s\n",
		r.Engine, r.Refusals, r.RefusedWhileFree, r.Oversold, r.Violations, r.Failures, r.Failure)
}

func readOutcome(file string) (outcome, error) {
	var r outcome
	raw, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(raw, &r)
}

// crowd is the buyers' side of the benchmark.
type crowd struct {
	base   string
	client fasthttp.Client
	shows  []string
	next   atomic.Int64 // the show on sale

	mu       sync.Mutex
	waits    []time.Duration // of requests
	whole    []time.Duration // of bookings
	refusals []refusal
	failures int
	failure  string
}

// refusal is a no, to be checked against the stock of its instant.
type refusal struct {
	show  string
	at    time.Time // when it arrived; stock only falls, so it was not less before
	seats int
	floor int
}

// buyEverything runs the phases against a shop and writes the outcome to a file.
func buyEverything(ctx context.Context, o options) error {
	c := &crowd{base: "http://" + o.address, client: fasthttp.Client{MaxConnsPerHost: 8192, ReadTimeout: time.Minute}}
	if err := c.ask("/bench/shows", &c.shows); err != nil {
		return err
	}
	r := outcome{Engine: o.engine}
	steps := []func() error{
		func() error { return c.warmUp(o) },
		func() error { return c.closedLoop(o, &r) },
		func() error { return c.openLoop(ctx, o, &r) },
		func() error { return c.herd(&r) },
		func() error { return c.check(&r) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	bench.ProgressDone()
	r.Failures, r.Failure = c.failures, c.failure
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(o.where, raw, 0o600)
}

// warmUp opens connections and fills caches, and is not counted.
func (c *crowd) warmUp(o options) error {
	c.loop(o.buyers, 2*time.Second)
	return c.drain()
}

// closedLoop finds the capacity: every buyer books again and again. The time of the drain counts.
func (c *crowd) closedLoop(o options, r *outcome) error {
	c.reset()
	begin := time.Now()
	booked := c.loop(o.buyers, o.length)
	if err := c.drain(); err != nil {
		return err
	}
	r.Capacity = float64(booked) / time.Since(begin).Seconds()
	bench.Progress("%s: %.0f bookings/s", o.engine, r.Capacity)
	return nil
}

func (c *crowd) loop(buyers int, length time.Duration) int64 {
	var booked atomic.Int64
	var wait sync.WaitGroup
	end := time.Now().Add(length)
	for range buyers {
		wait.Go(func() {
			for time.Now().Before(end) {
				if c.buy(time.Now()) {
					booked.Add(1)
				}
			}
		})
	}
	wait.Wait()
	return booked.Load()
}

// openLoop lets buyers arrive at a fixed rate whatever becomes of those before them, and measures from the
// moment at which each meant to start.
func (c *crowd) openLoop(ctx context.Context, o options, r *outcome) error {
	c.reset()
	r.Arrivals = o.load * r.Capacity
	total := int(r.Arrivals * o.length.Seconds())
	var booked atomic.Int64
	var wait sync.WaitGroup
	begin := time.Now()
	for n := range total {
		at := begin.Add(time.Duration(float64(n) / r.Arrivals * float64(time.Second)))
		if ahead := time.Until(at); ahead > 0 {
			time.Sleep(ahead)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait.Go(func() {
			if c.buy(at) {
				booked.Add(1)
			}
		})
		if n%1000 == 0 {
			bench.Progress("%s: open loop, %d of %d arrived", o.engine, n, total)
		}
	}
	wait.Wait()
	r.Booked = int(booked.Load())
	r.RequestP50, r.RequestP99 = bench.Percentile(c.waits, 50), bench.Percentile(c.waits, 99)
	r.BookingP50, r.BookingP99 = bench.Percentile(c.whole, 50), bench.Percentile(c.whole, 99)
	return c.drain()
}

// herd has many parties ask for best available seats of a fresh show at once until none is left.
func (c *crowd) herd(r *outcome) error {
	c.reset()
	show := c.shows[len(c.shows)-1]
	var given atomic.Int64
	var wait sync.WaitGroup
	begin := time.Now()
	for range parties {
		wait.Go(func() {
			for want := 1 + rand.IntN(6); want > 0; {
				if _, ok := c.hold(show, want, 0, time.Now()); ok {
					given.Add(int64(want))
					want = 1 + rand.IntN(6)
				} else {
					want-- // fewer may still fit
				}
			}
		})
	}
	wait.Wait()
	r.HerdTime, r.HerdSeats = time.Since(begin), int(given.Load())
	r.HerdP99 = bench.Percentile(c.waits, 99)
	return nil
}

// buy makes one whole booking of two places: numbered seats or the floor, by turns, and the other where
// the first is sold out. When both are, the next show goes on sale and nothing is booked.
func (c *crowd) buy(start time.Time) bool {
	n := c.next.Load()
	if int(n) >= len(c.shows)-1 {
		c.fail("all shows are sold out: add more")
		return false
	}
	seats, floor := 2, 0
	if rand.IntN(2) == 0 {
		seats, floor = 0, 2
	}
	held, ok := c.hold(c.shows[n], seats, floor, start)
	if !ok {
		if held, ok = c.hold(c.shows[n], floor, seats, time.Now()); !ok {
			c.next.CompareAndSwap(n, n+1)
			return false
		}
	}
	booking, ok := c.post("/api/v1/bookings", `{"hold_id":"`+held.id+`","buyer":{"name":"Ada Lovelace","email":"ada@example.com"}}`, "Hold-Secret", held.secret)
	if !ok {
		return false
	}
	id, token := field(booking, "id"), field(booking, "token")
	if _, ok = c.post("/api/v1/bookings/"+id+"/payments", `{"gateway":"sandbox","return_url":"http://shop.example/"}`, "Booking-Token", token); !ok {
		return false
	}
	if !c.confirmed(id, token) {
		return false
	}
	if _, ok = c.do("GET", "/api/v1/bookings/"+id+"/tickets", "", "Booking-Token", token, time.Now()); !ok {
		return false
	}
	c.mu.Lock()
	c.whole = append(c.whole, time.Since(start))
	c.mu.Unlock()
	return true
}

type held struct{ id, secret string }

// hold asks for seats or floor places. A refusal is noted for the check.
func (c *crowd) hold(show string, seats, floor int, start time.Time) (held, bool) {
	body := `{"show_id":"` + show + `","areas":[{"area":"` + areaKey + `","count":` + strconv.Itoa(floor) + `}]}`
	if seats > 0 {
		body = `{"show_id":"` + show + `","best":{"count":` + strconv.Itoa(seats) + `,"scattered":true}}`
	}
	answer, status := c.send("POST", "/api/v1/holds", body, "", "", start)
	switch {
	case status == fasthttp.StatusCreated:
		return held{field(answer, "id"), field(answer, "secret")}, true
	case status == fasthttp.StatusConflict && bytes.Contains(answer, []byte("not_enough_places")):
		c.mu.Lock()
		c.refusals = append(c.refusals, refusal{show: show, at: time.Now(), seats: seats, floor: floor})
		c.mu.Unlock()
	default:
		c.fail(fmt.Sprintf("hold: %d %s", status, answer))
	}
	return held{}, false
}

// confirmed waits for the booking to be confirmed by the bank's notification.
func (c *crowd) confirmed(id, token string) bool {
	pause := 5 * time.Millisecond
	for range 12 {
		time.Sleep(pause)
		answer, ok := c.do("GET", "/api/v1/bookings/"+id, "", "Booking-Token", token, time.Now())
		if !ok {
			return false
		}
		if field(answer, "status") == "confirmed" {
			return true
		}
		pause *= 2
	}
	c.fail("booking " + id + " is not confirmed")
	return false
}

func (c *crowd) post(path, body, header, secret string) ([]byte, bool) {
	return c.do("POST", path, body, header, secret, time.Now())
}

// do sends a request that must succeed.
func (c *crowd) do(method, path, body, header, secret string, start time.Time) ([]byte, bool) {
	answer, status := c.send(method, path, body, header, secret, start)
	if status != fasthttp.StatusOK && status != fasthttp.StatusCreated {
		c.fail(fmt.Sprintf("%s %s: %d %s", method, path, status, answer))
		return nil, false
	}
	return answer, true
}

// send sends a request, those that change something with an idempotency key, and notes how long it took
// from the moment it was meant to be sent.
func (c *crowd) send(method, path, body, header, secret string, start time.Time) ([]byte, int) {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	request.SetRequestURI(c.base + path)
	request.Header.SetMethod(method)
	if body != "" {
		request.Header.SetContentType("application/json")
		request.Header.Set("Idempotency-Key", strconv.FormatUint(rand.Uint64(), 36)+strconv.FormatUint(rand.Uint64(), 36))
		request.Header.Set("Visitor-Id", "visitor-"+strconv.FormatUint(rand.Uint64(), 36))
		request.SetBodyString(body)
	}
	if header != "" {
		request.Header.Set(header, secret)
	}
	if err := c.client.Do(request, response); err != nil {
		return []byte(err.Error()), 0
	}
	took := time.Since(start)
	c.mu.Lock()
	c.waits = append(c.waits, took)
	c.mu.Unlock()
	return bytes.Clone(response.Body()), response.StatusCode()
}

// field is the first string member with the given name: enough for answers of our own.
func field(body []byte, name string) string {
	_, after, found := bytes.Cut(body, []byte(`"`+name+`":"`))
	if !found {
		return ""
	}
	value, _, _ := bytes.Cut(after, []byte(`"`))
	return string(value)
}

func (c *crowd) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits, c.whole = nil, nil
}

func (c *crowd) fail(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failures++; c.failure == "" {
		c.failure = what
	}
}

// ask reads an answer of the shop's own side.
func (c *crowd) ask(path string, into any) error {
	status, body, err := c.client.GetTimeout(nil, c.base+path, time.Minute)
	if err != nil {
		return err
	}
	if status != fasthttp.StatusOK {
		return errors.New(string(body))
	}
	return json.Unmarshal(body, into)
}

func (c *crowd) drain() error {
	var d drained
	return c.ask("/bench/drain", &d)
}
