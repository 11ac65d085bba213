package recommend_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
)

// scored are items with the scores that an engine gave them.
func scored(list ...recommend.Scored) finding {
	return func(context.Context, recommend.Query) ([]recommend.Scored, error) { return list, nil }
}

// outlast lets what still runs in the bubble come to its end.
func outlast(t *testing.T) {
	t.Helper()
	t.Cleanup(func() { time.Sleep(2 * time.Hour) })
}

func TestShelf_EngineThatFailsIsLeftOut(t *testing.T) {
	t.Parallel()
	slow := func(ctx context.Context, _ recommend.Query) ([]recommend.Scored, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	deaf := func(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
		time.Sleep(time.Hour)
		return finds("s9")(ctx, q)
	}
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		says     finding
		degraded bool
		takes    time.Duration
	}{
		"down":                    {says: down, degraded: true},
		"slow":                    {says: slow, degraded: true, takes: 80 * time.Millisecond},
		"slow, and heeds nobody":  {says: deaf, degraded: true, takes: 80 * time.Millisecond},
		"finds nothing":           {says: nothing},
		"finds what nobody knows": {says: finds("x", "y", "z")},
		"finds another's":         {says: finds("other")},
		"finds what is hidden":    {says: finds("hidden")},
		"not a number":            {says: scored(recommend.Scored{Item: "s8", Score: nan}, recommend.Scored{Item: "s9", Score: nan})},
		"infinite":                {says: scored(recommend.Scored{Item: "s8", Score: inf}, recommend.Scored{Item: "s9", Score: -inf})},
		"as large as can be":      {says: scored(recommend.Scored{Item: "s8", Score: math.MaxFloat64}, recommend.Scored{Item: "s9", Score: -math.MaxFloat64})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				outlast(t)
				outlast(t)
				items := append(shows(10), show("other", func(i *recommend.Item) { i.Tenant = "other" }), show("hidden", func(i *recommend.Item) { i.Hidden = true }))
				memory, gorse := newFake("local", items...), newFake("gorse")
				memory.recommend, gorse.recommend = finds("s0", "s1", "s2", "s3", "s4"), c.says
				var log bytes.Buffer
				s := shelfAsSet(t, memory, recommend.Config{
					Before: []recommend.Engine{gorse}, Taste: plain, Logger: slog.New(slog.NewTextHandler(&log, nil)),
				})
				began := time.Now()
				a := answer(t, s, recommend.Request{N: 3})
				assert.Equal(t, c.takes, time.Since(began))
				assert.Equal(t, []string{"s0", "s1", "s2"}, picked(a))
				assert.Equal(t, "local", a.Engine)
				assert.Equal(t, "local-1", a.Model)
				assert.Equal(t, c.degraded, a.Degraded)
				assert.Equal(t, c.degraded, bytes.Contains(log.Bytes(), []byte("engine=gorse")), log.String())

				gorse.comesBack(finds("s7", "s6", "s5", "s4", "s3"))
				a = answer(t, s, recommend.Request{N: 3})
				assert.Equal(t, []string{"s7", "s6", "s5"}, picked(a), "it came back")
				assert.Equal(t, "gorse", a.Engine)
				assert.Equal(t, "gorse-1", a.Model)
				assert.False(t, a.Degraded)
			})
		})
	}
}

func TestShelf_StandsInWithWhatIsPopularAndThenNew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outlast(t)
		memory, gorse := newFake("local", show("old"), show("newer", fresh(20)), show("newest", fresh(3))), newFake("gorse")
		hang := func(context.Context, recommend.Query) ([]recommend.Scored, error) {
			time.Sleep(time.Minute)
			return nil, nil
		}
		memory.recommend, gorse.recommend, memory.popular = hang, hang, finds("newer", "old")
		s := shelfOf(t, memory, recommend.Config{Before: []recommend.Engine{gorse}, Budget: 50 * time.Millisecond, Taste: plain})
		a := answer(t, s, recommend.Request{N: 3})
		assert.Equal(t, []string{"newer", "old", "newest"}, picked(a))
		assert.Equal(t, "popular", a.Engine)
		assert.Empty(t, a.Model)
		assert.True(t, a.Degraded)

		memory.popular = hang
		began := time.Now()
		a = answer(t, s, recommend.Request{N: 2})
		assert.Equal(t, []string{"newest", "newer"}, picked(a))
		assert.Equal(t, "latest", a.Engine)
		assert.Equal(t, 150*time.Millisecond, time.Since(began), "a budget for each of the three")
		assert.Equal(t, recommend.BecauseNew, a.Items[0].Why.Code)
		assert.Equal(t, recommend.BecausePopular, a.Items[1].Why.Code, "it has been there for three weeks")
	})
}

// Each source that had to help out comes after all that the one before it found.
func TestShelf_SourcesComeInTheirOrder(t *testing.T) {
	t.Parallel()
	memory, gorse := newFake("local", append(shows(6), show("l1", fresh(30)), show("l2", fresh(40)))...), newFake("gorse")
	gorse.recommend, memory.recommend, memory.popular = finds("s0", "s1"), finds("s2", "s3"), finds("s4", "s5")
	s := shelfOf(t, memory, recommend.Config{Before: []recommend.Engine{gorse}, Taste: plain})
	a := answer(t, s, recommend.Request{N: 8})
	assert.Equal(t, []string{"s0", "s1", "s2", "s3", "s4", "s5", "l1", "l2"}, picked(a))
	assert.Equal(t, "gorse", a.Engine)
	assert.False(t, a.Degraded)
}

func TestShelf_SimilarForAnItem(t *testing.T) {
	t.Parallel()
	memory := newFake("local", shows(8)...)
	memory.recommend, memory.similar = finds("s7"), finds("s3", "s0", "s2", "s1", "s4", "s5")
	a := answer(t, shelfOf(t, memory, recommend.Config{Taste: plain}), recommend.Request{N: 3, Like: "s0"})
	assert.Equal(t, []string{"s3", "s2", "s1"}, picked(a), "it is not like itself")
	assert.Equal(t, recommend.ItemID("s0"), memory.asked[0].Like)
}

func TestShelf_FindsEachOnce(t *testing.T) {
	t.Parallel()
	memory := newFake("local", shows(3)...)
	memory.recommend, memory.popular = finds("s0", "s0", "s1", "s0"), finds("s1", "s2", "s0")
	a := answer(t, shelfOf(t, memory, recommend.Config{Taste: plain}), recommend.Request{N: 5})
	assert.Equal(t, []string{"s0", "s1", "s2"}, picked(a))
}

// One bad score leaves the order of the others as it is.
func TestShelf_NonsenseAmongScoresBreaksNoOrder(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64} {
		memory := newFake("local", shows(6, ofGenre("jazz"))...)
		memory.recommend = scored(
			recommend.Scored{Item: "s0", Score: 5}, recommend.Scored{Item: "s1", Score: bad}, recommend.Scored{Item: "s2", Score: 4},
			recommend.Scored{Item: "s3", Score: 1}, recommend.Scored{Item: "s4", Score: 0}, recommend.Scored{Item: "s5", Score: -1})
		a := answer(t, shelfOf(t, memory, recommend.Config{Taste: recommend.Taste{Likely: .9}}), recommend.Request{N: 3})
		assert.Equal(t, []string{"s0", "s2", "s3"}, picked(a), "%v", bad)
	}
}

// An engine that answers with more than it was asked for costs no more than one that does not.
func TestShelf_TakesNoMoreThanItAskedFor(t *testing.T) {
	t.Parallel()
	items := shows(10_000)
	memory := newFake("local", items...)
	memory.recommend = finds(idsOf(items)...)
	most := 0
	s := shelfOf(t, memory, recommend.Config{Available: func(_ context.Context, _ recommend.Request, ids []recommend.ItemID) (map[recommend.ItemID]bool, error) {
		most = max(most, len(ids))
		return all(ids), nil
	}})
	assert.Len(t, answer(t, s, recommend.Request{N: 10}).Items, 10)
	assert.Equal(t, memory.asked[0].N, most)
	assert.LessOrEqual(t, most, 100)
}

func all(ids []recommend.ItemID) map[recommend.ItemID]bool {
	can := map[recommend.ItemID]bool{}
	for _, id := range ids {
		can[id] = true
	}
	return can
}

func TestShelf_WithoutWhatWasBookedThereIsNoAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outlast(t)
		memory := newFake("local", shows(3)...)
		memory.recommend = finds("s0", "s1", "s2")
		broken := errors.New("disk is full")
		memory.settled = func(context.Context) (map[recommend.ItemID]bool, error) { return nil, broken }
		s := shelfAsSet(t, memory, recommend.Config{})
		_, err := s.Recommend(t.Context(), recommend.Request{N: 2, User: "ann"})
		require.ErrorIs(t, err, broken)

		memory.settled = func(context.Context) (map[recommend.ItemID]bool, error) { time.Sleep(time.Hour); return nil, nil }
		began := time.Now()
		_, err = s.Recommend(t.Context(), recommend.Request{N: 2, User: "ann"})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.LessOrEqual(t, time.Since(began), time.Second, "a page does not wait for it")
		assert.Len(t, answer(t, s, recommend.Request{N: 2}).Items, 2, "nobody has booked nothing")
	})
}

// Engines that never end are left behind, each in a goroutine of its own, and end with what they do.
func TestShelf_ManyAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outlast(t)
		memory := newFake("local", shows(20)...)
		memory.recommend = func(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
			time.Sleep(time.Duration(len(q.User)) * 30 * time.Millisecond) // some are in time, some are not
			return finds("s0", "s1", "s2", "s3", "s4")(ctx, q)
		}
		memory.popular = finds("s5", "s6", "s7", "s8", "s9")
		s := shelfOf(t, memory, recommend.Config{Taste: plain, Budget: 80 * time.Millisecond})
		var done sync.WaitGroup
		defer done.Wait()
		for n := range 20 {
			done.Go(func() {
				user := recommend.UserID(fmt.Sprintf("%0*d", 1+n%4, n))
				a, err := s.Recommend(t.Context(), recommend.Request{Tenant: "ptn", User: user, N: 3})
				assert.NoError(t, err)
				want := "local"
				if len(user) > 2 {
					want = "popular"
				}
				assert.Equal(t, want, a.Engine)
				assert.Equal(t, want == "popular", a.Degraded)
			})
		}
	})
}
