package storetest

import (
	"context"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// same asserts that what Get returns is what was made.
func same[ID ~uint32, T any](s *suite, t store.Table[ID, T], id ID, want store.Kept[T]) {
	s.Helper()
	got, err := t.Get(s.Context(), id)
	require.NoError(s, err)
	assert.Equal(s, want, got)
}

// names are those of the campaigns.
func names(list []store.Kept[ads.Campaign]) []string {
	all := []string{}
	for _, k := range list {
		all = append(all, k.Value.Name)
	}
	return all
}

func (s *suite) version() int64 {
	s.Helper()
	v, err := s.db.Version(s.Context())
	require.NoError(s, err)
	return v
}

var catalogTests = map[string]func(*suite){
	"things_read_as_they_were_made": func(s *suite) {
		s.world("other")
		w := s.world("acme")
		same(s, s.db.Advertisers, w.advertiser.Value.ID, w.advertiser)
		same(s, s.db.Campaigns, w.campaign.Value.ID, w.campaign)
		same(s, s.db.Lines, w.line.Value.ID, w.line)
		same(s, s.db.Creatives, w.creative.Value.ID, w.creative)
		same(s, s.db.Publishers, w.publisher.Value.ID, w.publisher)
		same(s, s.db.Placements, w.placement.Value.ID, w.placement)
		acme, kino := uint32(w.advertiser.Value.ID), uint32(w.publisher.Value.ID)
		assert.Equal(s, []uint32{acme, acme, acme, acme, kino, kino},
			[]uint32{w.advertiser.Owner, w.campaign.Owner, w.line.Owner, w.creative.Owner, w.publisher.Owner, w.placement.Owner})
		assert.NotZero(s, w.line.Value.ID)
		assert.Equal(s, int64(1), w.line.Revision)
		assert.False(s, w.line.Value.Created.IsZero())
	},

	"catalogue_has_everything_at_one_version": func(s *suite) {
		empty, version, err := s.db.Catalog(s.Context())
		require.NoError(s, err)
		assert.Equal(s, store.Catalog{}, empty)
		assert.Zero(s, version)

		a, b := s.world("a"), s.world("b")
		all, version, err := s.db.Catalog(s.Context())
		require.NoError(s, err)
		assert.Equal(s, store.Catalog{
			Advertisers: []ads.Advertiser{a.advertiser.Value, b.advertiser.Value},
			Campaigns:   []ads.Campaign{a.campaign.Value, b.campaign.Value},
			Lines:       []ads.Line{a.line.Value, b.line.Value},
			Creatives:   []ads.Creative{a.creative.Value, b.creative.Value},
			Publishers:  []ads.Publisher{a.publisher.Value, b.publisher.Value},
			Placements:  []ads.Placement{a.placement.Value, b.placement.Value},
		}, all)
		assert.Equal(s, int64(12), version)
		assert.Equal(s, version, s.version())
	},

	"update_needs_the_newest_revision": func(s *suite) {
		w := s.world("acme")
		v := w.campaign.Value
		v.Status, v.Name, v.Created = ads.Paused, "Later", start
		changed, err := s.db.Campaigns.Update(s.Context(), admin, v, w.campaign.Revision)
		require.NoError(s, err)
		assert.Equal(s, int64(2), changed.Revision)
		assert.Equal(s, w.campaign.Value.Created, changed.Value.Created, "it stays when it was made")
		same(s, s.db.Campaigns, v.ID, changed)

		before := s.version()
		v.Name = "Never"
		_, err = s.db.Campaigns.Update(s.Context(), admin, v, w.campaign.Revision)
		require.ErrorIs(s, err, store.ErrChanged)
		same(s, s.db.Campaigns, v.ID, changed)
		assert.Equal(s, before, s.version(), "what failed changes nothing")
	},

	"of_many_updates_at_once_one_counts": func(s *suite) {
		w := s.world("acme")
		var counted atomic.Int32
		together(8, func(i int) {
			v := w.campaign.Value
			v.Name = string(rune('a' + i))
			_, err := s.db.Campaigns.Update(s.Context(), admin, v, 1)
			if err == nil {
				counted.Add(1)
				return
			}
			assert.ErrorIs(s, err, store.ErrChanged)
		})
		assert.Equal(s, int32(1), counted.Load())
	},

	"what_is_wrong_is_named_and_not_stored": func(s *suite) {
		w := s.world("acme")
		before := s.version()
		bad := w.line.Value
		bad.Bid = 0
		_, err := s.db.Lines.Create(s.Context(), admin, bad)
		s.at("bid", err)
		_, err = s.db.Lines.Update(s.Context(), admin, bad, 1)
		s.at("bid", err)
		_, err = s.db.Campaigns.Create(s.Context(), admin, campaign(999))
		s.at("advertiser", err)
		_, err = s.db.Lines.Create(s.Context(), admin, line(999))
		s.at("campaign", err)
		_, err = s.db.Lines.Create(s.Context(), admin, line(w.campaign.Value.ID, w.placement.Value.ID, 999))
		s.at("placements[1]", err)
		_, err = s.db.Creatives.Create(s.Context(), admin, creative(999))
		s.at("line", err)
		_, err = s.db.Placements.Create(s.Context(), admin, placement(999, "home"))
		s.at("publisher", err)
		assert.Equal(s, before, s.version())
	},

	"what_books_rest_on_stays": func(s *suite) {
		a, b := s.world("a"), s.world("b")
		v := a.advertiser.Value
		v.Currency = "USD"
		_, err := s.db.Advertisers.Update(s.Context(), admin, v, 1)
		s.at("currency", err)
		p := a.publisher.Value
		p.Currency = "USD"
		_, err = s.db.Publishers.Update(s.Context(), admin, p, 1)
		s.at("currency", err)
		c := a.campaign.Value
		c.Advertiser = b.advertiser.Value.ID
		_, err = s.db.Campaigns.Update(s.Context(), admin, c, 1)
		s.at("advertiser", err)
		l := a.line.Value
		l.Campaign = b.campaign.Value.ID
		_, err = s.db.Lines.Update(s.Context(), admin, l, 1)
		s.at("campaign", err)
		cr := a.creative.Value
		cr.Line = b.line.Value.ID
		_, err = s.db.Creatives.Update(s.Context(), admin, cr, 1)
		s.at("line", err)
		pl := a.placement.Value
		pl.Publisher = b.publisher.Value.ID
		_, err = s.db.Placements.Update(s.Context(), admin, pl, 1)
		s.at("publisher", err)
	},

	"slugs_are_unique_where_requests_name_them": func(s *suite) {
		a, b := s.world("a"), s.world("b") // both have a placement "home"
		_, err := s.db.Publishers.Create(s.Context(), admin, publisher("a"))
		s.is(fault.Conflict, err)
		assert.Equal(s, "slug", fault.Of(err).Field)
		_, err = s.db.Placements.Create(s.Context(), admin, placement(a.publisher.Value.ID, "home"))
		s.is(fault.Conflict, err)
		v := b.publisher.Value
		v.Slug = "a"
		_, err = s.db.Publishers.Update(s.Context(), admin, v, 1)
		s.is(fault.Conflict, err)
	},

	"what_is_not_there": func(s *suite) {
		_, err := s.db.Lines.Get(s.Context(), 999)
		s.is(fault.NotFound, err)
		w := s.world("acme")
		v := w.line.Value
		v.ID = 999
		_, err = s.db.Lines.Update(s.Context(), admin, v, 1)
		s.is(fault.NotFound, err)
	},

	"lists_are_of_one_owner_and_paged": func(s *suite) {
		a, b := s.world("a"), s.world("b")
		for _, name := range []string{"2", "3"} {
			c := campaign(a.advertiser.Value.ID)
			c.Name, c.Status = name, ads.Draft
			made(s, s.db.Campaigns, c)
		}
		first := a.campaign.Value.Name
		list := func(f store.Filter) []store.Kept[ads.Campaign] {
			all, err := s.db.Campaigns.List(s.Context(), f)
			require.NoError(s, err)
			return all
		}
		mine := store.Filter{Owner: a.advertiser.Owner}
		assert.Equal(s, []string{first, "2", "3"}, names(list(mine)))
		mine.Most = 2
		assert.Equal(s, []string{first, "2"}, names(list(mine)))
		mine.After = uint32(list(mine)[1].Value.ID)
		assert.Equal(s, []string{"3"}, names(list(mine)))
		assert.Equal(s, []string{"2", "3"}, names(list(store.Filter{Owner: a.advertiser.Owner, State: "draft"})))
		assert.Len(s, list(store.Filter{All: true}), 4)

		lines, err := s.db.Lines.List(s.Context(), store.Filter{Owner: a.advertiser.Owner, Parent: uint32(b.campaign.Value.ID)})
		require.NoError(s, err)
		assert.Empty(s, lines, "a campaign of somebody else shows nothing")
		waiting, err := s.db.Creatives.List(s.Context(), store.Filter{All: true, State: string(ads.Submitted)})
		require.NoError(s, err)
		assert.Len(s, waiting, 2, "what reviewers see")
		own, err := s.db.Advertisers.List(s.Context(), store.Filter{Owner: a.advertiser.Owner})
		require.NoError(s, err)
		assert.Equal(s, []store.Kept[ads.Advertiser]{a.advertiser}, own)
		at, err := s.db.Placements.List(s.Context(), store.Filter{Owner: a.publisher.Owner})
		require.NoError(s, err)
		assert.Equal(s, []store.Kept[ads.Placement]{a.placement}, at)
	},

	"lists_without_an_owner_are_refused": func(s *suite) {
		_, err := s.db.Campaigns.List(s.Context(), store.Filter{})
		s.at("owner", err)
		_, err = s.db.Campaigns.List(s.Context(), store.Filter{Owner: 1, All: true})
		s.at("owner", err)
		_, err = s.db.Campaigns.List(s.Context(), store.Filter{All: true, Parent: 1})
		s.at("parent", err)
		_, err = s.db.Placements.List(s.Context(), store.Filter{All: true, State: "x"})
		s.at("state", err)
		_, err = s.db.Placements.List(s.Context(), store.Filter{All: true, Page: store.Page{Most: 1001}})
		s.at("most", err)
	},
}

// watch returns the versions that Watch tells of, and what ends it.
func (s *suite) watch(db *store.DB) (told <-chan int64, end func()) {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	versions, done := make(chan int64, 1000), make(chan struct{})
	go func() {
		defer close(done)
		assert.NoError(s, db.Watch(ctx, func(v int64) { versions <- v }))
	}()
	return versions, func() { cancel(); <-done }
}

// until returns when the version has been told.
func until(told <-chan int64, version int64) {
	for v := range told {
		if v >= version {
			return
		}
	}
}

// flaky is a database that does not answer every other time.
type flaky struct {
	sqldb.DB
	asked atomic.Int64
}

func (f *flaky) Background() sqldb.DB { return f }

func (f *flaky) Read(ctx context.Context, fn func(sqldb.Tx) error) error {
	if f.asked.Add(1)%2 == 1 {
		return &sqldb.Error{Kind: sqldb.Unreachable}
	}
	return f.DB.Read(ctx, fn)
}

var watchTests = map[string]func(*suite){
	"watch_tells_first_what_is": func(s *suite) {
		s.world("a")
		told, end := s.watch(s.db)
		defer end()
		assert.Equal(s, int64(6), <-told)
	},

	"watch_hears_this_node_and_others": func(s *suite) {
		told, end := s.watch(s.db)
		defer end()
		assert.Zero(s, <-told)
		made(s, s.db.Publishers, publisher("own"))
		until(told, 1)
		made(s, store.New(s.raw).Publishers, publisher("other"))
		until(told, 2)
	},

	"watch_outlives_a_database_that_does_not_answer": func(s *suite) {
		told, end := s.watch(store.New(&flaky{DB: s.raw}))
		defer end()
		assert.Zero(s, <-told)
		made(s, s.db.Publishers, publisher("a"))
		until(told, 1)
	},
}

var actTests = map[string]func(*suite){
	"changes_are_noted_with_what_was_before": func(s *suite) {
		w := s.world("acme")
		v := w.advertiser.Value
		v.Name = "Acme & Co"
		_, err := s.db.Advertisers.Update(s.Context(), 8, v, 1)
		require.NoError(s, err)
		acts, err := s.db.Acts(s.Context(), store.ActFilter{Kind: "advertiser", ID: uint32(v.ID)})
		require.NoError(s, err)
		require.Len(s, acts, 2)
		changed, created := acts[0], acts[1]
		assert.Equal(s, []string{"change", "create"}, []string{changed.What, created.What})
		assert.Equal(s, []store.MemberID{8, admin}, []store.MemberID{changed.By, created.By})
		assert.Contains(s, string(changed.Before), `"Name":"acme"`)
		assert.Contains(s, string(changed.After), `"Name":"Acme \u0026 Co"`)
		assert.Nil(s, created.Before)
		assert.Equal(s, string(changed.Before), string(created.After))
	},

	"acts_are_paged_newest_first": func(s *suite) {
		for _, what := range []string{"a", "b", "c"} {
			require.NoError(s, s.db.Note(s.Context(), store.Act{By: 3, What: what, Kind: "member", ID: 3}))
		}
		acts, err := s.db.Acts(s.Context(), store.ActFilter{By: 3, Most: 2})
		require.NoError(s, err)
		require.Len(s, acts, 2)
		assert.Equal(s, "c", acts[0].What)
		acts, err = s.db.Acts(s.Context(), store.ActFilter{By: 3, Before: acts[1].Seq})
		require.NoError(s, err)
		require.Len(s, acts, 1)
		assert.Equal(s, "a", acts[0].What)
		s.is(fault.Invalid, s.db.Note(s.Context(), store.Act{Kind: "member"}))
	},
}
