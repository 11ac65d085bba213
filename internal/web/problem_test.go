package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

func TestStatus_EveryCodeHasOne(t *testing.T) {
	t.Parallel()
	for code, want := range map[fault.Code]int{
		fault.Invalid: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409,
		fault.Expired: 410, fault.RateLimited: 429, fault.Internal: 500, fault.Unavailable: 503, "new": 500,
	} {
		assert.Equal(t, want, web.Status(code), code)
	}
}

func TestProblemOf_TellsWhatMayBeTold(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("hold seats: %w", fault.Invalidf("seats[1]", "there is no such seat").In("request"))
	assert.Equal(t, web.Problem{
		Type: "urn:marquee:problem:invalid_field", Title: "The request is not valid", Status: 400,
		Detail: "there is no such seat", Code: fault.Invalid, Reason: "invalid_field", Field: "request.seats[1]",
	}, web.ProblemOf(err))
}

func TestProblemOf_KeepsInternalsToItself(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		errors.New("password of the database is 1234"),
		fault.New(fault.Internal, "inconsistent", "seat 17 of pq://secret"),
	} {
		p := web.ProblemOf(err)
		assert.Equal(t, 500, p.Status)
		assert.Equal(t, "internal", p.Reason)
		assert.NotContains(t, fmt.Sprint(p), "1234")
		assert.NotContains(t, fmt.Sprint(p), "secret")
	}
}

func TestProblemOf_ADeadlineIsNoFaultOfTheRequest(t *testing.T) {
	t.Parallel()
	p := web.ProblemOf(fmt.Errorf("wait for judgement: %w", context.DeadlineExceeded))
	assert.Equal(t, fault.Unavailable, p.Code)
	assert.Equal(t, "timeout", p.Reason)
}

// takenError is an error of a program that knows seats. That *bms.SeatsError is one, the storefront's tests show.
type takenError struct{ error }

func (takenError) SeatNames() (atFault, instead []string) {
	return []string{"a-1"}, []string{"a-2", "a-3"}
}

func (e takenError) Unwrap() error { return e.error }

func TestProblemOf_NamesTheSeats(t *testing.T) {
	t.Parallel()
	refused := fault.New(fault.Conflict, "single_seat_left", "one seat would be left alone")
	p := web.ProblemOf(fmt.Errorf("hold: %w", takenError{refused}))
	assert.Nil(t, web.ProblemOf(refused).Seats)
	assert.Equal(t, "single_seat_left", p.Reason)
	assert.Equal(t, []string{"a-1"}, p.Seats)
	assert.Equal(t, []string{"a-2", "a-3"}, p.Alternative)
}

func TestProblemOf_EveryCodeHasATitle(t *testing.T) {
	t.Parallel()
	seen := map[string]fault.Code{}
	for _, code := range []fault.Code{
		fault.Invalid, fault.Unauthenticated, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Expired, fault.RateLimited, fault.Unavailable,
	} {
		title := web.ProblemOf(fault.New(code, "reason", "a sentence")).Title
		require.NotEmpty(t, title)
		assert.Empty(t, seen[title], "%s has the title of %s", code, seen[title])
		seen[title] = code
	}
}

func TestWriteProblem_IsAProblemDocument(t *testing.T) {
	t.Parallel()
	var rc fasthttp.RequestCtx
	rc.SetBodyString("half a page")
	web.WriteProblem(&rc, fault.New(fault.RateLimited, "slow_down", "please wait a moment"))
	assert.Equal(t, 429, rc.Response.StatusCode())
	assert.Equal(t, "application/problem+json", string(rc.Response.Header.ContentType()))
	assert.Equal(t, "no-store", string(rc.Response.Header.Peek("Cache-Control")))
	assert.Equal(t, "1", string(rc.Response.Header.Peek("Retry-After")))
	var members map[string]any
	require.NoError(t, json.Unmarshal(rc.Response.Body(), &members))
	assert.Equal(t, map[string]any{
		"type": "urn:marquee:problem:slow_down", "title": "Too many requests", "status": float64(429),
		"detail": "please wait a moment", "code": "rate_limited", "reason": "slow_down",
	}, members, "members without a value are left out")
}

func TestWriteProblem_OnlyWaitingHelpsIsSaidOnlyThen(t *testing.T) {
	t.Parallel()
	var rc fasthttp.RequestCtx
	web.WriteProblem(&rc, fault.New(fault.Conflict, "seat_taken", "somebody was faster"))
	assert.Equal(t, 409, rc.Response.StatusCode())
	assert.Empty(t, rc.Response.Header.Peek("Retry-After"))
}
