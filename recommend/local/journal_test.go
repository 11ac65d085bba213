package local_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

// now is the clock of most tests: a Monday evening, in no season.
var now = time.Date(2026, 9, 14, 19, 0, 0, 0, time.UTC)

// memory is a local.Journal in memory, of which several engines may be nodes.
type memory struct {
	mu       sync.Mutex
	items    []recommend.Item
	users    map[recommend.UserID]recommend.User
	feedback map[recommend.UserID][]recommend.Feedback
	models   map[recommend.Tenant]recommend.Model
	log      []recommend.Change
	told     chan struct{} // closed when the log grows
	writes   int
	saved    int

	reading func(recommend.Feedback) // called for each feedback that EachFeedback reads, when it is set
	between func()                   // called once between reading a history and answering with it, when it is set
	broken  error                    // what reading a history says, when it is set
}

func newMemory() *memory {
	return &memory{
		users: map[recommend.UserID]recommend.User{}, feedback: map[recommend.UserID][]recommend.Feedback{},
		models: map[recommend.Tenant]recommend.Model{}, told: make(chan struct{}),
	}
}

// write locks the journal, and tells who watches.
func (m *memory) write(changes ...recommend.Change) {
	m.writes++
	m.log = append(m.log, changes...)
	close(m.told)
	m.told = make(chan struct{})
}

func (m *memory) PutItems(_ context.Context, items []recommend.Item) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, item := range items {
		i := slices.IndexFunc(m.items, func(x recommend.Item) bool { return x.ID == item.ID })
		if i < 0 {
			i = len(m.items)
			m.items = append(m.items, item)
		}
		m.items[i] = item
		m.write(recommend.Change{Item: &item})
	}
	return nil
}

func (m *memory) Items(context.Context) ([]recommend.Item, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.items), nil
}

func (m *memory) PutUsers(_ context.Context, users []recommend.User) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, u := range users {
		m.users[u.ID] = u
		m.write(recommend.Change{User: &u})
	}
	return nil
}

func (m *memory) User(_ context.Context, id recommend.UserID) (recommend.User, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	u, known := m.users[id]
	return u, known, nil
}

func same(f recommend.Feedback, item recommend.ItemID, kind recommend.Kind) bool {
	return f.Item == item && f.Kind == kind
}

func (m *memory) Record(_ context.Context, list []recommend.Feedback) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, f := range list {
		mine := m.feedback[f.User]
		i := slices.IndexFunc(mine, func(x recommend.Feedback) bool { return same(x, f.Item, f.Kind) })
		if i >= 0 && !f.At.After(mine[i].At) {
			continue
		}
		if i >= 0 {
			mine = slices.Delete(mine, i, i+1)
		}
		m.feedback[f.User] = append(mine, f)
		m.write(recommend.Change{Feedback: &f})
	}
	return nil
}

func (m *memory) Withdraw(_ context.Context, list []recommend.Withdrawn) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range list {
		m.feedback[w.User] = slices.DeleteFunc(m.feedback[w.User], func(x recommend.Feedback) bool { return same(x, w.Item, w.Kind) })
		m.write(recommend.Change{Withdrawn: &w})
	}
	return nil
}

func (m *memory) History(_ context.Context, user recommend.UserID, most int) ([]recommend.Feedback, error) {
	m.mu.Lock()
	list, between, err := slices.Clone(m.feedback[user]), m.between, m.broken
	m.between = nil
	m.mu.Unlock()
	if between != nil {
		between()
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b recommend.Feedback) int { return b.At.Compare(a.At) })
	return list[:min(len(list), most)], nil
}

func (m *memory) EachFeedback(_ context.Context, since time.Time, fn func(recommend.Feedback) error) error {
	m.mu.Lock()
	var all []recommend.Feedback
	for _, user := range slices.Sorted(maps.Keys(m.feedback)) {
		list := slices.Clone(m.feedback[user])
		slices.SortStableFunc(list, func(a, b recommend.Feedback) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Item, b.Item)) })
		all = append(all, list...)
	}
	reading := m.reading
	m.mu.Unlock()
	for _, f := range all {
		if f.At.Before(since) {
			continue
		}
		if reading != nil {
			reading(f)
		}
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) Forget(_ context.Context, user recommend.UserID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.users, user)
	delete(m.feedback, user)
	m.write(recommend.Change{Forgotten: user})
	return nil
}

func (m *memory) Watch(ctx context.Context, fn func([]recommend.Change)) error {
	m.mu.Lock()
	seen := len(m.log)
	m.mu.Unlock()
	fn(nil)
	for {
		m.mu.Lock()
		news, told := slices.Clone(m.log[seen:]), m.told
		m.mu.Unlock()
		seen += len(news)
		if len(news) > 0 {
			fn(news)
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-told:
		}
	}
}

func (m *memory) SaveModel(_ context.Context, tenant recommend.Tenant, version string, at time.Time, model []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.saved++
	m.models[tenant] = recommend.Model{Version: version, At: at, Bytes: model}
	return nil
}

func (m *memory) LoadModel(_ context.Context, tenant recommend.Tenant) (recommend.Model, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kept, found := m.models[tenant]
	return kept, found, nil
}

// node opens an engine on a journal, with the clock of the tests.
func node(t testing.TB, journal local.Journal, cfg local.Config) *local.Engine {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return now }
	}
	e, err := local.Open(context.Background(), journal, cfg)
	require.NoError(t, err)
	return e
}

// fail is what rapid and testing have in common.
type fail interface {
	require.TestingT
	Helper()
}

func put(t fail, e *local.Engine, items ...recommend.Item) {
	t.Helper()
	require.NoError(t, e.UpsertItems(context.Background(), items))
}

func record(t fail, e *local.Engine, list ...recommend.Feedback) {
	t.Helper()
	require.NoError(t, e.Record(context.Background(), list))
}

func rebuild(t fail, e *local.Engine) {
	t.Helper()
	require.NoError(t, e.Rebuild(context.Background()))
}

// did is feedback of an hour ago.
func did(user string, kind recommend.Kind, items ...string) []recommend.Feedback {
	var list []recommend.Feedback
	for _, item := range items {
		list = append(list, recommend.Feedback{Kind: kind, User: recommend.UserID(user), Item: recommend.ItemID(item), Tenant: "ptn", At: now.Add(-time.Hour)})
	}
	return list
}

// ask is a query of a user; empty for nobody.
func ask(user string) recommend.Query {
	return recommend.Query{Tenant: "ptn", User: recommend.UserID(user), N: 50, Context: recommend.Context{Now: now}}
}

func ids(list []recommend.Scored) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, string(s.Item))
	}
	return out
}

func recommended(t fail, e *local.Engine, q recommend.Query) []string {
	t.Helper()
	list, err := e.Recommend(context.Background(), q)
	require.NoError(t, err)
	return ids(list)
}

func popular(t fail, e *local.Engine, q recommend.Query) []string {
	t.Helper()
	list, err := e.Popular(context.Background(), q)
	require.NoError(t, err)
	return ids(list)
}

func settled(t fail, e *local.Engine, user string) map[recommend.ItemID]bool {
	t.Helper()
	list, err := e.Settled(context.Background(), recommend.UserID(user))
	require.NoError(t, err)
	return list
}

func saw(t fail, e *local.Engine, user, item string) bool {
	t.Helper()
	yes, err := e.Saw(context.Background(), recommend.UserID(user), recommend.ItemID(item))
	require.NoError(t, err)
	return yes
}

// before checks that an item comes before another one in a list.
func before(t fail, list []string, first, second string, why string) {
	t.Helper()
	a, b := slices.Index(list, first), slices.Index(list, second)
	require.True(t, a >= 0 && b >= 0, "%s and %s are in %v", first, second, list)
	require.Less(t, a, b, "%s before %s: %s", first, second, why)
}

// item is an item that has nothing in common with others but its tenant, is on in Berlin and has been there for two months.
func item(id string, change ...func(*recommend.Item)) recommend.Item {
	i := recommend.Item{
		ID: recommend.ItemID(id), Tenant: "ptn", Title: id, Organizer: "by " + id, People: []string{"artist " + id}, Genres: []string{"genre " + id},
		Places: []recommend.Place{{Venue: "venue " + id, City: "berlin", Lat: 52.52, Lng: 13.4}},
		Added:  now.AddDate(0, -2, 0), First: now.AddDate(0, 1, 0), Last: now.AddDate(0, 1, 0), Capacity: 1000,
	}
	for _, fn := range change {
		fn(&i)
	}
	return i
}

func with(people ...string) func(*recommend.Item) {
	return func(i *recommend.Item) { i.People = people }
}

func genre(names ...string) func(*recommend.Item) {
	return func(i *recommend.Item) { i.Genres = names }
}

func in(cities ...string) func(*recommend.Item) {
	return func(i *recommend.Item) {
		i.Places = nil
		for _, c := range cities {
			i.Places = append(i.Places, recommend.Place{Venue: "venue in " + c, City: c})
		}
	}
}

func daysOld(days int) func(*recommend.Item) {
	return func(i *recommend.Item) { i.Added = now.AddDate(0, 0, -days) }
}

// crowds has two tastes: people who book a0 to a7, and people who book b0 to b7, each all but some.
func crowds(t fail, e *local.Engine) {
	t.Helper()
	var items []recommend.Item
	for n := range 8 {
		items = append(items, item(fmt.Sprintf("a%d", n)), item(fmt.Sprintf("b%d", n)))
	}
	put(t, e, items...)
	var list []recommend.Feedback
	for p := range 12 {
		for n := range 8 {
			if (n+p)%4 != 0 {
				list = append(list, did(fmt.Sprintf("of-a%d", p), recommend.Book, fmt.Sprintf("a%d", n))...)
				list = append(list, did(fmt.Sprintf("of-b%d", p), recommend.Book, fmt.Sprintf("b%d", n))...)
			}
		}
	}
	record(t, e, list...)
	rebuild(t, e)
}
