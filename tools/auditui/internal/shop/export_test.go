package shop

// Seams for tests.
var (
	Address = address
	Listen  = listen
)
