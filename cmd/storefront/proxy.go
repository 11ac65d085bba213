package main

import (
	"errors"
	"net/netip"
)

// proxy is a network of trusted proxies, or of partners' servers, as it is given on the command line: "10.0.0.0/8", or one address.
type proxy struct{ network netip.Prefix }

var errProxy = errors.New("must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8")

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *proxy) UnmarshalText(text []byte) error {
	if a, err := netip.ParseAddr(string(text)); err == nil {
		p.network = netip.PrefixFrom(a, a.BitLen())
		return nil
	}
	network, err := netip.ParsePrefix(string(text))
	if err != nil {
		return errProxy
	}
	p.network = network.Masked()
	return nil
}

// networks are those of the proxies, or of the partners.
func networks(proxies []proxy) []netip.Prefix {
	list := make([]netip.Prefix, len(proxies))
	for i, p := range proxies {
		list[i] = p.network
	}
	return list
}
