package storefront_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/internal/web"
)

// tenPercent is a voucher of a shop's partner: TEN-OFF.
func tenPercent(s *shop) pricing.Voucher {
	return pricing.Voucher{
		ID: pricing.NewVoucherID(s.Now()), PartnerID: string(s.Programme.Partner.ID), Code: "TEN-OFF", Kind: pricing.PercentOff,
		Scope: pricing.EachTicket, Percent: 100_000, Version: 1,
	}
}

// freeEntry makes tickets cost nothing: GUEST-LIST.
func freeEntry(s *shop) pricing.Voucher {
	return pricing.Voucher{
		ID: pricing.NewVoucherID(s.Now()), PartnerID: string(s.Programme.Partner.ID), Code: "GUEST-LIST", Kind: pricing.PercentOff,
		Scope: pricing.EachTicket, Percent: money.Whole, Version: 1,
	}
}

// withoutFees is the shop's price list, next version.
func withoutFees(s *shop) pricing.PriceList {
	list := s.Programme.Prices
	list.Fees, list.Version = nil, list.Version+1
	return list
}

// serveAs is the shop's handler for browsers that reach it at an address.
func (s *shop) serveAs(t *testing.T, base string) fasthttp.RequestHandler {
	t.Helper()
	server, err := web.New(s.server.Handler, web.Config{BaseURL: base, Fail: s.server.Fail})
	require.NoError(t, err)
	return server.Handler()
}

// requestTo is a GET as a handler sees it.
func requestTo(path string) *fasthttp.RequestCtx {
	var rc fasthttp.RequestCtx
	rc.Request.SetRequestURI(path)
	return &rc
}
