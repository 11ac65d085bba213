package groupcommit_test

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/internal/groupcommit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// gate is a Group whose runs wait until they are let go.
type gate struct {
	*groupcommit.Group[int]
	open    chan struct{}
	batches [][]int
}

func newGate(max int) *gate {
	g := &gate{open: make(chan struct{})}
	g.Group = groupcommit.New(max, func(batch []int) {
		<-g.open
		g.batches = append(g.batches, batch)
	})
	return g
}

func TestGroup_GathersWhileBusy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate(3)
		g.Submit(1)
		synctest.Wait() // the first run holds job 1 alone
		for job := 2; job <= 6; job++ {
			g.Submit(job)
		}
		close(g.open)
		g.Wait()
		assert.Equal(t, [][]int{{1}, {2, 3, 4}, {5, 6}}, g.batches)
	})
}

func TestGroup_MaxUnderOneMeansOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0)
		g.Submit(1)
		g.Submit(2)
		g.Submit(3)
		close(g.open)
		g.Wait()
		assert.Equal(t, [][]int{{1}, {2}, {3}}, g.batches)
	})
}

func TestGroup_IdleHoldsNoGoroutine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // a goroutine left behind would be a deadlock here
		g := groupcommit.New(8, func([]int) { time.Sleep(time.Second) })
		g.Submit(1)
		g.Wait()
		g.Submit(2)
		g.Wait()
		g.Wait()
	})
}

func TestGroup_RunsAfterPanic(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ran []int
		g := groupcommit.New(1, func(batch []int) {
			if batch[0] < 0 {
				panic(batch[0])
			}
			ran = append(ran, batch...)
		})
		for _, job := range []int{1, -2, 3, -4, 5} {
			g.Submit(job)
		}
		assert.PanicsWithValue(t, -2, g.Wait, "Wait raises the first panic")
		assert.Equal(t, []int{1, 3, 5}, ran)
	})
}

func TestGroup_RunsAfterGoexit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ran []int
		g := groupcommit.New(1, func(batch []int) {
			if batch[0] == 1 {
				runtime.Goexit()
			}
			ran = append(ran, batch...)
		})
		g.Submit(1)
		g.Submit(2)
		g.Wait()
		assert.Equal(t, []int{2}, ran)
	})
}

func TestGroup_EachJobOnceInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 9).Draw(t, "max")
		senders := rapid.IntRange(1, 8).Draw(t, "senders")
		each := rapid.IntRange(0, 40).Draw(t, "jobs of a sender")
		last := make([]int, senders) // a sender's jobs come in its order
		g := groupcommit.New(limit, func(batch [][2]int) {
			if len(batch) == 0 || len(batch) > limit {
				panic("a batch of the wrong size")
			}
			for _, job := range batch {
				if job[1] != last[job[0]]+1 {
					panic("out of order")
				}
				last[job[0]] = job[1]
			}
		})
		var wg sync.WaitGroup
		for s := range senders {
			wg.Go(func() {
				for i := 1; i <= each; i++ {
					g.Submit([2]int{s, i})
				}
			})
		}
		wg.Wait()
		g.Wait()
		for s := range senders {
			require.Equal(t, each, last[s])
		}
	})
}

func BenchmarkGroup(b *testing.B) {
	var wg sync.WaitGroup
	g := groupcommit.New(256, func(batch []int) { wg.Add(-len(batch)) })
	for b.Loop() {
		wg.Add(1)
		g.Submit(1)
	}
	wg.Wait()
}
