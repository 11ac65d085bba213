package web

import "net"

// Lazy is a connection whose deadlines are lazy.
func Lazy(c net.Conn) net.Conn { return &lazyConn{Conn: c} }
