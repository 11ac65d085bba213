package web

import (
	"net"
	"time"
)

// Lazy is a connection whose deadlines are lazy.
func Lazy(c net.Conn) net.Conn { return &lazyConn{Conn: c} }

// WaitBy has a server that stops wait by a clock of the test's.
func WaitBy(s *Server, after func(time.Duration) <-chan time.Time) { s.after = after }
