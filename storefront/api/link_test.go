package api_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/storefront/api"
)

var bookingLink = regexp.MustCompile(`/bookings/bkg_[0-9a-z]+\?t=([a-z2-7]+)`)

func TestRenewLink_TheTokenEndsAndTheNextIsInTheMail(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b := s.book(s.hold("stalls-A-1"))
	path := "/api/v1/bookings/" + b.ID
	p := s.pay(b)
	again := ask{method: "POST", path: path + "/link", header: map[string]string{"Booking-Token": b.Token, "Idempotency-Key": "key-of-a-link-1"}}
	var got, twice object
	first := s.do(again).must(202, &got)
	assert.Equal(t, object{"id": b.ID, "reference": b.Reference, "email": "ada@example.com"}, got, "the token is in the mail, and nowhere else")
	assert.Equal(t, "no-store", first.header.Get("Cache-Control"))
	s.do(again).must(202, &twice)
	assert.Equal(t, got, twice, "the answer was lost, and the token is over")
	s.do(ask{method: "GET", path: path, header: bearer(b.Token)}).refused(404, "booking_not_found")
	s.do(ask{method: "GET", path: "/api/v1/payments/" + p.ID, header: bearer(b.Token)}).refused(404, "payment_not_found")
	s.do(ask{method: "POST", path: path + "/link", header: bearer(b.Token)}).refused(404, "booking_not_found")

	require.NoError(t, s.Drain(t.Context()))
	mails := s.Mails.To("ada@example.com", notify.LinkRenewed)
	require.Len(t, mails, 1)
	link := bookingLink.FindStringSubmatch(mails[0].Text)
	require.NotNil(t, link)
	var opened order
	s.do(ask{method: "GET", path: path, header: bearer(link[1])}).must(200, &opened)
	assert.Equal(t, b.Reference, opened.Reference)
	assert.Equal(t, link[1], opened.Token)
}

func TestRenewLink_Refusals(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	b := s.book(s.hold("stalls-A-1"))
	path := "/api/v1/bookings/" + b.ID + "/link"
	p := s.do(ask{method: "POST", path: path, body: `{"email":"eve@example.com"}`, header: bearer(b.Token)}).refused(400, "invalid_field")
	assert.Equal(t, "email", p.Field)
	header := bearer(b.Token)
	header["Idempotency-Key"] = "two words"
	s.do(ask{method: "POST", path: path, header: header}).refused(400, "invalid_field")
	var same order
	s.do(ask{method: "GET", path: "/api/v1/bookings/" + b.ID, header: bearer(b.Token)}).must(200, &same)
}

func TestRenewWaitLink_TheTokenEndsAndTheNextIsInTheMail(t *testing.T) {
	t.Parallel()
	s, held := soldOut(t)
	path, old := s.wait("ada@example.com", 2)
	var got object
	s.do(ask{method: "POST", path: path + "/link", header: old}).must(202, &got)
	assert.Equal(t, object{"show_id": string(s.Programme.Show.ID), "email": "ada@example.com"}, got)
	s.do(ask{method: "GET", path: path, header: old}).refused(404, "waitlist_not_found")
	s.do(ask{method: "POST", path: path + "/link", header: old}).refused(404, "waitlist_not_found")
	s.do(ask{method: "POST", path: path + "/link"}).refused(401, "secret_missing")

	require.NoError(t, s.Drain(t.Context()))
	var tokens []string
	for _, m := range s.Mails.Mails() {
		tokens = append(tokens, mailed.FindStringSubmatch(m.Text)[2])
	}
	require.Len(t, tokens, 2)
	next := map[string]string{"Waitlist-Token": tokens[0]}
	if tokens[0] == old["Waitlist-Token"] {
		next["Waitlist-Token"] = tokens[1]
	}
	assert.Equal(t, 1, s.waiting(path, next).Position)
	s.do(ask{method: "DELETE", path: path, header: next}).must(200, nil)
	s.do(ask{method: "POST", path: path + "/link", header: next}).refused(409, "waitlist_ended")
	assert.NotEmpty(t, held.ID)
}
