package adserver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// What is given back is no longer spent here from the moment that others might have it: before the database is told, and not only after it.
func TestShared_GivenBackBeforeOthersHaveIt(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*price, nil)
	line := m.sponsor(m.campaign(nil), ads.Budget{Total: 100 * price})
	raw, n := m.raw(), m.node(1, nil)
	n.decide(request(""))
	require.NoError(t, n.Lease(t.Context()))
	require.Equal(t, 4*price, n.AtHand(line.ID))
	kept, err := m.db.Lines.Get(t.Context(), line.ID)
	require.NoError(t, err)
	kept.Value.Budget.Total = 99 * price // a lower limit has all given back that is not spent
	_, err = m.db.Lines.Update(t.Context(), by, kept.Value, kept.Revision)
	require.NoError(t, err)
	m.hearing(0, n)
	release := occupied(t, raw)
	returned := make(chan error, 1)
	go func() { returned <- n.Lease(t.Context()) }()
	assert.Eventually(t, func() bool { return n.AtHand(line.ID) == 0 }, patience, time.Millisecond, "the database does not have it back yet")
	assert.Empty(t, n.decide(request("")))
	select {
	case err := <-returned:
		require.Fail(t, "returned while the database could not be written", err)
	default:
	}
	release()
	require.NoError(t, <-returned)
	_, out := held(t, raw, store.Budget{Kind: store.LineBudget, ID: uint32(line.ID)})
	assert.Zero(t, out)
}
