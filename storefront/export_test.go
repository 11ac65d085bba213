package storefront

// Hears reports whether Run knows what has changed up to now.
func (s *Server) Hears() bool { return s.current(s.client.Now()) }
