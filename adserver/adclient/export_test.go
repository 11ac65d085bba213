package adclient

// What tests look at from outside.
var (
	Parse     = parse
	HideToken = hideToken
)
