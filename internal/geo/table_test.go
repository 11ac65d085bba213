package geo_test

import (
	"bytes"
	"context"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/geo/geotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestLookup_SaysWhereAnAddressIs(t *testing.T) {
	t.Parallel()
	db := opened(t, geo.Config{})
	mumbai := db.Lookup(addr("203.0.113.7"))
	assert.True(t, mumbai.Known())
	assert.Equal(t, "IN", mumbai.Country)
	assert.Equal(t, "Mumbai", mumbai.City)
	assert.Equal(t, "Maharashtra", mumbai.Region)
	assert.Equal(t, "MH", mumbai.RegionCode)
	assert.Equal(t, "IN-MH", mumbai.Part)
	assert.Equal(t, uint32(1275339), mumbai.CityID)
	assert.Equal(t, geo.Point{Lat: 19.07, Lng: 72.88}, mumbai.At)
	assert.True(t, mumbai.Located)
	assert.Equal(t, 20, mumbai.Accuracy)
	assert.Equal(t, "Asia/Kolkata", mumbai.TimeZone)
	assert.Equal(t, money.Currency("INR"), mumbai.Currency)

	assert.Equal(t, mumbai, db.Lookup(addr("::ffff:203.0.113.9")), "IPv4 in IPv6")
	assert.Equal(t, "London", db.Lookup(addr("2001:db8:1:ffff::1")).City)
	assert.Equal(t, "London", db.Lookup(addr("2001:db8:1::1%eth0")).City, "with a zone")

	spain := db.Lookup(addr("192.0.2.1"))
	assert.Equal(t, geo.Place{Country: "ES", Currency: "EUR"}, spain, "a country alone")
	for _, nowhere := range []string{"192.0.2.200", "10.0.0.1", "127.0.0.1", "::1", "2001:db8:2::1"} {
		assert.Equal(t, geo.Place{}, db.Lookup(addr(nowhere)), nowhere)
	}
	assert.Equal(t, geo.Place{}, db.Lookup(netip.Addr{}))
}

// What is remembered of one network is said of no other that is elsewhere, and of those that were forgotten nothing changes.
func TestLookup_WhatIsRememberedIsRight(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 0} {
		db := opened(t, geo.Config{Cache: size})
		for range 3 {
			assert.Equal(t, "Munich", db.Lookup(addr("198.51.100.1")).City)
			assert.Equal(t, "Dubai", db.Lookup(addr("198.51.100.17")).City)
			assert.False(t, db.Lookup(addr("198.51.100.77")).Known())
			assert.Equal(t, "ES", db.Lookup(addr("192.0.2.1")).Country)
			assert.False(t, db.Lookup(addr("192.0.2.129")).Known())
			assert.Equal(t, "New York", db.Lookup(addr("2001:db8:2:3::1")).City)
			assert.False(t, db.Lookup(addr("2001:db8:2:4::1")).Known())
			assert.Equal(t, "Mumbai", db.Lookup(addr("203.0.113.1")).City)
			assert.Equal(t, "Mumbai", db.Lookup(addr("203.0.113.255")).City)
		}
	}
}

func TestLookup_WithoutADatabaseNothingIsKnown(t *testing.T) {
	t.Parallel()
	var none *geo.DB
	none.Run(t.Context())
	require.NoError(t, none.Reload())
	assert.Equal(t, geo.Place{}, none.Lookup(addr("203.0.113.7")))

	unnamed := geo.New("", geo.Config{})
	unnamed.Run(t.Context())
	require.NoError(t, unnamed.Reload())
	assert.Equal(t, geo.Place{}, unnamed.Lookup(addr("203.0.113.7")))

	path := filepath.Join(t.TempDir(), "later.mmdb")
	var log bytes.Buffer
	later := geo.New(path, geo.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.ErrorIs(t, later.Reload(), fs.ErrNotExist)
	require.ErrorIs(t, later.Reload(), fs.ErrNotExist)
	assert.Equal(t, 1, strings.Count(log.String(), "addresses not loaded"), "it is said once")
	assert.Equal(t, geo.Place{}, later.Lookup(addr("203.0.113.7")))
	file(t, path, 0, geotest.Database(t, "GeoLite2-City", records...))
	require.NoError(t, later.Reload(), "a file that comes later is taken up")
	assert.Equal(t, "Mumbai", later.Lookup(addr("203.0.113.7")).City)
}

func TestReload_TakesUpANewEdition(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "city.mmdb")
	file(t, path, 0, geotest.Database(t, "GeoIP2-City", records...))
	var log bytes.Buffer
	db := geo.New(path, geo.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, db.Reload())
	assert.Equal(t, "Mumbai", db.Lookup(addr("203.0.113.7")).City)

	moved := []geotest.Record{{Network: "203.0.113.0/24", Country: "JP", Region: "Tokyo", RegionCode: "13", City: "Tokyo", Lat: 35.68, Lng: 139.69}}
	file(t, path, 1, geotest.Database(t, "GeoIP2-City", moved...))
	assert.Equal(t, "Mumbai", db.Lookup(addr("203.0.113.7")).City, "not before it is told")
	require.NoError(t, db.Reload())
	assert.Equal(t, "Tokyo", db.Lookup(addr("203.0.113.7")).City, "what was remembered is forgotten")
	assert.Equal(t, 2, strings.Count(log.String(), "addresses loaded"))
	require.NoError(t, db.Reload())
	assert.Equal(t, 2, strings.Count(log.String(), "addresses loaded"), "a file that has not changed is not read")
}

func TestReload_ABrokenFileLeavesTheOldEdition(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "city.mmdb")
	good := geotest.Database(t, "GeoLite2-City", records...)
	file(t, path, 0, good)
	var log bytes.Buffer
	db := geo.New(path, geo.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, db.Reload())

	for minute, broken := range [][]byte{nil, []byte("not a database"), good[:len(good)/2], geotest.Database(t, "GeoLite2-ASN"), geotest.Database(t, "Our-Own")} {
		file(t, path, minute+1, broken)
		require.Error(t, db.Reload())
		assert.Equal(t, "Mumbai", db.Lookup(addr("203.0.113.7")).City)
		assert.Equal(t, minute+1, strings.Count(log.String(), "addresses not loaded"))
		require.NoError(t, db.Reload(), "it is not tried again before it has changed")
	}
	assert.Contains(t, log.String(), "older_in_use=true")

	require.NoError(t, os.Remove(path))
	require.Error(t, db.Reload())
	assert.Equal(t, "Mumbai", db.Lookup(addr("203.0.113.7")).City, "nor does it go with its file")
	file(t, path, 30, good)
	require.NoError(t, db.Reload())
}

func TestRun_LooksAgainUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "city.mmdb")
	first, second := geotest.Database(t, "GeoLite2-City", records[:1]...), geotest.Database(t, "GeoLite2-City", records[1:]...)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		db := geo.New(path, geo.Config{Every: time.Second})
		done := make(chan struct{})
		go func() { defer close(done); db.Run(ctx) }()

		time.Sleep(1500 * time.Millisecond)
		assert.False(t, db.Lookup(addr("203.0.113.7")).Known())
		file(t, path, 0, first)
		time.Sleep(time.Second)
		assert.Equal(t, "Mumbai", db.Lookup(addr("203.0.113.7")).City)
		file(t, path, 1, second)
		time.Sleep(time.Second)
		assert.Equal(t, "Munich", db.Lookup(addr("198.51.100.1")).City)
		assert.False(t, db.Lookup(addr("203.0.113.7")).Known())
		cancel()
		<-done
	})
}

func TestLookup_WhileEditionsChange(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "city.mmdb")
	editions := [][]byte{geotest.Database(t, "GeoLite2-City", records...), geotest.Database(t, "GeoLite2-Country", records...)}
	file(t, path, 0, editions[0])
	db := geo.New(path, geo.Config{Cache: 2})
	require.NoError(t, db.Reload())
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					assert.Equal(t, "IN", db.Lookup(addr("203.0.113.7")).Country)
					assert.Equal(t, "GB", db.Lookup(addr("2001:db8:1::1")).Country)
				}
			}
		})
	}
	for i := range 20 {
		file(t, path, i+1, editions[i%2])
		require.NoError(t, db.Reload())
	}
	close(stop)
	readers.Wait()
}

// A database that is damaged where opening it does not look is nowhere, not a crash.
func FuzzLookup(f *testing.F) {
	good := geotest.Database(f, "GeoLite2-City", records...)
	f.Add(0, byte(0), []byte{203, 0, 113, 7})
	f.Add(100, byte(255), []byte{198, 51, 100, 1})
	f.Add(len(good)/2, byte(1), addr("2001:db8:1::1").AsSlice())
	f.Fuzz(func(t *testing.T, at int, change byte, address []byte) {
		data := bytes.Clone(good)
		data[(at%len(data)+len(data))%len(data)] ^= change
		path := filepath.Join(t.TempDir(), "city.mmdb")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		db := geo.New(path, geo.Config{})
		a, _ := netip.AddrFromSlice(address)
		if db.Reload() != nil {
			assert.Equal(t, geo.Place{}, db.Lookup(a))
			return
		}
		place := db.Lookup(a)
		assert.Equal(t, place, db.Lookup(a))
		if place.Country != "" {
			assert.Regexp(t, "^[A-Z]{2}$", place.Country)
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	path := filepath.Join(b.TempDir(), "city.mmdb")
	require.NoError(b, os.WriteFile(path, geotest.Database(b, "GeoLite2-City", records...), 0o600))
	db := geo.New(path, geo.Config{})
	require.NoError(b, db.Reload())
	a := addr("203.0.113.7")
	b.ReportAllocs()
	for b.Loop() {
		db.Lookup(a)
	}
}
