package web

import (
	"crypto/rand"

	"github.com/valyala/fasthttp"
)

// headerRequestID carries the id from a proxy in front and back to the client.
const headerRequestID = "X-Request-ID"

// maxRequestID bounds an id that a proxy in front of us chose.
const maxRequestID = 64

// requestID returns the id of a proxy in front, where it is one that is believed, or a new one: nobody else may choose what others' lines of the log are
// looked for by.
func (c Config) requestID(rc *fasthttp.RequestCtx) string {
	if id := string(rc.Request.Header.Peek(headerRequestID)); validRequestID(id) && trusts(c.TrustedProxies, peer(rc)) {
		return id
	}
	return rand.Text()
}

// validRequestID accepts what can be neither markup nor a line break in a log.
func validRequestID(id string) bool {
	if id == "" || len(id) > maxRequestID {
		return false
	}
	for i := range len(id) {
		c := id[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}
