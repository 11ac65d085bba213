package gorsetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
)

// Transport answers requests of a client without a socket.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ handler http.Handler }

// RoundTrip has the handler answer, and fails as a connection does: when it is dropped, and when the caller gives up.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	inner, err := copyOf(r)
	if err != nil {
		return nil, err
	}
	answered := make(chan *http.Response, 1)
	go func() {
		defer close(answered)
		defer dropped()
		w := httptest.NewRecorder()
		t.handler.ServeHTTP(w, inner)
		answered <- w.Result()
	}()
	resp, ok := <-answered
	switch {
	case ok:
		resp.Request = r
		return resp, nil
	case r.Context().Err() != nil:
		return nil, context.Cause(r.Context())
	}
	return nil, fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, io.EOF)
}

// dropped takes a dropped connection for no answer, and no other panic.
func dropped() {
	v := recover()
	if err, ok := v.(error); v != nil && (!ok || !errors.Is(err, http.ErrAbortHandler)) {
		panic(v)
	}
}

// copyOf is the request as a server gets it.
func copyOf(r *http.Request) (*http.Request, error) {
	var body []byte
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	inner := r.Clone(r.Context())
	inner.Body, inner.RequestURI, inner.Host = io.NopCloser(bytes.NewReader(body)), r.URL.RequestURI(), r.URL.Host
	return inner, nil
}
