package storefront_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/storefront"
)

// A show whose taxes have run out cannot be bought, and takes nothing away from the others on its event's page.
func TestEvent_AShowThatCannotBePricedIsInNobodysWay(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{Logger: slog.New(slog.DiscardHandler)})
	tax, list := s.Programme.Tax, s.Programme.Prices
	tax.ID, tax.Name, tax.Rules = "tax-of-before", "Of before", []pricing.TaxRule{{Until: "2026-01-01", Slabs: []pricing.Slab{{}}}}
	require.NoError(t, s.Prices.PutTaxTable(t.Context(), tax))
	list.ID, list.TaxTable = pricing.NewPriceListID(s.Now()), tax.ID
	require.NoError(t, s.Prices.PutList(t.Context(), list))
	unpriced := s.another(t, 1, func(show *catalog.Show) { show.PriceListID = string(list.ID) })

	p := s.visit(t).get("/mumbai/events/the-general")
	assert.Equal(t, 200, p.status)
	assert.Contains(t, p.text(), "5:30 pm 2D Screen 1 Available from ₹225 including fees")
	assert.Contains(t, p.text(), "6:30 pm 2D Screen 1 Sales paused")
	assert.NotContains(t, p.body, `href="/en/shows/`+string(unpriced.ID), "nothing leads to where it cannot be bought")
}
