// Package live sends what happens to a show's seats to the browsers that look at
// them, over WebSockets.
//
// A socket costs some 10 KB and two goroutines: one writes frames, the other waits for the
// browser to go away. Frames are those of seating.Frame, encoded once for all. A browser that falls behind, or
// whose socket breaks, comes back with the last version that it saw and goes on from there.
package live

import (
	"context"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// Config bounds a Hub.
type Config struct {
	// MaxSockets is how many browsers may look at once. Zero means 20,000; those beyond are
	// refused and poll instead.
	MaxSockets int

	// Enter says whether an address may have another socket, and returns what to call at the socket's end. Nil refuses nobody.
	Enter func(from netip.Addr) (leave func(), err error)

	// Heartbeat is how often a socket is asked whether anybody is there. Zero means 30 seconds:
	// less than the 60 after which common proxies close what is silent.
	Heartbeat time.Duration

	// Logger gets what went wrong. Nil discards it.
	Logger *slog.Logger
}

// Limits of one socket.
const (
	writeTimeout = 10 * time.Second
	readLimit    = 512 // browsers have nothing to say but pongs
	buffer       = 1 << 10
)

func (c Config) withDefaults() Config {
	if c.MaxSockets == 0 {
		c.MaxSockets = 20_000
	}
	if c.Enter == nil {
		c.Enter = func(netip.Addr) (func(), error) { return func() {}, nil }
	}
	if c.Heartbeat == 0 {
		c.Heartbeat = 30 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Hub is the register of open sockets. It is safe for concurrent use.
type Hub struct {
	seats    *bms.SeatService
	cfg      Config
	upgrader websocket.FastHTTPUpgrader

	ctx     context.Context //nolint:containedctx // the life of the hub, which sockets outlive no request by
	stop    context.CancelFunc
	mu      sync.Mutex
	open    int
	closed  bool
	sockets sync.WaitGroup
}

// New returns a hub that shows the seats of a client. It starts nothing.
func New(seats *bms.SeatService, cfg Config) *Hub {
	h := &Hub{seats: seats, cfg: cfg.withDefaults()}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.upgrader = websocket.FastHTTPUpgrader{
		ReadBufferSize: buffer, WriteBufferSize: buffer, WriteBufferPool: &sync.Pool{},
		Error: func(rc *fasthttp.RequestCtx, _ int, _ error) { web.WriteProblem(rc, errNoSocket) },
	}
	return h
}

var (
	errNoSocket = fault.New(fault.Invalid, "no_websocket", "this address is for WebSocket connections from our own pages")
	errFull     = fault.New(fault.Unavailable, "too_many_sockets", "too many people are looking at the moment; ask for the seats instead")
)

// Serve turns the request into a socket that sends the frames of a show behind the
// version in the query's "since"; without it the first frame is the whole state.
func (h *Hub) Serve(rc *fasthttp.RequestCtx, show catalog.ShowID) {
	since := int64(-1)
	if n, err := rc.QueryArgs().GetUint("since"); err == nil && n < math.MaxInt {
		since = int64(n)
	}
	if _, err := h.seats.Snapshot(web.Context(rc), show); err != nil {
		web.WriteProblem(rc, err)
		return
	}
	from := web.Client(rc)
	if err := h.full(from); err != nil {
		web.WriteProblem(rc, err)
		return
	}
	// The function is not called when the answer cannot be written, so all that has to be undone begins in it.
	_ = h.upgrader.Upgrade(rc, func(conn *websocket.Conn) { h.follow(conn, from, show, since) }) // errors are answered by the upgrader's Error
}

// follow sends the frames of a show to a socket until it ends.
func (h *Hub) follow(conn *websocket.Conn, from netip.Addr, show catalog.ShowID, since int64) {
	if !h.enter() {
		return
	}
	defer h.leave()
	end, err := h.cfg.Enter(from)
	if err != nil {
		return
	}
	defer end()
	ctx, cancel := context.WithCancel(h.ctx)
	defer cancel()
	watch, err := h.seats.Watch(ctx, show, since)
	if err != nil {
		h.cfg.Logger.ErrorContext(h.ctx, "seats not watched", slog.String("show", string(show)), slog.String("error", err.Error()))
		return
	}
	defer watch.Close()
	h.run(conn, watch)
}

// full says why there is no room for another socket of an address; nil when there is.
func (h *Hub) full(from netip.Addr) error {
	end, err := h.cfg.Enter(from)
	if err != nil {
		return err
	}
	end() // it counts from when there is a socket
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.open >= h.cfg.MaxSockets {
		return errFull
	}
	return nil
}

// enter counts a socket. It reports whether there is room.
func (h *Hub) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.open >= h.cfg.MaxSockets {
		return false
	}
	h.open++
	h.sockets.Add(1)
	return true
}

func (h *Hub) leave() {
	h.mu.Lock()
	h.open--
	h.mu.Unlock()
	h.sockets.Done()
}

// Open returns how many sockets there are.
func (h *Hub) Open() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.open
}

// Close ends every socket and waits until they are gone. New ones are refused from then on.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.stop()
	h.sockets.Wait()
}

// run writes frames until the browser goes away, falls behind, or the hub is closed.
func (h *Hub) run(conn *websocket.Conn, watch *bms.Watch) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		h.listen(conn)
	}()
	h.send(conn, watch, gone)
	hangUp(conn)
	<-gone
}

// listen reads until the browser says goodbye or has been silent for too long.
func (h *Hub) listen(conn *websocket.Conn) {
	conn.SetReadLimit(readLimit)
	alive := func(string) error { return conn.SetReadDeadline(time.Now().Add(2 * h.cfg.Heartbeat)) } //nolint:forbidigo // deadlines of sockets are by the computer's clock
	conn.SetPongHandler(alive)
	for err := alive(""); err == nil; {
		_, _, err = conn.ReadMessage()
	}
}

// hangUp ends the connection, and with it listen. The Close of a connection that fasthttp
// has handed over does nothing until its handler returns, so the connection below is closed.
func hangUp(conn *websocket.Conn) {
	below := conn.NetConn()
	if wrapped, ok := below.(interface{ UnsafeConn() net.Conn }); ok {
		below = wrapped.UnsafeConn()
	}
	_ = below.Close() // the browser may be gone already
}

func (h *Hub) send(conn *websocket.Conn, watch *bms.Watch, gone <-chan struct{}) {
	beat := time.NewTicker(h.cfg.Heartbeat)
	defer beat.Stop()
	for {
		var err error
		select {
		case <-gone:
			return
		case frame, more := <-watch.Frames:
			if !more {
				h.goodbye(conn)
				return
			}
			err = write(conn, websocket.TextMessage, frame)
		case <-beat.C:
			err = write(conn, websocket.PingMessage, nil)
		}
		if err != nil {
			return
		}
	}
}

// goodbye tells the browser to come back: at once when it fell behind, to another node when we stop.
func (h *Hub) goodbye(conn *websocket.Conn) {
	code := websocket.CloseTryAgainLater
	if h.ctx.Err() != nil {
		code = websocket.CloseGoingAway
	}
	_ = write(conn, websocket.CloseMessage, websocket.FormatCloseMessage(code, "")) // it may be gone
}

func write(conn *websocket.Conn, kind int, data []byte) error {
	if err := conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil { //nolint:forbidigo // as above
		return err
	}
	return conn.WriteMessage(kind, data)
}
