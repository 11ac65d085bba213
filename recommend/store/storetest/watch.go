package storetest

import (
	"context"
	"fmt"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/store"
)

// listener hears a journal until it is ended.
type listener struct {
	heard chan string
	end   func()
}

// listen returns when Watch has begun.
func (s *suite) listen(db *store.DB) *listener {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	l := &listener{heard: make(chan string, 10_000)}
	began := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		first := true
		assert.NoError(s, db.Watch(ctx, func(list []recommend.Change) {
			if first {
				assert.Empty(s, list, "the first call says that it has begun")
				first = false
				close(began)
			}
			for _, line := range told(list) {
				l.heard <- line
			}
		}))
	})
	<-began
	l.end = func() { cancel(); done.Wait() }
	return l
}

// next returns the next n lines.
func (l *listener) next(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = <-l.heard
	}
	return lines
}

// flaky is a database that does not answer every other time.
type flaky struct {
	sqldb.DB
	mu    sync.Mutex
	asked int
}

func (f *flaky) Background() sqldb.DB { return f }

func (f *flaky) Read(ctx context.Context, fn func(sqldb.Tx) error) error {
	f.mu.Lock()
	f.asked++
	down := f.asked%2 == 1
	f.mu.Unlock()
	if down {
		return errBroken
	}
	return f.DB.Read(ctx, fn)
}

var watchTests = map[string]func(*suite){
	"watch_hears_all_nodes_from_now_on": func(s *suite) {
		s.record(did("ann", recommend.View, "before", 1))
		l := s.listen(s.db)
		defer l.end()
		s.record(did("ann", recommend.View, "own", 1))
		require.NoError(s, store.New(s.raw).Record(s.Context(), []recommend.Feedback{did("ann", recommend.View, "other", 1)}))
		require.NoError(s, s.db.Forget(s.Context(), "bob"))
		assert.Equal(s, []string{"ann view own 1", "ann view other 1", "forgotten bob"}, l.next(3))
	},

	"watch_hears_more_than_a_page": func(s *suite) {
		l := s.listen(s.db)
		defer l.end()
		var list []recommend.Feedback
		var want []string
		for i := range 1234 {
			list = append(list, did("ann", recommend.View, recommend.ItemID(fmt.Sprintf("%04d", i)), 1))
			want = append(want, fmt.Sprintf("ann view %04d 1", i))
		}
		s.record(list...)
		assert.Equal(s, want, l.next(len(want)))
	},

	"watch_outlives_a_database_that_does_not_answer": func(s *suite) {
		l := s.listen(store.New(&flaky{DB: s.raw}))
		defer l.end()
		s.record(did("ann", recommend.View, "a", 1))
		s.record(did("ann", recommend.View, "b", 1))
		assert.Equal(s, []string{"ann view a 1", "ann view b 1"}, l.next(2))
	},

	"watch_needs_no_acknowledgement_and_keeps_nothing": func(s *suite) {
		l := s.listen(s.db)
		s.record(did("ann", recommend.View, "a", 1))
		l.next(1)
		l.end()
		assert.Zero(s, s.count("rec_consumer"))
	},
}
