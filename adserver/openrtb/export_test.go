package openrtb

// PublicOnly is the guard of the addresses that notices are sent to.
func PublicOnly(address string) error { return publicOnly("tcp", address, nil) }
