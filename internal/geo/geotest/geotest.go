// Package geotest writes databases of places for tests, as MaxMind's are.
//
//	db := geotest.Open(t, geotest.Record{Network: "203.0.113.0/24", Country: "IN", City: "Mumbai", Lat: 19.07, Lng: 72.88})
package geotest

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/geo"
)

// Record is what a database says of a network. What is empty is left out.
type Record struct {
	Network, Country   string // "203.0.113.0/24", "IN"
	Region, RegionCode string
	City, CityInGerman string
	CityID             uint32 // of GeoNames
	Lat, Lng           float64

	// For databases of providers and of proxies.
	Number   uint32 // of the autonomous system
	Provider string // its name
	Proxy    geo.Proxy
}

// Database returns the bytes of a database of the records. The kind is as MaxMind calls it: "GeoLite2-City".
func Database(t testing.TB, kind string, list ...Record) []byte {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, IncludeReservedNetworks: true, RecordSize: 24, BuildEpoch: 1_790_000_000})
	require.NoError(t, err)
	for _, r := range list {
		_, network, err := net.ParseCIDR(r.Network)
		require.NoError(t, err)
		require.NoError(t, tree.Insert(network, r.data()))
	}
	var b bytes.Buffer
	_, err = tree.WriteTo(&b)
	require.NoError(t, err)
	return b.Bytes()
}

// Open returns a database of cities that has been read.
func Open(t testing.TB, list ...Record) *geo.DB {
	t.Helper()
	return opened(t, geo.New(written(t, "GeoLite2-City", list), geo.Config{}))
}

// OpenProviders returns a database of providers that has been read.
func OpenProviders(t testing.TB, list ...Record) *geo.Providers {
	t.Helper()
	return opened(t, geo.NewProviders(written(t, "GeoLite2-ASN", list), geo.Config{}))
}

// OpenProxies returns a database of proxies that has been read.
func OpenProxies(t testing.TB, list ...Record) *geo.Proxies {
	t.Helper()
	return opened(t, geo.NewProxies(written(t, "GeoIP2-Anonymous-IP", list), geo.Config{}))
}

func written(t testing.TB, kind string, list []Record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), kind+".mmdb")
	require.NoError(t, os.WriteFile(path, Database(t, kind, list...), 0o600))
	return path
}

func opened[T any](t testing.TB, table *geo.Table[T]) *geo.Table[T] {
	t.Helper()
	require.NoError(t, table.Reload())
	return table
}

func (r Record) data() mmdbtype.Map {
	named := func(english, german string) mmdbtype.Map {
		m := mmdbtype.Map{"en": mmdbtype.String(english)}
		if german != "" {
			m["de"] = mmdbtype.String(german)
		}
		return m
	}
	m := r.network()
	if r.Country != "" {
		m["country"] = mmdbtype.Map{"iso_code": mmdbtype.String(r.Country)}
	}
	if r.City != "" {
		m["city"] = mmdbtype.Map{"names": named(r.City, r.CityInGerman), "geoname_id": mmdbtype.Uint32(r.CityID)}
		m["subdivisions"] = mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String(r.RegionCode), "names": named(r.Region, "")}}
	}
	if r.Lat != 0 {
		m["location"] = mmdbtype.Map{
			"latitude": mmdbtype.Float64(r.Lat), "longitude": mmdbtype.Float64(r.Lng), "accuracy_radius": mmdbtype.Uint16(20),
			"time_zone": mmdbtype.String("Asia/Kolkata"),
		}
	}
	return m
}

func (r Record) network() mmdbtype.Map {
	m := mmdbtype.Map{}
	if r.Number != 0 {
		m["autonomous_system_number"], m["autonomous_system_organization"] = mmdbtype.Uint32(r.Number), mmdbtype.String(r.Provider)
	}
	for name, is := range map[string]bool{
		"is_anonymous": r.Proxy.Hidden, "is_anonymous_vpn": r.Proxy.VPN, "is_hosting_provider": r.Proxy.Hosting,
		"is_public_proxy": r.Proxy.Public, "is_residential_proxy": r.Proxy.Residential, "is_tor_exit_node": r.Proxy.Tor,
	} {
		if is {
			m[mmdbtype.String(name)] = mmdbtype.Bool(true)
		}
	}
	return m
}
