package local_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/local"
)

func of(tenant string) func(*recommend.Item) {
	return func(i *recommend.Item) { i.Tenant = recommend.Tenant(tenant) }
}

// Whatever people did at whichever tenant, nobody is answered with another tenant's items, nor told of them as a reason.
func TestTenants_NeverSeeEachOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, err := local.Open(context.Background(), newMemory(), local.Config{Now: func() time.Time { return now }})
		require.NoError(t, err)
		tenants := []string{"x", "y", "z"}
		var items []recommend.Item
		for n := range 12 {
			items = append(items, item(fmt.Sprintf("i%d", n), of(tenants[n%3]), genre(rapid.SampledFrom([]string{"jazz", "film"}).Draw(t, "genre")),
				with(rapid.SampledFrom([]string{"ann lee", "trio", "duo"}).Draw(t, "artist"))))
		}
		put(t, e, items...)
		anyItem := rapid.Custom(func(t *rapid.T) string { return string(items[rapid.IntRange(0, 11).Draw(t, "n")].ID) })
		for range rapid.IntRange(0, 40).Draw(t, "deeds") {
			user := fmt.Sprintf("u%d", rapid.IntRange(0, 4).Draw(t, "user"))
			record(t, e, did(user, rapid.SampledFrom(recommend.Kinds()).Draw(t, "kind"), anyItem.Draw(t, "item"))...)
		}
		if rapid.Bool().Draw(t, "learnt") {
			rebuild(t, e)
		}
		q := ask("u1")
		q.Tenant = recommend.Tenant(rapid.SampledFrom(tenants).Draw(t, "tenant"))
		q.Like = recommend.ItemID(anyItem.Draw(t, "like"))
		q.Session = []recommend.Signal{{Kind: recommend.View, Item: recommend.ItemID(anyItem.Draw(t, "looked at"))}}
		for _, find := range []func(context.Context, recommend.Query) ([]recommend.Scored, error){e.Recommend, e.Similar, e.Popular} {
			found, err := find(context.Background(), q)
			require.NoError(t, err)
			var list []recommend.ItemID
			for _, s := range found {
				x, known := e.Programme().Now().Item(s.Item)
				require.True(t, known)
				require.Equal(t, q.Tenant, x.Tenant)
				list = append(list, s.Item)
			}
			reasons, err := e.Explain(context.Background(), q, list)
			require.NoError(t, err)
			for _, why := range reasons {
				require.NotEmpty(t, why.Code)
				if why.Item != "" {
					x, _ := e.Programme().Now().Item(why.Item)
					require.Equal(t, q.Tenant, x.Tenant, "%v", why)
				}
			}
		}
	})
}

// busy has people who book at a tenant what belongs together there: the first half of its items, or the second.
func busy(t *testing.T, e *local.Engine, tenant string, people int) {
	t.Helper()
	var items []recommend.Item
	for n := range 20 {
		items = append(items, item(fmt.Sprintf("%s%d", tenant, n), of(tenant), with(fmt.Sprintf("artist %d", n))))
	}
	put(t, e, items...)
	var list []recommend.Feedback
	for p := range people {
		for n := range 5 {
			list = append(list, did(fmt.Sprintf("%s-person%d", tenant, p), recommend.Book, fmt.Sprintf("%s%d", tenant, p%2*10+(p/2+n*3)%10))...)
		}
	}
	record(t, e, list...)
}

// A tenant with enough of its own has a model, which counts the more the more there is; others have the shared one.
func TestTenants_OwnModelBesideTheShared(t *testing.T) {
	t.Parallel()
	e := node(t, newMemory(), local.Config{})
	busy(t, e, "big", 300)
	busy(t, e, "small", 50)
	rebuild(t, e)
	some := e.Share("big")
	assert.InDelta(t, 1500./6500, some, 1e-9)
	assert.Zero(t, e.Share("small"))
	assert.Equal(t, e.Model(""), e.Model("small"))
	assert.NotEmpty(t, e.Known(""))
	busy(t, e, "big", 900)
	rebuild(t, e)
	assert.Greater(t, e.Share("big"), some)
	assert.Less(t, e.Share("big"), 1.)

	// Nobody of the small one has booked what ann has, but people of the big one have booked the same artists.
	put(t, e, item("s-new", of("small"), with("artist 3")), item("s-other", of("small"), with("artist 13")))
	record(t, e, did("ann", recommend.Book, "big0", "big6")...)
	q := ask("ann")
	q.Tenant = "small"
	before(t, recommended(t, e, q), "s-new", "s-other", "artists 0 and 6 go together with 3")
}

// Alone there is one model: that of all people is the tenant's.
func TestTenants_OneAloneHasTheSharedModel(t *testing.T) {
	t.Parallel()
	m := newMemory()
	e := node(t, m, local.Config{})
	busy(t, e, "big", 300)
	rebuild(t, e)
	assert.Zero(t, e.Share("big"))
	assert.Len(t, m.models, 1)
}
