package storetest

import (
	"errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

var quotaTests = map[string]func(*suite){
	"Quotas_CountDifferences":    testQuotaCounts,
	"Quotas_WithinCapacity":      testQuotaCapacity,
	"Quotas_NeverNegative":       testQuotaNegative,
	"Quotas_CapacityMayChange":   testQuotaNewCapacity,
	"Quotas_OrderAndShows":       testQuotaOrder,
	"Quotas_ManyForTheLastPlace": testQuotaRace,
}

func (s *suite) count(changes ...seating.QuotaChange) error {
	return s.write(store.Batch{Quotas: changes})
}

func (s *suite) quotas() []seating.QuotaCount {
	s.Helper()
	return s.load().Quotas
}

func floor(capacity, held, sold int) seating.QuotaChange {
	return seating.QuotaChange{Key: "floor", Capacity: capacity, Held: held, Sold: sold}
}

func testQuotaCounts(s *suite) {
	s.programme()
	for _, step := range []struct {
		change seating.QuotaChange
		want   seating.QuotaCount
	}{
		{floor(10, 4, 0), seating.QuotaCount{Key: "floor", Held: 4}},
		{floor(10, 3, 1), seating.QuotaCount{Key: "floor", Held: 7, Sold: 1}},
		{floor(10, -5, 5), seating.QuotaCount{Key: "floor", Held: 2, Sold: 6}},
		{floor(10, -2, 4), seating.QuotaCount{Key: "floor", Sold: 10}},
		{floor(10, 0, -10), seating.QuotaCount{Key: "floor"}},
	} {
		require.NoError(s, s.count(step.change))
		assert.Equal(s, []seating.QuotaCount{step.want}, s.quotas())
	}
}

func testQuotaCapacity(s *suite) {
	s.programme()
	require.ErrorIs(s, s.count(floor(10, 11, 0)), store.ErrStale, "at once")
	require.NoError(s, s.count(floor(10, 6, 3)))
	for _, over := range []seating.QuotaChange{floor(10, 2, 0), floor(10, 0, 2), floor(10, 1, 1), floor(8, 0, 0)} {
		require.ErrorIs(s, s.count(over), store.ErrStale, "%+v", over)
	}
	other := seating.QuotaChange{Key: "gallery", Capacity: 5, Held: 1}
	require.ErrorIs(s, s.count(other, floor(10, 2, 0)), store.ErrStale, "one of two")
	assert.Equal(s, []seating.QuotaCount{{Key: "floor", Held: 6, Sold: 3}}, s.quotas())
	require.NoError(s, s.count(floor(10, 1, 0)), "up to the last place")
}

func testQuotaNegative(s *suite) {
	s.programme()
	require.ErrorIs(s, s.count(floor(10, -1, 0)), store.ErrStale)
	require.NoError(s, s.count(floor(10, 2, 2)))
	require.ErrorIs(s, s.count(floor(10, -3, 0)), store.ErrStale)
	require.ErrorIs(s, s.count(floor(10, 0, -3)), store.ErrStale)
	assert.Equal(s, []seating.QuotaCount{{Key: "floor", Held: 2, Sold: 2}}, s.quotas())
}

func testQuotaNewCapacity(s *suite) {
	s.programme()
	require.NoError(s, s.count(floor(10, 10, 0)))
	require.NoError(s, s.count(floor(12, 2, 0)))
	require.NoError(s, s.count(floor(6, -6, 0)))
	require.ErrorIs(s, s.count(floor(6, 1, 0)), store.ErrStale)
	assert.Equal(s, []seating.QuotaCount{{Key: "floor", Held: 6}}, s.quotas())
}

func testQuotaOrder(s *suite) {
	s.programme()
	s.putShows(show("shw_2"))
	quota := func(key string, held int) seating.QuotaChange {
		return seating.QuotaChange{Key: key, Capacity: 5, Held: held}
	}
	require.NoError(s, s.count(quota("b", 2), quota("c", 3), quota("B", 1)))
	require.NoError(s, s.count(quota("a", 4), quota("b", 1)))
	require.NoError(s, s.writeTo("shw_2", store.Batch{Quotas: []seating.QuotaChange{quota("b", 5)}}))
	want := []seating.QuotaCount{{Key: "B", Held: 1}, {Key: "a", Held: 4}, {Key: "b", Held: 3}, {Key: "c", Held: 3}}
	assert.Equal(s, want, s.quotas())
}

func testQuotaRace(s *suite) {
	s.programme()
	const n, places = 20, 7
	errs := together(n, func(int) error { return s.count(floor(places, 1, 0)) })
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		assert.True(s, errors.Is(err, store.ErrStale), "%v", err)
	}
	assert.Equal(s, places, won)
	assert.Equal(s, []seating.QuotaCount{{Key: "floor", Held: places}}, s.quotas())
}
