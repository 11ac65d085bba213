package api

import (
	"context"
	"math"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// errStreams says that the server has as many streams as it can carry.
var errStreams = fault.New(fault.Unavailable, "streams_full", "there are too many live streams now; poll the seats instead")

// stream sends a show's frames as they happen, as Server-Sent Events. It goes on behind the
// version that Last-Event-ID or since name; without either it begins with a whole frame.
//
// The connection is taken over from the server: that costs 10 KB and one goroutine, a third of what a streamed
// body does, and the server's write timeout does not end it.
func (a *API) stream(ctx context.Context, c *call) error {
	since, err := c.lastVersion()
	if err != nil {
		return err
	}
	show := catalog.ShowID(c.params[0])
	if err := a.mustBeAnnounced(ctx, c.site(), show); err != nil {
		return err
	}
	if c.rc.IsHead() {
		c.rc.SetContentType(eventStream)
		return nil
	}
	from := web.Client(c.rc)
	end, err := a.cfg.Throttle.Live(from)
	if err != nil {
		return err
	}
	end() // it counts from when there is a stream
	if a.streams.full() {
		return errStreams
	}
	c.rc.HijackSetNoResponse(true)
	c.rc.Hijack(func(conn net.Conn) {
		end, err := a.cfg.Throttle.Live(from)
		if err != nil {
			return
		}
		defer end()
		a.streams.serve(conn, func(ctx context.Context, s *stream) { a.follow(ctx, s, show, since) })
	})
	return nil
}

// lastVersion returns the version that a client has already, anew for none.
func (c *call) lastVersion() (int64, error) {
	q := c.query()
	since := q.integer("since", 0, math.MaxInt64, anew)
	if err := q.end(); err != nil {
		return 0, err
	}
	last := c.header("Last-Event-ID")
	if last == "" {
		return since, nil
	}
	version, err := strconv.ParseInt(last, 10, 64)
	if err != nil || version < 0 {
		return 0, fault.Invalidf("Last-Event-ID", "must be the id of an event of this stream")
	}
	return version, nil
}

// follow sends frames until the client is gone, too slow, or the server stops. A client that is too
// slow comes back by itself and goes on where it was.
func (a *API) follow(ctx context.Context, s *stream, show catalog.ShowID, since int64) {
	w, err := a.client.Seats.Watch(ctx, show, since)
	if err != nil {
		return // the client comes again and is told why
	}
	defer w.Close()
	if s.write(ctx, []byte(streamHead)) == nil {
		s.run(ctx, w.Frames)
	}
}

const eventStream = "text/event-stream"

// streamHead opens a stream: the answer's header, and how long a client waits before it
// comes back.
const streamHead = "HTTP/1.1 200 OK\r\n" +
	"Content-Type: " + eventStream + "\r\n" +
	"Cache-Control: no-store\r\n" +
	"X-Accel-Buffering: no\r\n" + // nginx passes each write on at once
	"X-Content-Type-Options: nosniff\r\n" +
	"Connection: close\r\n" +
	"\r\n" +
	"retry: 1000\n\n"

// beat is the comment that keeps a silent stream open.
const beat = ": \n\n"

// stream is one connection that frames are written to.
type stream struct {
	conn      net.Conn
	heartbeat time.Duration
	pace      time.Duration
	patience  time.Duration // with one write
	buf       []byte
}

// run writes frames until they end or the client is gone. What comes within the pace goes
// out in one write.
func (s *stream) run(ctx context.Context, frames <-chan []byte) {
	pace := time.NewTimer(0)
	defer pace.Stop()
	for {
		select {
		case <-pace.C:
		case <-ctx.Done():
			return
		}
		select {
		case frame, open := <-frames:
			if !open || !s.batch(ctx, frame, frames) {
				return
			}
		case <-time.After(s.heartbeat):
			if s.write(ctx, []byte(beat)) != nil {
				return
			}
		}
		pace.Reset(s.pace)
	}
}

// batch writes a frame and those that wait behind it. False means that the stream is over.
func (s *stream) batch(ctx context.Context, frame []byte, frames <-chan []byte) bool {
	s.buf = appendEvent(s.buf[:0], frame)
	for {
		select {
		case more, open := <-frames:
			if !open {
				_ = s.write(ctx, s.buf) // the stream is over either way
				return false
			}
			s.buf = appendEvent(s.buf, more)
		default:
			return s.write(ctx, s.buf) == nil
		}
	}
}

// appendEvent writes a frame as an event whose id is its version.
func appendEvent(out, frame []byte) []byte {
	out = append(out, "id: "...)
	out = strconv.AppendInt(out, frameVersion(frame), 10)
	out = append(out, "\ndata: "...)
	out = append(out, frame...) // one line: frames have no space between tokens
	return append(out, "\n\n"...)
}

// write sends bytes unless ctx has ended. That is asked after the deadline is set, so that streams.close,
// which ends ctx first, never waits for a deadline that was set behind its own.
func (s *stream) write(ctx context.Context, p []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.patience)); err != nil { //nolint:forbidigo // connections go by the computer's clock
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := s.conn.Write(p)
	return err
}

// streams knows the live streams, so that they can be ended: the server's shutdown does not wait for
// connections that were taken over.
type streams struct {
	cfg  Config
	wait sync.WaitGroup

	mu     sync.Mutex
	open   map[*stream]context.CancelFunc
	closed bool
}

func newStreams(cfg Config) *streams {
	return &streams{cfg: cfg, open: map[*stream]context.CancelFunc{}}
}

// full reports whether another stream would be refused.
func (all *streams) full() bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	return all.closed || len(all.open) >= all.cfg.MaxStreams
}

// serve runs a stream on a connection until it is over.
func (all *streams) serve(conn net.Conn, follow func(context.Context, *stream)) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := &stream{conn: conn, heartbeat: all.cfg.Heartbeat, pace: all.cfg.Pace, patience: all.cfg.WriteTimeout}
	if !all.add(s, cancel) {
		return
	}
	defer all.remove(s)
	follow(ctx, s)
}

func (all *streams) add(s *stream, cancel context.CancelFunc) bool {
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.closed || len(all.open) >= all.cfg.MaxStreams {
		return false
	}
	all.open[s] = cancel
	all.wait.Add(1)
	return true
}

func (all *streams) remove(s *stream) {
	all.mu.Lock()
	defer all.mu.Unlock()
	delete(all.open, s)
	all.wait.Done()
}

// close ends every stream and waits until they have ended.
func (all *streams) close() {
	all.mu.Lock()
	all.closed = true
	for s, cancel := range all.open {
		cancel()                                // ends the frames
		_ = s.conn.SetWriteDeadline(time.Now()) //nolint:forbidigo // ends a write that waits for its client
	}
	all.mu.Unlock()
	all.wait.Wait()
}
