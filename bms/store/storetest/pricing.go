package storetest

import (
	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

var pricingTests = map[string]func(*suite){
	"Pricing_PriceListRoundTrip": testPriceList,
	"Pricing_TaxTableRoundTrip":  testTaxTable,
	"Pricing_PolicyRoundTrip":    testPolicy,
	"Pricing_VoucherRoundTrip":   testVoucher,
	"Pricing_VoucherCodes":       testVoucherCodes,
}

// The stored version counts the changes from 1, whatever the list says.
func testPriceList(s *suite) {
	s.programme()
	l := full[pricing.PriceList]()
	l.PartnerID = string(partnerID)
	get := func(tx store.Tx) (pricing.PriceList, error) { return tx.PriceList(s.Context(), l.ID) }
	missing(s, get)
	for version := 1; version <= 3; version++ {
		s.must(func(tx store.Tx) error { return tx.PutPriceList(s.Context(), l) })
		want := l
		want.Version = version
		assert.Equal(s, want, read(s, get))
	}
	bare := pricing.PriceList{ID: listID, PartnerID: string(partnerID), Version: 1}
	assert.Equal(s, bare, read(s, func(tx store.Tx) (pricing.PriceList, error) { return tx.PriceList(s.Context(), listID) }))
}

func testTaxTable(s *suite) {
	table := full[pricing.TaxTable]()
	cycle(s, table, pricing.TaxTable{ID: table.ID},
		func(tx store.Tx, v pricing.TaxTable) error { return tx.PutTaxTable(s.Context(), v) },
		func(tx store.Tx) (pricing.TaxTable, error) { return tx.TaxTable(s.Context(), table.ID) })
}

func testPolicy(s *suite) {
	s.programme()
	cycle(s, full[booking.Policy](), booking.Policy{},
		func(tx store.Tx, p booking.Policy) error { return tx.PutPolicy(s.Context(), "pol_1", partnerID, p) },
		func(tx store.Tx) (booking.Policy, error) { return tx.Policy(s.Context(), "pol_1") })
}

// voucher returns one of the programme's partner.
func voucher(id pricing.VoucherID, code string) pricing.Voucher {
	return pricing.Voucher{ID: id, PartnerID: string(partnerID), Code: code}
}

func testVoucher(s *suite) {
	s.programme()
	v, bare := full[pricing.Voucher](), voucher("", "SUMMER 26")
	v.PartnerID, v.Code, bare.ID = string(partnerID), "summer-26", v.ID
	cycle(s, v, bare,
		func(tx store.Tx, v pricing.Voucher) error { return tx.PutVoucher(s.Context(), v) },
		func(tx store.Tx) (pricing.Voucher, error) { return tx.VoucherByCode(s.Context(), partnerID, v.Key()) })
}

// A code belongs to one voucher of a partner; other partners have codes of their own.
func testVoucherCodes(s *suite) {
	s.programme()
	put := func(v pricing.Voucher) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.PutVoucher(s.Context(), v) }
	}
	byCode := func(partner string, v pricing.Voucher) (pricing.Voucher, error) {
		return look(s, func(tx store.Tx) (pricing.Voucher, error) {
			return tx.VoucherByCode(s.Context(), partnerID, v.Key())
		})
	}
	first, same := voucher("vch_1", "SUMMER"), voucher("vch_2", "summer")
	s.must(put(first))
	s.refused(store.ErrDuplicate, put(same))
	s.must(func(tx store.Tx) error { return tx.PutPartner(s.Context(), partner("ptn_2")) })
	same.PartnerID = "ptn_2"
	s.must(put(same))
	got, err := byCode("ptn_1", first)
	assert.NoError(s, err)
	assert.Equal(s, first, got)

	moved := first
	moved.Code = "WINTER"
	s.must(put(moved))
	_, err = byCode("ptn_1", first)
	assert.ErrorIs(s, err, store.ErrNotFound, "the old code is free")
	s.must(put(voucher("vch_3", "SUMMER")))
}
