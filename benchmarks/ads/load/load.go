//go:build linux

// Package load sends HTTP/1.1 requests over kept connections, one at a time on each, as cheaply as it can: one thread, epoll(7), and requests that
// are bytes already, so that on a small machine the server has the rest of it.
//
//	result, err := load.Run(load.Plan{Addr: addr, Connections: 64, Rate: 10_000, For: 5 * time.Second}, traffic)
//
// Without a rate each connection sends its next request when it has its answer (a closed loop). With one, requests are due at equal distances,
// and a latency is counted from when its request was due, whether a connection was free then or not: a server that stalls is charged for all who would
// have come meanwhile.
package load

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/marquee-tickets/marquee/benchmarks/ads/latency"
)

// Traffic is what is asked and what is made of the answers.
type Traffic interface {
	// Append appends the next request, which the connection with that number sends. Nothing means that there is none any more.
	Append(dst []byte, conn int) []byte

	// Answered is given the answer to the connection's request; the body is its own until it returns. An error ends the run.
	Answered(conn, status int, body []byte) error
}

// Plan is how requests are sent.
type Plan struct {
	Addr        netip.AddrPort
	Connections int
	Rate        int           // requests a second; zero means a closed loop
	For         time.Duration // zero means until the traffic ends
}

// Result is what came of a run.
type Result struct {
	Answers int
	Took    time.Duration // from the first request to the last answer
	Latency *latency.Histogram
}

// PerSecond is how many answers came in a second.
func (r Result) PerSecond() float64 { return float64(r.Answers) / r.Took.Seconds() }

// patience is how long the last answers may take.
const patience = 10 * time.Second

var errSilent = errors.New("load: the server does not answer any more")

// Run sends requests as planned and returns when all are answered. Errors: the traffic's, and what went wrong with a connection.
func Run(p Plan, t Traffic) (Result, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	l := &loop{plan: p, traffic: t, latency: new(latency.Histogram)}
	defer l.close()
	if err := l.open(); err != nil {
		return Result{}, err
	}
	if err := l.run(); err != nil {
		return Result{}, err
	}
	return Result{Answers: l.answers, Took: l.last.Sub(l.start), Latency: l.latency}, nil
}

// loop is one run.
type loop struct {
	plan    Plan
	traffic Traffic
	latency *latency.Histogram

	poll  int
	timer int // zero in a closed loop
	conns []*conn
	free  []*conn // of an open loop

	start, end, last time.Time
	sent             int // also the number of the next that is due
	answers          int
	ended            bool // nothing more is sent

	request []byte
	answer  [64 << 10]byte
}

func (l *loop) run() error {
	if err := l.begin(); err != nil {
		return err
	}
	events := make([]unix.EpollEvent, len(l.conns)+1)
	for !l.ended || l.answers < l.sent {
		n, err := unix.EpollWait(l.poll, events, int(patience.Milliseconds()))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return fmt.Errorf("load: %w", err)
		}
		if n == 0 || l.ended && time.Since(l.end) > patience {
			return errSilent
		}
		for _, e := range events[:n] {
			if err := l.ready(int(e.Fd)); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin sets the times and, without a rate, sends the first requests.
func (l *loop) begin() error {
	l.start = time.Now()
	l.end = l.start.Add(l.plan.For)
	if l.plan.For == 0 {
		l.end = l.start.Add(24 * time.Hour)
	}
	if l.timer > 0 {
		l.free = append(l.free, l.conns...)
		return nil
	}
	for _, c := range l.conns {
		if err := l.next(c, l.start); err != nil {
			return err
		}
	}
	return nil
}

// ready is told that a connection has something to read, or that a request is due.
func (l *loop) ready(n int) error {
	if n < len(l.conns) {
		c := l.conns[n]
		done, err := l.read(c)
		if err != nil || !done {
			return err
		}
		if l.timer == 0 {
			return l.next(c, l.last)
		}
		l.free = append(l.free, c)
	} else if _, err := unix.Read(l.timer, l.answer[:8]); err != nil && err != unix.EAGAIN {
		return fmt.Errorf("load: timer: %w", err) // it goes on only when it was read
	}
	return l.due()
}

// due sends what is due, as far as connections are free.
func (l *loop) due() error {
	if l.timer == 0 {
		return nil
	}
	now := time.Now()
	for len(l.free) > 0 && !l.ended {
		at := l.start.Add(time.Duration(l.sent) * time.Second / time.Duration(l.plan.Rate))
		if at.After(now) {
			return nil
		}
		c := l.free[len(l.free)-1]
		l.free = l.free[:len(l.free)-1]
		if err := l.next(c, at); err != nil {
			return err
		}
	}
	return nil
}

// next sends a request that is due at a time.
func (l *loop) next(c *conn, at time.Time) error {
	if l.ended = l.ended || at.After(l.end); l.ended {
		return nil
	}
	l.request = l.traffic.Append(l.request[:0], c.number)
	if len(l.request) == 0 {
		l.ended, l.end = true, time.Now()
		return nil
	}
	l.sent++
	c.due = at
	return c.write(l.request)
}

// read takes in what came, and reports whether the answer is whole.
func (l *loop) read(c *conn) (bool, error) {
	n, err := unix.Read(c.fd, l.answer[:])
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return false, nil
	case err != nil:
		return false, fmt.Errorf("load: read: %w", err)
	case n == 0:
		return false, errors.New("load: the server closed a connection")
	}
	text := l.answer[:n]
	if len(c.begun) > 0 {
		c.begun = append(c.begun, text...)
		text = c.begun
	}
	status, body, whole := parse(text)
	if !whole {
		c.begun = append(c.begun[:0], text...)
		return false, nil
	}
	l.last = time.Now()
	l.answers++
	l.latency.Add(l.last.Sub(c.due))
	c.begun = c.begun[:0]
	return true, l.traffic.Answered(c.number, status, body)
}
