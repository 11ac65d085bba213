// Package ics writes events as files for calendars (RFC 5545), which every calendar takes.
//
//	file := ics.Calendar{Product: "-//Marquee//Tickets//EN", Events: []ics.Event{{UID: "bkg_1", Stamp: now, …}}}.Append(nil)
package ics

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ContentType is what a file is served as.
const ContentType = "text/calendar; charset=utf-8"

// Calendar is a file with events.
type Calendar struct {
	Product string // who made it, a formal public identifier: "-//Marquee//Tickets//EN"
	Events  []Event
}

// Event is something that happens at a time. Texts may be of several lines and have any characters: what a calendar cannot
// hold, such as control characters, is left out.
type Event struct {
	UID         string    // the same for the same event, so that a calendar that has it changes it. Not empty
	Stamp       time.Time // when this was written
	Start, End  time.Time // to the second; written in UTC, so that no calendar needs to know the zone
	Summary     string
	Description string  // left out when empty, as are the following
	Location    string  // as people write it
	URL         string  // an address of the web; it must have no control characters
	Lat, Lng    float64 // degrees north and east (WGS 84); 0, 0 means not known
}

// Append appends the file to dst.
func (c Calendar) Append(dst []byte) []byte {
	w := writer{dst}
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.text("PRODID", c.Product)
	w.line("CALSCALE:GREGORIAN")
	w.line("METHOD:PUBLISH")
	for _, e := range c.Events {
		w.event(e)
	}
	w.line("END:VCALENDAR")
	return w.dst
}

// writer writes content lines.
type writer struct{ dst []byte }

func (w *writer) event(e Event) {
	w.line("BEGIN:VEVENT")
	w.text("UID", e.UID)
	w.time("DTSTAMP", e.Stamp)
	w.time("DTSTART", e.Start)
	w.time("DTEND", e.End)
	w.text("SUMMARY", e.Summary)
	if e.Description != "" {
		w.text("DESCRIPTION", e.Description)
	}
	if e.Location != "" {
		w.text("LOCATION", e.Location)
	}
	if e.Lat != 0 || e.Lng != 0 {
		w.line("GEO:" + degrees(e.Lat) + ";" + degrees(e.Lng))
	}
	if e.URL != "" {
		w.line("URL:" + strings.Map(printable, e.URL))
	}
	w.line("STATUS:CONFIRMED")
	w.line("END:VEVENT")
}

// time writes a moment in UTC (section 3.3.5, form 2).
func (w *writer) time(name string, t time.Time) {
	w.line(name + ":" + t.UTC().Format("20060102T150405Z"))
}

// degrees writes a coordinate with the six places that section 3.8.1.6 asks for.
func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 6, 64) }

// escapes are those of section 3.3.11.
var escapes = strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text writes a text.
func (w *writer) text(name, value string) {
	w.line(name + ":" + strings.Map(printable, escapes.Replace(strings.ToValidUTF8(value, "\uFFFD"))))
}

// printable leaves control characters out: section 3.1 has no place for them. What Unicode calls the end of a line ends one for
// some readers, too.
func printable(r rune) rune {
	if unicode.IsControl(r) && r != '\t' || unicode.In(r, unicode.Zl, unicode.Zp) {
		return -1
	}
	return r
}

// longest is how many bytes a line may have without its end (section 3.1).
const longest = 75

// line writes a content line, folded so that no part is too long and no character is divided.
func (w *writer) line(s string) {
	for left := longest; len(s) > left; left = longest - 1 { // the space that marks a part counts
		cut := left
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		w.dst = append(append(w.dst, s[:cut]...), "\r\n "...)
		s = s[cut:]
	}
	w.dst = append(append(w.dst, s...), "\r\n"...)
}
