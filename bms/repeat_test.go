package bms_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

// programme is everything that a kit sells from, as it is stored. Versions apart: they tell memories to read anew.
func programme(t *testing.T, kit *bmstest.Kit) []any {
	t.Helper()
	ctx, p := t.Context(), kit.Programme
	list, shows := bms.Must(kit.Prices.List(ctx, p.Prices.ID)), bms.Must(kit.Shows.List(ctx, store.ShowQuery{}))
	list.Version = 0
	for i := range shows {
		shows[i].Version = 0
	}
	return []any{
		bms.Must(kit.Catalog.Partners(ctx)), bms.Must(kit.Catalog.Venues(ctx, "")), bms.Must(kit.Catalog.Hall(ctx, p.Hall.ID)),
		bms.Must(kit.Catalog.SeatMapOf(ctx, p.Hall.ID)), bms.Must(kit.Catalog.Event(ctx, p.Event.ID)),
		list, bms.Must(kit.Prices.Table(ctx, p.Show.ID)), shows,
	}
}

// What takes no idempotency key changes nothing when it comes twice.
func TestRepeat_StoringTheProgrammeAgainChangesNothing(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		kit.Buy("stalls-A-1")
		p, before := kit.Programme, programme(t, kit)
		for _, again := range []func() error{
			func() error { return kit.Catalog.PutPartner(t.Context(), p.Partner) },
			func() error { return kit.Catalog.PutVenue(t.Context(), p.Venue) },
			func() error { return kit.Catalog.PutHall(t.Context(), p.Hall) },
			func() error { return kit.Catalog.PutEvent(t.Context(), p.Event) },
			func() error { return kit.Prices.PutTaxTable(t.Context(), p.Tax) },
			func() error { return kit.Prices.PutList(t.Context(), p.Prices) },
			func() error { return kit.Prices.PutPolicy(t.Context(), bmstest.PolicyID, p.Partner.ID, p.Policy) },
			func() error { return kit.Shows.Put(t.Context(), p.Show) },
		} {
			require.NoError(t, again())
		}
		require.ErrorIs(t, kit.Catalog.AddSeatMap(t.Context(), p.SeatMap), store.ErrDuplicate)
		first, err := kit.Shows.SetStatus(t.Context(), p.Show.ID, catalog.OnSale)
		require.NoError(t, err)
		second, err := kit.Shows.SetStatus(t.Context(), p.Show.ID, catalog.OnSale)
		require.NoError(t, err)
		assert.Equal(t, first, second)
		assert.Equal(t, before, programme(t, kit))
		kit.MustBeClean()
	})
}

func TestRepeat_ResendIsRefusedAndSendsNothingAgain(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		kit.Mails.Break(errors.New("the mail server is down"))
		kit.Buy("stalls-A-1")
		for range 40 {
			require.NoError(t, kit.Drain(t.Context()))
			kit.Clock.Advance(time.Hour)
		}
		dead, err := kit.Messages.List(t.Context(), outbox.Dead, 10)
		require.NoError(t, err)
		require.Len(t, dead, 1)
		kit.Mails.Break(nil)
		require.NoError(t, kit.Messages.Resend(t.Context(), dead[0].ID))
		require.ErrorIs(t, kit.Messages.Resend(t.Context(), dead[0].ID), outbox.ErrNotDead, "it is on its way")
		require.NoError(t, kit.Drain(t.Context()))
		require.ErrorIs(t, kit.Messages.Resend(t.Context(), dead[0].ID), outbox.ErrNotDead, "it has arrived")
		require.ErrorIs(t, kit.Messages.Resend(t.Context(), "msg_none"), store.ErrNotFound)
		kit.MustBeClean()
		assert.Len(t, kit.Mails.Mails(), 1)
		assert.Zero(t, kit.Mails.Repeats())
	})
}

func TestRepeat_RefreshBringsAboutNothingAgain(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		b := kit.Book(kit.Hold("stalls-A-1"))
		i := kit.Start(b.ID)
		_, err := kit.Bank.Choose(i.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
		require.NoError(t, err)
		first, err := kit.Payments.Refresh(t.Context(), i.ID)
		require.NoError(t, err)
		second, err := kit.Payments.Refresh(t.Context(), i.ID)
		require.NoError(t, err)
		assert.Equal(t, first, second)
		kit.Deliver()
		require.NoError(t, kit.Drain(t.Context()))
		assert.Len(t, kit.Mails.Mails(), 1, "one confirmation")
		kit.MustBeClean()
	})
}
