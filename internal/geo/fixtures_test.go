package geo_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/geo/geotest"
)

// The networks are those for documentation (RFC 5737, RFC 3849).
var records = []geotest.Record{
	{Network: "203.0.113.0/24", Country: "IN", Region: "Maharashtra", RegionCode: "MH", City: "Mumbai", CityID: 1275339, Lat: 19.07, Lng: 72.88},
	{Network: "198.51.100.0/28", Country: "DE", Region: "Bavaria", RegionCode: "BY", City: "Munich", CityInGerman: "München", Lat: 48.14, Lng: 11.58},
	{Network: "198.51.100.16/28", Country: "AE", Region: "Dubai", RegionCode: "DU", City: "Dubai", Lat: 25.2, Lng: 55.27},
	{Network: "192.0.2.0/25", Country: "ES"},
	{Network: "2001:db8:1::/48", Country: "GB", Region: "England", RegionCode: "ENG", City: "London", Lat: 51.51, Lng: -0.13},
	{Network: "2001:db8:2:3::/64", Country: "US", Region: "New York", RegionCode: "NY", City: "New York", CityInGerman: "New York", Lat: 40.71, Lng: -74.01},
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
	file(t, path, 0, geotest.Database(t, "GeoLite2-City", records...))
	db := geo.New(path, cfg)
	require.NoError(t, db.Reload())
	return db
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }
