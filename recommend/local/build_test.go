package local_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math"
	"path/filepath"
	"strings"
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

// What is recorded while a model is learnt counts: in the person's answers at once, in what is popular when the rebuild is over, and in the
// next model.
func TestRebuild_LosesNothingThatIsRecordedMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		e := node(t, m, local.Config{Now: time.Now, Mix: local.Mix{Learnt: 1, Alike: .2, Popular: 1, Trust: 1}})
		put(t, e, item("quiet"), item("late"))
		stop := run(t, e)
		defer stop()
		feedback := func(user, item string) recommend.Feedback {
			return recommend.Feedback{Kind: recommend.Book, User: recommend.UserID(user), Item: recommend.ItemID(item), At: time.Now()}
		}
		record(t, e, feedback("u", "quiet"))
		time.Sleep(time.Second)
		synctest.Wait()
		var once sync.Once
		m.mu.Lock()
		m.reading = func(recommend.Feedback) {
			once.Do(func() {
				for n := range 9 {
					record(t, e, feedback(fmt.Sprintf("late%d", n), "late"))
				}
				time.Sleep(time.Second) // until they are heard
			})
		}
		m.mu.Unlock()
		rebuild(t, e)
		assert.Equal(t, []string{"late", "quiet"}, popular(t, e, ask("")))
		assert.True(t, settled(t, e, "late3")["late"])
		m.mu.Lock()
		m.reading = nil
		m.mu.Unlock()
		known := len(e.Known(""))
		time.Sleep(11 * time.Minute) // the next rebuild, which is due as there was something new
		synctest.Wait()
		assert.Greater(t, len(e.Known("")), known)
	})
}

// run runs the engine until stop is called, which waits for it.
func run(t *testing.T, e *local.Engine) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { assert.NoError(t, e.Run(ctx)) })
	return func() {
		cancel()
		done.Wait()
	}
}

func TestRun_LearnsWhenThereIsSomethingNew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		e := node(t, m, local.Config{Rebuild: time.Minute, Now: time.Now})
		stop := run(t, e)
		defer stop()
		synctest.Wait()
		assert.Equal(t, 1, m.saved, "without a model it learns at once")
		time.Sleep(5 * time.Minute)
		assert.Equal(t, 1, m.saved, "there was nothing new")
		put(t, e, item("a"))
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		assert.Equal(t, 2, m.saved)
	})
}

// A restart is not cold: the same answers from the same model, with nothing learnt anew.
func TestOpen_AgainOnTheSameJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "recommend.db")
	answers := map[string][]string{}
	var model recommend.Health
	for start := range 2 {
		db, err := sqlite.Open(t.Context(), path)
		require.NoError(t, err)
		e := node(t, db, local.Config{})
		if start == 0 {
			crowds(t, e)
			require.NoError(t, e.UpsertUsers(t.Context(), []recommend.User{{ID: "new", Follows: []string{string(recommend.PersonKey("artist b3"))}}}))
			model = e.Health(t.Context())
		}
		assert.Equal(t, model, e.Health(t.Context()))
		assert.NotEmpty(t, model.Model)
		assert.Equal(t, now, model.Since)
		for _, user := range []string{"of-a1", "of-b3", "new", ""} {
			list := recommended(t, e, ask(user))
			if start == 1 {
				assert.Equal(t, answers[user], list, user)
			}
			answers[user] = list
		}
		require.NoError(t, db.Close())
	}
}

func TestOpen_DamagedModelIsLearntAnew(t *testing.T) {
	t.Parallel()
	m := newMemory()
	crowds(t, node(t, m, local.Config{}))
	whole := m.models[""].Bytes
	inf := bytes.Clone(whole)
	for i, b := range []byte{0, 0, 0, 0, 0, 0, 0xf0, 0x7f} {
		inf[1+i] = b // how much there was to learn from
	}
	for name, damaged := range map[string][]byte{
		"nothing": nil, "another format": append([]byte{9}, whole[1:]...), "cut": whole[:len(whole)/2], "too long": append(bytes.Clone(whole), 1), "infinite": inf,
	} {
		m.models[""] = recommend.Model{Version: "v", At: now, Bytes: damaged}
		var log bytes.Buffer
		e := node(t, m, local.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		assert.Contains(t, log.String(), "level=WARN", name)
		assert.Contains(t, log.String(), "it will be learnt anew", name)
		assert.Empty(t, e.Health(t.Context()).Model, name)
		assert.NotEmpty(t, recommended(t, e, ask("of-a1")), name)
		rebuild(t, e)
		assert.NotEmpty(t, e.Health(t.Context()).Model, name)
	}
	m.models[""] = recommend.Model{Version: "v", At: now, Bytes: whole}
	var log bytes.Buffer
	node(t, m, local.Config{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	assert.Empty(t, log.String(), "the whole one is read")
}

// Whatever is kept as the model, an engine opens and answers with numbers.
func FuzzOpen_Model(f *testing.F) {
	m := newMemory()
	e := node(f, m, local.Config{})
	put(f, e, item("a"), item("b", with("artist a")), item("c"))
	record(f, e, append(did("ann", recommend.Book, "a", "b", "c"), did("ben", recommend.Book, "a", "c")...)...)
	rebuild(f, e)
	f.Add(m.models[""].Bytes)
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0xf0, 0x7f, 0, 0, 0})
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 'x', 1, 0})
	f.Fuzz(func(t *testing.T, model []byte) {
		kept := newMemory()
		kept.items, kept.feedback = m.items, m.feedback
		kept.models["ptn"] = recommend.Model{Version: "v", At: now, Bytes: model}
		e := node(t, kept, local.Config{})
		for _, user := range []string{"", "ann", "ben"} {
			list, err := e.Recommend(t.Context(), ask(user))
			require.NoError(t, err)
			for _, s := range list {
				require.False(t, math.IsNaN(s.Score) || math.IsInf(s.Score, 0))
			}
			_, err = e.Explain(t.Context(), ask(user), []recommend.ItemID{"a", "b", "c"})
			require.NoError(t, err)
		}
	})
}

// With more keys than can be learnt exactly, walks learn; the answers are of the same taste.
func TestRebuild_WalksAboveExact(t *testing.T) {
	t.Parallel()
	for exact, how := range map[int]string{0: "ease-", 10: "rp3-"} {
		e := node(t, newMemory(), local.Config{Exact: exact})
		crowds(t, e)
		assert.True(t, strings.HasPrefix(e.Health(t.Context()).Model, how), e.Health(t.Context()).Model)
		list := recommended(t, e, ask("of-a0"))
		before(t, list, "a0", "b0", how)
		before(t, list, "a4", "b4", how)
	}
}

// The same data is learnt in the same way, tuning included, which needs some hundred people.
func TestRebuild_IsDeterministic(t *testing.T) {
	t.Parallel()
	var first recommend.Model
	for n := range 2 {
		m := newMemory()
		e := node(t, m, local.Config{})
		busy(t, e, "ptn", 250)
		rebuild(t, e)
		if n == 1 {
			assert.Equal(t, first, m.models[""])
		}
		first = m.models[""]
	}
	assert.True(t, strings.HasPrefix(first.Version, "ease-"), first.Version)
}

func TestRebuild_StopsWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := node(t, m, local.Config{})
	crowds(t, e)
	model := e.Health(t.Context())
	ctx, cancel := context.WithCancel(t.Context())
	m.reading = func(recommend.Feedback) { cancel() }
	require.ErrorIs(t, e.Rebuild(ctx), context.Canceled)
	assert.Equal(t, model, e.Health(t.Context()), "the old one goes on answering")
	assert.Equal(t, 1, m.saved)
}
