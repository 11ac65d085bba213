package pricing_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/pricing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestCompute_WorkedByHand(t *testing.T) {
	t.Parallel()
	for name, work := range map[string]func() worked{
		"india-fee":               indiaFee,
		"india-slabs":             indiaSlabs,
		"india-included":          indiaIncluded,
		"india-tax-free":          indiaTaxFree,
		"india-tax-free-included": indiaTaxFreeIncluded,
		"india-dynamic":           indiaDynamic,
		"germany-line":            germanyLine,
		"germany-net-sum":         germanyNetSum,
		"germany-keep-gross":      germanyKeepGross,
		"germany-out-of-reach":    germanyOutOfReach,
		"spain-three-for-two":     spainThreeForTwo,
		"spain-voucher-and-fee":   spainVoucherAndFee,
		"new-york-match":          newYorkMatch,
		"japan-film":              japanFilm,
		"kuwait-voucher":          kuwaitVoucher,
		"london-keep-gross":       londonKeepGross,
		"dubai-booking-fee":       dubaiBookingFee,
		"new-york-film":           newYorkFilm,
		"japan-invoice":           japanInvoice,
		"kuwait-group":            kuwaitGroup,
		"berlin-family":           berlinFamily,
		"mumbai-late-show":        mumbaiLateShow,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := work()
			q := compute(t, w.in)
			require.NoError(t, w.in.List.Validate())
			assert.Equal(t, w.net, q.Net.Decimal(), "net")
			assert.Equal(t, w.tax, q.TaxTotal.Decimal(), "tax")
			assert.Equal(t, w.total, q.Total.Decimal(), "total")
			checkGolden(t, name, q)
		})
	}
}

// checkGolden compares the explanation and the JSON of a quote with its file.
func checkGolden(t *testing.T, name string, q pricing.Quote) {
	t.Helper()
	data, err := json.MarshalIndent(q, "", "  ")
	require.NoError(t, err)
	got := strings.Join(q.Explain(), "\n") + "\n\n" + string(data) + "\n"
	path := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), got)
}
