package catalog

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Occurrence says which of two is meant when a clock shows the same time twice,
// as it does when it is put back.
type Occurrence string

// The occurrences. The empty one refuses a time that happens twice.
const (
	First  Occurrence = "first"  // before the clock is put back
	Second Occurrence = "second" // after it
)

// LocalStart returns the moment, in UTC, at which the clock in a time zone shows
// the given time on the given day: date as "2026-11-22", clock as "19:30", zone an
// IANA name.
//
// It guesses nothing. A time that the clock skips is an Invalid fault about
// clock with the reason "time_skipped", and names the gap. A time that happens
// twice is one with the reason "time_twice" unless which says which is meant;
// for any other time, which is of no effect.
func LocalStart(date, clock, zone string, which Occurrence) (time.Time, error) {
	loc, err := loadZone("time_zone", zone)
	if err != nil {
		return time.Time{}, err
	}
	wall, err := parseWall(date, clock)
	if err != nil {
		return time.Time{}, err
	}
	spans := spansAround(wall, loc)
	var found []time.Time
	for _, s := range spans {
		if at := wall.Add(-s.offset); s.contains(at) {
			found = append(found, at)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return time.Time{}, skipped(wall, spans, zone)
	}
	return choose(wall, found, loc, which)
}

// parseWall reads what the clock shows, as if the clock were in UTC.
func parseWall(date, clock string) (time.Time, error) {
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return time.Time{}, fault.Invalidf("date", "%.20q must be a day of the calendar, like 2026-11-22", date)
	}
	wall, err := time.Parse("2006-01-02 15:04", date+" "+clock)
	if err != nil || len(clock) != len("15:04") {
		return time.Time{}, fault.Invalidf("clock", "%.20q must be a time of day, like 19:30", clock)
	}
	return wall, nil
}

// offsetSpan is a stretch of time in which a zone keeps one offset from UTC.
type offsetSpan struct {
	start, end time.Time // [start, end); zero when it has no start or end
	offset     time.Duration
}

func (s offsetSpan) contains(t time.Time) bool {
	return (s.start.IsZero() || !t.Before(s.start)) && (s.end.IsZero() || t.Before(s.end))
}

// spansAround returns, in order, the spans of loc in which its clock could show
// wall. Offsets reach from -16 to +16 hours (Manila and Alaska crossed the date
// line), so two days either way have them all.
func spansAround(wall time.Time, loc *time.Location) []offsetSpan {
	const reach = 48 * time.Hour
	var spans []offsetSpan
	for at := wall.Add(-reach); at.Before(wall.Add(reach)); {
		local := at.In(loc)
		_, seconds := local.Zone()
		start, end := local.ZoneBounds()
		spans = append(spans, offsetSpan{start, end, time.Duration(seconds) * time.Second})
		if end.IsZero() {
			break
		}
		at = end
	}
	return spans
}

// skipped makes the error for a wall time between the last moment of one span and
// the first of the next.
func skipped(wall time.Time, spans []offsetSpan, zone string) error {
	for i := range spans[:len(spans)-1] {
		change := spans[i].end
		from, to := change.Add(spans[i].offset).UTC(), change.Add(spans[i+1].offset).UTC()
		if !wall.Before(from) && wall.Before(to) {
			return clockFault("time_skipped", "%s does not exist in %s: the clock goes from %s to %s; choose another time",
				showWall(wall), zone, showWall(from), showWall(to))
		}
	}
	return clockFault("time_skipped", "%s does not exist in %s; choose another time", showWall(wall), zone)
}

func choose(wall time.Time, found []time.Time, loc *time.Location, which Occurrence) (time.Time, error) {
	early, late := found[0], found[len(found)-1]
	switch which {
	case First:
		return early, nil
	case Second:
		return late, nil
	}
	const offset = "-07:00"
	return time.Time{}, clockFault("time_twice", "%s happens twice in %s, at UTC%s and again at UTC%s: say whether the first or the second is meant",
		showWall(wall), loc, early.In(loc).Format(offset), late.In(loc).Format(offset))
}

func clockFault(reason, format string, args ...any) error {
	err := fault.Invalidf("clock", format, args...)
	err.Reason = reason
	return err
}

func showWall(t time.Time) string { return t.Format("2006-01-02 15:04") }

// loadZone returns the zone with the given IANA name. "Local" and the empty name
// mean something else on every machine, so they are refused.
func loadZone(field, name string) (*time.Location, error) {
	if name != "" && name != "Local" {
		if loc, err := time.LoadLocation(name); err == nil {
			return loc, nil
		}
	}
	return nil, fault.Invalidf(field, "%.40q must be an IANA time zone that is known here, like Europe/Berlin", name)
}

func checkZone(field, name string) error {
	_, err := loadZone(field, name)
	return err
}
