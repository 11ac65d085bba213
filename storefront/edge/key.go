package edge

import (
	"slices"
	"sync"

	"github.com/valyala/fasthttp"
)

// maxKey bounds what is kept under one key: longer addresses are rendered and not kept.
const maxKey = 1024

// keys are buffers for keys, so that a hit makes none.
var keys = sync.Pool{New: func() any { return new(keyBuffer) }}

// keyBuffer is a key being made: the site, a zero byte, the path, and "?" with the allowed part of the query in order.
type keyBuffer struct {
	b     []byte
	path  int // where the path begins
	query int // where the query begins, behind the question mark if there is one
}

// fill makes the key of a request. False means that the address cannot be kept.
func (k *keyBuffer) fill(c *Cache, rc *fasthttp.RequestCtx) bool {
	site, ok := c.site(rc.Host())
	if !ok || !plain(rc.Path()) {
		return false
	}
	k.b = append(append(k.b[:0], site...), 0)
	k.path = len(k.b)
	k.b = append(k.b, rc.Path()...)
	k.query = len(k.b)
	if uri := rc.URI(); len(uri.QueryString()) > 0 {
		k.appendQuery(uri.QueryArgs(), c.query)
	}
	return len(k.b) <= maxKey
}

// plain reports whether a decoded path stands for itself in an address. Ours all do; one with a question mark
// in it would look like another path with a query.
func plain(path []byte) bool {
	for _, b := range path {
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '/', b == '-', b == '_', b == '.', b == '~':
		default:
			return false
		}
	}
	return true
}

// appendQuery adds the allowed arguments in the order of their names, and of their values where a name comes twice. Empty
// ones are left out: a form sends those that nobody filled in.
func (k *keyBuffer) appendQuery(args *fasthttp.Args, allowed []string) {
	for _, name := range allowed {
		if !args.Has(name) {
			continue
		}
		from := len(k.b)
		n := 0
		for key, value := range args.All() {
			if string(key) == name && len(value) > 0 {
				k.appendArgument(name, value)
				n++
			}
		}
		if n > 1 {
			k.sortFrom(from)
		}
	}
}

func (k *keyBuffer) appendArgument(name string, value []byte) {
	separator := byte('&')
	if len(k.b) == k.query {
		separator = '?'
	}
	k.b = append(append(append(k.b, separator), name...), '=')
	k.b = fasthttp.AppendQuotedArg(k.b, value)
	if separator == '?' {
		k.query++
	}
}

// sortFrom puts the arguments behind a place in order.
func (k *keyBuffer) sortFrom(from int) {
	list := slices.Clone(k.b[from+1:]) // without the first separator
	var parts []string
	for start, i := 0, 0; i <= len(list); i++ {
		if i == len(list) || list[i] == '&' {
			parts = append(parts, string(list[start:i]))
			start = i + 1
		}
	}
	slices.Sort(parts)
	k.b = k.b[:from+1]
	for i, p := range parts {
		if i > 0 {
			k.b = append(k.b, '&')
		}
		k.b = append(k.b, p...)
	}
}
