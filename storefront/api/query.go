package api

import (
	"slices"
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// notText says what is wrong with bytes that are no text.
const notText = "must be UTF-8 without control characters"

// query reads the parameters of an address. Like a body it is read strictly: what is not asked for,
// or given twice, is refused by end. The first refusal counts.
type query struct {
	c     *call
	known []string
	err   error
}

func (c *call) query() *query { return &query{c: c} }

// has reports whether the parameter is given, and notes that it is known.
func (q *query) has(name string) bool {
	q.known = append(q.known, name)
	return q.c.rc.QueryArgs().Has(name)
}

// text returns a parameter of at most so many bytes, empty when it is not given.
func (q *query) text(name string, most int) string {
	if !q.has(name) {
		return ""
	}
	value := string(q.c.rc.QueryArgs().Peek(name))
	switch {
	case value == "" || len(value) > most:
		q.refuse(fault.Invalidf(name, "must have 1 to %d bytes", most))
	case !web.IsText(value):
		q.refuse(fault.Invalidf(name, notText))
	}
	return value
}

// texts returns every value of a parameter that may be repeated.
func (q *query) texts(name string, most int) []string {
	if !q.has(name) {
		return nil
	}
	var values []string
	for _, v := range q.c.rc.QueryArgs().PeekMulti(name) {
		if !web.IsWord(v, maxName) {
			q.refuse(fault.Invalidf(name, notText))
		}
		values = append(values, string(v))
	}
	if len(values) > most {
		q.refuse(fault.Invalidf(name, "must be given at most %d times", most))
	}
	return values
}

// integer returns a whole number between two bounds, or what stands for it when it is not given.
func (q *query) integer(name string, least, most, missing int64) int64 {
	if !q.has(name) {
		return missing
	}
	value, err := strconv.ParseInt(string(q.c.rc.QueryArgs().Peek(name)), 10, 64)
	if err != nil || value < least || value > most {
		q.refuse(fault.Invalidf(name, "must be a whole number between %d and %d", least, most))
	}
	return value
}

// moment returns a time, zero when it is not given.
func (q *query) moment(name string) time.Time {
	value := q.text(name, maxLine)
	if value == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		q.refuse(fault.Invalidf(name, "must be a time with its offset, like 2026-11-22T18:30:00Z"))
	}
	return at.UTC()
}

// day returns a day of the calendar as it is written, empty when it is not given.
func (q *query) day(name string) string {
	value := q.text(name, maxLine)
	if value == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		q.refuse(fault.Invalidf(name, "must be a day like 2026-11-22"))
	}
	return value
}

func (q *query) refuse(err error) {
	if q.err == nil {
		q.err = err
	}
}

// end returns the first thing that is wrong with the parameters, nil when nothing is. Those in
// repeated may be given more than once.
func (q *query) end(repeated ...string) error {
	args := q.c.rc.QueryArgs()
	for name := range args.All() {
		switch key := string(name); {
		case !slices.Contains(q.known, key):
			q.refuse(fault.Invalidf(clip(key), "there is no such parameter here"))
		case !slices.Contains(repeated, key) && len(args.PeekMulti(key)) > 1:
			q.refuse(fault.Invalidf(key, "is given twice"))
		}
	}
	return q.err
}
