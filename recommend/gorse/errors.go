package gorse

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// ErrDown is returned without asking the server, because it has failed often of late. It is a fault.Unavailable.
var ErrDown = fault.New(fault.Unavailable, "recommendations_down", "recommendations are not to be had right now")

// ErrTooOld is returned for a server of v0.4, in which the same calls mean other things. It is a fault.Unavailable.
var ErrTooOld = fault.New(fault.Unavailable, "recommendations_too_old",
	"the Gorse server is of version 0.4, which adds up feedback otherwise and has no named lists; run v0.5.11")

// errAway, errNonsense and errRefused are what the errors of a server mean to a caller.
var (
	errAway     = fault.New(fault.Unavailable, "recommendations_away", "recommendations are not to be had right now")
	errNonsense = fault.New(fault.Unavailable, "recommendations_unreadable", "recommendations are not to be had right now")
	errRefused  = fault.New(fault.Invalid, "recommendations_refused", "the recommendation server cannot keep this")
	errUnknown  = fault.New(fault.NotFound, "not_found", "the recommendation server does not know this")
)

// Error is an answer of the server that is no success. It wraps the fault that it means: NotFound, Invalid for what the server will
// never take, and Unavailable for the rest, wrong keys and addresses included.
type Error struct {
	Status int    // of HTTP
	Text   string // what the server said, shortened; it is for operators
}

// Error returns the status and what the server said.
func (e *Error) Error() string {
	if e.Text == "" {
		return fmt.Sprintf("gorse answered %d", e.Status)
	}
	return fmt.Sprintf("gorse answered %d: %s", e.Status, e.Text)
}

// Unwrap returns the fault.
func (e *Error) Unwrap() error {
	switch e.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return errRefused
	case http.StatusNotFound:
		return errUnknown
	case http.StatusInternalServerError: // which Gorse answers to what it could not read or find, too
		if strings.HasPrefix(e.Text, "illegal base64 data") {
			return errRefused
		}
		if strings.HasSuffix(e.Text, "not found") {
			return errUnknown
		}
	}
	return errAway
}

// ailing reports whether the error says that the server itself is not well, which counts for the circuit.
func ailing(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, ErrTooOld) {
		return false
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Status >= 500 && fault.Is(e, fault.Unavailable)
	}
	return fault.CodeOf(err) == fault.Unavailable || fault.CodeOf(err) == fault.Internal
}

// worthAnother reports whether a further try may succeed at once.
func worthAnother(err error) bool {
	if e, ok := errors.AsType[*Error](err); ok {
		switch e.Status {
		case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	}
	return errors.Is(err, errAway)
}

// Refused reports whether the server, or the check before it, will never take what was sent: sending it again is of no use. A wrong
// key or a wrong address is not that.
func Refused(err error) bool { return fault.Is(err, fault.Invalid) }

// said translates what the circuit and the further tries say by themselves.
func said(err error) error {
	switch {
	case errors.Is(err, circuitbreaker.ErrOpen):
		return ErrDown
	case errors.Is(err, context.DeadlineExceeded) && !fault.Is(err, fault.Unavailable):
		return away(err)
	}
	return err
}
