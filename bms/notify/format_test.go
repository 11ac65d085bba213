package notify_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
)

func TestEnglishAmount_IsGroupedAsItsCurrencyIs(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]money.Amount{
		"₹1,23,456.00":       money.New(123_456_00, "INR"),
		"₹12,34,56,789.50":   money.New(123_456_789_50, "INR"),
		"₹999.00":            money.New(999_00, "INR"),
		"₹1,180.00":          money.New(1180_00, "INR"),
		"€1,234.50":          money.New(1234_50, "EUR"),
		"€1,234,567.89":      money.New(1_234_567_89, "EUR"),
		"€0.05":              money.New(5, "EUR"),
		"−£12.50":            money.New(-12_50, "GBP"),
		"−₹1,00,000.00":      money.New(-100_000_00, "INR"),
		"¥1,800":             money.New(1800, "JPY"),
		"KWD\u00a01,003.500": money.New(1_003_500, "KWD"),
		"AED\u00a050.00":     money.New(50_00, "AED"),
		"0":                  {},
	} {
		assert.Equal(t, want, notify.EnglishAmount(a))
	}
}

func TestEnglishAmount_LosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := money.Currency(rapid.SampledFrom([]string{"INR", "EUR", "JPY", "KWD", "USD", "CLF"}).Draw(t, "currency"))
		a := money.New(rapid.Int64().Draw(t, "minor"), c)
		text := notify.EnglishAmount(a)
		plain := strings.NewReplacer(",", "", "−", "-").Replace(text)
		number := strings.TrimLeft(strings.TrimPrefix(plain, "-"), "₹€¥$"+string(c)+"\u00a0")
		if a.IsNegative() {
			number = "-" + number
		}
		back, err := money.Parse(number, c)
		require.NoError(t, err, text)
		assert.Equal(t, a, back)
		whole, _, _ := strings.Cut(text, ".")
		assert.NotRegexp(t, `\d{4}`, whole, "no group has more than three digits")
	})
}

func TestEnglishTime_NamesTheZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"Asia/Kolkata":       "Tuesday 24 November 2026, 17:30 IST",
		"Europe/Berlin":      "Tuesday 24 November 2026, 13:00 CET",
		"Asia/Dubai":         "Tuesday 24 November 2026, 16:00 UTC+4",
		"America/Sao_Paulo":  "Tuesday 24 November 2026, 09:00 UTC−3",
		"Australia/Eucla":    "Tuesday 24 November 2026, 20:45 UTC+8:45",
		"Pacific/Kiritimati": "Wednesday 25 November 2026, 02:00 UTC+14",
		"UTC":                "Tuesday 24 November 2026, 12:00 UTC",
	} {
		loc, err := time.LoadLocation(zone)
		require.NoError(t, err)
		assert.Equal(t, want, notify.EnglishTime(at.In(loc)))
		assert.True(t, strings.HasSuffix(want, " "+notify.EnglishZone(at.In(loc))))
	}
}

func TestEnglishPolicy_ATierAtATime(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	start := time.Date(2026, 11, 24, 17, 30, 0, 0, loc)
	before := start.Add(-48 * time.Hour)
	for want, tier := range map[string]booking.Tier{
		"get everything back.":                                                {Price: money.Whole, Fees: money.Whole},
		"get back the ticket price without fees.":                             {Price: money.Whole},
		"get back the ticket price and 50\u00a0% of the fees.":                {Price: money.Whole, Fees: 500_000},
		"get back 50\u00a0% of the ticket price without fees.":                {Price: 500_000},
		"get back nothing of the ticket price without fees.":                  {},
		"get back 12.5\u00a0% of the ticket price and 10\u00a0% of the fees.": {Price: 125_000, Fees: 100_000},
		"get back nothing of the ticket price and 100\u00a0% of the fees.":    {Fees: money.Whole},
	} {
		tier.MinutesBefore = 120
		assert.Equal(t, []string{"Cancel by Tuesday 24 November 2026, 15:30 IST and " + want}, notify.EnglishPolicy(booking.Policy{Tiers: []booking.Tier{tier}}, start, before))
	}
	assert.Equal(t, []string{"Tickets for this show cannot be cancelled."}, notify.EnglishPolicy(booking.Policy{}, start, before))
}

func TestEnglishPolicy_WhatHasPassedIsLeftOut(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	start := time.Date(2026, 11, 24, 17, 30, 0, 0, loc)
	p := booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 24 * 60, Price: money.Whole}, {Price: 500_000}}}
	day := start.Add(-24 * time.Hour)
	two := notify.EnglishPolicy(p, start, day)
	require.Len(t, two, 2, "the last moment counts")
	assert.Contains(t, two[0], "Monday 23 November 2026, 17:30 IST")
	assert.Contains(t, two[1], "Tuesday 24 November 2026, 17:30 IST")
	assert.Equal(t, two[1:], notify.EnglishPolicy(p, start, day.Add(time.Microsecond)))
	assert.Equal(t, []string{"It is too late to cancel tickets for this show."}, notify.EnglishPolicy(p, start, start.Add(time.Second)))
}

func TestEnglishLanguage_IsWithoutItsRegion(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{"hi": "Hindi", "en-IN": "English", "PT-br": "Portuguese", "": "", "tlh": "", "not a tag": ""} {
		assert.Equal(t, want, notify.EnglishLanguage(tag), tag)
	}
}
