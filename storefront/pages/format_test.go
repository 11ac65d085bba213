package pages_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/storefront/pages"
)

func TestFormatMoney(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]money.Amount{
		"₹1,180.00":        money.New(118000, "INR"),
		"₹12,34,56,789.50": money.New(12345678950, "INR"),
		"€0.05":            money.New(5, "EUR"),
		"€1,234,567.89":    money.New(123456789, "EUR"),
		"−£12.50":          money.New(-1250, "GBP"),
		"¥1,800":           money.New(1800, "JPY"),
		"KWD\u00a03.500":   money.New(3500, "KWD"),
		"AED\u00a050.00":   money.New(5000, "AED"),
		"R$9.90":           money.New(990, "BRL"),
	} {
		assert.Equal(t, want, pages.FormatMoney(a))
	}
}

func TestFormatMoney_LosesNoDigit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(rapid.Int64().Draw(t, "minor"), money.Currency(rapid.SampledFrom([]string{"INR", "EUR", "JPY", "KWD", "USD"}).Draw(t, "currency")))
		digits := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return r
				}
				return -1
			}, s)
		}
		assert.Equal(t, digits(a.Decimal()), digits(pages.FormatMoney(a)))
	})
}

func TestFormatPrice_LeavesEmptyDecimalsOut(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "₹200", pages.FormatPrice(money.New(20000, "INR")))
	assert.Equal(t, "€12.50", pages.FormatPrice(money.New(1250, "EUR")))
	assert.Equal(t, "¥1,800", pages.FormatPrice(money.New(1800, "JPY")))
	assert.Equal(t, "KWD\u00a03", pages.FormatPrice(money.New(3000, "KWD")))
}

func TestFormatWhen_IsTheVenuesClock(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"Asia/Kolkata":       "Tuesday 24 November 2026, 17:30 IST",
		"Europe/Berlin":      "Tuesday 24 November 2026, 13:00 CET",
		"Asia/Dubai":         "Tuesday 24 November 2026, 16:00 UTC+4",
		"America/Sao_Paulo":  "Tuesday 24 November 2026, 09:00 UTC−3",
		"Australia/Eucla":    "Tuesday 24 November 2026, 20:45 UTC+8:45",
		"Pacific/Kiritimati": "Wednesday 25 November 2026, 02:00 UTC+14",
	} {
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		assert.Equal(t, want, pages.FormatWhen(at.In(loc)))
	}
}

func TestFormatWords(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "2\u00a0h 5\u00a0min", pages.FormatDuration(125*time.Minute))
	assert.Equal(t, "2\u00a0h", pages.FormatDuration(2*time.Hour))
	assert.Equal(t, "45\u00a0min", pages.FormatDuration(45*time.Minute))
	assert.Equal(t, "Hindi", pages.LanguageName("hi"))
	assert.Equal(t, "Brazilian Portuguese", pages.LanguageName("pt-BR"))
	assert.Equal(t, "not a tag", pages.LanguageName("not a tag"))
	assert.Empty(t, pages.LanguageName(""))
	assert.Equal(t, "India", pages.CountryName("IN"))
	assert.Equal(t, "??", pages.CountryName("??"))
	assert.Equal(t, "This is a sentence.", pages.Sentence("this is a sentence"))
	assert.Equal(t, "Ärger.", pages.Sentence("ärger"))
	assert.Empty(t, pages.Sentence(""))
	assert.Equal(t, "a, b and c", pages.List([]string{"a", "b", "c"}))
	assert.Equal(t, "a", pages.List([]string{"a"}))
	assert.Empty(t, pages.List(nil))
	assert.Equal(t, "1 seat", pages.Plural(1, "seat", "seats"))
	assert.Equal(t, "0 seats", pages.Plural(0, "seat", "seats"))
	assert.Equal(t, "/a?b=c&d=e", pages.WithQuery("/a", "b", "c", "x", "", "d", "e"))
}

func TestBuyerName_SaysTheAgesOnce(t *testing.T) {
	t.Parallel()
	for want, b := range map[string]pricing.BuyerType{
		"Adult":               {Key: "adult", Name: "Adult"},
		"Child (up to 12)":    {Key: "child", Name: "Child", MaxAge: 12},
		"Child, up to 12":     {Key: "child", Name: "Child, up to 12", MaxAge: 12},
		"Senior (from 60)":    {Key: "senior", Name: "Senior", MinAge: 60},
		"Teenager (13 to 17)": {Key: "teen", Name: "Teenager", MinAge: 13, MaxAge: 17},
		"Student":             {Key: "student", Name: "Student", NeedsProof: true},
		"":                    {},
	} {
		assert.Equal(t, want, pages.BuyerName(b))
	}
}
