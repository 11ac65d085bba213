// Package fault gives every error of the SDK a code, a sentence that may be
// shown to a customer and, for bad input, the name of the field.
//
// A sentinel is a *Error made once with New and compared with errors.Is:
//
//	var ErrTaken = fault.New(fault.Conflict, "seat_taken", "one of these seats has just been taken")
//
// Callers switch on CodeOf(err); an error that carries no code is Internal and
// its text is never shown.
package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of failure happened and so what a caller can do about it.
type Code string

// The codes. Each maps to one HTTP status at the edge.
const (
	Invalid         Code = "invalid"         // the input is wrong; Field names it
	NotFound        Code = "not_found"       // the thing asked for does not exist
	Conflict        Code = "conflict"        // the state of the thing forbids it now
	Expired         Code = "expired"         // it was possible, but the time for it has passed
	Unauthenticated Code = "unauthenticated" // who asks is not known
	Forbidden       Code = "forbidden"       // who asks may not
	RateLimited     Code = "rate_limited"    // too many requests; try later
	Unavailable     Code = "unavailable"     // a part we need does not answer; try again
	Internal        Code = "internal"        // a fault of ours
)

// Valid reports whether c is one of the codes of this package.
func (c Code) Valid() bool {
	switch c {
	case Invalid, NotFound, Conflict, Expired, Unauthenticated, Forbidden, RateLimited, Unavailable, Internal:
		return true
	}
	return false
}

// Error is an error with a code and a sentence that is safe to show.
type Error struct {
	Code    Code
	Reason  string // stable word for programs, snake case: "seat_taken"
	Field   string // path of the input at fault: "items[2].seat"; empty when none
	Message string // one sentence without a full stop, safe to show to a customer
}

// New returns an error to be used as a sentinel.
func New(code Code, reason, message string) *Error {
	return &Error{Code: code, Reason: reason, Message: message}
}

// Invalidf returns an Invalid error about the named input field.
func Invalidf(field, format string, args ...any) *Error {
	return &Error{Code: Invalid, Reason: "invalid_field", Field: field, Message: fmt.Sprintf(format, args...)}
}

// NotFoundf returns a NotFound error with the given sentence.
func NotFoundf(format string, args ...any) *Error {
	return &Error{Code: NotFound, Reason: "not_found", Message: fmt.Sprintf(format, args...)}
}

// Error returns the field, when there is one, and the message.
func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// In returns a copy of e whose field is inside the named outer field, so that a
// rule deep in a list can name the whole path: In("lines[3]") turns "rate" into
// "lines[3].rate".
func (e *Error) In(outer string) *Error {
	inner := *e
	switch {
	case e.Field == "":
		inner.Field = outer
	case e.Field[0] == '[':
		inner.Field = outer + e.Field
	default:
		inner.Field = outer + "." + e.Field
	}
	return &inner
}

// Of returns the *Error that err wraps, or nil when it wraps none.
func Of(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return nil
}

// CodeOf returns the code of the *Error that err wraps, Internal when it wraps
// none, and the empty code for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e := Of(err); e != nil {
		return e.Code
	}
	return Internal
}

// Is reports whether err carries the given code.
func Is(err error, code Code) bool { return err != nil && CodeOf(err) == code }
