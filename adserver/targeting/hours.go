package targeting

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// week and day are counted in hours.
const (
	day  = 24
	week = 7 * day
)

var days = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// Hours is a set of hours of the week, by the clock of the place that is meant. Hour 0 begins on Monday at 0:00, hour 167 is the last
// of Sunday. Its text, also in JSON, is a list such as "mon-fri 18-23, sat": days, or a range of them, and from which to which o'clock. A list
// without days means every day, one without a clock the whole day, one hour alone itself, and 22-2 goes on into the next day.
type Hours [3]uint64

// HourOfWeek is the hour of the week, 0 to 167, that t's own clock shows.
func HourOfWeek(t time.Time) int {
	return (int(t.Weekday())+6)%7*day + t.Hour()
}

// ParseHours reads a list of hours. An empty list, and anything else that is no such list, is an error.
func ParseHours(text string) (Hours, error) {
	var h Hours
	for part := range strings.SplitSeq(text, ",") {
		words := strings.Fields(part)
		var onDays, clock string
		switch {
		case len(words) == 2:
			onDays, clock = words[0], words[1]
		case len(words) == 1 && isClock(words[0]):
			clock = words[0]
		case len(words) == 1:
			onDays = words[0]
		default:
			return Hours{}, fault.Invalidf(field, `%q is not hours such as "mon-fri 18-23"`, strings.TrimSpace(part))
		}
		if err := h.add(onDays, clock); err != nil {
			return Hours{}, err
		}
	}
	return h, nil
}

// Has reports whether an hour of the week is in the set; false outside of 0 to 167.
func (h Hours) Has(hour int) bool {
	return hour >= 0 && hour < week && h[hour/64]&(1<<(hour%64)) != 0
}

// With is the set and one more hour of the week; outside of 0 to 167 it is the set.
func (h Hours) With(hour int) Hours {
	if hour >= 0 && hour < week {
		h[hour/64] |= 1 << (hour % 64)
	}
	return h
}

// String returns the shortest list of days that follow each other and of clocks; it is empty when no hour is in the set.
func (h Hours) String() string {
	var parts []string
	for from := 0; from < 7; {
		to := from
		for to < 6 && h.clocks(to+1) == h.clocks(from) {
			to++
		}
		parts = appendSpans(parts, from, to, h.clocks(from))
		from = to + 1
	}
	return strings.Join(parts, ", ")
}

// MarshalText returns String.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what ParseHours reads, and the empty list.
func (h *Hours) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*h = Hours{}
		return nil
	}
	*h, err = ParseHours(string(text))
	return err
}

// clocks are the hours of one day, a bit each.
func (h Hours) clocks(onDay int) (bits uint32) {
	for i := range day {
		if h.Has(onDay*day + i) {
			bits |= 1 << i
		}
	}
	return bits
}

// appendSpans writes the hours that some days have in common.
func appendSpans(parts []string, from, to int, clocks uint32) []string {
	name := days[from]
	if to > from {
		name += "-" + days[to]
	}
	if clocks == 1<<day-1 {
		return append(parts, name)
	}
	for i := 0; i < day; i++ {
		if clocks&(1<<i) == 0 {
			continue
		}
		begin := i
		for i < day && clocks&(1<<i) != 0 {
			i++
		}
		parts = append(parts, fmt.Sprintf("%s %d-%d", name, begin, i))
	}
	return parts
}

// add adds what is said as days and as a clock; either may be empty.
func (h *Hours) add(onDays, clock string) error {
	firstDay, lastDay, begin, end := 0, 6, 0, day
	var ok bool
	if onDays != "" {
		if firstDay, lastDay, ok = parseDays(onDays); !ok {
			return fault.Invalidf(field, `%q is no day of the week, mon to sun, nor a range such as mon-fri`, onDays)
		}
	}
	if clock != "" {
		if begin, end, ok = parseClock(clock); !ok {
			return fault.Invalidf(field, `%q is no range of hours of the day such as 18-23`, clock)
		}
	}
	for d := firstDay; ; d = (d + 1) % 7 {
		for i := begin; i < end; i++ {
			*h = h.With((d*day + i) % week)
		}
		if d == lastDay {
			return nil
		}
	}
}

// isClock tells a clock from a day.
func isClock(word string) bool { return word != "" && word[0] >= '0' && word[0] <= '9' }

func parseDays(word string) (first, last int, ok bool) {
	from, to, isRange := strings.Cut(word, "-")
	first, ok = dayOf(from)
	if !isRange || !ok {
		return first, first, ok
	}
	last, ok = dayOf(to)
	return first, last, ok
}

func dayOf(name string) (int, bool) {
	for i, d := range days {
		if sameWord(d, name) {
			return i, true
		}
	}
	return 0, false
}

// parseClock reads "18", "18-23" and "22-2"; end may be over 24, which is in the next day.
func parseClock(word string) (begin, end int, ok bool) {
	from, to, isRange := strings.Cut(word, "-")
	begin, ok = clockOf(from)
	if !ok || begin == day {
		return 0, 0, false
	}
	if !isRange {
		return begin, begin + 1, true
	}
	if end, ok = clockOf(to); !ok || end == begin {
		return 0, 0, false
	}
	if end < begin {
		end += day
	}
	return begin, end, true
}

func clockOf(digits string) (int, bool) {
	if len(digits) == 0 || len(digits) > 2 {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 8)
	return int(n), err == nil && n <= day
}

// appendHour appends an hour of the week as a value of the dimension Hour: three digits, so that values are in the order of the hours.
func appendHour(dst []byte, hour int) []byte {
	return append(dst, '0'+byte(hour/100), '0'+byte(hour/10%10), '0'+byte(hour%10))
}

// hourOf reads what appendHour writes.
func hourOf(value string) (int, bool) {
	n, err := strconv.ParseUint(value, 10, 8)
	return int(n), err == nil && len(value) == 3 && n < week
}

// hoursOf are hours of the week given as values; what is none is left out.
func hoursOf(values []string) (h Hours) {
	for _, v := range values {
		if hour, ok := hourOf(v); ok {
			h = h.With(hour)
		}
	}
	return h
}

// values are the hours as values of the dimension Hour.
func (h Hours) values() (values []string) {
	for hour := range week {
		if h.Has(hour) {
			values = append(values, string(appendHour(nil, hour)))
		}
	}
	return values
}
