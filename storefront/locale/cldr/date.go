package cldr

import (
	"strconv"
	"time"
)

// Day returns a day in short: "Sun, 22 Nov".
func (f *Format) Day(t time.Time) string { return f.write(f.day, t) }

// DayLong returns a day in full: "Sunday, 22 November 2026".
func (f *Format) DayLong(t time.Time) string { return f.write(f.dayLong, t) }

// Date returns a day without its weekday: "22 Nov 2026".
func (f *Format) Date(t time.Time) string { return f.write(f.date, t) }

// Clock returns a time of day: "19:35", "7:35 pm".
func (f *Format) Clock(t time.Time) string { return f.write(f.clock, t) }

// When returns a moment in full with its zone: "Sunday, 22 November 2026 at 7:35 pm IST".
func (f *Format) When(t time.Time) string {
	return join(f.at, f.DayLong(t), f.Clock(t)+nbsp+f.Zone(t))
}

// Moment returns a day and a time in short: "22 Nov, 7:35 pm".
func (f *Format) Moment(t time.Time) string { return join(f.beside, f.write(f.dateDay, t), f.Clock(t)) }

// DayClock returns a day with its weekday and a time in short: "Sun, 22 Nov, 7:35 pm".
func (f *Format) DayClock(t time.Time) string { return join(f.beside, f.Day(t), f.Clock(t)) }

// Deadline returns a time of day to the second with its zone: "7:35:09 pm IST".
func (f *Format) Deadline(t time.Time) string { return f.write(f.seconds, t) + nbsp + f.Zone(t) }

// Days returns a range of days: "22–25 Nov 2026". One day is a date alone; days in the wrong
// order are put right.
func (f *Format) Days(from, to time.Time) string {
	if to.Before(from) {
		from, to = to, from
	}
	y1, m1, d1 := from.Date()
	y2, m2, d2 := to.Date()
	s := f.spans[2]
	switch {
	case y1 == y2 && m1 == m2 && d1 == d2:
		return f.Date(from)
	case y1 == y2 && m1 == m2:
		s = f.spans[0]
	case y1 == y2:
		s = f.spans[1]
	}
	return f.write(s.first, from) + f.write(s.last, to)
}

// Zone returns what the zone of a moment is called there, "IST", or its offset where readers of the language do not know
// that name or it has none: "GMT+4".
func (f *Format) Zone(t time.Time) string {
	name, offset := t.Zone()
	if known := f.zones(name); known != "" {
		return known
	}
	if offset == 0 {
		return f.gmt
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	text := f.gmt + sign + strconv.Itoa(offset/3600)
	if minutes := offset % 3600 / 60; minutes != 0 {
		text += ":" + two(minutes)
	}
	return text
}

// two writes a number of at most two digits with two.
func two(n int) string { return string([]byte{byte('0' + n/10%10), byte('0' + n%10)}) }

// write fills a pattern of CLDR: d, MMM, MMMM, y, EEE, EEEE, h, H, HH, mm, ss and a. Text in quotes and whatever
// else there is stay as they are.
func (f *Format) write(pattern string, t time.Time) string {
	var buf [96]byte
	dst := buf[:0]
	for i := 0; i < len(pattern); {
		c := pattern[i]
		if c == '\'' {
			for i++; i < len(pattern) && pattern[i] != '\''; i++ {
				dst = append(dst, pattern[i])
			}
			i++
			continue
		}
		n := 1
		for i+n < len(pattern) && pattern[i+n] == c {
			n++
		}
		if isLetter(c) {
			dst = f.appendField(dst, c, n, t)
		} else {
			dst = append(dst, pattern[i:i+n]...)
		}
		i += n
	}
	return string(dst)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// appendField writes the field that n letters c stand for.
func (f *Format) appendField(dst []byte, c byte, n int, t time.Time) []byte {
	switch c {
	case 'd':
		return strconv.AppendInt(dst, int64(t.Day()), 10)
	case 'M':
		return append(dst, pick(n, f.shortMonths, f.months)[t.Month()-1]...)
	case 'E':
		return append(dst, pick(n, f.shortDays, f.days)[t.Weekday()]...)
	case 'y':
		return strconv.AppendInt(dst, int64(t.Year()), 10)
	case 'h':
		return strconv.AppendInt(dst, int64((t.Hour()+11)%12+1), 10)
	case 'H':
		return appendPadded(dst, t.Hour(), n)
	case 'm':
		return appendPadded(dst, t.Minute(), n)
	case 's':
		return appendPadded(dst, t.Second(), n)
	case 'a':
		if t.Hour() < 12 {
			return append(dst, f.am...)
		}
		return append(dst, f.pm...)
	}
	return dst
}

// pick chooses the long names for four letters.
func pick(n int, short, long []string) []string {
	if n >= 4 {
		return long
	}
	return short
}

func appendPadded(dst []byte, n, digits int) []byte {
	if digits == 2 && n < 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}
