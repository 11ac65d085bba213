package api

import (
	"encoding/json"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// refusal is a fault about how a request is sent, which HTTP has a status of its own for.
type refusal struct {
	status int
	fault  *fault.Error
}

// Error returns the fault's sentence.
func (r *refusal) Error() string { return r.fault.Error() }

// Unwrap returns the fault.
func (r *refusal) Unwrap() error { return r.fault }

// The refusals that are about HTTP alone.
var (
	errNoPath = fault.New(fault.NotFound, "no_such_path", "there is nothing at this address; /api/openapi.json lists what there is")
	errMethod = &refusal{
		fasthttp.StatusMethodNotAllowed,
		fault.New(fault.Invalid, "method_not_allowed", "this address does not take this method; the Allow header lists those it does"),
	}
	errTooLarge = &refusal{
		fasthttp.StatusRequestEntityTooLarge,
		fault.New(fault.Invalid, "body_too_large", "the body must have at most 64 KiB"),
	}
	errMediaType = &refusal{
		fasthttp.StatusUnsupportedMediaType,
		fault.New(fault.Invalid, "unsupported_media_type", "the body must be sent as Content-Type: application/json, without Content-Encoding"),
	}
)

// write answers with the problem and its status.
func (r *refusal) write(rc *fasthttp.RequestCtx) {
	p := web.ProblemOf(r.fault)
	p.Status, p.RequestID = r.status, web.RequestID(rc)
	body, err := json.Marshal(p)
	if err != nil {
		web.WriteProblem(rc, err)
		return
	}
	rc.SetStatusCode(r.status)
	rc.SetContentType("application/problem+json")
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	rc.SetBody(body)
}
