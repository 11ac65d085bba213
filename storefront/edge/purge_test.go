package edge_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/edge"
)

func TestPurge_DropsThePagesOfATag(t *testing.T) {
	t.Parallel()
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		name := strings.TrimPrefix(string(rc.Path()), "/p/")
		edge.Publish(rc, edge.Page{Tags: []string{"event:" + name, "city:mumbai"}})
		rc.SetBodyString(name)
	})
	for _, name := range []string{"a", "b", "c"} {
		s.get("/p/" + name)
	}
	s.Purge("event:a", "event:nobody")
	for _, name := range []string{"a", "b", "c"} {
		s.get("/p/" + name)
	}
	assert.EqualValues(t, 4, s.renders.Load(), "one was made again")
	s.Purge("city:mumbai")
	assert.Zero(t, s.Stats().Pages)
	s.get("/p/b")
	assert.EqualValues(t, 5, s.renders.Load())
	s.PurgeAll()
	s.Purge()
	s.get("/p/b")
	assert.EqualValues(t, 6, s.renders.Load())

	log := s.Purges()
	require.Len(t, log, 3)
	assert.Equal(t, edge.Purge{At: *s.now.Load(), Pages: 1}, log[0])
	assert.Equal(t, edge.Purge{At: *s.now.Load(), Tags: []string{"city:mumbai"}, Pages: 3}, log[1])
	assert.Equal(t, 1, log[2].Pages)
}

// The page is read, then changed and purged, then written: what was read must not outlive the purge.
func TestPurge_DuringARenderingItIsNotKept(t *testing.T) {
	t.Parallel()
	for name, purge := range map[string]func(*shop){
		"a tag of the page": func(s *shop) { s.Purge("event:1") },
		"everything":        func(s *shop) { s.PurgeAll() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var price, renders atomic.Int64
			read, purged := make(chan struct{}), make(chan struct{})
			s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
				seen := price.Load()
				if renders.Add(1) == 1 {
					close(read)
					<-purged
				}
				edge.Publish(rc, edge.Page{Tags: []string{"event:1"}})
				_, _ = fmt.Fprintf(rc, "price %d", seen)
			})
			before := make(chan string, 1)
			go func() { before <- string(s.get("/p/x").Body()) }()
			<-read
			price.Store(1)
			purge(s)
			after := make(chan string, 1)
			go func() { after <- string(s.get("/p/x").Body()) }()
			close(purged)
			assert.Equal(t, "price 1", <-after, "who comes after the purge sees what is true then")
			<-before
			assert.Equal(t, "price 1", string(s.get("/p/x").Body()))
		})
	}
}

// However often a page is purged, who asks for it gets what was true when he asked, and no cache in front keeps that.
func TestPurge_OfAPageWheneverItIsMade(t *testing.T) {
	t.Parallel()
	var s *shop
	var n atomic.Int64
	s = newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		listing(&n)(rc)
		s.Purge("event:1")
	})
	for i := range 3 {
		answer := s.get("/p/x")
		assert.Equal(t, fasthttp.StatusOK, answer.StatusCode())
		assert.Contains(t, string(answer.Body()), fmt.Sprintf("rendering %d ", i+1))
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Cache-Status": "Marquee; fwd=uri-miss; detail=not-kept", "Age": "", "Surrogate-Key": "",
		} {
			assert.Equal(t, want, string(answer.Header.Peek(name)), name)
		}
		assert.Zero(t, s.Stats().Pages)
	}
	assert.Zero(t, s.Stats().Failed)
}

// Nobody who came after a purge sees what was true before, or is sent away, even if what he waits for next is purged as well.
func TestPurge_AgainWhileManyWait(t *testing.T) {
	t.Parallel()
	const requests = 100
	var renders atomic.Int64
	began, goOn := make(chan struct{}), make(chan struct{})
	var s *shop
	s = newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		n := renders.Add(1)
		if n == 1 {
			close(began)
			<-goOn
		}
		edge.Publish(rc, edge.Page{Tags: []string{"event:1"}})
		_, _ = fmt.Fprintf(rc, "rendering %d", n)
		if n > 1 {
			s.Purge("event:1")
		}
	})
	var wait sync.WaitGroup
	var busy, old atomic.Int64
	wait.Go(func() { s.get("/p/x") })
	<-began
	s.Purge("event:1")
	for range requests {
		wait.Go(func() {
			answer := s.get("/p/x")
			if answer.StatusCode() != fasthttp.StatusOK {
				busy.Add(1)
			}
			if string(answer.Body()) == "rendering 1" {
				old.Add(1)
			}
		})
	}
	close(goOn)
	wait.Wait()
	assert.Zero(t, busy.Load())
	assert.Zero(t, old.Load(), "what was true before the purge")
}

func TestPurge_OfAnotherTagDuringARendering(t *testing.T) {
	t.Parallel()
	read, purged := make(chan struct{}), make(chan struct{})
	var n atomic.Int64
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		if n.Load() == 0 {
			close(read)
			<-purged
		}
		listing(&n)(rc)
	})
	done := make(chan struct{})
	go func() { defer close(done); s.get("/p/x") }()
	<-read
	s.Purge("event:2")
	close(purged)
	<-done
	s.get("/p/x")
	assert.EqualValues(t, 1, n.Load())
}

// Readers, changes and purges at once: nobody may see a version older than the last one whose purge had ended when he asked.
func TestPurge_NothingStaleIsSeenAfterIt(t *testing.T) {
	t.Parallel()
	var versions [8]atomic.Int64 // what is true
	var settled [8]atomic.Int64  // what must be seen
	s := newShop(t, edge.Config{}, func(rc *fasthttp.RequestCtx) {
		var i int
		_, err := fmt.Sscanf(string(rc.Path()), "/p/%d", &i)
		require.NoError(t, err)
		v := versions[i].Load()
		runtime.Gosched()
		edge.Publish(rc, edge.Page{Tags: []string{fmt.Sprintf("event:%d", i)}})
		_, _ = fmt.Fprintf(rc, "%d", v)
	})
	var readers, writers sync.WaitGroup
	var stop atomic.Bool
	var stale, busy atomic.Int64
	for range 4 {
		readers.Go(func() {
			for !stop.Load() {
				i := rand.IntN(len(versions))
				least := settled[i].Load()
				var seen int64
				answer := s.get(fmt.Sprintf("/p/%d", i))
				if answer.StatusCode() != fasthttp.StatusOK {
					busy.Add(1)
				}
				if _, err := fmt.Sscanf(string(answer.Body()), "%d", &seen); err != nil || seen < least {
					stale.Add(1)
				}
			}
		})
	}
	for i := range versions {
		writers.Go(func() {
			for range 300 {
				v := versions[i].Add(1)
				s.Purge(fmt.Sprintf("event:%d", i))
				settled[i].Store(v)
			}
		})
	}
	writers.Wait()
	stop.Store(true)
	readers.Wait()
	assert.Zero(t, stale.Load())
	assert.Zero(t, busy.Load(), "purged too often to be served")
}

func TestCache_StaysWithinItsMemory(t *testing.T) {
	t.Parallel()
	noise := rand.New(rand.NewPCG(1, 2))
	body := make([]byte, 40_000)
	for i := range body {
		body[i] = byte(noise.Uint32())
	}
	s := newShop(t, edge.Config{Bytes: 1 << 20}, func(rc *fasthttp.RequestCtx) {
		edge.Publish(rc, edge.Page{Tags: []string{"all"}})
		rc.SetBody(body)
	})
	for i := range 200 {
		s.get(fmt.Sprintf("/p/%d", i))
	}
	require.Eventually(t, func() bool { return s.Stats().Bytes <= 1<<20 }, patience, time.Millisecond)
	stats := s.Stats()
	assert.Positive(t, stats.Pages)
	assert.Less(t, stats.Pages, 12)
	s.Purge("all")
	assert.Zero(t, s.Stats().Pages)
}

func TestStats_CountsAndTop(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	s := newShop(t, edge.Config{}, listing(&n))
	for i, address := range []string{"/p/a", "/p/b", "/p/c?date=1"} {
		for range 1 + 2*i {
			s.get(address)
		}
	}
	s.get("/holds/1")
	stats := s.Stats()
	assert.Equal(t, []int64{6, 3, 1, 0, 0}, []int64{stats.Hits, stats.Renders, stats.Passed, stats.Stale, stats.Failed})
	assert.InDelta(t, 6.0/9, stats.HitRate(), 1e-9)
	assert.Zero(t, edge.Stats{}.HitRate())
	assert.Equal(t, 3, stats.Pages)
	assert.Greater(t, stats.Bytes, int64(3*1024))

	top := s.Top(2)
	require.Len(t, top, 2)
	assert.Equal(t, "/p/c?date=1", top[0].Address)
	assert.EqualValues(t, 5, top[0].Hits)
	assert.Equal(t, []string{"city:mumbai", "event:1"}, top[0].Tags)
	assert.Equal(t, time.Minute, top[0].Fresh.Sub(top[0].Made))
	assert.Equal(t, "/p/b", top[1].Address)
	assert.Len(t, s.Top(10), 3)
}
