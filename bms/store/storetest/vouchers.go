package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

var voucherTests = map[string]func(*suite){
	"Vouchers_CountsPaidAndLiving":  testVoucherUses,
	"Vouchers_CountsByBuyer":        testVoucherBuyers,
	"Vouchers_PutAgain":             testVoucherPutAgain,
	"Vouchers_Drop":                 testVoucherDrop,
	"Vouchers_Extend":               testVoucherExtend,
	"Vouchers_Settle":               testVoucherSettle,
	"Vouchers_LockUnknown":          testVoucherLockUnknown,
	"Vouchers_LockSerialises":       testVoucherLock,
	"Vouchers_LockLeavesItAsItWas":  testVoucherLockLeaves,
	"Vouchers_UseOfUnknownRefused":  testVoucherUseUnknown,
	"Vouchers_PaidAreForTheAuditor": testPaidVouchers,
}

// vouchers stores the programme with two vouchers.
func (s *suite) vouchers() {
	s.programme()
	s.must(func(tx store.Tx) error {
		return firstOf(tx.PutVoucher(s.Context(), voucher("vch_1", "ONE")), tx.PutVoucher(s.Context(), voucher("vch_2", "TWO")))
	})
}

func (s *suite) use(uses ...store.VoucherUse) {
	s.Helper()
	s.must(func(tx store.Tx) error {
		for _, u := range uses {
			if err := tx.PutVoucherUse(s.Context(), u); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *suite) uses(buyer, except string, at time.Time) store.VoucherUses {
	s.Helper()
	return read(s, func(tx store.Tx) (store.VoucherUses, error) {
		return tx.VoucherUses(s.Context(), "vch_1", buyer, except, at)
	})
}

func use(hold, buyer string, until time.Duration) store.VoucherUse {
	return store.VoucherUse{Voucher: "vch_1", HoldID: hold, Buyer: buyer, Tickets: 2, Until: start.Add(until)}
}

func testVoucherUses(s *suite) {
	s.vouchers()
	assert.Zero(s, s.uses("", "", start))
	sold, other := use("hld_sold", "ann", 0), use("hld_other", "ann", time.Hour)
	sold.Paid, sold.Until, other.Voucher = true, time.Time{}, "vch_2"
	s.use(use("hld_1", "ann", time.Minute), use("hld_2", "bob", 2*time.Minute), sold, other)
	for after, want := range map[time.Duration]int{0: 3, time.Minute: 3, time.Minute + time.Microsecond: 2, 2 * time.Minute: 2, time.Hour: 1} {
		assert.Equal(s, want, s.uses("", "", start.Add(after)).Total, "after %s", after)
	}
	assert.Equal(s, 2, s.uses("", "hld_1", start).Total, "a hold does not count against itself")
	assert.Equal(s, 2, s.uses("", "hld_sold", start).Total)
}

func testVoucherBuyers(s *suite) {
	s.vouchers()
	s.use(use("hld_1", "ann", time.Minute), use("hld_2", "ann", time.Minute), use("hld_3", "bob", time.Minute), use("hld_4", "", time.Minute))
	assert.Equal(s, store.VoucherUses{Total: 4, ByBuyer: 2}, s.uses("ann", "", start))
	assert.Equal(s, store.VoucherUses{Total: 3, ByBuyer: 1}, s.uses("ann", "hld_1", start))
	assert.Equal(s, store.VoucherUses{Total: 4}, s.uses("", "", start), "nobody in particular is no buyer")
	assert.Equal(s, store.VoucherUses{}, s.uses("ann", "", start.Add(time.Hour)))
}

func testVoucherPutAgain(s *suite) {
	s.vouchers()
	s.use(use("hld_1", "ann", time.Minute), use("hld_1", "ann", time.Hour))
	assert.Equal(s, store.VoucherUses{Total: 1, ByBuyer: 1}, s.uses("ann", "", start.Add(30*time.Minute)))
	s.must(func(tx store.Tx) error { return tx.SettleVoucherUses(s.Context(), "hld_1") })
	s.use(use("hld_1", "ann", time.Minute))
	assert.Equal(s, 1, s.uses("ann", "", start.Add(48*time.Hour)).Total, "what is paid stays paid")
}

func testVoucherDrop(s *suite) {
	s.vouchers()
	other := use("hld_1", "ann", time.Minute)
	other.Voucher = "vch_2"
	s.use(use("hld_1", "ann", time.Minute), use("hld_2", "ann", time.Minute), other)
	drop := func(hold string) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.DropVoucherUse(s.Context(), "vch_1", hold) }
	}
	s.must(drop("hld_1"))
	s.must(drop("hld_none"))
	assert.Equal(s, 1, s.uses("ann", "", start).Total)
	two := read(s, func(tx store.Tx) (store.VoucherUses, error) {
		return tx.VoucherUses(s.Context(), "vch_2", "", "", start)
	})
	assert.Equal(s, 1, two.Total, "the other voucher of the hold")
	s.must(func(tx store.Tx) error { return tx.SettleVoucherUses(s.Context(), "hld_2") })
	s.must(drop("hld_2"))
	assert.Equal(s, 1, s.uses("ann", "", start).Total, "what is paid stays")
}

func testVoucherExtend(s *suite) {
	s.vouchers()
	s.use(use("hld_1", "ann", time.Minute), use("hld_2", "ann", time.Minute))
	s.must(func(tx store.Tx) error { return tx.ExtendVoucherUses(s.Context(), "hld_1", start.Add(time.Hour)) })
	assert.Equal(s, 1, s.uses("", "", start.Add(30*time.Minute)).Total)
	assert.Equal(s, 0, s.uses("", "hld_1", start.Add(30*time.Minute)).Total)
}

func testVoucherSettle(s *suite) {
	s.vouchers()
	s.use(use("hld_1", "ann", time.Minute), use("hld_2", "ann", time.Minute))
	s.must(func(tx store.Tx) error { return tx.SettleVoucherUses(s.Context(), "hld_1") })
	s.must(func(tx store.Tx) error { return tx.SettleVoucherUses(s.Context(), "hld_none") })
	assert.Equal(s, 1, s.uses("", "", start.Add(time.Hour)).Total)
	assert.Equal(s, 0, s.uses("", "hld_1", start.Add(time.Hour)).Total)
}

func testVoucherLockUnknown(s *suite) {
	s.refused(store.ErrNotFound, func(tx store.Tx) error { return tx.LockVoucher(s.Context(), "vch_none") })
}

var errUsedUp = errors.New("used up")

// Many buyers count and then use: those who found room are as many as there was room.
func testVoucherLock(s *suite) {
	s.vouchers()
	const buyers, limit = 24, 7
	errs := together(buyers, func(i int) error {
		return s.try(func(tx store.Tx) error {
			if err := tx.LockVoucher(s.Context(), "vch_1"); err != nil {
				return err
			}
			uses, err := tx.VoucherUses(s.Context(), "vch_1", "", "", tx.Now())
			if err != nil {
				return err
			}
			if uses.Total >= limit {
				return errUsedUp
			}
			return tx.PutVoucherUse(s.Context(), use(fmt.Sprint("hld_", i), "", time.Hour))
		})
	})
	refused := 0
	for _, err := range errs {
		if err != nil {
			require.ErrorIs(s, err, errUsedUp)
			refused++
		}
	}
	assert.Equal(s, buyers-limit, refused)
	assert.Equal(s, limit, s.uses("", "", start).Total)
}

func testVoucherLockLeaves(s *suite) {
	s.vouchers()
	s.must(func(tx store.Tx) error {
		return firstOf(tx.LockVoucher(s.Context(), "vch_1"), tx.LockVoucher(s.Context(), "vch_1"))
	})
	got := read(s, func(tx store.Tx) (pricing.Voucher, error) {
		return tx.VoucherByCode(s.Context(), partnerID, voucher("vch_1", "ONE").Key())
	})
	assert.Equal(s, voucher("vch_1", "ONE"), got)
}

func testVoucherUseUnknown(s *suite) {
	u := use("hld_1", "ann", time.Minute)
	require.Error(s, s.try(func(tx store.Tx) error { return tx.PutVoucherUse(s.Context(), u) }))
}

func testPaidVouchers(s *suite) {
	s.vouchers()
	audit := func() []store.PaidVoucher {
		return read(s, func(tx store.Tx) ([]store.PaidVoucher, error) { return tx.PaidVouchers(s.Context()) })
	}
	s.use(use("hld_1", "ann", time.Hour), use("hld_2", "ann", time.Hour), use("hld_3", "bob", time.Hour),
		use("hld_4", "", time.Hour), use("hld_5", "", time.Hour), use("hld_6", "", time.Hour), use("hld_7", "cid", time.Hour))
	assert.Empty(s, audit())
	s.must(func(tx store.Tx) error {
		for i := range 6 {
			if err := tx.SettleVoucherUses(s.Context(), fmt.Sprint("hld_", i+1)); err != nil {
				return err
			}
		}
		return nil
	})
	assert.Equal(s, []store.PaidVoucher{{Voucher: voucher("vch_1", "ONE"), Uses: 6, MostByBuyer: 2}}, audit(), "nobody in particular has no limit")
}
