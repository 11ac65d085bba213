package recommend_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
)

var now = time.Date(2026, 11, 2, 19, 0, 0, 0, time.UTC)

// finding is how an engine answers.
type finding func(context.Context, recommend.Query) ([]recommend.Scored, error)

// fake is an engine in memory that answers as it is told to, and a recommend.Memory.
type fake struct {
	name      string
	programme *recommend.Programme

	mu        sync.Mutex
	recommend finding
	similar   finding
	popular   finding
	settled   func(context.Context) (map[recommend.ItemID]bool, error)
	saw       map[recommend.ItemID]bool
	trials    map[recommend.ItemID][2]float64
	explain   func(recommend.ItemID) recommend.Reason
	asked     []recommend.Query
}

var errDown = errors.New("the engine is down")

func down(context.Context, recommend.Query) ([]recommend.Scored, error) { return nil, errDown }

func nothing(context.Context, recommend.Query) ([]recommend.Scored, error) { return nil, nil }

// finds answers with a list, the first with the highest score.
func finds(ids ...string) finding {
	return func(context.Context, recommend.Query) ([]recommend.Scored, error) {
		list := make([]recommend.Scored, len(ids))
		for i, id := range ids {
			list[i] = recommend.Scored{Item: recommend.ItemID(id), Score: float64(len(ids) - i)}
		}
		return list, nil
	}
}

// newFake returns a memory of some items, in which nothing is found.
func newFake(name string, items ...recommend.Item) *fake {
	p := recommend.NewProgramme()
	p.Put(items...)
	return &fake{name: name, programme: p, recommend: nothing, similar: nothing, popular: nothing}
}

func (f *fake) find(ctx context.Context, q recommend.Query, how *finding) ([]recommend.Scored, error) {
	f.mu.Lock()
	f.asked = append(f.asked, q)
	answer := *how
	f.mu.Unlock()
	return answer(ctx, q)
}

// comesBack has it answer otherwise from now on.
func (f *fake) comesBack(how finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.recommend = how
}

func (f *fake) Recommend(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
	return f.find(ctx, q, &f.recommend)
}

func (f *fake) Similar(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
	return f.find(ctx, q, &f.similar)
}

func (f *fake) Popular(ctx context.Context, q recommend.Query) ([]recommend.Scored, error) {
	return f.find(ctx, q, &f.popular)
}

func (f *fake) Name() string                                          { return f.name }
func (f *fake) UpsertItems(context.Context, []recommend.Item) error   { return nil }
func (f *fake) UpsertUsers(context.Context, []recommend.User) error   { return nil }
func (f *fake) Record(context.Context, []recommend.Feedback) error    { return nil }
func (f *fake) Withdraw(context.Context, []recommend.Withdrawn) error { return nil }
func (f *fake) Forget(context.Context, recommend.UserID) error        { return nil }
func (f *fake) Programme() *recommend.Programme                       { return f.programme }
func (f *fake) Health(context.Context) recommend.Health {
	return recommend.Health{OK: true, Model: f.name + "-1"}
}

func (f *fake) Trial(item recommend.ItemID) (shown, chosen float64) {
	t := f.trials[item]
	return t[0], t[1]
}

func (f *fake) Saw(_ context.Context, _ recommend.UserID, item recommend.ItemID) (bool, error) {
	return f.saw[item], nil
}

func (f *fake) Settled(ctx context.Context, _ recommend.UserID) (map[recommend.ItemID]bool, error) {
	if f.settled == nil {
		return nil, nil
	}
	return f.settled(ctx)
}

func (f *fake) Explain(_ context.Context, _ recommend.Query, items []recommend.ItemID) ([]recommend.Reason, error) {
	list := make([]recommend.Reason, len(items))
	for i, id := range items {
		list[i] = recommend.Reason{Code: recommend.BecausePopular}
		if f.explain != nil {
			list[i] = f.explain(id)
		}
	}
	return list, nil
}

// show is an item that has nothing in common with others but its tenant, and is not new.
func show(id string, change ...func(*recommend.Item)) recommend.Item {
	item := recommend.Item{
		ID: recommend.ItemID(id), Tenant: "ptn", Title: id, Organizer: "by " + id, People: []string{"artist " + id}, Genres: []string{"genre " + id},
		Places: []recommend.Place{{Venue: "venue " + id, City: "berlin", Country: "DE"}}, Added: now.AddDate(0, -2, 0),
	}
	for _, fn := range change {
		fn(&item)
	}
	return item
}

// fresh makes an item one that came days ago.
func fresh(days int) func(*recommend.Item) {
	return func(i *recommend.Item) { i.Added = now.AddDate(0, 0, -days) }
}

func ofGenre(name string) func(*recommend.Item) {
	return func(i *recommend.Item) { i.Genres = []string{name} }
}

// shows are n shows that are called s0, s1 and so on.
func shows(n int, change ...func(*recommend.Item)) []recommend.Item {
	list := make([]recommend.Item, n)
	for i := range list {
		list[i] = show(fmt.Sprintf("s%d", i), change...)
	}
	return list
}

func idsOf(items []recommend.Item) []string {
	var ids []string
	for _, item := range items {
		ids = append(ids, string(item.ID))
	}
	return ids
}

// plain puts lists together by score alone.
var plain = recommend.Taste{Likely: 1}

// shelfOf is a shelf with the clock of the tests. It waits for what it asks unless the test says otherwise: how fast the computer is that tests run on
// is not what they are about.
func shelfOf(t testing.TB, memory recommend.Memory, cfg recommend.Config) *recommend.Shelf {
	t.Helper()
	cfg.Budget, cfg.Recall = cmp.Or(cfg.Budget, time.Minute), cmp.Or(cfg.Recall, time.Minute)
	return shelfAsSet(t, memory, cfg)
}

// shelfAsSet is shelfOf with the bounds of the configuration: for bubbles, whose time is not the computer's.
func shelfAsSet(t testing.TB, memory recommend.Memory, cfg recommend.Config) *recommend.Shelf {
	t.Helper()
	cfg.Now = func() time.Time { return now }
	s, err := recommend.New(memory, cfg)
	require.NoError(t, err)
	return s
}

// answer asks a shelf.
func answer(t testing.TB, s *recommend.Shelf, r recommend.Request) recommend.Answer {
	t.Helper()
	if r.Tenant == "" {
		r.Tenant = "ptn"
	}
	a, err := s.Recommend(t.Context(), r)
	require.NoError(t, err)
	return a
}

// picked are the items of an answer.
func picked(a recommend.Answer) []string {
	list := []string{}
	for _, p := range a.Items {
		list = append(list, string(p.Item))
	}
	return list
}
