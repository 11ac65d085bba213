package foryou_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/foryou/foryoutest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// deed is one of a visitor, told apart by its event.
func deed(visitor, kind string, n int) foryou.Deed {
	return foryou.Deed{Visitor: visitor, Kind: kind, Event: catalog.EventID(strconv.Itoa(n))}
}

// running starts a queue that ends with the returned function.
func running(t *testing.T, to foryou.Recorder, cfg foryou.QueueConfig) (*foryou.Queue, func()) {
	t.Helper()
	q := foryou.NewQueue(to, cfg)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	return q, func() {
		stop()
		require.NoError(t, <-ended)
	}
}

func TestQueue_RecordsEachTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var to foryoutest.Recommender
		q, stop := running(t, &to, foryou.QueueConfig{})
		defer stop()
		q.Add(deed("a", foryou.DeedView, 1), deed("b", foryou.DeedClick, 2))
		synctest.Wait()
		assert.Empty(t, to.Deeds(), "nobody has waited for it")
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, []foryou.Deed{deed("a", foryou.DeedView, 1), deed("b", foryou.DeedClick, 2)}, to.Deeds())
		assert.Equal(t, foryou.QueueStats{Recorded: 2}, q.Stats())
	})
}

func TestQueue_ManyDoNotWaitForTheTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var to foryoutest.Recommender
		q, stop := running(t, &to, foryou.QueueConfig{Batch: 10, Every: time.Hour})
		defer stop()
		for n := range 25 {
			q.Add(deed("a", foryou.DeedView, n))
		}
		synctest.Wait()
		s := q.Stats()
		assert.Less(t, s.Waiting, 10, "fewer than a batch are left, however far the others had come when they were recorded")
		assert.EqualValues(t, 25, s.Recorded+int64(s.Waiting))
		assert.Len(t, to.Deeds(), int(s.Recorded))
	})
}

func TestQueue_RecordsWhatIsLeftAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var to foryoutest.Recommender
		q, stop := running(t, &to, foryou.QueueConfig{Every: time.Hour})
		q.Add(deed("a", foryou.DeedHold, 1))
		synctest.Wait()
		require.Empty(t, to.Deeds())
		stop()
		assert.Len(t, to.Deeds(), 1)
	})
}

func TestQueue_DropsTheOldestViewsFirst(t *testing.T) {
	t.Parallel()
	var to foryoutest.Recommender
	q := foryou.NewQueue(&to, foryou.QueueConfig{Size: 3})
	q.Add(deed("a", foryou.DeedHold, 0), deed("a", foryou.DeedView, 1), deed("a", foryou.DeedShown, 2), deed("a", foryou.DeedClick, 3))
	q.Add(deed("a", foryou.DeedClick, 4), deed("a", foryou.DeedClick, 5))
	assert.Equal(t, foryou.QueueStats{Waiting: 3, Dropped: 3}, q.Stats())
	q.Flush(t.Context())
	assert.Equal(t, []foryou.Deed{deed("a", foryou.DeedClick, 3), deed("a", foryou.DeedClick, 4), deed("a", foryou.DeedClick, 5)}, to.Deeds(),
		"the views went, and the hold when there was nothing else")
}

func TestQueue_WhatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var to foryoutest.Recommender
		to.Break(errors.New("down"))
		q, stop := running(t, &to, foryou.QueueConfig{Batch: 2, Size: 4})
		defer stop()
		q.Add(deed("a", foryou.DeedView, 1), deed("a", foryou.DeedHold, 2))
		time.Sleep(time.Second)
		synctest.Wait()
		s := q.Stats()
		assert.Equal(t, 2, s.Waiting)
		assert.GreaterOrEqual(t, s.Failed, int64(5))
		assert.LessOrEqual(t, s.Failed, int64(7), "a queue that is full does not try all the time")
		for n := range 3 {
			q.Add(deed("b", foryou.DeedClick, n))
		}
		to.Break(nil)
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, []foryou.Deed{
			deed("a", foryou.DeedHold, 2), deed("b", foryou.DeedClick, 0), deed("b", foryou.DeedClick, 1), deed("b", foryou.DeedClick, 2),
		}, to.Deeds(), "the view made room")
	})
}

// meanwhile has something come while a batch is on its way, and then fails it.
type meanwhile struct {
	foryoutest.Recommender

	do func()
}

// Record implements foryou.Recorder.
func (m *meanwhile) Record(context.Context, []foryou.Deed) error {
	m.do()
	return errors.New("down")
}

func TestQueue_WhatComesBackMakesRoomForWhatIsNewer(t *testing.T) {
	t.Parallel()
	to := &meanwhile{}
	q := foryou.NewQueue(to, foryou.QueueConfig{Size: 3})
	to.do = func() { q.Add(deed("b", foryou.DeedClick, 8), deed("b", foryou.DeedClick, 9)) }
	q.Add(deed("a", foryou.DeedHold, 1), deed("a", foryou.DeedHold, 2))
	q.Flush(t.Context())
	assert.Equal(t, foryou.QueueStats{Waiting: 3, Dropped: 1, Failed: 1}, q.Stats())
}

// slow records when it is let.
type slow struct {
	foryoutest.Recommender

	let chan struct{}
}

// Record implements foryou.Recorder.
func (s *slow) Record(ctx context.Context, list []foryou.Deed) error {
	<-s.let
	return s.Recommender.Record(ctx, list)
}

func TestQueue_NothingComesAfterForgetting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		to := &slow{let: make(chan struct{})}
		q, stop := running(t, to, foryou.QueueConfig{Batch: 1})
		defer stop()
		q.Add(deed("ada", foryou.DeedView, 1))
		synctest.Wait() // it is on its way
		q.Add(deed("ada", foryou.DeedView, 2), deed("bob", foryou.DeedView, 3))
		forgotten := make(chan error, 1)
		go func() { forgotten <- q.Forget(t.Context(), "ada") }()
		synctest.Wait()
		assert.Empty(t, to.Forgotten(), "what is under way is waited for")
		close(to.let)
		require.NoError(t, <-forgotten)
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"ada"}, to.Forgotten())
		assert.Equal(t, []foryou.Deed{deed("bob", foryou.DeedView, 3)}, to.Deeds())
	})
}

func TestQueue_SaysWhenSomebodyWasNotForgotten(t *testing.T) {
	t.Parallel()
	var to foryoutest.Recommender
	to.Break(errors.New("down"))
	assert.ErrorContains(t, foryou.NewQueue(&to, foryou.QueueConfig{}).Forget(t.Context(), "ada"), "down")
}

func TestQueue_WhatWaitsOfTheForgottenIsDropped(t *testing.T) {
	t.Parallel()
	var to foryoutest.Recommender
	q := foryou.NewQueue(&to, foryou.QueueConfig{})
	q.Add(deed("ada", foryou.DeedView, 1), deed("bob", foryou.DeedView, 2), deed("ada", foryou.DeedHold, 3))
	require.NoError(t, q.Forget(t.Context(), "ada"))
	q.Flush(t.Context())
	assert.Equal(t, []foryou.Deed{deed("bob", foryou.DeedView, 2)}, to.Deeds())
}
