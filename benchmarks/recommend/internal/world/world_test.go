package world_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/benchmarks/recommend/internal/world"
	"github.com/marquee-tickets/marquee/recommend"
)

// small is a world that is made in no time.
func small(seed uint64) *world.World {
	return world.New(world.Config{People: 200, Cities: 3, Scenes: 6, Genres: 2, Artists: 300, Weeks: 8, EventsAWeek: 20, Cold: 60, Seed: seed})
}

func TestNew_SameForTheSameSeed(t *testing.T) {
	t.Parallel()
	a, b, c := small(1), small(1), small(2)
	assert.Equal(t, a.Items, b.Items)
	assert.Equal(t, a.Feedback, b.Feedback)
	assert.Equal(t, a.SoldOut, b.SoldOut)
	assert.Equal(t, a.People, b.People)
	assert.NotEqual(t, a.Feedback, c.Feedback)
	for i := range a.People {
		assert.Equal(t, a.Wanted(&a.People[i]), b.Wanted(&b.People[i]))
	}
}

func TestNew_NobodyPlaysACityTwice(t *testing.T) {
	t.Parallel()
	w := small(3)
	been := map[[2]string]bool{}
	for _, item := range w.Items {
		require.Len(t, item.Places, 1)
		at := [2]string{item.People[0], item.Places[0].City}
		require.False(t, been[at], "%v", at)
		been[at] = true
		require.NoError(t, item.Validate())
	}
}

func TestNew_NobodyHasSeenWhatIsCold(t *testing.T) {
	t.Parallel()
	w := small(4)
	assert.Len(t, w.Cold, 60)
	cold := map[recommend.ItemID]bool{}
	for _, i := range w.Cold {
		cold[w.Items[i].ID] = true
		assert.False(t, w.Items[i].Hidden)
		assert.False(t, w.SoldOut[i])
	}
	require.NotEmpty(t, w.Feedback)
	kinds := map[recommend.Kind]int{}
	for _, f := range w.Feedback {
		assert.False(t, cold[f.Item])
		assert.True(t, f.At.Before(w.Now))
		require.NoError(t, f.Validate())
		kinds[f.Kind]++
	}
	assert.Greater(t, kinds[recommend.View], kinds[recommend.Book])
	assert.Positive(t, kinds[recommend.Book])
}

// Events end: nobody looks at what is over, where they do not live, or what has not come yet.
func TestNew_PeopleSeeWhatIsOnWhereTheyLive(t *testing.T) {
	t.Parallel()
	w := small(5)
	items, homes := map[recommend.ItemID]recommend.Item{}, map[recommend.UserID]string{}
	for _, item := range w.Items {
		items[item.ID] = item
	}
	for _, p := range w.People {
		homes[p.ID] = p.City
	}
	for _, f := range w.Feedback {
		item := items[f.Item]
		assert.True(t, item.In(homes[f.User]))
		assert.True(t, f.At.After(item.Added), "it was there")
		assert.True(t, f.At.Before(item.First), "it was not over")
	}
}

// What people book they like more than what else is on: tastes are what was planted.
func TestNew_PeopleBookWhatTheyLike(t *testing.T) {
	t.Parallel()
	w := small(6)
	index, people := map[recommend.ItemID]int{}, map[recommend.UserID]*world.Person{}
	for i, item := range w.Items {
		index[item.ID] = i
	}
	for i := range w.People {
		people[w.People[i].ID] = &w.People[i]
	}
	var booked, other float64
	n := 0
	for k, f := range w.Feedback {
		if f.Kind == recommend.Book {
			p := people[f.User]
			booked += w.Utility(p, index[f.Item])
			other += w.Utility(p, k%len(w.Items))
			n++
		}
	}
	require.Positive(t, n)
	assert.Greater(t, booked/float64(n), other/float64(n)+1)
}

func TestAvailable_NeitherOverNorSoldOut(t *testing.T) {
	t.Parallel()
	w := small(7)
	can := w.Available()
	hidden, sold := 0, 0
	for i, item := range w.Items {
		assert.Equal(t, !item.Hidden && !w.SoldOut[i], can[item.ID])
		if item.Hidden {
			hidden++
		} else if w.SoldOut[i] {
			sold++
		}
	}
	assert.Positive(t, hidden)
	assert.Positive(t, sold, "some are sold out and do not say so")
}

func TestWanted_ThreeColdEventsWhereTheyLive(t *testing.T) {
	t.Parallel()
	w := small(8)
	cold := map[int]bool{}
	for _, i := range w.Cold {
		cold[i] = true
	}
	for i := range w.People {
		p := &w.People[i]
		wanted := w.Wanted(p)
		assert.Len(t, wanted, 3)
		for n := range wanted {
			assert.True(t, cold[n])
			assert.True(t, w.Items[n].In(p.City))
		}
	}
}
