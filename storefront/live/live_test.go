package live_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/storefront/live"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

func TestMain(m *testing.M) {
	// fasthttp's clock and the cleaner of its worker pool end by themselves, later; the database's pool likewise.
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"))
}

// patience is how long sockets may take on a busy machine.
const patience = 30 * time.Second

// stage is a hub on a listener in memory.
type stage struct {
	*bmstest.Kit
	hub *live.Hub
	ln  *fasthttputil.InmemoryListener
}

func open(t *testing.T, cfg live.Config) *stage {
	t.Helper()
	return openBehind(t, cfg, func(ln net.Listener) net.Listener { return ln })
}

// openBehind is open with something between the listener and the server.
func openBehind(t *testing.T, cfg live.Config, behind func(net.Listener) net.Listener) *stage {
	t.Helper()
	s := &stage{Kit: bmstest.New(t, bmstest.Options{}), ln: fasthttputil.NewInmemoryListener()}
	s.hub = live.New(s.Seats, cfg)
	server := &fasthttp.Server{
		Handler:         func(rc *fasthttp.RequestCtx) { s.hub.Serve(rc, catalog.ShowID(rc.Path()[1:])) },
		CloseOnShutdown: true,
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(behind(s.ln)) }()
	t.Cleanup(func() {
		s.hub.Close()
		require.NoError(t, server.Shutdown())
		_ = s.ln.Close() // Shutdown knows no listener that Serve has not begun with
		assert.NoError(t, <-done)
	})
	return s
}

func (s *stage) show() catalog.ShowID { return s.Programme.Show.ID }

// dial opens a socket that looks at a show.
func (s *stage) dial(t *testing.T, query string, header http.Header) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	dialer := websocket.Dialer{NetDialContext: func(context.Context, string, string) (net.Conn, error) { return s.ln.Dial() }}
	conn, answer, err := dialer.DialContext(t.Context(), "ws://shop.example/"+string(s.show())+query, header)
	if conn != nil {
		t.Cleanup(func() { _ = conn.Close() })
	}
	return conn, answer, err
}

// watch opens a socket that must succeed.
func (s *stage) watch(t *testing.T, query string) *websocket.Conn {
	t.Helper()
	conn, answer, err := s.dial(t, query, nil)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	return conn
}

// frame is what browsers read.
type frame struct {
	Version  int64          `json:"v"`
	Snapshot []byte         `json:"snapshot"`
	Seats    [][2]int       `json:"s"`
	Areas    map[string]int `json:"a"`
}

func read(t *testing.T, conn *websocket.Conn) frame {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	_, data, err := conn.ReadMessage()
	require.NoError(t, err)
	var f frame
	require.NoError(t, json.Unmarshal(data, &f))
	return f
}

func TestServe_TheWholeStateFirstAndThenWhatChanges(t *testing.T) {
	t.Parallel()
	s := open(t, live.Config{})
	first, second := s.watch(t, ""), s.watch(t, "")
	for _, conn := range []*websocket.Conn{first, second} {
		whole := read(t, conn)
		assert.Len(t, whole.Snapshot, 7, "26 seats of two bits")
		assert.Equal(t, map[string]int{"floor": 40}, whole.Areas)
	}
	hold := s.Hold("stalls-A-2")
	for _, conn := range []*websocket.Conn{first, second} {
		assert.Equal(t, [][2]int{{1, 1}}, read(t, conn).Seats, "held")
	}
	_, err := s.Holds.Release(t.Context(), bms.ReleaseRequest{HoldID: hold.ID, Secret: hold.Secret})
	require.NoError(t, err)
	assert.Equal(t, [][2]int{{1, 0}}, read(t, first).Seats, "free again")
}

func TestServe_GoesOnWhereABrowserWas(t *testing.T) {
	t.Parallel()
	s := open(t, live.Config{})
	read(t, s.watch(t, ""))
	s.Hold("stalls-A-1")
	s.Hold("stalls-A-2")
	conn := s.watch(t, "?since=1")
	missed := read(t, conn)
	assert.Equal(t, int64(2), missed.Version)
	assert.Equal(t, [][2]int{{1, 1}}, missed.Seats)
	assert.NotEmpty(t, read(t, s.watch(t, "?since=99")).Snapshot, "a version that never was")
	assert.NotEmpty(t, read(t, s.watch(t, "?since=x")).Snapshot)
}

func TestServe_RefusesWhatIsNoSocket(t *testing.T) {
	t.Parallel()
	s := open(t, live.Config{})
	client := http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return s.ln.Dial() }, DisableKeepAlives: true,
	}}
	for path, want := range map[string]int{
		"/" + string(s.show()): 400,
		"/shw_none":            404,
		"/" + string(id.New[catalog.ShowID](catalog.ShowPrefix, bmstest.Start)): 404,
	} {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://shop.example"+path, nil)
		require.NoError(t, err)
		answer, err := client.Do(q)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, want, answer.StatusCode, path)
		assert.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"), path)
	}
	assert.Zero(t, s.hub.Open())
}

func TestServe_RefusesPagesOfOtherSites(t *testing.T) {
	t.Parallel()
	s := open(t, live.Config{})
	_, answer, err := s.dial(t, "", http.Header{"Origin": {"https://evil.example"}})
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, 400, answer.StatusCode)
	_, answer, err = s.dial(t, "", http.Header{"Origin": {"http://shop.example"}})
	require.NoError(t, err)
	assert.Equal(t, 101, answer.StatusCode)
}

func TestServe_RefusesMoreThanItCanCarry(t *testing.T) {
	t.Parallel()
	s := open(t, live.Config{MaxSockets: 1})
	conn := s.watch(t, "")
	read(t, conn)
	_, answer, err := s.dial(t, "", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, 503, answer.StatusCode)
	require.NoError(t, conn.Close())
	require.Eventually(t, func() bool { return s.hub.Open() == 0 }, patience, time.Millisecond, "a place is free when a browser goes away")
	read(t, s.watch(t, ""))
}

func TestServe_OneAddressCannotTakeEverySocket(t *testing.T) {
	t.Parallel()
	s := open(t, live.Config{Enter: throttle.New(time.Now).Live})
	conns := make([]*websocket.Conn, 50)
	for i := range conns {
		conns[i] = s.watch(t, "")
		read(t, conns[i])
	}
	_, answer, err := s.dial(t, "", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, 429, answer.StatusCode)
	require.NoError(t, conns[0].Close())
	require.Eventually(t, func() bool { return s.hub.Open() == len(conns)-1 }, patience, time.Millisecond)
	read(t, s.watch(t, ""))
}

func TestClose_TellsBrowsersAndWaitsForThem(t *testing.T) {
	t.Parallel()
	s := open(t, live.Config{})
	conn := s.watch(t, "")
	read(t, conn)
	s.hub.Close()
	assert.Zero(t, s.hub.Open())
	_, _, err := conn.ReadMessage()
	assert.True(t, websocket.IsCloseError(err, websocket.CloseGoingAway), "%v", err)
	_, answer, err := s.dial(t, "", nil)
	require.ErrorIs(t, err, websocket.ErrBadHandshake)
	assert.Equal(t, 503, answer.StatusCode)
}

func TestServe_ABrowserThatDoesNotAnswerIsGone(t *testing.T) {
	t.Parallel()
	s := open(t, live.Config{Heartbeat: 20 * time.Millisecond})
	quiet := s.watch(t, "")
	quiet.SetPingHandler(func(string) error { return nil }) // as if the network had swallowed it
	require.NoError(t, quiet.SetReadDeadline(time.Now().Add(patience)))
	var err error
	for err == nil {
		_, _, err = quiet.ReadMessage()
	}
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "it still stands")
	require.Eventually(t, func() bool { return s.hub.Open() == 0 }, patience, time.Millisecond)
}

// unhurried notes the deadline that the reads of its one connection have, and ends none of them: the machine may stand still for
// longer than silence is borne.
type unhurried struct {
	net.Listener
	deadline atomic.Pointer[time.Time]
}

func (l *unhurried) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return unhurriedConn{conn, l}, err
}

type unhurriedConn struct {
	net.Conn
	of *unhurried
}

func (c unhurriedConn) SetReadDeadline(at time.Time) error {
	c.of.deadline.Store(&at)
	return nil
}

func TestServe_ABrowserThatAnswersStays(t *testing.T) {
	t.Parallel()
	const heartbeat = 20 * time.Millisecond
	ln := &unhurried{}
	s := openBehind(t, live.Config{Heartbeat: heartbeat}, func(below net.Listener) net.Listener {
		ln.Listener = below
		return ln
	})
	conn := s.watch(t, "")
	answered := make(chan time.Time, 1000)
	answer := conn.PingHandler()
	conn.SetPingHandler(func(data string) error {
		answered <- time.Now()
		return answer(data)
	})
	frames := make(chan error, 1)
	go func() {
		_, _, err := conn.ReadMessage() // the whole state
		if err == nil {
			_, _, err = conn.ReadMessage()
		}
		frames <- err
	}()
	for range 5 {
		select {
		case at := <-answered:
			require.Eventually(t, func() bool { return !ln.deadline.Load().Before(at.Add(2 * heartbeat)) }, patience, time.Millisecond,
				"who has answered may be silent for twice as long as it takes to be asked again")
		case err := <-frames:
			require.Fail(t, "the socket ended", "%v", err)
		}
	}
	s.Hold("stalls-A-1")
	require.NoError(t, <-frames)
}
