package adserver_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/money"
)

// An advertiser whose payment went back is not served any more, whatever its nodes had leased, until it has paid for what it spent.
func TestUnfunded_NothingIsServedUntilItIsMadeUp(t *testing.T) {
	t.Parallel()
	for _, shared := range []bool{false, true} {
		t.Run(fmt.Sprint("shared ", shared), func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, 0, nil)
			m.sponsor(m.campaign(nil), ads.Budget{})
			paid := m.topUp(1_00)
			if shared {
				m = m.node(1, nil)
			} else {
				m.open()
			}
			// bought is what is billed for ten page views, once the node has heard of what was paid.
			bought := func() (billed ads.Nano) {
				require.NoError(t, m.Reload(t.Context()))
				for range 10 {
					if shared {
						require.NoError(t, m.Look(t.Context()))
					}
					for _, ad := range m.decide(request("")) {
						billed += m.view(ad).Billed
					}
				}
				return billed
			}
			spent := bought()
			require.Positive(t, spent)
			_, err := m.db.ReturnTopUp(t.Context(), paid.ID, paid.Amount)
			require.NoError(t, err)
			assert.Zero(t, bought())
			assert.Equal(t, -spent, m.books().balance)

			m.topUp(1)
			assert.Zero(t, bought(), "so much is spent already")
			m.topUp(1_00)
			assert.Positive(t, bought())
		})
	}
}

// topUp pays in cents.
func (m *market) topUp(cents int64) store.TopUp {
	m.t.Helper()
	made, err := m.db.CreateTopUp(context.Background(), by, store.TopUp{Advertiser: m.advertiser.ID, Amount: money.New(cents, "USD"), Gateway: "sandbox"})
	require.NoError(m.t, err)
	_, err = m.db.PayTopUp(context.Background(), made.ID)
	require.NoError(m.t, err)
	return made
}
