package seatdemo

import (
	"encoding/json"
	"sync"

	"github.com/fasthttp/websocket"
	"github.com/valyala/fasthttp"
)

var upgrader = websocket.FastHTTPUpgrader{WriteBufferPool: &sync.Pool{}}

// live sends frames over a socket until the browser goes away or the site cuts it.
func (s *Site) live(rc *fasthttp.RequestCtx) {
	version := since(rc)
	s.mu.Lock()
	refused := s.cut || s.closed
	if version >= 0 && !refused {
		s.resumed++
	}
	s.mu.Unlock()
	if refused {
		rc.SetStatusCode(fasthttp.StatusServiceUnavailable)
		return
	}
	_ = upgrader.Upgrade(rc, func(conn *websocket.Conn) { s.follow(conn, version) }) // errors are answered
}

func (s *Site) follow(conn *websocket.Conn, version int) {
	news := make(chan struct{}, 1)
	if !s.enter(news) {
		return
	}
	defer s.leave(news)
	gone := make(chan struct{})
	go func() { // ends when the browser or the end of this function closes the connection
		defer close(gone)
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	s.send(conn, version, news, gone)
	_ = conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, "")) // it may be gone
}

// send writes what is behind a version, and then what comes.
func (s *Site) send(conn *websocket.Conn, version int, news, gone <-chan struct{}) {
	for {
		for _, frame := range s.behind(version) {
			if conn.WriteMessage(websocket.TextMessage, frame) != nil {
				return
			}
			var head struct{ V int }
			if json.Unmarshal(frame, &head) == nil {
				version = head.V
			}
		}
		select {
		case <-gone:
			return
		case <-news:
		}
		s.mu.Lock()
		over := s.cut || s.closed
		s.mu.Unlock()
		if over {
			return
		}
	}
}

func (s *Site) enter(news chan struct{}) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cut || s.closed {
		return false
	}
	s.watchers[news] = struct{}{}
	s.sockets.Add(1)
	return true
}

func (s *Site) leave(news chan struct{}) {
	s.mu.Lock()
	delete(s.watchers, news)
	s.mu.Unlock()
	s.sockets.Done()
}
