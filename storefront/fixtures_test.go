package storefront_test

import (
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
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

// requestTo is a GET as a handler sees it.
func requestTo(path string) *fasthttp.RequestCtx {
	var rc fasthttp.RequestCtx
	rc.Request.SetRequestURI(path)
	return &rc
}
