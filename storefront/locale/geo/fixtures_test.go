package geo_test

import (
	"bytes"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale/geo"
)

// record is what a database says of a network.
type record struct {
	network, country, region, code, city, german string
	lat, lng                                     float64
}

// The networks are those for documentation (RFC 5737, RFC 3849).
var records = []record{
	{"203.0.113.0/24", "IN", "Maharashtra", "MH", "Mumbai", "", 19.07, 72.88},
	{"198.51.100.0/28", "DE", "Bavaria", "BY", "Munich", "München", 48.14, 11.58},
	{"198.51.100.16/28", "AE", "Dubai", "DU", "Dubai", "", 25.2, 55.27},
	{"192.0.2.0/25", "ES", "", "", "", "", 0, 0},
	{"2001:db8:1::/48", "GB", "England", "ENG", "London", "", 51.51, -0.13},
	{"2001:db8:2:3::/64", "US", "New York", "NY", "New York", "New York", 40.71, -74.01},
}

// database writes a database of the records.
func database(t testing.TB, kind string, list []record) []byte {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: kind, IncludeReservedNetworks: true, RecordSize: 24, BuildEpoch: 1_790_000_000})
	require.NoError(t, err)
	for _, r := range list {
		_, network, err := net.ParseCIDR(r.network)
		require.NoError(t, err)
		require.NoError(t, tree.Insert(network, r.data()))
	}
	var b bytes.Buffer
	_, err = tree.WriteTo(&b)
	require.NoError(t, err)
	return b.Bytes()
}

func (r record) data() mmdbtype.Map {
	named := func(english, german string) mmdbtype.Map {
		m := mmdbtype.Map{"en": mmdbtype.String(english)}
		if german != "" {
			m["de"] = mmdbtype.String(german)
		}
		return m
	}
	m := mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(r.country)}}
	if r.city != "" {
		m["city"] = mmdbtype.Map{"names": named(r.city, r.german)}
		m["subdivisions"] = mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String(r.code), "names": named(r.region, "")}}
	}
	if r.lat != 0 {
		m["location"] = mmdbtype.Map{
			"latitude": mmdbtype.Float64(r.lat), "longitude": mmdbtype.Float64(r.lng), "accuracy_radius": mmdbtype.Uint16(20),
			"time_zone": mmdbtype.String("Asia/Kolkata"),
		}
	}
	return m
}

// file writes a database file whose last change is at the given minute, so that two writes in one tick of the
// clock are told apart.
func file(t *testing.T, path string, minute int, data []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, data, 0o600))
	at := time.Date(2026, time.November, 22, 12, minute, 0, 0, time.UTC)
	require.NoError(t, os.Chtimes(path, at, at))
}

// opened returns a database of the records.
func opened(t *testing.T, cfg geo.Config) *geo.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "city.mmdb")
	file(t, path, 0, database(t, "GeoLite2-City", records))
	db := geo.New(path, cfg)
	require.NoError(t, db.Reload())
	return db
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }
