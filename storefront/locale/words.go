package locale

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Fault returns what an error says to a customer, as a sentence. The reason of its fault chooses the text; a reason that
// has none, and English, have the fault's own sentence. An error that is no fault is internal, and its text is not shown.
func (p *Printer) Fault(err error) string {
	f := fault.Of(err)
	if f == nil || f.Code == fault.Internal {
		return p.T("fault.internal")
	}
	own := Sentence(f.Message)
	if p.language.Tag == Default().Tag {
		return own
	}
	if id := p.faultID(f, own); id != "" {
		return p.T(id)
	}
	return own
}

// faultID finds the text for a fault: of several for a reason the one whose English is the fault's own, and for bad input
// that of the field. Empty means that there is none.
func (p *Printer) faultID(f *fault.Error, own string) string {
	if f.Reason == "invalid_field" {
		if id := "fault.field." + lastField(f.Field); p.book.own[id] {
			return id
		}
		return "fault.invalid_field"
	}
	id := "fault." + f.Reason
	if !p.book.own[id] {
		return ""
	}
	for _, variant := range p.catalog.variants[id] {
		if variant.english == own {
			return variant.id
		}
	}
	return id
}

// lastField is the last name of a path: "count" of "areas[2].count", "n" of "n.child".
func lastField(path string) string {
	if rest, ok := strings.CutPrefix(path, "n."); ok && rest != "" {
		return "n"
	}
	path = path[strings.LastIndexByte(path, '.')+1:]
	name, _, _ := strings.Cut(path, "[")
	return name
}

// Sentence returns a sentence of the SDK, which begins small and ends without a full stop, as a sentence of a page.
func Sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:] + "."
}

// dictionaries have the names of languages and countries, by language. Source: CLDR by way of golang.org/x/text.
var dictionaries = map[string]*display.Dictionary{
	"en": display.English, "hi": display.Hindi, "ta": display.Tamil, "es": display.Spanish, "de": display.German, "ar": display.Arabic,
}

// LanguageName returns the name of a language (BCP 47): "Hindi" for "hi". What cannot be named is returned as it is.
func (p *Printer) LanguageName(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil || tag == "" {
		return tag
	}
	if name := dictionaries[p.language.Tag].Tags().Name(parsed); name != "" {
		return name
	}
	return tag
}

// CountryName returns the name of a country (ISO 3166): "India" for "IN". What cannot be named is returned as it is.
func (p *Printer) CountryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := dictionaries[p.language.Tag].Regions().Name(region); name != "" {
		return name
	}
	return code
}

// DayName returns what a day is called beside another that is today: "today", "tomorrow", "yesterday"; empty for
// all others. Both times are by the same clock.
func (p *Printer) DayName(day, now time.Time) string {
	switch daysBetween(now, day) {
	case -1:
		return p.T("time.yesterday")
	case 0:
		return p.T("time.today")
	case 1:
		return p.T("time.tomorrow")
	}
	return ""
}

// Relative returns how far a moment is from now: "in 2 days", "tomorrow", "in 3 hours", "5 minutes ago", "now". Days are counted
// as the calendar does, from 24 hours on; both times are by the same clock.
func (p *Printer) Relative(t, now time.Time) string {
	d := t.Sub(now)
	ahead := d > 0
	if !ahead {
		d = -d
	}
	units := func(in, ago string, n int) string {
		if ahead {
			return p.N(in, n)
		}
		return p.N(ago, n)
	}
	switch {
	case d < time.Minute:
		return p.T("time.now")
	case d < time.Hour:
		return units("time.in_minutes", "time.minutes_ago", int(d/time.Minute))
	case d < 24*time.Hour:
		return units("time.in_hours", "time.hours_ago", int(d/time.Hour))
	}
	n := daysBetween(now, t)
	if name := p.DayName(t, now); name != "" {
		return name
	}
	return units("time.in_days", "time.days_ago", max(n, -n))
}

// daysBetween counts the days of the calendar from one moment to another.
func daysBetween(from, to time.Time) int {
	noon := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	}
	return int(noon(to).Sub(noon(from)) / (24 * time.Hour))
}

// Words returns the texts whose ids begin with a prefix, by what follows it, for scripts: a string, or for a text with
// several forms an object of them by the category of Intl.PluralRules. Placeholders are left to the script. "script." are
// those of the pages, "map." those of <bms-seatmap> by its own keys.
func (p *Printer) Words(prefix string) map[string]any {
	out := map[string]any{}
	for id, raw := range p.book.raw {
		if name, ok := strings.CutPrefix(id, prefix); ok {
			out[name] = raw
		}
	}
	return out
}
