package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/api"
)

func TestHolds_OneAddressCannotTakeAShow(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	visitors := 0
	try := func() answer {
		visitors++
		return s.do(ask{
			method: "POST", path: "/api/v1/holds", header: map[string]string{"Visitor-Id": "visitor-" + itoa(int64(visitors))},
			body: object{"show_id": s.Programme.Show.ID, "seats": []object{{"seat": "no-such-seat"}}},
		})
	}
	for range 20 {
		try().refused(400, "invalid_field")
	}
	refused := try()
	refused.refused(429, "too_many_tries")
	assert.Equal(t, "3", refused.header.Get("Retry-After"))
	s.Clock.Advance(3 * time.Second)
	try().refused(400, "invalid_field")
}

func TestHolds_AVisitorHasFewAtATime(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	hold := func(seat string) answer {
		return s.do(ask{method: "POST", path: "/api/v1/holds", body: object{"show_id": s.Programme.Show.ID, "seats": []object{{"seat": seat}}}})
	}
	var last struct{ ID, Secret string }
	seats := []string{
		"stalls-A-1", "stalls-A-2", "stalls-A-3", "stalls-A-4", "stalls-A-5", "stalls-B-1", "stalls-B-2", "stalls-B-3", "stalls-B-4", "stalls-B-5",
	}
	for _, seat := range seats {
		hold(seat).must(201, &last)
	}
	refused := hold("stalls-B-6")
	refused.refused(429, "too_many_holds")
	assert.Equal(t, "480", refused.header.Get("Retry-After"), "when the first ends")
	s.do(ask{method: "DELETE", path: "/api/v1/holds/" + last.ID, header: bearer(last.Secret)}).must(200, nil)
	hold("stalls-B-6").must(201, nil)
}

func TestVouchers_WhoGuessesHasToWait(t *testing.T) {
	t.Parallel()
	s := open(t, api.Config{})
	v := halfOff(s.Programme.Partner.ID)
	require.NoError(t, s.Prices.PutVoucher(t.Context(), v))
	h := s.hold("stalls-A-1")
	apply := func(code string) answer {
		return s.do(ask{method: "POST", path: "/api/v1/holds/" + h.ID + "/vouchers", header: bearer(h.Secret), body: object{"code": code}})
	}
	with := func(code string) answer {
		return s.do(ask{
			method: "POST", path: "/api/v1/holds",
			body: object{"show_id": s.Programme.Show.ID, "seats": []object{{"seat": "stalls-A-3"}}, "vouchers": []string{code}},
		})
	}
	for n := range int64(5) {
		apply("GUESS-"+itoa(n)).refused(404, "voucher_not_found")
		with("GUESS-"+itoa(n)).refused(404, "voucher_not_found")
	}
	for _, refused := range []answer{apply(v.Code), with(v.Code)} {
		refused.refused(429, "too_many_tries")
		assert.Equal(t, "10", refused.header.Get("Retry-After"))
	}
	s.Clock.Advance(10 * time.Second)
	apply(v.Code).must(200, nil)
	apply(v.Code).must(200, nil)
	apply("GUESS-X").refused(404, "voucher_not_found")
	apply("GUESS-Y").refused(429, "too_many_tries")
}
