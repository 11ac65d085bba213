package pg_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/pgtest"
)

// proxy stands between pgx and the server. It counts round trips and can cut
// the line in the middle of one.
type proxy struct {
	listener net.Listener
	server   *pgx.ConnConfig
	serving  sync.WaitGroup

	mu    sync.Mutex
	trips int        // messages that ask for an answer: Sync and Query
	cutAt int        // the trip whose answer is lost, and the line with it; 0: none
	conns []net.Conn // both ends of every line
}

// newProxy returns a proxy that listens until the test ends, and its URL.
func newProxy(t testing.TB) (p *proxy, address string) {
	t.Helper()
	server, err := pgx.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p = &proxy{listener: listener, server: server}
	p.serving.Go(p.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		p.cutAll()
		p.serving.Wait()
	})
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(server.User, server.Password),
		Host: listener.Addr().String(), Path: "/" + server.Database, RawQuery: "sslmode=disable&connect_timeout=30",
	}
	return p, u.String()
}

// count returns how many round trips there were since the last count.
func (p *proxy) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.trips
	p.trips = 0
	return n
}

// cut loses the answer of the nth round trip from now on.
func (p *proxy) cut(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trips, p.cutAt = 0, n
}

// cutAll ends every line.
func (p *proxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

func (p *proxy) accept() {
	network, address := pgconn.NetworkAddress(p.server.Host, p.server.Port)
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(network, address)
		if err != nil {
			_ = client.Close()
			return
		}
		p.mu.Lock()
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		p.serving.Go(func() { p.forward(client, server) })
		p.serving.Go(func() {
			_, _ = io.Copy(client, server)
			_ = client.Close()
		})
	}
}

// forward carries the client's messages: first the start-up message, which has
// no type, then a type and a length each.
func (p *proxy) forward(client, server net.Conn) {
	defer func() { _ = server.Close() }()
	for typed := 0; ; typed = 1 {
		message := make([]byte, typed+4)
		if _, err := io.ReadFull(client, message); err != nil {
			return
		}
		length := int(binary.BigEndian.Uint32(message[typed:])) + typed
		message = slices.Grow(message, length-len(message))[:length]
		if _, err := io.ReadFull(client, message[typed+4:]); err != nil {
			return
		}
		if typed == 1 && isTrip(message) && p.asked() {
			_ = client.Close() // the server gets nothing of it either: what was sent before is undone
			return
		}
		if _, err := server.Write(message); err != nil {
			return
		}
	}
}

// isTrip reports whether a message asks for an answer on behalf of a unit. A pool pings a line that has rested for a second, as it
// may on a busy machine: that is nobody's.
func isTrip(message []byte) bool {
	return message[0] == 'S' || message[0] == 'Q' && !bytes.Equal(message[5:], []byte("-- ping\x00"))
}

// asked counts a round trip and says whether it is the one to cut.
func (p *proxy) asked() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trips++
	return p.cutAt > 0 && p.trips == p.cutAt
}
