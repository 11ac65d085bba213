package notify

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
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

// EnglishAmount returns an amount as people write it: "₹1,18,000.00", "¥1,800", "KWD 3.500". The
// zero Amount is "0".
func EnglishAmount(a money.Amount) string {
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
	if a.Currency == "" {
		return sign + text
	}
	return sign + string(a.Currency) + nbsp + text
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

// EnglishTime returns a moment by the clock of its location, which it names: "Sunday 22 November 2026, 19:30 IST".
func EnglishTime(t time.Time) string {
	return t.Format("Monday 2 January 2006, 15:04") + " " + EnglishZone(t)
}

// EnglishZone returns what the zone of a moment is called where it has letters, and its offset where it has none:
// "IST", "UTC+4".
func EnglishZone(t time.Time) string {
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

// EnglishRate returns a rate as a percentage: "8.875 %".
func EnglishRate(r money.Rate) string { return strings.TrimSuffix(r.String(), "%") + nbsp + "%" }

// EnglishPolicy returns a cancellation policy as sentences, at least one: each tier whose time has not passed, in their
// order. start is when the show starts, in the location of its venue.
func EnglishPolicy(p booking.Policy, start, now time.Time) []string {
	return policyTexts(inEnglish(""), p, start, now)
}

// policyTexts is EnglishPolicy in any language.
func policyTexts(in Language, p booking.Policy, start, now time.Time) []string {
	if len(p.Tiers) == 0 {
		return []string{in.Words.Text("policy.none")}
	}
	var lines []string
	for _, t := range p.Tiers {
		until := start.Add(-time.Duration(t.MinutesBefore) * time.Minute)
		if !now.After(until) {
			lines = append(lines, in.Words.Text(tierID(t),
				with("time", in.Formats.When(until)), with("rate", in.Formats.Rate(t.Price)), with("fees", in.Formats.Rate(t.Fees))))
		}
	}
	if len(lines) == 0 {
		return []string{in.Words.Text("mail.too_late")}
	}
	return lines
}

// tierID is the text for what a tier of a cancellation policy gives back.
func tierID(t booking.Tier) string {
	id := "policy.part"
	switch {
	case t.Price == money.Whole && t.Fees == money.Whole:
		return "policy.everything"
	case t.Price == money.Whole:
		id = "policy.price"
	case t.Price == 0:
		id = "policy.nothing"
	}
	if t.Fees == 0 {
		return id
	}
	return id + "_fees"
}

// languages are the English names of languages that shows are given in. Source: Unicode CLDR, English.
var languages = map[string]string{
	"ar": "Arabic", "as": "Assamese", "bho": "Bhojpuri", "bn": "Bangla", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
	"es": "Spanish", "fa": "Persian", "fi": "Finnish", "fil": "Filipino", "fr": "French", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi",
	"id": "Indonesian", "it": "Italian", "ja": "Japanese", "kn": "Kannada", "ko": "Korean", "ml": "Malayalam", "mr": "Marathi", "ms": "Malay",
	"nl": "Dutch", "no": "Norwegian", "or": "Odia", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "si": "Sinhala",
	"sv": "Swedish", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
	"yue": "Cantonese", "zh": "Chinese",
}

// EnglishLanguage returns the English name of the language of a BCP 47 tag, without its region; empty for one that is
// not known here.
func EnglishLanguage(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return languages[strings.ToLower(base)]
}
