package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/api"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

// patience is how long a stream may take on a busy machine.
const patience = 30 * time.Second

// events is an open stream.
type events struct {
	t      testing.TB
	lines  *bufio.Scanner
	body   io.Closer
	cancel context.CancelFunc
}

// unhurried is a WriteTimeout that no test comes to which reads what its stream says only later.
const unhurried = time.Hour

// listen opens the stream of the programme's show.
func (s *shop) listen(header map[string]string) *events {
	s.t.Helper()
	req := s.request(ask{method: http.MethodGet, path: s.streamPath(), header: header})
	ctx, cancel := context.WithCancel(req.Context())
	res, err := s.http.Do(req.WithContext(ctx))
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, res.StatusCode)
	assert.Equal(s.t, "text/event-stream", res.Header.Get("Content-Type"))
	assert.Equal(s.t, "no-store", res.Header.Get("Cache-Control"))
	s.spec.note("streamSeats")
	e := &events{t: s.t, lines: bufio.NewScanner(res.Body), body: res.Body, cancel: cancel}
	s.t.Cleanup(e.close)
	return e
}

func (s *shop) streamPath() string {
	return "/api/v1/shows/" + string(s.Programme.Show.ID) + "/stream"
}

func (e *events) close() {
	e.cancel()
	_ = e.body.Close()
}

// next returns the id and the data of the next event.
func (e *events) next() (id, data string) {
	e.t.Helper()
	for e.lines.Scan() {
		field, value, _ := strings.Cut(e.lines.Text(), ": ")
		switch {
		case field == "id":
			id = value
		case field == "data":
			data = value
		case e.lines.Text() == "" && data != "":
			return id, data
		}
	}
	require.Fail(e.t, "the stream has ended", "%v", e.lines.Err())
	return "", ""
}

func TestStream_WholeFirstThenEveryChange(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{Pace: time.Millisecond})
	e := s.listen(nil)
	id, data := e.next()
	assert.Equal(t, "0", id)
	assert.Contains(t, data, `"snapshot":`)
	for i, seat := range []string{"stalls-A-1", "stalls-A-2", "stalls-A-3"} {
		h := s.hold(seat)
		id, data = e.next()
		assert.Equal(t, itoa(int64(i+1)), id)
		assert.Equal(t, `{"v":`+id+`,"s":[[`+itoa(int64(h.Seats[0].Number))+`,1]]}`, data)
	}
}

func TestStream_GoesOnBehindTheLastEvent(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{Pace: time.Millisecond})
	first := s.listen(nil)
	id, _ := first.next()
	first.close()
	s.hold("stalls-A-1")
	s.hold("stalls-A-2")
	for _, again := range []*events{s.listen(map[string]string{"Last-Event-ID": id}), s.listen(map[string]string{"Last-Event-ID": id})} {
		id1, data := again.next()
		assert.Equal(t, "1", id1)
		assert.NotContains(t, data, "snapshot")
		id2, _ := again.next()
		assert.Equal(t, "2", id2)
	}
}

func TestStream_WhatComesTogetherIsSentTogether(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{Pace: 50 * time.Millisecond, WriteTimeout: unhurried})
	client, server := net.Pipe()
	done := make(chan struct{})
	go func() { defer close(done); s.API.Follow(server, s.Programme.Show.ID); _ = server.Close() }()
	read := func() string {
		chunk := make([]byte, 64<<10)
		n, err := client.Read(chunk) // a pipe hands over one write at a time
		require.NoError(t, err)
		return string(chunk[:n])
	}
	assert.Contains(t, read(), "HTTP/1.1 200 OK\r\n")
	assert.Contains(t, read(), "snapshot")
	for _, seat := range []string{"stalls-A-1", "stalls-A-2", "stalls-A-3", "stalls-A-4"} {
		s.hold(seat)
	}
	got, writes := "", 0
	for !strings.Contains(got, "id: 4\n") {
		got += read()
		writes++
	}
	assert.Less(t, writes, 4)
	require.NoError(t, client.Close())
	s.hold("stalls-B-1") // the write of this shows that the client has gone
	<-done
}

func TestStream_BeatsWhileNothingHappens(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{Heartbeat: 10 * time.Millisecond})
	e := s.listen(nil)
	e.next()
	for beats := 0; beats < 2 && e.lines.Scan(); {
		if strings.HasPrefix(e.lines.Text(), ":") {
			beats++
		}
	}
	require.NoError(t, e.lines.Err())
	e.close()
	require.Eventually(t, func() bool { return s.API.Streams() == 0 }, patience, 5*time.Millisecond, "a beat shows that the client has gone")
}

func TestStream_CloseEndsThemAll(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{WriteTimeout: unhurried})
	reading := s.listen(nil)
	reading.next()
	idle, server := net.Pipe() // its client reads nothing, so that a write waits
	done := make(chan struct{})
	go func() { defer close(done); s.API.Follow(server, s.Programme.Show.ID) }()
	require.Eventually(t, func() bool { return s.API.Streams() == 2 }, patience, time.Millisecond)

	require.NoError(t, s.API.Close())
	<-done
	assert.Zero(t, s.API.Streams())
	for reading.lines.Scan() {
		continue // to the end
	}
	require.NoError(t, idle.Close())
	s.get(s.streamPath()).refused(503, "streams_full")
	require.NoError(t, s.API.Close(), "once more does nothing")
}

func TestStream_NoMoreThanAnAddressMayHave(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	for range 50 {
		s.listen(nil).next()
	}
	s.get(s.streamPath()).refused(429, "too_many_live")
}

func TestStream_NoMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{MaxStreams: 1, Heartbeat: 10 * time.Millisecond})
	e := s.listen(nil)
	e.next()
	refused := s.get(s.streamPath())
	refused.refused(503, "streams_full")
	assert.NotEmpty(t, refused.header.Get("Retry-After"))
	e.close()
	require.Eventually(t, func() bool { return s.API.Streams() == 0 }, patience, 5*time.Millisecond)
	s.listen(nil).next()
}

func TestStream_Refusals(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	draft := s.shows(1, func(_ int, show *catalog.Show) { show.Status = catalog.Draft })[0]
	last := func(id string) answer {
		return s.do(ask{method: "GET", path: s.streamPath(), header: map[string]string{"Last-Event-ID": id}})
	}
	assert.Equal(t, "Last-Event-ID", last("x").refused(400, "invalid_field").Field)
	assert.Equal(t, "Last-Event-ID", last("-1").refused(400, "invalid_field").Field)
	assert.Equal(t, "since", s.get(s.streamPath()+"?since=-1").refused(400, "invalid_field").Field)
	s.get("/api/v1/shows/"+string(draft.ID)+"/stream").refused(404, "not_found")
	s.get("/api/v1/shows/nothing/stream").refused(404, "not_found")
	head := s.do(ask{method: "HEAD", path: s.streamPath()})
	assert.Equal(t, 200, head.status)
	assert.Zero(t, s.API.Streams())
}

// TestStream_FollowsWhatTheSnapshotSays sells at random while a client applies what it hears, and compares its map
// with the shop's in the end.
func TestStream_FollowsWhatTheSnapshotSays(t *testing.T) {
	t.Parallel()
	many := throttle.New(time.Now, netip.MustParsePrefix("0.0.0.0/0")) // all buyers are at one address
	s := open(t, api.Config{Pace: time.Millisecond, WriteTimeout: unhurried, Throttle: many})
	e := s.listen(nil)
	random := rand.New(rand.NewPCG(1, 2))
	holds := map[string]hold{}
	for range 60 {
		seat := "stalls-B-" + itoa(random.Int64N(8)+1)
		if h, held := holds[seat]; held {
			s.do(ask{method: "DELETE", path: "/api/v1/holds/" + h.ID, header: bearer(h.Secret)}).must(200, nil)
			delete(holds, seat)
			continue
		}
		if len(holds) < 8 {
			holds[seat] = s.hold(seat)
		}
	}
	s.sold("stalls-A-1")
	want, err := s.Seats.Snapshot(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)

	var status []byte
	for version := int64(-1); version < want.Version; {
		_, data := e.next()
		var whole struct{ Snapshot []byte }
		require.NoError(t, json.Unmarshal([]byte(data), &whole))
		if whole.Snapshot != nil {
			status = whole.Snapshot
		}
		frame, err := seating.ParseFrame([]byte(data))
		require.NoError(t, err)
		require.NoError(t, frame.Apply(status, map[string]int{}))
		version = frame.Version
	}
	assert.Equal(t, want.Status, status)
}
