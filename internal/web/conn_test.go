package web_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/marquee-tickets/marquee/internal/web"
)

// step is what came of a read or a write and when.
type step struct {
	at  time.Duration
	n   int
	err error
}

// reads has a peer send a byte now and then, and reads each under a deadline of its own, until one is reached.
func reads(seed uint64, wrap func(net.Conn) net.Conn) []step {
	random := rand.New(rand.NewPCG(seed, 1))
	ours, peer := net.Pipe()
	conn, start := wrap(ours), time.Now()
	var peers sync.WaitGroup
	defer func() { _ = conn.Close(); _ = peer.Close(); peers.Wait() }()
	var steps []step
	for range 20 {
		limit, late := seconds(random, 10, 20, 75), seconds(random, 0, 1, 5, 11, 21)
		_ = conn.SetReadDeadline(time.Now().Add(limit))
		peers.Go(func() {
			time.Sleep(late)
			_, _ = peer.Write([]byte{1})
		})
		n, err := conn.Read(make([]byte, 8))
		steps = append(steps, step{at: time.Since(start), n: n, err: err})
		if err != nil {
			break
		}
		time.Sleep(seconds(random, 0, 1, 15, 30)) // the handler
	}
	return steps
}

// writes sends bytes in threes, each three under a deadline of its own, to a peer that reads them slowly one by one.
func writes(seed uint64, wrap func(net.Conn) net.Conn) []step {
	random := rand.New(rand.NewPCG(seed, 2))
	ours, peer := net.Pipe()
	conn, start := wrap(ours), time.Now()
	var peers sync.WaitGroup
	defer func() { _ = conn.Close(); _ = peer.Close(); peers.Wait() }()
	var steps []step
	peers.Go(func() {
		slow := rand.New(rand.NewPCG(seed, 3))
		for b := make([]byte, 1); ; {
			time.Sleep(seconds(slow, 0, 0, 1, 4, 11))
			if _, err := peer.Read(b); err != nil {
				return
			}
		}
	})
	for range 20 {
		_ = conn.SetWriteDeadline(time.Now().Add(seconds(random, 10, 20, 60)))
		n, err := conn.Write([]byte("abc"))
		steps = append(steps, step{at: time.Since(start), n: n, err: err})
		if err != nil {
			break
		}
		time.Sleep(seconds(random, 0, 1, 15, 30))
	}
	return steps
}

func seconds(random *rand.Rand, of ...int) time.Duration {
	return time.Duration(1000*of[random.IntN(len(of))]+random.IntN(1000)) * time.Millisecond
}

// Whatever the order of deadlines, data and pauses: what a lazy connection does, it does when any other would.
func TestLazy_ReachesDeadlinesWhenAnyConnectionDoes(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(uint64, func(net.Conn) net.Conn) []step{"reads": reads, "writes": writes} {
		reached := 0
		for seed := range uint64(300) {
			synctest.Test(t, func(t *testing.T) {
				plain := run(seed, func(c net.Conn) net.Conn { return c })
				assert.Equal(t, plain, run(seed, web.Lazy), "%s, seed %d", name, seed)
				if last := plain[len(plain)-1]; last.err != nil {
					require.ErrorIs(t, last.err, os.ErrDeadlineExceeded)
					reached++
				}
			})
		}
		assert.Greater(t, reached, 50, name)
		assert.Less(t, reached, 299, name)
	}
}

// counted counts how often deadlines are set in earnest.
type counted struct {
	net.Conn
	armed *atomic.Int64
}

func (c counted) SetReadDeadline(at time.Time) error {
	c.armed.Add(1)
	return c.Conn.SetReadDeadline(at)
}

func (c counted) SetWriteDeadline(at time.Time) error {
	c.armed.Add(1)
	return c.Conn.SetWriteDeadline(at)
}

func (c counted) SetDeadline(at time.Time) error {
	c.armed.Add(1)
	return c.Conn.SetDeadline(at)
}

func TestLazy_ABusyConnectionArmsFewDeadlines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ours, peer := net.Pipe()
		var armed atomic.Int64
		conn := web.Lazy(counted{Conn: ours, armed: &armed})
		defer func() { _ = conn.Close(); _ = peer.Close() }()
		b := make([]byte, 1)
		for range 1000 { // a hundred seconds
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(75*time.Second)))
			go func() { _, _ = peer.Write(b) }()
			_, err := conn.Read(b)
			require.NoError(t, err)
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
			require.NoError(t, conn.SetWriteDeadline(time.Now().Add(60*time.Second)))
			go func() { _, _ = peer.Read(make([]byte, 1)) }()
			_, err = conn.Write(b)
			require.NoError(t, err)
			time.Sleep(100 * time.Millisecond)
		}
		assert.Less(t, armed.Load(), int64(20), "of 3000")
	})
}

// A WebSocket has one goroutine that reads and others that end it.
func TestLazy_WhatIsHandedOverIsAnyConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ours, peer := net.Pipe()
		var armed atomic.Int64
		conn := web.Lazy(counted{Conn: ours, armed: &armed})
		defer func() { _ = conn.Close(); _ = peer.Close() }()
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Second)))
		require.NoError(t, conn.SetDeadline(time.Time{}))
		failed := make(chan time.Duration)
		start := time.Now()
		go func() {
			_, err := conn.Read(make([]byte, 1))
			assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
			failed <- time.Since(start)
		}()
		time.Sleep(time.Minute)
		armed.Store(0)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Hour)))
		require.NoError(t, conn.SetWriteDeadline(time.Now().Add(time.Hour)))
		assert.EqualValues(t, 2, armed.Load())
		require.NoError(t, conn.SetReadDeadline(time.Now()))
		assert.Equal(t, time.Minute, <-failed)
	})
}

// countedListener counts the deadlines of the connections it accepts.
type countedListener struct {
	net.Listener
	armed atomic.Int64
}

func (l *countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return counted{Conn: c, armed: &l.armed}, err
}

func TestServer_ArmsFewDeadlines(t *testing.T) {
	t.Parallel()
	server, err := web.New(hello, web.Config{})
	require.NoError(t, err)
	memory := fasthttputil.NewInmemoryListener()
	ln := &countedListener{Listener: memory}
	serveUntilEnd(t, server, ln)
	conn, err := memory.Dial()
	require.NoError(t, err)
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for range 100 {
		_, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n"))
		require.NoError(t, err)
		var answer fasthttp.Response
		require.NoError(t, answer.Read(answers))
	}
	assert.Positive(t, ln.armed.Load())
	assert.Less(t, ln.armed.Load(), int64(10), "of 300")
}

func serveUntilEnd(t *testing.T, server *web.Server, ln net.Listener) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		assert.NoError(t, <-done)
	})
}

func TestServer_KnowsTLS(t *testing.T) {
	t.Parallel()
	other := httptest.NewTLSServer(nil) // has a certificate
	certificates, roots := other.TLS.Certificates, x509.NewCertPool()
	roots.AddCert(other.Certificate())
	other.Close()
	server, err := web.New(hello, web.Config{})
	require.NoError(t, err)
	memory := fasthttputil.NewInmemoryListener()
	serveUntilEnd(t, server, tls.NewListener(memory, &tls.Config{Certificates: certificates, MinVersion: tls.VersionTLS12}))
	raw, err := memory.Dial()
	require.NoError(t, err)
	conn := tls.Client(raw, &tls.Config{RootCAs: roots, ServerName: "example.com", MinVersion: tls.VersionTLS12})
	defer conn.Close()
	_, err = conn.Write([]byte("GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n"))
	require.NoError(t, err)
	var answer fasthttp.Response
	require.NoError(t, answer.Read(bufio.NewReader(conn)))
	assert.NotEmpty(t, answer.Header.Peek("Strict-Transport-Security"))
}
