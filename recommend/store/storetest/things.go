package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
)

// dune has every field.
var dune = recommend.Item{
	ID: "evt_dune", Tenant: "ptn_1", Title: "Dune — “Wüste” \u2028 <b>", Kind: "film", Work: "dune 1984", Series: "Lynch", Organizer: "Kino",
	People: []string{"David Lynch", "Kyle MacLachlan"}, Genres: []string{"scifi"}, Tags: []string{"35mm"}, Language: "en",
	Places:    []recommend.Place{{Venue: "ven_1", City: "berlin", Country: "DE", Lat: 52.5, Lng: 13.4}},
	PriceBand: 2, MinAge: 12, Added: after(0), First: after(time.Hour), Last: after(48 * time.Hour), Capacity: 300, Sold: 12, Hidden: true,
}

var thingTests = map[string]func(*suite){
	"items_stored_as_a_whole": func(s *suite) {
		alien := recommend.Item{ID: "evt_alien", Title: "Alien"}
		require.NoError(s, s.db.PutItems(s.Context(), []recommend.Item{dune, alien}))
		list, err := s.db.Items(s.Context())
		require.NoError(s, err)
		assert.Equal(s, []recommend.Item{alien, dune}, list, "by id")

		require.NoError(s, s.db.PutItems(s.Context(), []recommend.Item{{ID: dune.ID, Title: "Dune"}}))
		list, err = s.db.Items(s.Context())
		require.NoError(s, err)
		assert.Equal(s, []recommend.Item{alien, {ID: dune.ID, Title: "Dune"}}, list, "nothing is left of the item before")
		assert.Equal(s, []string{"item evt_alien Alien", "item evt_dune " + dune.Title, "item evt_dune Dune"}, told(s.news("engine")))
	},

	"item_read_from_the_journal_is_what_was_put": func(s *suite) {
		require.NoError(s, s.db.PutItems(s.Context(), []recommend.Item{dune}))
		list := s.news("engine")
		require.Len(s, list, 1)
		assert.Equal(s, dune, *list[0].Item)
		assert.WithinDuration(s, s.raw.Now(), list[0].At, time.Minute)
		assert.Equal(s, time.UTC, list[0].At.Location())
	},

	"unchanged_item_writes_nothing": func(s *suite) {
		require.NoError(s, s.db.PutItems(s.Context(), []recommend.Item{dune}))
		s.news("engine")
		same := dune
		same.Added = dune.Added.In(time.FixedZone("", 3600)).Add(7) // below what is stored
		require.NoError(s, s.db.PutItems(s.Context(), []recommend.Item{same}))
		assert.Empty(s, s.news("engine"))

		same.Sold++
		require.NoError(s, s.db.PutItems(s.Context(), []recommend.Item{same}))
		assert.Len(s, s.news("engine"), 1, "a changed one does")
	},

	"the_last_of_two_with_one_id_counts": func(s *suite) {
		require.NoError(s, s.db.PutItems(s.Context(), []recommend.Item{{ID: "a", Title: "first"}, {ID: "a", Title: "last"}}))
		assert.Equal(s, []string{"item a last"}, told(s.news("engine")))
	},

	"a_bad_item_is_named_and_nothing_stored": func(s *suite) {
		err := s.db.PutItems(s.Context(), []recommend.Item{dune, {ID: "a/b"}})
		require.Equal(s, "[1].id", fault.Of(err).Field)
		list, err := s.db.Items(s.Context())
		require.NoError(s, err)
		assert.Empty(s, list)
		err = s.db.PutUsers(s.Context(), []recommend.User{{ID: ""}})
		assert.Equal(s, "[0].id", fault.Of(err).Field)
	},

	"many_items": func(s *suite) {
		items := make([]recommend.Item, 2500) // more than one statement takes
		for i := range items {
			items[i] = recommend.Item{ID: recommend.ItemID(fmt.Sprintf("evt_%05d", i)), Title: "t"}
		}
		require.NoError(s, s.db.PutItems(s.Context(), items))
		list, err := s.db.Items(s.Context())
		require.NoError(s, err)
		assert.Equal(s, items, list)
		assert.Len(s, s.news("engine"), len(items))
	},

	"nothing_to_do": func(s *suite) {
		require.NoError(s, s.db.PutItems(s.Context(), nil))
		require.NoError(s, s.db.PutUsers(s.Context(), nil))
		require.NoError(s, s.db.Record(s.Context(), nil))
		require.NoError(s, s.db.Withdraw(s.Context(), nil))
		assert.Empty(s, s.news("engine"))
	},

	"people_stored_as_a_whole": func(s *suite) {
		ann := recommend.User{ID: "u_ann", Tenant: "ptn_1", City: "berlin", Language: "de", Follows: []string{"genre:jazz"}}
		require.NoError(s, s.db.PutUsers(s.Context(), []recommend.User{ann, {ID: "u_bob", City: "mumbai"}}))
		got, known, err := s.db.User(s.Context(), "u_ann")
		require.NoError(s, err)
		assert.True(s, known)
		assert.Equal(s, ann, got)

		require.NoError(s, s.db.PutUsers(s.Context(), []recommend.User{ann}))
		require.NoError(s, s.db.PutUsers(s.Context(), []recommend.User{{ID: "u_ann", City: "paris"}}))
		assert.Equal(s, []string{"user u_ann berlin", "user u_bob mumbai", "user u_ann paris"}, told(s.news("engine")))

		_, known, err = s.db.User(s.Context(), "u_eve")
		require.NoError(s, err)
		assert.False(s, known)
	},
}
