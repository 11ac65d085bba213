//go:build linux

package load_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/benchmarks/ads/load"
)

// serve answers with a handler until the test ends.
func serve(t *testing.T, handler fasthttp.RequestHandler) (p load.Plan) {
	t.Helper()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	server := &fasthttp.Server{Handler: handler}
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Shutdown() })
	addr, ok := ln.Addr().(*net.TCPAddr)
	require.True(t, ok)
	return load.Plan{Addr: addr.AddrPort(), Connections: 8}
}

// numbers asks for one number after another, and wants each back.
type numbers struct {
	most, sent, good int
	asked            map[int]string // by connection
	wrong            error
}

func (n *numbers) Append(dst []byte, conn int) []byte {
	if n.sent == n.most {
		return dst
	}
	n.sent++
	n.asked[conn] = fmt.Sprint(n.sent)
	return fmt.Appendf(dst, "GET /%d HTTP/1.1\r\nHost: x\r\n\r\n", n.sent)
}

func (n *numbers) Answered(conn, status int, body []byte) error {
	if want := n.asked[conn]; status == 200 && strings.HasPrefix(string(body), want+",") && strings.HasSuffix(string(body), want) {
		n.good++
	}
	return n.wrong
}

// echo answers with the number twice, in up to 200 KB, which arrive in many pieces.
func echo(rc *fasthttp.RequestCtx) {
	number := string(rc.Path()[1:])
	rc.SetBodyString(number + "," + strings.Repeat("x", len(number)*50_000) + number)
}

func TestRun_EachConnectionGetsItsAnswer(t *testing.T) {
	t.Parallel()
	p, n := serve(t, echo), &numbers{most: 500, asked: map[int]string{}}
	r, err := load.Run(p, n)
	require.NoError(t, err)
	assert.Equal(t, 500, n.good)
	assert.Equal(t, 500, r.Answers)
	assert.EqualValues(t, 500, r.Latency.Count())
	assert.Positive(t, r.PerSecond())
}

func TestRun_WithARateAsManyAreSentAsAreDue(t *testing.T) {
	t.Parallel()
	p, n := serve(t, echo), &numbers{most: 1 << 30, asked: map[int]string{}}
	p.Rate, p.For = 1000, 200*time.Millisecond
	r, err := load.Run(p, n)
	require.NoError(t, err)
	assert.Equal(t, 201, r.Answers, "however late they were")
	assert.Equal(t, 201, n.good)
}

func TestRun_ALatencyBeginsWhenTheRequestWasDue(t *testing.T) {
	t.Parallel()
	const stall = 300 * time.Millisecond
	first := true
	p, n := serve(t, func(rc *fasthttp.RequestCtx) {
		if first {
			first = false
			time.Sleep(stall)
		}
		echo(rc)
	}), &numbers{most: 1 << 30, asked: map[int]string{}}
	p.Connections, p.Rate, p.For = 1, 100, stall
	r, err := load.Run(p, n)
	require.NoError(t, err)
	assert.Greater(t, r.Latency.Percentile(50), stall/4, "those that were due meanwhile waited, too")
}

func TestRun_EndsWithTheTrafficsError(t *testing.T) {
	t.Parallel()
	wrong := errors.New("wrong")
	_, err := load.Run(serve(t, echo), &numbers{most: 500, asked: map[int]string{}, wrong: wrong})
	require.ErrorIs(t, err, wrong)
}

func TestRun_SaysThatNobodyAnswers(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	addr, ok := ln.Addr().(*net.TCPAddr)
	require.True(t, ok)
	require.NoError(t, ln.Close())
	_, err = load.Run(load.Plan{Addr: addr.AddrPort(), Connections: 1}, &numbers{most: 1})
	require.ErrorContains(t, err, "connect")
}
