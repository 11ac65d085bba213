package edge_test

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/edge"
)

// asked is what a browser accepts.
const asked = "gzip, deflate, br, zstd"

// byHand returns a handler that sets the header fields of an answer one by one, and its body.
func byHand(answer *fasthttp.Response) fasthttp.RequestHandler {
	var header [][2][]byte
	for name, value := range answer.Header.All() {
		header = append(header, [2][]byte{append([]byte{}, name...), append([]byte{}, value...)})
	}
	return func(rc *fasthttp.RequestCtx) {
		for _, f := range header {
			rc.Response.Header.SetCanonical(f[0], f[1])
		}
		rc.SetStatusCode(fasthttp.StatusOK)
		rc.Response.SetBodyRaw(answer.Body())
	}
}

// BenchmarkQuick is a hit alone, beside writing the same header fields by hand.
func BenchmarkQuick(b *testing.B) {
	var n atomic.Int64
	s := newShop(b, edge.Config{}, listing(&n))
	s.get("/p/x")
	for name, answer := range map[string]func(*fasthttp.RequestCtx){
		"hit":     func(rc *fasthttp.RequestCtx) { s.Quick(rc) },
		"by hand": byHand(s.get("/p/x", "Accept-Encoding", asked)),
	} {
		b.Run(name, func(b *testing.B) {
			rc := request("/p/x", "Accept-Encoding", asked)
			for b.Loop() {
				rc.Response.Reset()
				answer(rc)
			}
		})
	}
}

// BenchmarkServe is a hit with all that a server does for it, the kernel left out, beside a fasthttp server that writes the same
// by hand and has no time limits.
func BenchmarkServe(b *testing.B) {
	var n atomic.Int64
	s := newShop(b, edge.Config{}, listing(&n))
	s.get("/p/x")
	b.Run("edge", func(b *testing.B) {
		server, err := web.New(s.Handle, web.Config{Quick: s.Quick})
		require.NoError(b, err)
		ctx, stop := context.WithCancel(b.Context())
		require.NoError(b, server.Serve(ctx, newReplay(b, stop)))
	})
	b.Run("bare", func(b *testing.B) {
		server := &fasthttp.Server{Handler: byHand(s.get("/p/x", "Accept-Encoding", asked)), NoDefaultServerHeader: true}
		require.NoError(b, server.Serve(newReplay(b, func() { _ = server.Shutdown() })))
	})
}

// replay is a listener with one connection, over which one request comes b.N times.
type replay struct {
	b      *testing.B
	conns  chan net.Conn
	closed chan struct{}
	close  func()
}

// newReplay returns a listener that calls stop when all requests are answered.
func newReplay(b *testing.B, stop func()) *replay {
	b.Helper()
	r := &replay{b: b, conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	r.close = sync.OnceFunc(func() { close(r.closed) })
	r.conns <- &replayed{b: b, left: b.N, stop: stop}
	return r
}

func (r *replay) Accept() (net.Conn, error) {
	select {
	case c := <-r.conns:
		r.b.ResetTimer()
		return c, nil
	case <-r.closed:
		return nil, io.EOF
	}
}

func (r *replay) Close() error {
	r.close()
	return nil
}

func (r *replay) Addr() net.Addr { return &net.TCPAddr{} }

// replayed is the connection of a replay.
type replayed struct {
	net.Conn
	b    *testing.B
	left int
	stop func()
}

func (c *replayed) Read(b []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	c.left--
	return copy(b, "GET /p/x HTTP/1.1\r\nHost: shop.example\r\nAccept-Encoding: "+asked+"\r\n\r\n"), nil
}

// Close ends the time: stopping a server takes fasthttp a tenth of a second.
func (c *replayed) Close() error {
	c.b.StopTimer()
	go c.stop()
	return nil
}

func (c *replayed) Write(b []byte) (int, error)      { return len(b), nil }
func (c *replayed) SetReadDeadline(time.Time) error  { return nil }
func (c *replayed) SetWriteDeadline(time.Time) error { return nil }
func (c *replayed) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c *replayed) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
