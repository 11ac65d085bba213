package fraud_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/geo/geotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var key = []byte("a key that nobody knows")

// Networks are those for documentation (RFC 5737, RFC 3849), autonomous systems, too (RFC 5398).
const (
	home      = "203.0.113.7"
	elsewhere = "192.0.2.7"
	homeSix   = "2001:db8:1::7"

	browser = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)

var start = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

// unbounded are no rates, where other checks are looked at.
var unbounded = fraud.Rates{{Burst: -1}, {Burst: -1}, {Burst: -1}}

func filter(t testing.TB, cfg fraud.Config) *fraud.Filter {
	t.Helper()
	if cfg.Key == nil {
		cfg.Key = key
	}
	f, err := fraud.New(cfg)
	require.NoError(t, err)
	return f
}

// written is the path of a file with a text.
func written(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.txt")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// rewritten changes a file, so that its last change is at the given minute.
func rewritten(t testing.TB, path string, minute int, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	at := start.Add(time.Duration(minute) * time.Minute)
	require.NoError(t, os.Chtimes(path, at, at))
}

// guarded is a filter with lists and databases of everything.
func guarded(t testing.TB) *fraud.Filter {
	t.Helper()
	return filter(t, fraud.Config{
		Internal: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")},
		Files: fraud.Files{
			Networks:    written(t, "198.51.100.0/28 # who clicks for money\n"),
			DataCentres: written(t, "198.51.100.16/28\nAS64511\n"),
			Anonymous:   written(t, "198.51.100.32/28\n"),
			Agents:      written(t, "# made up\n"+browser+" Bad/1\n"),
		},
		Providers: geotest.OpenProviders(t, geotest.Record{Network: "198.51.100.48/28", Number: 64511, Provider: "Example Hosting"},
			geotest.Record{Network: "203.0.113.0/24", Number: 64496, Provider: "Example Telecom"}),
		Proxies: geotest.OpenProxies(t,
			geotest.Record{Network: "198.51.100.64/28", Proxy: geo.Proxy{Hidden: true, Hosting: true}},
			geotest.Record{Network: "198.51.100.80/28", Proxy: geo.Proxy{Hidden: true, VPN: true, Hosting: true}},
			geotest.Record{Network: "198.51.100.96/28", Proxy: geo.Proxy{Hidden: true, Tor: true}},
			geotest.Record{Network: "198.51.100.112/28", Proxy: geo.Proxy{Hidden: true, Public: true}},
			geotest.Record{Network: "198.51.100.128/28", Proxy: geo.Proxy{Hidden: true, Residential: true}},
			geotest.Record{Network: "198.51.100.144/28", Proxy: geo.Proxy{Hidden: true}}),
		User: fraud.Rates{fraud.Click: {Burst: 3, Every: time.Second}}, Network: fraud.Rates{fraud.Click: {Burst: 5, Every: time.Second}},
		Provider: fraud.Rates{fraud.Click: {Burst: 7, Every: time.Second}},
	})
}

// click is one that counts: of a person at home, a second after having seen the ad.
func click(f *fraud.Filter) fraud.Event {
	return fraud.Event{
		Kind: fraud.Click, IP: addr(home), Agent: []byte(browser),
		Device: device.Device{Type: device.Phone, OS: device.Android, Browser: device.Chrome, Known: true},
		User:   1, Decided: f.Marks(addr(home), []byte(browser)), DecidedIn: "IN", SeenIn: "IN",
		Issued: start, Viewed: start.Add(2 * time.Second), Now: start.Add(3 * time.Second),
	}
}
