package web

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Status returns the HTTP status of an error code. This is the one table from
// fault.Code to HTTP; a code that is not known is a fault of ours.
func Status(code fault.Code) int {
	switch code {
	case fault.Invalid:
		return fasthttp.StatusBadRequest
	case fault.Unauthenticated:
		return fasthttp.StatusUnauthorized
	case fault.Forbidden:
		return fasthttp.StatusForbidden
	case fault.NotFound:
		return fasthttp.StatusNotFound
	case fault.Conflict:
		return fasthttp.StatusConflict
	case fault.Expired:
		return fasthttp.StatusGone
	case fault.RateLimited:
		return fasthttp.StatusTooManyRequests
	case fault.Unavailable:
		return fasthttp.StatusServiceUnavailable
	case fault.Internal:
		return fasthttp.StatusInternalServerError
	}
	return fasthttp.StatusInternalServerError
}

// StatusError is a fault about how a request is sent, for which HTTP has a status of its own.
type StatusError struct {
	Status int
	Fault  *fault.Error
}

// Error returns the fault's sentence.
func (e *StatusError) Error() string { return e.Fault.Error() }

// Unwrap returns the fault.
func (e *StatusError) Unwrap() error { return e.Fault }

// Problem is an error as clients get it: RFC 9457 problem details with members of our own.
type Problem struct {
	Type      string     `json:"type"`             // URN of the reason: "urn:marquee:problem:seat_taken"
	Title     string     `json:"title"`            // the same for every problem of one code
	Status    int        `json:"status"`           // HTTP status
	Detail    string     `json:"detail,omitempty"` // a sentence that may be shown to a customer
	Code      fault.Code `json:"code"`             // kind of failure
	Reason    string     `json:"reason,omitempty"` // stable word for programs
	Field     string     `json:"field,omitempty"`  // path of the input at fault
	RequestID string     `json:"request_id,omitempty"`

	Seats       []string `json:"seats,omitempty"`       // names of the seats at fault
	Alternative []string `json:"alternative,omitempty"` // names of seats that can be had instead
}

// seatsError is an error that is about certain seats, as *bms.SeatsError is.
type seatsError interface {
	error

	// SeatNames returns the seats at fault and those that can be had instead. Both may be empty.
	SeatNames() (atFault, instead []string)
}

// ProblemOf describes err. The text of an error without a code is not shown.
func ProblemOf(err error) Problem {
	f := faultOf(err)
	p := Problem{
		Type: "urn:marquee:problem:" + f.Reason, Title: title(f.Code), Status: Status(f.Code),
		Detail: f.Message, Code: f.Code, Reason: f.Reason, Field: f.Field,
	}
	if own, ok := errors.AsType[*StatusError](err); ok {
		p.Status = own.Status
	}
	if seats, ok := errors.AsType[seatsError](err); ok {
		p.Seats, p.Alternative = seats.SeatNames()
	}
	return p
}

// faultOf is err as it may be shown: never nil, and without a word about what is internal.
func faultOf(err error) *fault.Error {
	f := fault.Of(err)
	switch {
	case f != nil && f.Code != fault.Internal:
		return f
	case errors.Is(err, context.DeadlineExceeded):
		return errTooLong
	}
	return errInternal
}

var (
	errInternal = fault.New(fault.Internal, "internal", "something went wrong on our side; please try again")
	errTooLong  = fault.New(fault.Unavailable, "timeout", "this took too long; please try again in a moment")
)

// title is the summary of a code.
func title(code fault.Code) string {
	switch code {
	case fault.Invalid:
		return "The request is not valid"
	case fault.Unauthenticated:
		return "Who asks is not known"
	case fault.Forbidden:
		return "This is not allowed"
	case fault.NotFound:
		return "Not found"
	case fault.Conflict:
		return "Not possible in the present state"
	case fault.Expired:
		return "The time for this has passed"
	case fault.RateLimited:
		return "Too many requests"
	case fault.Unavailable:
		return "Not available at the moment"
	case fault.Internal:
		return "Internal error"
	}
	return "Internal error"
}

// WriteProblem answers with err as application/problem+json (RFC 9457).
func WriteProblem(rc *fasthttp.RequestCtx, err error) {
	p := ProblemOf(err)
	p.RequestID = RequestID(rc)
	body, marshalErr := json.Marshal(p)
	if marshalErr != nil {
		rc.Error("internal error", fasthttp.StatusInternalServerError)
		return
	}
	rc.Response.ResetBody()
	rc.SetStatusCode(p.Status)
	rc.SetContentType("application/problem+json")
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	SetRetryAfter(rc, err)
	rc.SetBody(body)
}
