package portal

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// form is what stands in the fields of a page, and what is wrong with it. Fields are named as faults of package ads name them, so that what a
// check finds is said beside the field.
type form struct {
	Revision int64 // of what is edited; zero for what is new
	Newest   int64 // that it may be saved over, when somebody else's change came before; zero when none did
	values   map[string][]string
	Problems []problem
}

// problem is what is wrong with a field.
type problem struct{ Field, Text string }

func newForm() *form { return &form{values: map[string][]string{}} }

// maxField bounds a value, in bytes. An ad of HTML may be far too long without the rest of its form being lost.
const maxField = 256 << 10

// posted reads the form of a request. Error: Invalid for what is no text.
func (r *request) posted() (*form, error) {
	f := newForm()
	if strings.HasPrefix(string(r.rc.Request.Header.ContentType()), "multipart/") {
		parts, err := r.rc.MultipartForm()
		if err != nil {
			return nil, fault.Invalidf("", "the form cannot be read; please send it again")
		}
		for name, values := range parts.Value {
			for _, v := range values {
				if err := f.take(name, v); err != nil {
					return nil, err
				}
			}
		}
	} else {
		for name, value := range r.rc.PostArgs().All() {
			if err := f.take(string(name), string(value)); err != nil {
				return nil, err
			}
		}
	}
	f.Revision, _ = strconv.ParseInt(cmp.Or(f.Value("over"), f.Value("revision")), 10, 64) // what is none finds no revision to change
	return f, nil
}

// take adds a value that was sent.
func (f *form) take(name, value string) error {
	switch {
	case !web.IsWord(name, 64) || !web.IsText(value):
		return fault.Invalidf("", "a field of the form has characters that are no text")
	case len(value) > maxField:
		return fault.Invalidf("", "the field %s of the form is longer than %d KB; go back to shorten it", label(name), maxField>>10)
	}
	f.values[name] = append(f.values[name], strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n")))
	return nil
}

// OK reports whether nothing is wrong.
func (f *form) OK() bool { return len(f.Problems) == 0 }

// Value is what stands in a field.
func (f *form) Value(name string) string {
	if v := f.values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Values are what is chosen of several.
func (f *form) Values(name string) []string { return f.values[name] }

// Has reports whether a value is chosen.
func (f *form) Has(name, value string) bool { return slices.Contains(f.values[name], value) }

func (f *form) set(name string, values ...string) { f.values[name] = values }

// Problem is what is wrong with a field, empty when nothing is.
func (f *form) Problem(name string) string {
	for _, p := range f.Problems {
		if p.Field == name {
			return p.Text
		}
	}
	return ""
}

// refuse notes what is wrong when err is a fault of the input, and returns every other error.
func (f *form) refuse(err error) error {
	if err == nil {
		return nil
	}
	e := fault.Of(err)
	if e == nil || e.Code != fault.Invalid && e.Code != fault.Conflict {
		return err
	}
	field := e.Field
	if _, file := f.values["file"]; file && slices.Contains(slices.Collect(maps.Values(pictures)), field) {
		field = "file" // which an address is made of
	}
	if _, there := f.values[field]; !there {
		if name, _, ok := strings.Cut(field, "["); ok {
			if _, there = f.values[name]; there {
				field = name
			}
		}
	}
	if f.Problem(field) == "" {
		f.Problems = append(f.Problems, problem{field, e.Message})
	}
	return nil
}

// note is refuse for errors that can only be of the input.
func (f *form) note(err error) {
	if unexpected := f.refuse(err); unexpected != nil {
		f.Problems = append(f.Problems, problem{"", unexpected.Error()})
	}
}

// check notes all that is wrong with what a form makes, so that nobody is told of one thing after the other.
func (f *form) check(v interface{ Problems() []error }) {
	for _, err := range v.Problems() {
		f.note(err)
	}
}

// number reads a whole number; empty is zero.
func (f *form) number(name string, least, most int) int {
	s := f.Value(name)
	if s == "" && least <= 0 {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		f.note(fault.Invalidf(name, "must be a whole number between %d and %d", least, most))
		return 0
	}
	return n
}

// amount reads money; empty is zero.
func (f *form) amount(name string) ads.Nano {
	s := f.Value(name)
	if s == "" {
		return 0
	}
	n, err := ads.ParseNano(name, s)
	f.note(err)
	return n
}

// clock is how browsers write a local time.
const clock = "2006-01-02T15:04"

// time reads a local time of a zone; empty is the zero time.
func (f *form) time(name string, zone *time.Location) time.Time {
	s := f.Value(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(clock, s, zone)
	if err != nil || t.Year() < 2000 || t.Year() > 2200 {
		f.note(fault.Invalidf(name, "must be a date and time such as 2026-12-31T18:00"))
		return time.Time{}
	}
	return t.UTC()
}

// words reads a list with commas or line ends between its parts.
func (f *form) words(name string) []string {
	var list []string
	for w := range strings.FieldsFuncSeq(f.Value(name), func(r rune) bool { return r == ',' || r == '\n' || r == ';' }) {
		if w = strings.TrimSpace(w); w != "" {
			list = append(list, w)
		}
	}
	return list
}

// local writes a time as a field of a form has it.
func local(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(clock)
}

// periods are those of caps, in the order of the form's fields.
var periods = [...]ads.Period{ads.PerMinute, ads.PerHour, ads.PerDay, ads.Ever}

// caps reads the fields of caps: one of each period, empty for none.
func (f *form) caps() []ads.Cap {
	var list []ads.Cap
	for _, per := range periods {
		if f.Value("caps."+string(per)) == "" {
			continue
		}
		if times := f.number("caps."+string(per), 1, 1000); times > 0 {
			list = append(list, ads.Cap{Times: times, Per: per})
		}
	}
	return list
}

func (f *form) setCaps(list []ads.Cap) {
	for _, c := range list {
		f.set("caps."+string(c.Per), strconv.Itoa(c.Times))
	}
}

// setMoney writes an amount into a field, empty for zero.
func (f *form) setMoney(name string, n ads.Nano) {
	if n != 0 {
		f.set(name, n.String())
	}
}

func (f *form) budget() ads.Budget {
	return ads.Budget{Total: f.amount("budget.total"), Daily: f.amount("budget.daily")}
}

func (f *form) flight(zone *time.Location) ads.Flight {
	return ads.Flight{Starts: f.time("flight.starts", zone), Ends: f.time("flight.ends", zone)}
}

// refused is the status of a form that was not stored: 409 when somebody else's change came before it. The form can then be saved over the revision that
// there is now.
func (f *form) refused(err error, newest int64) int {
	if errors.Is(err, store.ErrChanged) {
		f.Newest = newest
	}
	if fault.Is(err, fault.Conflict) {
		return fasthttp.StatusConflict
	}
	return fasthttp.StatusBadRequest
}
