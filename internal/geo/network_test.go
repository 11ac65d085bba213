package geo_test

import (
	"net/netip"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/geo/geotest"
)

// The autonomous systems are those for documentation (RFC 5398).
var networks = []geotest.Record{
	{Network: "203.0.113.0/24", Number: 64496, Provider: "Example Telecom"},
	{Network: "198.51.100.0/25", Number: 64511, Provider: "Example Hosting", Proxy: geo.Proxy{Hidden: true, Hosting: true}},
	{Network: "198.51.100.128/25", Proxy: geo.Proxy{Hidden: true, VPN: true}},
	{Network: "192.0.2.1/32", Proxy: geo.Proxy{Hidden: true, Tor: true}},
	{Network: "192.0.2.2/32", Proxy: geo.Proxy{Hidden: true, Public: true}},
	{Network: "2001:db8:1::/48", Number: 65536, Provider: "Example Six", Proxy: geo.Proxy{Hidden: true, Residential: true}},
}

func TestProviders_SayWhoseNetworkItIs(t *testing.T) {
	t.Parallel()
	db := geotest.OpenProviders(t, networks...)
	for range 2 { // the second time it is remembered
		assert.Equal(t, geo.Provider{Number: 64496, Name: "Example Telecom"}, db.Lookup(addr("203.0.113.7")))
		assert.Equal(t, geo.Provider{Number: 64511, Name: "Example Hosting"}, db.Lookup(addr("198.51.100.7")))
		assert.Equal(t, geo.Provider{Number: 65536, Name: "Example Six"}, db.Lookup(addr("2001:db8:1::7")))
		for _, nobody := range []string{"198.51.100.200", "127.0.0.1", "2001:db8:2::1"} {
			assert.Equal(t, geo.Provider{}, db.Lookup(addr(nobody)), nobody)
		}
	}
	var none *geo.Providers
	assert.Equal(t, geo.Provider{}, none.Lookup(addr("203.0.113.7")))
}

func TestProxies_SayHowAnAddressHides(t *testing.T) {
	t.Parallel()
	db := geotest.OpenProxies(t, networks...)
	for range 2 {
		assert.Equal(t, geo.Proxy{Hidden: true, Hosting: true}, db.Lookup(addr("198.51.100.7")))
		assert.Equal(t, geo.Proxy{Hidden: true, VPN: true}, db.Lookup(addr("198.51.100.200")), "the other half of its network")
		assert.Equal(t, geo.Proxy{Hidden: true, Tor: true}, db.Lookup(addr("::ffff:192.0.2.1")))
		assert.Equal(t, geo.Proxy{Hidden: true, Public: true}, db.Lookup(addr("192.0.2.2")))
		assert.Equal(t, geo.Proxy{Hidden: true, Residential: true}, db.Lookup(addr("2001:db8:1::7")))
		for _, open := range []string{"203.0.113.7", "192.0.2.3", "::1"} {
			assert.Equal(t, geo.Proxy{}, db.Lookup(addr(open)), open)
		}
	}
}

func TestReload_ADatabaseOfAnotherKindIsRefused(t *testing.T) {
	t.Parallel()
	paths := map[string]string{}
	for _, kind := range []string{"GeoLite2-City", "GeoLite2-ASN", "GeoIP2-Anonymous-IP"} {
		paths[kind] = filepath.Join(t.TempDir(), kind)
		file(t, paths[kind], 0, geotest.Database(t, kind, networks...))
	}
	for kind, path := range paths {
		for wanted, err := range map[string]error{
			"GeoLite2-City": geo.New(path, geo.Config{}).Reload(), "GeoLite2-ASN": geo.NewProviders(path, geo.Config{}).Reload(),
			"GeoIP2-Anonymous-IP": geo.NewProxies(path, geo.Config{}).Reload(),
		} {
			if wanted == kind {
				require.NoError(t, err, kind)
			} else {
				require.ErrorContains(t, err, "is no ", "%s for %s", kind, wanted)
			}
		}
	}
}

func TestLookup_WhatIsRememberedCostsNoMemory(t *testing.T) {
	places, providers, proxies := opened(t, geo.Config{}), geotest.OpenProviders(t, networks...), geotest.OpenProxies(t, networks...)
	for _, a := range []netip.Addr{addr("203.0.113.7"), addr("::ffff:192.0.2.1"), addr("2001:db8:1::7"), addr("127.0.0.1")} {
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			places.Lookup(a)
			providers.Lookup(a)
			proxies.Lookup(a)
		}), a)
	}
}
