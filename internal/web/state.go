package web

import (
	"context"
	"crypto/rand"
	"net/netip"

	"github.com/valyala/fasthttp"
)

// stateKey is the user value under which a Server keeps a request's state.
const stateKey = "marquee.state"

// state is what a Server knows about a request.
type state struct {
	id     string
	ctx    context.Context //nolint:containedctx // it lives as long as the request, as that of net/http.Request does
	secure bool
	client netip.Addr
}

func stateOf(rc *fasthttp.RequestCtx) state {
	s, _ := rc.UserValue(stateKey).(state)
	return s
}

// Context returns the context of a request: it ends at the server's deadline
// for requests, when the handler returns, and when the server gives up draining. Work that outlives
// the handler needs a context of its own. Outside a Server it never ends.
func Context(rc *fasthttp.RequestCtx) context.Context {
	if ctx := stateOf(rc).ctx; ctx != nil {
		return ctx
	}
	return context.Background()
}

// RequestID returns the id under which a request is logged, empty outside a Server.
func RequestID(rc *fasthttp.RequestCtx) string { return stateOf(rc).id }

// Secure reports whether the client came over HTTPS, be it to a proxy in front.
func Secure(rc *fasthttp.RequestCtx) bool { return rc.IsTLS() || stateOf(rc).secure }

// Detach gives a request that the program makes itself, outside a Server, what a Server gives to those of
// others: the context that Context returns, an id, and the headers of every answer but that of the id.
func Detach(ctx context.Context, rc *fasthttp.RequestCtx, secure bool) {
	st := state{ctx: ctx, secure: secure}
	secureHeaders(rc, st)
	st.id = rand.Text()
	rc.SetUserValue(stateKey, st)
}
