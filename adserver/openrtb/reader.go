package openrtb

import (
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fastjson"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// maxDocument bounds what is parsed, in bytes.
const maxDocument = 256 << 10

// maxPrice bounds prices: a million of the unit for a thousand impressions.
const maxPrice = 1e6

// maxList bounds lists of words and numbers.
const maxList = 1000

var parsers fastjson.ParserPool

// readers are kept for their paths; the memory of their texts is handed on with what was read.
var readers = sync.Pool{New: func() any { return new(reader) }}

// step is a part of a path: a name, or with an empty name an index.
type step struct {
	name  string
	index int
}

// reader takes values out of a parsed document. It remembers where it is and the first thing that was wrong; after that it reads zeros. The texts that it
// hands out are copies in one piece of memory of their own.
type reader struct {
	texts strings.Builder
	path  []step
	err   *fault.Error
}

// read parses a document, has it read, and returns what was wrong.
func read(data []byte, object func(r *reader, v *fastjson.Value)) error {
	if len(data) > maxDocument {
		return fault.Invalidf("", "is larger than %d bytes", maxDocument)
	}
	p := parsers.Get()
	defer parsers.Put(p)
	v, err := p.ParseBytes(data)
	if err != nil || v.Type() != fastjson.TypeObject {
		return fault.Invalidf("", "is not a JSON object")
	}
	r, _ := readers.Get().(*reader)
	defer readers.Put(r)
	r.path, r.err, r.texts = r.path[:0], nil, strings.Builder{}
	r.texts.Grow(len(data))
	object(r, v)
	if r.err != nil {
		return r.err
	}
	return nil
}

// fail remembers what is wrong with a field of where the reader is.
func (r *reader) fail(key, what string) {
	if r.err != nil {
		return
	}
	var path strings.Builder
	for _, s := range r.path {
		switch {
		case s.name == "":
			path.WriteString("[" + strconv.Itoa(s.index) + "]")
		case path.Len() > 0:
			path.WriteString("." + s.name)
		default:
			path.WriteString(s.name)
		}
	}
	if key != "" && path.Len() > 0 {
		path.WriteByte('.')
	}
	path.WriteString(key)
	r.err = fault.Invalidf(path.String(), "%s", what)
}

// get returns a field, nil when it is absent or null.
func (r *reader) get(v *fastjson.Value, key string) *fastjson.Value {
	if r.err != nil || v == nil {
		return nil
	}
	f := v.Get(key)
	if f == nil || f.Type() == fastjson.TypeNull {
		return nil
	}
	return f
}

// enter goes into a field that is an object. Whoever gets true leaves it.
func (r *reader) enter(v *fastjson.Value, key string) (*fastjson.Value, bool) {
	f := r.get(v, key)
	if f == nil {
		return nil, false
	}
	if f.Type() != fastjson.TypeObject {
		r.fail(key, "must be an object")
		return nil, false
	}
	r.path = append(r.path, step{name: key})
	return f, true
}

func (r *reader) leave() { r.path = r.path[:len(r.path)-1] }

// array returns the elements of a field, at most so many.
func (r *reader) array(v *fastjson.Value, key string, most int) []*fastjson.Value {
	f := r.get(v, key)
	if f == nil {
		return nil
	}
	list, err := f.Array()
	switch {
	case err != nil:
		r.fail(key, "must be a list")
		return nil
	case len(list) > most:
		r.fail(key, "has more than "+strconv.Itoa(most)+" elements")
		return nil
	}
	return list
}

// each goes through the elements of a field, which must be objects.
func (r *reader) each(v *fastjson.Value, key string, most int, element func(v *fastjson.Value)) {
	list := r.array(v, key, most)
	if len(list) == 0 {
		return
	}
	r.path = append(r.path, step{name: key}, step{})
	for i, e := range list {
		r.path[len(r.path)-1].index = i
		if e.Type() != fastjson.TypeObject {
			r.fail("", "must be an object")
		}
		if r.err == nil {
			element(e)
		}
	}
	r.path = r.path[:len(r.path)-2]
}

// copied returns a text in memory of the reader's own.
func (r *reader) copied(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	from := r.texts.Len()
	r.texts.Write(b)
	return r.texts.String()[from:]
}

// text returns a field that is a text. Numbers are taken as well: some write identifiers so.
func (r *reader) text(v *fastjson.Value, key string) string {
	f := r.get(v, key)
	if f == nil {
		return ""
	}
	switch f.Type() {
	case fastjson.TypeString:
		b, _ := f.StringBytes()
		return r.copied(b)
	case fastjson.TypeNumber:
		return r.copied(f.MarshalTo(nil))
	default:
		r.fail(key, "must be text")
		return ""
	}
}

// list returns a field that is a list of texts.
func (r *reader) list(v *fastjson.Value, key string) []string {
	values := r.array(v, key, maxList)
	if len(values) == 0 {
		return nil
	}
	list := make([]string, len(values))
	for i, e := range values {
		b, err := e.StringBytes()
		if err != nil {
			r.fail(key, "must be a list of texts")
			return nil
		}
		list[i] = r.copied(b)
	}
	return list
}

// number returns a field that is a number; no number is so large that it is infinite.
func (r *reader) number(v *fastjson.Value, key string, least, most float64) float64 {
	f := r.get(v, key)
	if f == nil {
		return 0
	}
	n, err := f.Float64()
	if err != nil || math.IsNaN(n) || n < least || n > most {
		r.fail(key, "must be a number from "+strconv.FormatFloat(least, 'f', -1, 64)+" to "+strconv.FormatFloat(most, 'f', -1, 64))
		return 0
	}
	return n
}

// whole returns a field that is a whole number.
func (r *reader) whole(v *fastjson.Value, key string, least, most int) int {
	n := r.number(v, key, float64(least), float64(most))
	if n != math.Trunc(n) {
		r.fail(key, "must be a whole number")
		return 0
	}
	return int(n)
}

// wholes returns a field that is a list of small whole numbers.
func (r *reader) wholes(v *fastjson.Value, key string) []int {
	values := r.array(v, key, maxList)
	if len(values) == 0 {
		return nil
	}
	list := make([]int, len(values))
	for i, e := range values {
		n, err := e.Int()
		if err != nil || n < -1 || n > math.MaxInt16 {
			r.fail(key, "must be a list of small whole numbers")
			return nil
		}
		list[i] = n
	}
	return list
}

// price returns a field that is a price in units, as 1e-9 of the unit.
func (r *reader) price(v *fastjson.Value, key string) int64 {
	return int64(math.Round(r.number(v, key, 0, maxPrice) * 1e9))
}

// seconds returns a field that is a time in seconds, up to a year.
func (r *reader) seconds(v *fastjson.Value, key string) time.Duration {
	return time.Duration(r.whole(v, key, 0, 366*24*3600)) * time.Second
}

// flag returns a field that is 0 or 1; true and false are taken as well.
func (r *reader) flag(v *fastjson.Value, key string) Flag {
	f := r.get(v, key)
	if f == nil {
		return Unsaid
	}
	n, err := f.Int()
	switch {
	case f.Type() == fastjson.TypeTrue, err == nil && n == 1:
		return Yes
	case f.Type() == fastjson.TypeFalse, err == nil && n == 0:
		return No
	}
	r.fail(key, "must be 0 or 1")
	return Unsaid
}

func (r *reader) yes(v *fastjson.Value, key string) bool { return r.flag(v, key) == Yes }

// currency returns a field that is a currency, the given one when it is absent.
func (r *reader) currency(v *fastjson.Value, key, otherwise string) string {
	c := r.text(v, key)
	if c == "" {
		return otherwise
	}
	if !isCurrency(c) {
		r.fail(key, "must be a currency of ISO 4217")
	}
	return c
}

func isCurrency(c string) bool {
	for i := range len(c) {
		if c[i] < 'A' || c[i] > 'Z' {
			return false
		}
	}
	return len(c) == 3
}
