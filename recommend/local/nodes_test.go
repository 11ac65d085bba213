package local_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
	"github.com/marquee-tickets/marquee/recommend/store/sqlite"
)

// What one node is told counts at the other: items, people, feedback, what was withdrawn and who was forgotten.
func TestNodes_HearOfEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		here, there := node(t, m, local.Config{Mix: local.Mix{Learnt: 1, Alike: 1, Popular: .1, Trust: 1}}), node(t, m, local.Config{})
		put(t, there, item("a", genre("jazz"))) // before the other one listens
		stop := run(t, here)
		defer stop()
		synctest.Wait()
		assert.Equal(t, []string{"a"}, popular(t, here, ask("")), "what came before it heard is known")

		assert.Empty(t, settled(t, here, "ann"), "which brings her into its memory")
		put(t, there, item("b", genre("jazz")), item("c"))
		record(t, there, did("ann", recommend.Book, "a")...)
		require.NoError(t, there.UpsertUsers(t.Context(), []recommend.User{{ID: "ben", Follows: []string{string(recommend.PersonKey("artist c"))}}}))
		record(t, there, by(20, recommend.Book, "c", "", 1)...)
		synctest.Wait()
		assert.Equal(t, "b", recommended(t, here, ask("ann"))[0])
		assert.NotContains(t, recommended(t, here, ask("ann")), "a")
		assert.Equal(t, "c", recommended(t, here, ask("ben"))[0])
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, "c", popular(t, here, ask(""))[0])
		shown, _ := here.Trial("c")
		assert.InDelta(t, 20, shown, 0)

		require.NoError(t, there.Withdraw(t.Context(), []recommend.Withdrawn{{Kind: recommend.Book, User: "ann", Item: "a"}}))
		synctest.Wait()
		assert.Contains(t, recommended(t, here, ask("ann")), "a")
		record(t, there, did("ann", recommend.Hide, "c")...)
		synctest.Wait()
		assert.True(t, settled(t, here, "ann")["c"])
		require.NoError(t, there.Forget(t.Context(), "ann"))
		synctest.Wait()
		assert.Empty(t, settled(t, here, "ann"))
	})
}

// An item and what people did with it may be heard together: both count.
func TestNodes_FeedbackComesWithItsItem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		here := node(t, m, local.Config{})
		stop := run(t, here)
		defer stop()
		synctest.Wait()
		a, f := item("a", in("paris")), did("ann", recommend.Book, "a")[0]
		b, g := item("b", in("paris")), did("ann", recommend.View, "b")[0]
		m.mu.Lock()
		m.write(recommend.Change{Feedback: &f}, recommend.Change{Item: &a}, recommend.Change{Item: &b}, recommend.Change{Feedback: &g})
		m.mu.Unlock()
		synctest.Wait()
		assert.Equal(t, map[string]int{"genre a": 1, "genre b": 1}, here.Genres())
	})
}

// Somebody who was in memory when the node did not hear yet is read again.
func TestNodes_PeopleAreReadAgainWhenItBeginsToHear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		here, there := node(t, m, local.Config{}), node(t, m, local.Config{})
		assert.Empty(t, settled(t, here, "ann"))
		put(t, there, item("a"))
		record(t, there, did("ann", recommend.Book, "a")...)
		stop := run(t, here)
		defer stop()
		synctest.Wait()
		assert.True(t, settled(t, here, "ann")["a"])
	})
}

// broken is a journal whose watch ends with an error now and then.
type broken struct {
	*memory
	mu    sync.Mutex
	times int
}

func (b *broken) Watch(ctx context.Context, fn func([]recommend.Change)) error {
	b.mu.Lock()
	b.times++
	first := b.times == 1
	b.mu.Unlock()
	if first {
		return assert.AnError
	}
	return b.memory.Watch(ctx, fn)
}

func TestRun_HearsAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		here, there := node(t, &broken{memory: m}, local.Config{}), node(t, m, local.Config{})
		stop := run(t, here)
		defer stop()
		synctest.Wait()
		put(t, there, item("a")) // while it does not hear
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"a"}, popular(t, here, ask("")))
	})
}

// The same with two nodes on one file.
func TestNodes_OnOneFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "recommend.db")
	var nodes []*local.Engine
	for range 2 {
		db, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		defer func() { require.NoError(t, db.Close()) }()
		nodes = append(nodes, node(t, db, local.Config{}))
		defer run(t, nodes[len(nodes)-1])()
	}
	eventually := func(what string, fn func() bool) {
		t.Helper()
		require.Eventually(t, fn, 30*time.Second, 20*time.Millisecond, what)
	}
	put(t, nodes[0], item("a"), item("b"))
	eventually("items", func() bool { return nodes[1].Programme().Now().Len() == 2 })
	assert.Empty(t, settled(t, nodes[1], "ann"))
	record(t, nodes[0], did("ann", recommend.Book, "a")...)
	eventually("feedback", func() bool { return settled(t, nodes[1], "ann")["a"] })
	require.NoError(t, nodes[0].Forget(t.Context(), "ann"))
	eventually("who was forgotten", func() bool { return len(settled(t, nodes[1], "ann")) == 0 })
}

// After Forget nothing of the person is left: neither in memory nor in the journal. Others are as before.
func TestForget_LeavesNothing(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := node(t, m, local.Config{})
	crowds(t, e)
	require.NoError(t, e.UpsertUsers(t.Context(), []recommend.User{{ID: "of-a1", City: "paris", Follows: []string{"person:x"}}}))
	other := recommended(t, e, ask("of-a2"))
	recommended(t, e, ask("of-a1"))
	deeds, _ := e.Remembered("of-a1")
	require.Positive(t, deeds)

	require.NoError(t, e.Forget(t.Context(), "of-a1"))
	deeds, _ = e.Remembered("of-a1")
	assert.Zero(t, deeds)
	assert.NotContains(t, m.users, recommend.UserID("of-a1"))
	assert.NotContains(t, m.feedback, recommend.UserID("of-a1"))
	assert.NotContains(t, string(m.models[""].Bytes), "of-a1", "nobody is in a model")
	assert.Equal(t, recommended(t, e, ask("stranger")), recommended(t, e, ask("of-a1")))
	assert.Equal(t, other, recommended(t, e, ask("of-a2")))
	assert.False(t, saw(t, e, "of-a1", "a1"))
	require.NoError(t, e.Forget(t.Context(), "of-a1"), "again")
	require.NoError(t, e.Forget(t.Context(), "never"))
	_, before := e.Trial("a0")
	rebuild(t, e)
	_, after := e.Trial("a0")
	assert.InDelta(t, before-1, after, 0, "of whom nine had booked it")
}

// Who is forgotten at another node while their history is read here does not stay in memory.
func TestForget_WhileAHistoryIsRead(t *testing.T) {
	t.Parallel()
	m := newMemory()
	here := node(t, m, local.Config{})
	put(t, here, item("a"), item("heard"))
	record(t, here, did("ann", recommend.Book, "a")...)
	defer run(t, here)()
	require.Eventually(t, func() bool { // until it hears
		record(t, here, recommend.Feedback{Kind: recommend.Shown, User: "ben", Item: "heard", At: time.Now()})
		shown, _ := here.Trial("heard")
		return shown > 0
	}, 20*time.Second, time.Millisecond)
	m.mu.Lock()
	m.between = func() {
		assert.NoError(t, m.Forget(context.Background(), "ann"))
		for range 10_000 { // others have time to hear of it
			runtime.Gosched()
		}
	}
	m.mu.Unlock()
	settled(t, here, "ann")
	require.Eventually(t, func() bool { deeds, _ := here.Remembered("ann"); return deeds == 0 }, 30*time.Second, time.Millisecond)
}

// All calls at a time, while it learns and hears.
func TestEngine_AllAtATime(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := node(t, m, local.Config{Remember: 4})
	crowds(t, e)
	defer run(t, e)()
	var wait sync.WaitGroup
	for n := range 8 {
		wait.Go(func() {
			user := fmt.Sprintf("of-a%d", n)
			for i := range times {
				q := ask(user)
				q.Like, q.Context.City = "a1", fmt.Sprintf("city%d", i%3)
				recommended(t, e, q)
				popular(t, e, q)
				_, err := e.Similar(context.Background(), q)
				assert.NoError(t, err)
				_, err = e.Explain(context.Background(), q, []recommend.ItemID{"a0", "b0"})
				assert.NoError(t, err)
				record(t, e, did(user, recommend.View, fmt.Sprintf("b%d", i%8))...)
				e.Trial("a0")
				e.Health(context.Background())
				switch i % 5 {
				case 0:
					put(t, e, item(fmt.Sprintf("new%d-%d", n, i)))
				case 1:
					rebuild(t, e)
				case 2:
					assert.NoError(t, e.Forget(context.Background(), recommend.UserID(user)))
				}
			}
		})
	}
	wait.Wait()
}
