package geo

import (
	"net/netip"

	"github.com/oschwald/geoip2-golang/v2"
)

// Provider is whose network an address is in; the zero Provider where that is not known.
type Provider struct {
	Number uint32 // of the autonomous system (RFC 6793)
	Name   string // of who runs it, as it registered: "Reliance Jio Infocomm Limited"
}

// Providers is a database of providers: ASN or ISP, of GeoIP2, GeoLite2 or DB-IP.
type Providers = Table[Provider]

// NewProviders returns a database of providers that has read nothing yet: see Reload. An empty path is no database.
func NewProviders(path string, cfg Config) *Providers {
	return newTable(kind[Provider]{name: "ASN", find: findProvider}, path, cfg)
}

func findProvider(r *geoip2.Reader, a netip.Addr) (Provider, error) {
	record, err := r.ASN(a)
	if err != nil {
		return Provider{}, err
	}
	return Provider{Number: uint32(record.AutonomousSystemNumber), Name: record.AutonomousSystemOrganization}, nil
}

// Proxy is how an address hides who is behind it; the zero Proxy where nothing says that it does.
type Proxy struct {
	// Hidden says that it belongs to a network whose users are not known by their address: one of those below, or another.
	Hidden bool

	VPN         bool // of a provider that registered it as such
	Hosting     bool // in a data centre, where machines are rented and people seldom are
	Public      bool // of a proxy that anybody may use
	Residential bool // of somebody's home whose line is lent to others
	Tor         bool // where the Tor network ends
}

// Proxies is a database of proxies: GeoIP2 Anonymous IP.
type Proxies = Table[Proxy]

// NewProxies returns a database of proxies that has read nothing yet: see Reload. An empty path is no database.
func NewProxies(path string, cfg Config) *Proxies {
	return newTable(kind[Proxy]{name: "Anonymous IP", find: findProxy}, path, cfg)
}

func findProxy(r *geoip2.Reader, a netip.Addr) (Proxy, error) {
	record, err := r.AnonymousIP(a)
	if err != nil {
		return Proxy{}, err
	}
	return Proxy{
		Hidden: record.IsAnonymous, VPN: record.IsAnonymousVPN, Hosting: record.IsHostingProvider,
		Public: record.IsPublicProxy, Residential: record.IsResidentialProxy, Tor: record.IsTorExitNode,
	}, nil
}
