package api_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/storefront/api"
)

// sold sells seats and returns the booking and its codes.
func (s *shop) sold(names ...string) (order, []string) {
	s.t.Helper()
	b := s.book(s.hold(names...))
	s.choose(s.pay(b), sandbox.Choice{Outcome: sandbox.Pay})
	return b, s.codes(b)
}

func TestGate_SaysNoAndWhy(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	show, other := string(s.Programme.Show.ID), string(s.shows(1, nil)[0].ID)
	b, codes := s.sold("stalls-A-1", "stalls-A-2")
	assert.Equal(t, "too_early", s.gate("check", object{"show_id": show, "code": codes[0]}).Reason)
	s.do(ask{method: "POST", path: "/api/v1/bookings/" + b.ID + "/cancellation", header: bearer(b.Token), body: object{"tickets": []string{b.Tickets[1].ID}}}).must(200, nil)
	s.Clock.Advance(47 * time.Hour)
	forged := []byte(codes[0])
	forged[100] = '0'
	if string(forged) == codes[0] {
		forged[100] = '1'
	}
	for code, reason := range map[string]string{
		"":             "no_ticket_code",
		"hello":        "no_ticket_code",
		string(forged): "forged_ticket",
		codes[1]:       "ticket_cancelled",
	} {
		for _, verb := range []string{"check", "use"} {
			v := s.gate(verb, object{"show_id": show, "code": code})
			assert.False(t, v.Admits)
			assert.Equal(t, reason, v.Reason, "%s %q", verb, code)
			assert.NotEmpty(t, v.Message)
		}
	}
	assert.Equal(t, "other_show", s.gate("check", object{"show_id": other, "code": codes[0]}).Reason)
	good := s.gate("check", object{"show_id": show, "code": " " + codes[0] + "\n"})
	assert.True(t, good.Admits)
	assert.Equal(t, "valid", good.Ticket.Status, "checking uses nothing up")
	s.Clock.Advance(30 * time.Hour)
	assert.Equal(t, "ticket_over", s.gate("use", object{"show_id": show, "code": codes[0]}).Reason)
}

func TestGate_UseRepeatedWithItsKeyLetsInOnce(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	_, codes := s.sold("stalls-A-1")
	s.Clock.Advance(47 * time.Hour)
	a := ask{method: "POST", path: "/api/v1/tickets/use", body: object{"show_id": s.Programme.Show.ID, "code": codes[0]}, header: bearer(gateToken)}
	a.header["Idempotency-Key"] = "scan-1"
	for range 2 {
		var v verdict
		s.do(a).must(200, &v)
		assert.True(t, v.Admits, "the answer that was lost is given again")
		assert.Equal(t, "used", v.Ticket.Status)
	}
}

func TestGate_OnlyForGates(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	body := object{"show_id": s.Programme.Show.ID, "code": "x"}
	for _, verb := range []string{"check", "use"} {
		a := ask{method: "POST", path: "/api/v1/tickets/" + verb, body: body}
		s.do(a).refused(401, "not_a_gate")
		a.header = bearer(gateToken + "x")
		s.do(a).refused(401, "not_a_gate")
		a.header = bearer(gateToken)
		a.body = object{"code": "x"}
		assert.Equal(t, "show_id", s.do(a).refused(400, "invalid_field").Field)
		a.body = object{"show_id": "x", "code": long(279)}
		assert.Equal(t, "code", s.do(a).refused(400, "invalid_field").Field)
		a.body = object{"show_id": "x", "gate": "north"}
		assert.Equal(t, "gate", s.do(a).refused(400, "invalid_field").Field)
	}
	closed, err := api.New(s.Client, api.Config{})
	require.NoError(t, err)
	s.http = serve(t, closed)
	s.do(ask{method: "POST", path: "/api/v1/tickets/use", body: body, header: bearer(gateToken)}).refused(403, "gate_closed")
}

func TestKeys_VerifyCodesOffline(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	_, codes := s.sold("stalls-A-1")
	var keys struct {
		Items []struct {
			ID  booking.KeyID
			Key string
		}
	}
	s.get("/api/v1/tickets/keys").must(200, &keys)
	public := map[booking.KeyID]ed25519.PublicKey{}
	for _, k := range keys.Items {
		raw, err := base64.StdEncoding.DecodeString(k.Key)
		require.NoError(t, err)
		public[k.ID] = raw
	}
	verifier, err := booking.NewVerifier(public)
	require.NoError(t, err)
	claims, err := verifier.Verify(codes[0])
	require.NoError(t, err)
	assert.Equal(t, string(s.Programme.Show.ID), claims.ShowID)
}

func TestGateways_Named(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	var names struct{ Items []string }
	s.get("/api/v1/gateways").must(200, &names)
	assert.Equal(t, []string{"sandbox"}, names.Items)
}

func TestGate_StrangersAreSlowedDownAndGatesAreNot(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	body := object{"show_id": s.Programme.Show.ID, "code": "x"}
	stranger := ask{method: "POST", path: "/api/v1/tickets/check", body: body, header: bearer(gateToken + "x")}
	for range 10 {
		s.do(stranger).refused(401, "not_a_gate")
	}
	refused := s.do(stranger)
	refused.refused(429, "too_many_tries")
	assert.Equal(t, "6", refused.header.Get("Retry-After"))
	assert.Equal(t, "no_ticket_code", s.gate("check", body).Reason, "the gate at the same address goes on")
}

func TestGate_AScannerThatIsStuckIsSlowedDown(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	a := ask{method: "POST", path: "/api/v1/tickets/use", body: object{"show_id": s.Programme.Show.ID, "code": "stuck"}, header: bearer(gateToken)}
	for range 10 {
		s.do(a).must(200, nil)
	}
	s.do(a).refused(429, "too_many_tries")
	assert.Equal(t, "no_ticket_code", s.gate("use", object{"show_id": s.Programme.Show.ID, "code": "another"}).Reason)
	s.Clock.Advance(time.Second)
	s.do(a).must(200, nil)
}
