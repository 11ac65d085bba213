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
)

// nbsp keeps an amount and its currency, or a number and its unit, on one line.
const nbsp = "\u00a0"

// symbols are the signs of currencies that an English reader cannot mistake; others are
// shown by their code. Source: Unicode CLDR, English.
var symbols = map[money.Currency]string{
	"AUD": "A$", "BRL": "R$", "CAD": "CA$", "CNY": "CN¥", "EUR": "€", "GBP": "£", "HKD": "HK$", "ILS": "₪",
	"INR": "₹", "JPY": "¥", "KRW": "₩", "MXN": "MX$", "NZD": "NZ$", "PHP": "₱", "TWD": "NT$", "USD": "$", "VND": "₫",
}

// formatMoney returns an amount as people write it: "₹1,18,000.00", "¥1,800", "KWD 3.500".
func formatMoney(a money.Amount) string {
	text := a.Decimal()
	sign := ""
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		text, sign = rest, "−"
	}
	whole, cents, fraction := strings.Cut(text, ".")
	text = group(whole, a.Currency)
	if fraction {
		text += "." + cents
	}
	if symbol, ok := symbols[a.Currency]; ok {
		return sign + symbol + text
	}
	return sign + string(a.Currency) + nbsp + text
}

// formatPrice is formatMoney without decimals that are all zero, for price tags.
func formatPrice(a money.Amount) string {
	text := formatMoney(a)
	if whole, cents, ok := strings.Cut(text, "."); ok && strings.Trim(cents, "0") == "" {
		return whole
	}
	return text
}

// group puts commas into a number: after three digits, and in India after every two before those.
func group(digits string, c money.Currency) string {
	if len(digits) <= 3 {
		return digits
	}
	head, out := digits[:len(digits)-3], digits[len(digits)-3:]
	size := 3
	if c == "INR" {
		size = 2
	}
	for len(head) > size {
		head, out = head[:len(head)-size], head[len(head)-size:]+","+out
	}
	return head + "," + out
}

// formatDay is a day in short: "Sun 22 Nov".
func formatDay(t time.Time) string { return t.Format("Mon 2 Jan") }

// formatDayLong is a day in full: "Sunday 22 November 2026".
func formatDayLong(t time.Time) string { return t.Format("Monday 2 January 2006") }

// formatClock is a time of day: "19:30".
func formatClock(t time.Time) string { return t.Format("15:04") }

// formatWhen is a start in full with its zone: "Sunday 22 November 2026, 19:30 IST".
func formatWhen(t time.Time) string {
	return formatDayLong(t) + ", " + formatClock(t) + " " + zoneName(t)
}

// formatDeadline is a moment of today: "19:30:12 IST".
func formatDeadline(t time.Time) string { return t.Format("15:04:05") + " " + zoneName(t) }

// zoneName is the zone's abbreviation where it has letters, and its offset where it has none: "IST", "UTC+4".
func zoneName(t time.Time) string {
	name, offset := t.Zone()
	if name != "" && name[0] != '+' && name[0] != '-' {
		return name
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "−", -offset
	}
	text := "UTC" + sign + strconv.Itoa(offset/3600)
	if minutes := offset % 3600 / 60; minutes != 0 {
		text += fmt.Sprintf(":%02d", minutes)
	}
	return text
}

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
func formatRate(r money.Rate) string { return strings.TrimSuffix(r.String(), "%") + nbsp + "%" }

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
