package storetest

import (
	"context"
	"errors"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
)

var unitTests = map[string]func(*suite){
	"Unit_ViewIsOneSnapshot":      testViewSnapshot,
	"Unit_ViewCannotWrite":        testViewCannotWrite,
	"Unit_ErrorUndoesEverything":  testErrorUndoes,
	"Unit_RefusalDoomsTheUnit":    testRefusalDooms,
	"Unit_SeesItsOwnWrites":       testOwnWrites,
	"Unit_EndedContextKeepsNone":  testEndedContext,
	"Unit_OneTime":                testOneTime,
	"Unit_BackgroundIsTheSame":    testBackground,
	"Unit_ManyAtOnceAreAllStored": testManyUnits,
}

func testViewSnapshot(s *suite) {
	s.must(func(tx store.Tx) error { return tx.PutPartner(s.Context(), partner("ptn_a")) })
	err := s.db.View(s.Context(), func(tx store.Tx) error {
		before, err := tx.Partners(s.Context())
		require.NoError(s, err)
		written := make(chan error)
		go func() {
			written <- s.db.Update(s.Context(), func(tx store.Tx) error { return tx.PutPartner(s.Context(), partner("ptn_b")) })
		}()
		require.NoError(s, <-written)
		after, err := tx.Partners(s.Context())
		assert.Equal(s, before, after, "what was committed meanwhile")
		return err
	})
	require.NoError(s, err)
	assert.Len(s, read(s, func(tx store.Tx) ([]catalog.Partner, error) { return tx.Partners(s.Context()) }), 2)
}

func testViewCannotWrite(s *suite) {
	err := s.db.View(s.Context(), func(tx store.Tx) error { return tx.PutPartner(s.Context(), partner(partnerID)) })
	require.Error(s, err)
	missing(s, func(tx store.Tx) (catalog.Partner, error) { return tx.Partner(s.Context(), partnerID) })
}

func testErrorUndoes(s *suite) {
	changedMind := errors.New("changed our mind")
	s.refused(changedMind, func(tx store.Tx) error {
		require.NoError(s, tx.PutPartner(s.Context(), partner(partnerID)))
		_, err := tx.Partner(s.Context(), partnerID) // what is queued has been sent by now
		require.NoError(s, err)
		return changedMind
	})
	missing(s, func(tx store.Tx) (catalog.Partner, error) { return tx.Partner(s.Context(), partnerID) })
}

// A refusal that the function does not look at still undoes the unit.
func testRefusalDooms(s *suite) {
	s.refused(store.ErrStale, func(tx store.Tx) error {
		_ = tx.PutPartner(s.Context(), partner("ptn_before"))
		_ = tx.SetShowStatus(s.Context(), "shw_none", catalog.Cancelled, 1)
		_, _ = tx.Partners(s.Context())
		_ = tx.PutPartner(s.Context(), partner("ptn_behind"))
		return nil
	})
	assert.Empty(s, read(s, func(tx store.Tx) ([]catalog.Partner, error) { return tx.Partners(s.Context()) }))
}

func testOwnWrites(s *suite) {
	s.must(func(tx store.Tx) error {
		require.NoError(s, tx.PutPartner(s.Context(), partner(partnerID)))
		got, err := tx.Partner(s.Context(), partnerID)
		assert.Equal(s, partner(partnerID), got)
		return err
	})
}

func testEndedContext(s *suite) {
	ctx, cancel := context.WithCancel(s.Context())
	err := s.db.Update(ctx, func(tx store.Tx) error {
		require.NoError(s, tx.PutPartner(ctx, partner(partnerID)))
		cancel()
		return nil
	})
	require.ErrorIs(s, err, context.Canceled)
	missing(s, func(tx store.Tx) (catalog.Partner, error) { return tx.Partner(s.Context(), partnerID) })
	require.ErrorIs(s, s.db.View(ctx, func(store.Tx) error { return nil }), context.Canceled)
}

func testOneTime(s *suite) {
	s.clock.advance(999 * time.Nanosecond)
	assert.Equal(s, start, s.db.Now(), "whole microseconds")
	for _, run := range []func(context.Context, func(store.Tx) error) error{s.db.View, s.db.Update} {
		require.NoError(s, run(s.Context(), func(tx store.Tx) error {
			began := tx.Now()
			assert.Equal(s, s.db.Now(), began)
			s.clock.advance(time.Second)
			_, err := tx.Partners(s.Context())
			assert.Equal(s, began, tx.Now(), "a unit of work has one time")
			return err
		}))
	}
}

func testBackground(s *suite) {
	back := s.db.Background()
	require.NoError(s, back.Update(s.Context(), func(tx store.Tx) error { return tx.PutPartner(s.Context(), partner(partnerID)) }))
	got := read(s, func(tx store.Tx) (catalog.Partner, error) { return tx.Partner(s.Context(), partnerID) })
	assert.Equal(s, partner(partnerID), got)
	assert.Equal(s, s.db.Now(), back.Now())
	require.NoError(s, back.Background().View(s.Context(), func(tx store.Tx) error {
		_, err := tx.Partner(s.Context(), partnerID)
		return err
	}))
}

func testManyUnits(s *suite) {
	const n = 40
	errs := together(n, func(i int) error {
		return s.try(func(tx store.Tx) error {
			return tx.PutPartner(s.Context(), partner(catalog.PartnerID("ptn_"+string(rune('A'+i)))))
		})
	})
	require.NoError(s, errors.Join(errs...))
	assert.Len(s, read(s, func(tx store.Tx) ([]catalog.Partner, error) { return tx.Partners(s.Context()) }), n)
}
