package gorse_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
)

// list is a catalogue, which may fail at its end.
func list(err error, items ...recommend.Item) iter.Seq2[recommend.Item, error] {
	return func(yield func(recommend.Item, error) bool) {
		for _, i := range items {
			if !yield(i, nil) {
				return
			}
		}
		if err != nil {
			yield(recommend.Item{}, err)
		}
	}
}

// hiddenAt says of each item of the server whether it is hidden.
func (b bench) hiddenAt(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for i, err := range b.client.Items(t.Context()) {
		require.NoError(t, err)
		all[i.ID] = i.Hidden
	}
	return all
}

func TestReconcile_MakesTheServersItemsThoseOfTheCatalogue(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	soldOut, back := jazz("sold-out"), jazz("back")
	back.Hidden = true
	over := jazz("over")
	over.Hidden = true
	require.NoError(t, b.engine.UpsertItems(t.Context(), []recommend.Item{jazz("same"), jazz("gone"), soldOut, back, over}))
	require.NoError(t, b.engine.Record(t.Context(), []recommend.Feedback{did(recommend.Book, "ann", "early"), did(recommend.Book, "ann", "nowhere")}))
	soldOut.Hidden, back.Hidden = true, false
	catalogue := list(nil, jazz("same"), soldOut, back, jazz("new"), jazz("early"))
	b.server.ForgetCalls()

	done, err := b.engine.Reconcile(t.Context(), catalogue)
	require.NoError(t, err)
	assert.Equal(t, gorse.Reconciled{Added: 2, Hidden: 3, Shown: 1, Seen: 7}, done)
	assert.Equal(t, map[string]bool{"same": false, "gone": true, "sold-out": true, "back": false, "over": true, "new": false, "early": false, "nowhere": true}, b.hiddenAt(t))
	early, err := b.client.Item(t.Context(), "early")
	require.NoError(t, err)
	assert.Equal(t, "early", early.Comment, "of which feedback knew the id alone")
	assert.Empty(t, matching(b.server.Calls(), "/same"), "nothing else is written")
	assert.Len(t, matching(b.server.Calls(), "PATCH "), 4)

	b.server.ForgetCalls()
	done, err = b.engine.Reconcile(t.Context(), catalogue)
	require.NoError(t, err)
	assert.Equal(t, gorse.Reconciled{Seen: 8}, done)
	assert.Len(t, b.server.Calls(), 1, "it reads, and has nothing to do")
}

func TestReconcile_WalksThroughAllPages(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	var items []recommend.Item
	for n := range 1200 {
		items = append(items, jazz(fmt.Sprintf("j%d", n)))
	}
	require.NoError(t, b.engine.UpsertItems(t.Context(), items))
	done, err := b.engine.Reconcile(t.Context(), list(nil, items[:1100]...))
	require.NoError(t, err)
	assert.Equal(t, gorse.Reconciled{Hidden: 100, Seen: 1200}, done)
}

// Half a catalogue, or half of what the server has, says nothing of what is missing.
func TestReconcile_ChangesNothingOnHalfTheTruth(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{Retries: -1})
	require.NoError(t, b.engine.UpsertItems(t.Context(), []recommend.Item{jazz("a"), jazz("b")}))
	broken := errors.New("database is away")
	_, err := b.engine.Reconcile(t.Context(), list(broken, jazz("a"), jazz("c")))
	require.ErrorIs(t, err, broken)
	assert.Equal(t, map[string]bool{"a": false, "b": false}, b.hiddenAt(t))
	b.server.Suffer(gorsetest.Down)
	_, err = b.engine.Reconcile(t.Context(), list(nil))
	require.ErrorContains(t, err, "read the items of gorse")
}

// An item that comes into the programme while the two are compared is in neither's way: the server is read first.
func TestReconcile_DoesNotHideWhatComesMeanwhile(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	require.NoError(t, b.engine.UpsertItems(t.Context(), []recommend.Item{jazz("a")}))
	late := func(yield func(recommend.Item, error) bool) {
		if !yield(jazz("a"), nil) {
			return
		}
		assert.NoError(t, b.engine.UpsertItems(context.WithoutCancel(t.Context()), []recommend.Item{jazz("late")}))
	}
	done, err := b.engine.Reconcile(t.Context(), late)
	require.NoError(t, err)
	assert.Equal(t, gorse.Reconciled{Seen: 1}, done)
	assert.Equal(t, map[string]bool{"a": false, "late": false}, b.hiddenAt(t))
}
