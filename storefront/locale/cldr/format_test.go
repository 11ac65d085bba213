package cldr_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/storefront/locale/cldr"
)

func TestFor_IsNeverNil(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ language, region, tag string }{
		{"en", "", "en"},
		{"en", "DE", "en-DE"},
		{"en", "in", "en"},
		{"en", "India", "en"},
		{"en", "1N", "en"},
		{"", "", "en"},
		{"fr", "FR", "en-FR"},
		{"hi", "US", "hi-IN"},
		{"ar", "", "ar-AE"},
		{"es", "MX", "es-ES"},
	} {
		f := cldr.For(row.language, row.region)
		assert.Equal(t, row.tag, f.Tag(), "%s %s", row.language, row.region)
		assert.Same(t, f, cldr.For(row.language, row.region), "formats are made once")
	}
}

func TestClock_OfEnglishIsThatOfTheRegion(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.November, 22, 19, 35, 0, 0, time.UTC)
	for region, want := range map[string]string{
		"IN": "7:35\u00a0pm", "US": "7:35\u00a0PM", "AE": "7:35\u00a0PM", "KW": "7:35\u00a0pm", "AU": "7:35\u00a0pm",
		"GB": "19:35", "DE": "19:35", "ES": "19:35", "JP": "19:35", "": "19:35",
	} {
		assert.Equal(t, want, cldr.For("en", region).Clock(at), region)
	}
}

func TestZone_IsWhatReadersKnow(t *testing.T) {
	t.Parallel()
	in := func(name string, month time.Month) time.Time {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		return time.Date(2026, month, 1, 12, 0, 0, 0, zone)
	}
	const winter, summer = time.January, time.July
	for _, row := range []struct {
		at                         time.Time
		en, hi, ta, es, de, arabic string
	}{
		{in("Asia/Kolkata", winter), "IST", "IST", "IST", "GMT+5:30", "GMT+5:30", "غرينتش+5:30"},
		{in("Asia/Dubai", winter), "GMT+4", "GMT+4", "GMT+4", "GMT+4", "GMT+4", "غرينتش+4"},
		{in("Europe/Berlin", winter), "CET", "GMT+1", "GMT+1", "CET", "MEZ", "غرينتش+1"},
		{in("Europe/Berlin", summer), "CEST", "GMT+2", "GMT+2", "CEST", "MESZ", "غرينتش+2"},
		{in("Europe/Athens", winter), "EET", "GMT+2", "GMT+2", "GMT+2", "OEZ", "غرينتش+2"},
		{in("Europe/Athens", summer), "EEST", "GMT+3", "GMT+3", "GMT+3", "OESZ", "غرينتش+3"},
		{in("Europe/Lisbon", winter), "WET", "GMT", "GMT", "WET", "WEZ", "غرينتش"},
		{in("Europe/Lisbon", summer), "WEST", "GMT+1", "GMT+1", "WEST", "WESZ", "غرينتش+1"},
		{in("America/New_York", winter), "EST", "GMT-5", "GMT-5", "GMT-5", "GMT-5", "غرينتش-5"},
		{in("America/Sao_Paulo", winter), "GMT-3", "GMT-3", "GMT-3", "GMT-3", "GMT-3", "غرينتش-3"},
		{in("UTC", winter), "UTC", "UTC", "UTC", "UTC", "UTC", "UTC"},
	} {
		for language, want := range map[string]string{"en": row.en, "hi": row.hi, "ta": row.ta, "es": row.es, "de": row.de, "ar": row.arabic} {
			assert.Equal(t, want, cldr.For(language, "").Zone(row.at), "%s: %s", language, row.at.Location())
		}
	}
	assert.Equal(t, "GMT-0:30", cldr.For("en", "").Zone(time.Unix(0, 0).In(time.FixedZone("", -1800))), "west of Greenwich by less than an hour")
}

func TestMoney_Edges(t *testing.T) {
	t.Parallel()
	en, es, ar := cldr.For("en", "US"), cldr.For("es", ""), cldr.For("ar", "")
	assert.Equal(t, "0", en.Money(money.Amount{}), "nothing, in no currency")
	assert.Equal(t, "-$92,233,720,368,547,758.08", en.Money(money.New(math.MinInt64, "USD")))
	assert.Equal(t, "$92,233,720,368,547,758.07", en.Money(money.New(math.MaxInt64, "USD")))
	assert.Equal(t, "CLF\u00a01.0001", en.Money(money.New(10001, "CLF")), "four decimals")
	assert.Equal(t, "CLF\u00a01", en.Price(money.New(10000, "CLF")))
	assert.Equal(t, "9999,00\u00a0€", es.Money(money.New(9999_00, "EUR")), "Spanish groups from five digits on")
	assert.Equal(t, "10.000,00\u00a0€", es.Money(money.New(10000_00, "EUR")))
	assert.Equal(t, "\u200f3.500\u00a0د.ك.\u200f", ar.Money(money.New(3500, "KWD")))
	assert.Equal(t, "₹0.50", cldr.For("en", "IN").Price(money.New(50, "INR")), "a price keeps decimals that say something")
	assert.Equal(t, "CHF", en.Symbol("CHF"))
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		metres float64
		us, gb string
		de, ar string
	}{
		{-5, "0 ft", "0 yd", "0 m", "0 م"},
		{math.NaN(), "0 ft", "0 yd", "0 m", "0 م"},
		{4, "10 ft", "0 yd", "0 m", "0 م"},
		{100, "330 ft", "110 yd", "100 m", "100 م"},
		{847, "0.5 mi", "0.5 mi", "850 m", "850 م"},
		{994, "0.6 mi", "0.6 mi", "990 m", "990 م"},
		{996, "0.6 mi", "0.6 mi", "1 km", "1 كم"},
		{1609.344, "1 mi", "1 mi", "1,6 km", "1.6 كم"},
		{9940, "6.2 mi", "6.2 mi", "9,9 km", "9.9 كم"},
		{9960, "6.2 mi", "6.2 mi", "10 km", "10 كم"},
		{1_234_000, "767 mi", "767 mi", "1.234 km", "1,234 كم"},
	} {
		for language, want := range map[string]string{"en-US": row.us, "en-GB": row.gb, "de-DE": row.de, "ar-AE": row.ar} {
			tag, region, _ := strings.Cut(language, "-")
			assert.Equal(t, want, spaces.Replace(cldr.For(tag, region).Distance(row.metres)), "%s: %v", language, row.metres)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	d := 2*time.Hour + 15*time.Minute + 59*time.Second
	for language, want := range map[string]string{
		"en": "2 h 15 min", "es": "2 h 15 min", "de": "2 Std. 15 Min.", "hi": "2 घं॰ 15 मि॰", "ta": "2 ம.நே. 15 நிமி.", "ar": "2 س 15 د",
	} {
		f := cldr.For(language, "")
		assert.Equal(t, want, spaces.Replace(f.Duration(d)), "seconds are not said")
		assert.NotContains(t, f.Duration(d), " ", "a line does not end within")
	}
	en := cldr.For("en", "")
	assert.Equal(t, "3\u00a0h", en.Duration(3*time.Hour))
	assert.Equal(t, "45\u00a0min", en.Duration(45*time.Minute))
	assert.Equal(t, "0\u00a0min", en.Duration(-time.Hour))
}

func TestList_OfNothing(t *testing.T) {
	t.Parallel()
	en, es := cldr.For("en", "IN"), cldr.For("es", "")
	assert.Empty(t, en.List(nil))
	assert.Equal(t, "row C, row D and row E", en.List([]string{"row C", "row D", "row E"}))
	assert.Equal(t, "agua y hiato", es.List([]string{"agua", "hiato"}))
	assert.Equal(t, "A, B e \u2068Íñigo\u2069", es.List([]string{"A", "B", "\u2068Íñigo\u2069"}), "through an isolate")
	assert.Equal(t, "A e Hípica", es.List([]string{"A", "Hípica"}))
}

// What is written of a number can be read back, whatever the language.
func TestNumber_LosesNoDigit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		language := rapid.SampledFrom([]string{"en", "hi", "ta", "es", "de", "ar"}).Draw(t, "language")
		f := cldr.For(language, rapid.SampledFrom([]string{"", "US", "IN", "DE"}).Draw(t, "region"))
		digits := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r == '-' || r >= '0' && r <= '9' {
					return r
				}
				return -1
			}, s)
		}
		assert.Equal(t, digits(money.New(n, "JPY").Decimal()), digits(f.Number(int(n))))
		assert.Equal(t, digits(money.New(n, "EUR").Decimal()), digits(f.Money(money.New(n, "EUR"))))
		assert.Equal(t, digits(money.New(n, "KWD").Decimal()), digits(f.Money(money.New(n, "KWD"))))
	})
}
