package ics_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/ics"
)

var start = time.Date(2026, 11, 24, 17, 30, 0, 0, time.FixedZone("IST", 5*3600+1800))

// property is a content line, read as section 3.1 of RFC 5545 says.
type property struct{ name, value string }

// unfold reads a file back: lines, their names and values. Texts are still escaped.
func unfold(t testing.TB, file []byte) []property {
	t.Helper()
	text, ended := strings.CutSuffix(string(file), "\r\n")
	require.True(t, ended, "the last line has an end")
	for line := range strings.SplitSeq(text, "\r\n") {
		require.LessOrEqual(t, len(line), 75, "a line is too long: %q", line)
		require.True(t, utf8.ValidString(line), "a character is divided: %q", line)
	}
	var list []property
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n ", ""), "\r\n") {
		require.NotContains(t, line, "\n")
		require.NotContains(t, line, "\r")
		name, value, found := strings.Cut(line, ":")
		require.True(t, found, line)
		list = append(list, property{name, value})
	}
	return list
}

var unescape = strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n")

func write(e ics.Event) []byte {
	return ics.Calendar{Product: "-//Marquee//Tickets//EN", Events: []ics.Event{e}}.Append(nil)
}

func TestCalendar_IsWhatCalendarsRead(t *testing.T) {
	t.Parallel()
	file := write(ics.Event{
		UID: "bkg_1", Stamp: time.Date(2026, 11, 22, 12, 0, 0, 999, time.UTC), Start: start, End: start.Add(79 * time.Minute), Summary: "The General",
		Description: "Reference K7PW-XF3X\nStalls, row C, seat 4", Location: "Regal; Screen 1", URL: "https://shop.example/en/b/K7PW-XF3X", Lat: 18.9322, Lng: 72.8264,
	})
	assert.Equal(t, strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Marquee//Tickets//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"BEGIN:VEVENT", "UID:bkg_1", "DTSTAMP:20261122T120000Z", "DTSTART:20261124T120000Z", "DTEND:20261124T131900Z", "SUMMARY:The General",
		`DESCRIPTION:Reference K7PW-XF3X\nStalls\, row C\, seat 4`, `LOCATION:Regal\; Screen 1`, "GEO:18.932200;72.826400",
		"URL:https://shop.example/en/b/K7PW-XF3X", "STATUS:CONFIRMED", "END:VEVENT", "END:VCALENDAR", "",
	}, "\r\n"), string(file))
}

func TestCalendar_LeavesOutWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	file := string(write(ics.Event{UID: "bkg_1", Stamp: start, Start: start, End: start, Summary: "x"}))
	for _, name := range []string{"DESCRIPTION", "LOCATION", "GEO", "URL"} {
		assert.NotContains(t, file, name)
	}
	assert.Equal(t, "a", string(ics.Calendar{}.Append([]byte("a"))[:1]), "it appends")
}

func TestCalendar_FoldsBetweenCharacters(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"x", "é", "न", "🎟"} {
		for n := range 200 {
			title := strings.Repeat(letter, n)
			found := unfold(t, write(ics.Event{UID: "u", Summary: title}))
			assert.Contains(t, found, property{"SUMMARY", title}, "%d times %s", n, letter)
		}
	}
}

func TestCalendar_NoTextBecomesALine(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{"a\r\nATTENDEE:mailto:eve@example.com", "a\nEND:VEVENT", "a\rX", "a\x00\x1b\u0085b", "\xff\xfe", `\n`, "a\u2028b"} {
		for _, e := range []ics.Event{{UID: evil}, {Summary: evil}, {Description: evil}, {Location: evil}, {URL: "https://a.example/" + evil}} {
			found := unfold(t, write(e))
			names := make([]string, len(found))
			for i, p := range found {
				names[i] = p.name
			}
			assert.NotContains(t, names, "ATTENDEE", "%q", evil)
			assert.Equal(t, 1, strings.Count(strings.Join(names, " ")+" ", "END END"), "%q ends nothing", evil)
		}
	}
}

// FuzzCalendar looks for texts that do not come back, or that become something else than a text.
func FuzzCalendar(f *testing.F) {
	for _, seed := range []string{"", "The General", `a\b;c,d`, "a\r\nb\nc\rd", strings.Repeat("न", 100), "\xff", "\u2068\u200f₹\u2069", "\t", `\\n`, "END:VCALENDAR"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, summary, description string) {
		found := unfold(t, write(ics.Event{UID: "u", Stamp: start, Start: start, End: start, Summary: summary, Description: description + "."}))
		want := []string{
			"BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "END", "END",
		}
		require.Len(t, found, len(want))
		for i, name := range want {
			require.Equal(t, name, found[i].name)
		}
		if plain := clean(summary); plain == summary {
			require.Equal(t, summary, unescape.Replace(found[10].value))
		}
	})
}

// clean is a text as a calendar can hold it.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || 0x7f <= r && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
