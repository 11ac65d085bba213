package api_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/storefront/api"
)

func TestTable_NamesBeforeParameters(t *testing.T) {
	t.Parallel()
	table := api.NewTable()
	for path, want := range map[string]struct {
		allow  string
		params [2]string
	}{
		"openapi.json":             {"GET, HEAD, OPTIONS", [2]string{}},
		"v1/bookings/find":         {"OPTIONS, POST", [2]string{}},
		"v1/bookings/bkg_x":        {"GET, HEAD, OPTIONS", [2]string{"bkg_x"}},
		"v1/holds/h/vouchers/CODE": {"DELETE, OPTIONS", [2]string{"h", "CODE"}},
		"v1/bookings/find/tickets": {}, // find is a name, which goes before a parameter
		"v1/bookings/":             {},
		"v1/bookings//tickets":     {},
		"":                         {},
		"v1":                       {},
		"v1/":                      {},
		"v1/nothing":               {},
		"v1/holds/h/vouchers/C/D":  {},
	} {
		allow, params := table.Find([]byte(path))
		assert.Equal(t, want.allow, allow, path)
		assert.Equal(t, want.params, params, path)
	}
}

func TestTable_FindsWithoutGarbage(t *testing.T) {
	table := api.NewTable()
	for path, most := range map[string]float64{"v1/holds": 0, "v1/tickets/use": 0, "v1/nothing": 0, "v1/bookings/bkg_01k9x3m2q7e8rtb5w0z4n6c1da/payments": 1} {
		raw := []byte(path)
		got := testing.AllocsPerRun(100, func() { table.Find(raw) })
		assert.LessOrEqual(t, got, most, path)
	}
}

func FuzzTable(f *testing.F) {
	for _, seed := range []string{"v1/holds", "v1/holds/x/vouchers/y", "/", "v1//holds", "v1/shows/x/seats"} {
		f.Add(seed)
	}
	table := api.NewTable()
	f.Fuzz(func(t *testing.T, path string) {
		allow, params := table.Find([]byte(path))
		for _, p := range params {
			if strings.Contains(p, "/") || allow == "" && p != "" {
				t.Errorf("%q: %q", path, params)
			}
		}
	})
}
