package pages

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
)

// nbsp keeps an amount and its currency, or a number and its unit, on one line.
const nbsp = "\u00a0"

// formatMoney returns an amount as people write it: "₹1,18,000.00", "¥1,800", "KWD 3.500".
func formatMoney(a money.Amount) string { return notify.EnglishAmount(a) }

// formatPrice is formatMoney without decimals that are all zero, for price tags.
func formatPrice(a money.Amount) string {
	text := formatMoney(a)
	if whole, cents, ok := strings.Cut(text, "."); ok && strings.Trim(cents, "0") == "" {
		return whole
	}
	return text
}

// formatDay is a day in short: "Sun 22 Nov".
func formatDay(t time.Time) string { return t.Format("Mon 2 Jan") }

// formatDayLong is a day in full: "Sunday 22 November 2026".
func formatDayLong(t time.Time) string { return t.Format("Monday 2 January 2006") }

// formatClock is a time of day: "19:30".
func formatClock(t time.Time) string { return t.Format("15:04") }

// formatWhen is a start in full with its zone: "Sunday 22 November 2026, 19:30 IST".
func formatWhen(t time.Time) string { return notify.EnglishTime(t) }

// formatDeadline is a moment of today: "19:30:12 IST".
func formatDeadline(t time.Time) string { return t.Format("15:04:05") + " " + zoneName(t) }

// zoneName is what the zone of a moment is called: "IST", "UTC+4".
func zoneName(t time.Time) string { return notify.EnglishZone(t) }

// formatDuration is a running time: "2 h 5 min".
func formatDuration(d time.Duration) string {
	hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case hours == 0:
		return strconv.Itoa(minutes) + nbsp + "min"
	case minutes == 0:
		return strconv.Itoa(hours) + nbsp + "h"
	}
	return fmt.Sprintf("%d%sh %d%smin", hours, nbsp, minutes, nbsp)
}

// formatRate is a rate as a percentage: "8.875 %".
func formatRate(r money.Rate) string { return notify.EnglishRate(r) }

// languageName is a language in English: "Hindi" for "hi".
func languageName(tag string) string {
	if tag == "" {
		return ""
	}
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	return display.English.Tags().Name(parsed)
}

// countryName is a country in English: "India" for "IN".
func countryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return display.English.Regions().Name(region)
}

// plural is a number with its noun: "1 seat", "2 seats".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// list joins words as a sentence does: "A, B and C".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// sentence returns a sentence of the SDK, which begins small and ends without a full stop, as a sentence of a page.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:] + "."
}
