//go:build !unix

package pgtest

import "context"

// Config says what a private cluster is for. There are none on this system.
type Config struct {
	Durable  bool
	Settings map[string]string
}

// Server is a running server.
type Server struct {
	// URL is the server's, without a schema.
	URL string
}

// Stop does nothing: the server was found.
func (s *Server) Stop() error { return nil }

// Start returns ErrNone: a private cluster needs a Unix system.
func Start(context.Context, Config) (*Server, error) { return nil, ErrNone }
