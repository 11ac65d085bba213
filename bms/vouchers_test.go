package bms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// press is a voucher by which one ticket costs nothing.
func press(kit *bmstest.Kit) pricing.Voucher {
	return pricing.Voucher{
		ID: pricing.NewVoucherID(bmstest.Start), PartnerID: string(kit.Programme.Partner.ID), Code: "PRESS-26", Kind: pricing.SetPrice,
		Scope: pricing.EachTicket, Amount: money.Zero("INR"), Combinable: true, Version: 1,
	}
}

func TestVoucher_SetPriceOfNothingKeepsItsCurrency(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		ctx, v := t.Context(), press(kit)
		require.NoError(t, kit.Prices.PutVoucher(ctx, v))
		var stored pricing.Voucher
		require.NoError(t, kit.DB().View(ctx, func(tx store.Tx) error {
			var err error
			stored, err = tx.VoucherByCode(ctx, kit.Programme.Partner.ID, v.Key())
			return err
		}))
		assert.Equal(t, v, stored)
		require.NoError(t, stored.Validate())

		hold, err := kit.Holds.Create(ctx, bms.HoldRequest{
			ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}, Vouchers: []string{"press 26"},
		})
		require.NoError(t, err)
		assert.Equal(t, money.New(20000, "INR"), hold.Quote.Discount)
		assert.Equal(t, money.Zero("INR"), hold.Quote.Total, "no fee is charged for what is free")

		// The hold is read again, and priced with another code besides.
		other := pricing.Voucher{
			ID: pricing.NewVoucherID(bmstest.Start), PartnerID: v.PartnerID, Code: "TENTH", Kind: pricing.PercentOff,
			Scope: pricing.EachTicket, Percent: 100_000, Combinable: true,
		}
		require.NoError(t, kit.Prices.PutVoucher(ctx, other))
		again, err := kit.Holds.ApplyVoucher(ctx, bms.VoucherRequest{HoldID: hold.ID, Secret: hold.Secret, Code: "tenth"})
		require.NoError(t, err)
		assert.Equal(t, hold.Quote.Total, again.Quote.Total)
		dear, err := kit.Holds.RemoveVoucher(ctx, bms.VoucherRequest{HoldID: hold.ID, Secret: hold.Secret, Code: "PRESS26"})
		require.NoError(t, err)
		assert.Equal(t, money.New(18000+2500, "INR"), dear.Quote.Total)
		kit.MustBeClean()
	})
}

// A whole booking for nothing needs no bank.
func TestVoucher_FreeTicketsAreConfirmedWithoutPayment(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		require.NoError(t, kit.Prices.PutVoucher(t.Context(), press(kit)))
		hold, err := kit.Holds.Create(t.Context(), bms.HoldRequest{
			ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-1"}}, Vouchers: []string{"press26"},
		})
		require.NoError(t, err)
		b := kit.Book(hold)
		assert.Equal(t, money.Zero("INR"), b.Total)
		sold, err := kit.Bookings.ConfirmFree(t.Context(), b.ID, "")
		require.NoError(t, err)
		assert.Equal(t, booking.Confirmed, sold.Status)

		again, err := kit.Bookings.ConfirmFree(t.Context(), b.ID, "again")
		require.NoError(t, err)
		assert.Equal(t, sold, again, "what is confirmed stays as it is")
		require.NoError(t, kit.Drain(t.Context()))
		assert.Len(t, kit.Mails.Mails(), 1, "its buyer is told once")
		kit.MustBeClean()
	})
}

// A payment that has begun is no money yet.
func TestConfirmFree_WhatCostsSomethingIsNotConfirmed(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		_, err := kit.Bookings.ConfirmFree(t.Context(), b.ID, "")
		require.ErrorIs(t, err, booking.ErrUnpaid)
		_, err = kit.Payments.Start(t.Context(), bms.PaymentRequest{BookingID: b.ID})
		require.NoError(t, err)
		_, err = kit.Bookings.ConfirmFree(t.Context(), b.ID, "")
		require.ErrorIs(t, err, booking.ErrUnpaid)

		kit.Clock.Advance(time.Hour)
		require.NoError(t, kit.Drain(t.Context()))
		_, err = kit.Bookings.ConfirmFree(t.Context(), b.ID, "")
		require.ErrorIs(t, err, booking.ErrUnpaid, "nor when its time is over")
		left, err := kit.Bookings.Get(t.Context(), b.ID)
		require.NoError(t, err)
		assert.Equal(t, booking.Expired, left.Status)
		kit.MustBeClean()
	})
}

func TestPutList_TaxThatTheTableDoesNotHave(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		list := kit.Programme.Prices
		list.TaxClass = "circus"
		assert.Equal(t, "tax_class", fault.Of(kit.Prices.PutList(t.Context(), list)).Field)
	})
}

// Who is told that a code cannot be used goes on without it, so nothing else may count as that.
func TestIsOfVoucher_TellsRefusalsOfACodeFromOthers(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	late, other := press(kit), press(kit)
	late.ID, late.Code, late.ValidFrom = late.ID[:len(late.ID)-1]+"0", "LATER", bmstest.Start.Add(time.Hour)
	other.Combinable = false
	require.NoError(t, kit.Prices.PutVoucher(t.Context(), late))
	require.NoError(t, kit.Prices.PutVoucher(t.Context(), other))
	hold := kit.Hold("stalls-A-1")
	apply := func(secret, code, key string) error {
		_, err := kit.Holds.ApplyVoucher(t.Context(), bms.VoucherRequest{HoldID: hold.ID, Secret: secret, Code: code, Key: key})
		return err
	}
	for _, code := range []string{"NONE-SUCH", "LATER", "?"} {
		err := apply(hold.Secret, code, "")
		require.Error(t, err, code)
		assert.True(t, bms.IsOfVoucher(err), "%s: %v", code, err)
	}
	assert.False(t, bms.IsOfVoucher(nil))
	assert.False(t, bms.IsOfVoucher(apply("another", "PRESS-26", "")))
	assert.False(t, bms.IsOfVoucher(apply(hold.Secret, "PRESS-26", "\n")), "an Invalid fault of the key")
	kit.Book(hold)
	assert.False(t, bms.IsOfVoucher(apply(hold.Secret, "PRESS-26", "")), "there is a booking")
	kit.Clock.Advance(time.Hour)
	err := apply(hold.Secret, "PRESS-26", "")
	require.ErrorIs(t, err, seating.ErrExpired)
	assert.False(t, bms.IsOfVoucher(err))
}

// The voucher is reserved until the hold ends, not until it would have when it was read.
func TestApplyVoucher_ReservesItForAsLongAsTheHoldIsExtendedMeanwhile(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		once := press(kit)
		once.MaxUses = 1
		require.NoError(t, kit.Prices.PutVoucher(t.Context(), once))
		hold := kit.Hold("stalls-A-1")
		slow.arm(2, func() { // behind the secret of holds
			_, err := kit.Holds.Extend(t.Context(), bms.ExtendRequest{HoldID: hold.ID, Secret: hold.Secret})
			require.NoError(t, err)
		})
		mine, err := client.Holds.ApplyVoucher(t.Context(), bms.VoucherRequest{HoldID: hold.ID, Secret: hold.Secret, Code: once.Code})
		require.NoError(t, err)
		assert.True(t, mine.ExpiresAt.After(hold.ExpiresAt), "the hold as it is")
		kit.Clock.Advance(hold.ExpiresAt.Sub(kit.Clock.Now()) + time.Minute)
		_, err = kit.Holds.Create(t.Context(), bms.HoldRequest{
			ShowID: kit.Programme.Show.ID, Seats: []bms.SeatItem{{Seat: "stalls-A-2"}}, Vouchers: []string{once.Code},
		})
		require.ErrorIs(t, err, pricing.ErrVoucherExhausted)
		b := kit.Book(mine)
		_, err = kit.Bookings.ConfirmFree(t.Context(), b.ID, "")
		require.NoError(t, err)
		kit.MustBeClean()
	})
}
