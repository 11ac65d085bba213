package storetest

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// A viewer whose number is negative as the tables hold it, and one that is not.
const (
	eve = uint64(math.MaxUint64 - 1234567)
	bob = uint64(7654321)
)

// columns returns the columns of all tables: table, column.
func (s *suite) columns() [][2]string {
	s.Helper()
	sql := "select table_name, column_name from information_schema.columns where table_schema = current_schema()"
	if s.raw.Dialect() == sqldb.SQLite {
		sql = "select t.name, c.name from sqlite_schema t, pragma_table_info(t.name) c where t.type = 'table'"
	}
	var list [][2]string
	require.NoError(s, s.raw.View(s.Context(), func(tx sqldb.Tx) error {
		return tx.Each(s.Context(), func(r sqldb.Row) error {
			var c [2]string
			err := r.Scan(&c[0], &c[1])
			list = append(list, c)
			return err
		}, sql)
	}))
	return list
}

// traces returns where the text is found, as "table.column", once for each row.
func (s *suite) traces(of string) []string {
	s.Helper()
	found := []string{}
	for _, c := range s.columns() {
		require.NoError(s, s.raw.View(s.Context(), func(tx sqldb.Tx) error {
			return tx.Each(s.Context(), func(r sqldb.Row) error {
				found = append(found, c[0]+"."+c[1])
				return r.Scan(new(int))
			}, fmt.Sprintf(`select 1 from "%s" where cast("%s" as text) like '%%' || $1 || '%%'`, c[0], c[1]), of)
		}))
	}
	return found
}

// acts writes all that can be known of a viewer.
func (s *suite) acts(w world, user, serial uint64) {
	s.Helper()
	require.NoError(s, s.db.SetPersonalised(s.Context(), user, false))
	require.NoError(s, s.db.Hide(s.Context(), store.Hidden{User: user, Creative: 1, Until: s.raw.Now().Add(time.Hour)}))
	require.NoError(s, s.db.Clicks(s.Context(), []store.Click{w.click(user, serial)}))
	_, counted, err := s.db.Convert(s.Context(), convert(serial, fmt.Sprint("order of ", user)))
	require.NoError(s, err)
	require.True(s, counted)
}

func (s *suite) erase(user uint64) (number uint64) {
	s.Helper()
	number, err := s.db.Erase(s.Context(), user)
	require.NoError(s, err)
	return number
}

func (w world) click(user, serial uint64) store.Click {
	return store.Click{Key: store.ClickKey{Node: 1, Epoch: 2, Serial: serial}, User: user, Place: w.place("chennai"), At: start, Gross: 5}
}

func convert(serial uint64, order string) store.Conversion {
	return store.Conversion{
		Click: store.ClickKey{Node: 1, Epoch: 2, Serial: serial}, Kind: "booking", Order: order, Value: ads.Unit, At: start.Add(time.Minute),
	}
}

var viewerTests = map[string]func(*suite){
	"preferences_are_kept": func(s *suite) {
		_, ok, err := s.db.Personalised(s.Context(), eve)
		require.NoError(s, err)
		assert.False(s, ok)
		for _, wish := range []bool{true, false} {
			require.NoError(s, s.db.SetPersonalised(s.Context(), eve, wish))
			got, ok, err := s.db.Personalised(s.Context(), eve)
			require.NoError(s, err)
			assert.True(s, ok)
			assert.Equal(s, wish, got)
		}
		require.NoError(s, s.db.SetPersonalised(s.Context(), bob, true))
		all, err := s.db.Preferences(s.Context(), time.Time{})
		require.NoError(s, err)
		assert.ElementsMatch(s, []store.Preference{{User: eve}, {User: bob, Personalised: true}}, all)
		all, err = s.db.Preferences(s.Context(), s.raw.Now().Add(time.Hour))
		require.NoError(s, err)
		assert.Empty(s, all)
		s.is(fault.Invalid, s.db.SetPersonalised(s.Context(), 0, true))
	},

	"hidden_until_it_is_over": func(s *suite) {
		later := s.raw.Now().Add(time.Hour)
		h := store.Hidden{User: eve, Creative: 3, Until: later}
		require.NoError(s, s.db.Hide(s.Context(), h))
		h.Until = later.Add(time.Hour)
		require.NoError(s, s.db.Hide(s.Context(), h))
		other := store.Hidden{User: bob, Advertiser: 3, Until: later}
		require.NoError(s, s.db.Hide(s.Context(), other))
		all, err := s.db.Hidden(s.Context())
		require.NoError(s, err)
		assert.Equal(s, []store.Hidden{h, other}, all)

		s.exec("update ad_hidden set until = 1 where creative = 3")
		all, err = s.db.Hidden(s.Context())
		require.NoError(s, err)
		assert.Equal(s, []store.Hidden{other}, all)
		require.NoError(s, s.db.Prune(s.Context()))
		assert.Equal(s, 1, s.count("ad_hidden"))
		s.at("user", s.db.Hide(s.Context(), store.Hidden{Creative: 3, Until: later}))
		s.at("creative", s.db.Hide(s.Context(), store.Hidden{User: bob, Until: later}))
		s.at("creative", s.db.Hide(s.Context(), store.Hidden{User: bob, Creative: 1, Advertiser: 1, Until: later}))
		s.at("until", s.db.Hide(s.Context(), store.Hidden{User: bob, Creative: 1, Until: s.raw.Now()}))
	},

	"erased_leaves_no_trace": func(s *suite) {
		w := s.world("acme")
		s.acts(w, eve, 1)
		s.acts(w, bob, 2)
		user := eve
		minus := fmt.Sprint(int64(user))
		require.Len(s, s.traces(minus), 3, "the scan sees what there is")
		require.NotEmpty(s, s.traces(fmt.Sprint("order of ", eve)))
		number := s.erase(eve)
		assert.Equal(s, []string{"ad_erasure.uid"}, s.traces(minus), "that she was erased, for nodes that have not heard")
		assert.Empty(s, s.traces(fmt.Sprint("order of ", eve)))
		assert.Len(s, s.traces(fmt.Sprint(bob)), 4, "others stay")
		assert.Greater(s, s.erase(eve), number, "again")
		s.exec("update ad_erasure set at = 1")
		require.NoError(s, s.db.Prune(s.Context()))
		assert.Empty(s, s.traces(minus))
	},

	"nobody_cannot_be_erased": func(s *suite) {
		w := s.world("acme")
		require.NoError(s, s.db.Clicks(s.Context(), []store.Click{w.click(0, 1)}))
		_, err := s.db.Erase(s.Context(), 0)
		s.is(fault.Invalid, err)
		assert.Equal(s, 1, s.count("ad_click"))
	},

	"erasures_are_heard_in_their_order": func(s *suite) {
		heard := func(after uint64, within time.Duration) (all []store.Erasure) {
			all, err := s.db.Erasures(s.Context(), after, within)
			require.NoError(s, err)
			return all
		}
		assert.Empty(s, heard(0, time.Hour))
		first, second := s.erase(eve), s.erase(bob)
		assert.Equal(s, []uint64{1, 2}, []uint64{first, second})
		third := s.erase(eve)
		assert.Equal(s, []store.Erasure{{User: bob, Number: second}, {User: eve, Number: third}}, heard(0, 0), "the last of each")
		assert.Equal(s, []store.Erasure{{User: eve, Number: third}}, heard(second, 0))
		assert.Empty(s, heard(third, 0))
		s.exec("update ad_erasure set at = at - 7200000000 where number = 2")
		assert.Equal(s, []store.Erasure{{User: eve, Number: third}}, heard(third, time.Hour))
		assert.Len(s, heard(third, 3*time.Hour), 2)

		for node, upto := range map[uint16]uint64{1: 0, 2: 3} {
			require.NoError(s, s.db.HearErasures(s.Context(), 2, upto))
			got, err := s.db.HeardErasures(s.Context(), node)
			require.NoError(s, err)
			assert.Equal(s, upto, got)
		}
	},

	"erasures_of_several_at_once_have_numbers_of_their_own": func(s *suite) {
		var numbers [6]uint64
		together(len(numbers), func(i int) {
			var err error
			numbers[i], err = s.db.Erase(s.Context(), uint64(i)+1)
			assert.NoError(s, err)
		})
		slices.Sort(numbers[:])
		assert.Equal(s, [6]uint64{1, 2, 3, 4, 5, 6}, numbers)
	},

	"clicks_that_come_late_are_erased_of_one_node": func(s *suite) {
		w := s.world("acme")
		elsewhere := w.click(eve, 4)
		elsewhere.Key.Node = 2
		require.NoError(s, s.db.Clicks(s.Context(), []store.Click{w.click(eve, 1), w.click(bob, 2), w.click(0, 3), elsewhere}))
		for _, serial := range []uint64{1, 2} {
			_, counted, err := s.db.Convert(s.Context(), convert(serial, fmt.Sprint("order ", serial)))
			require.NoError(s, err)
			require.True(s, counted)
		}
		require.NoError(s, s.db.EraseClicks(s.Context(), 1, []uint64{eve, 99, 0}))
		assert.Equal(s, []int{3, 1}, []int{s.count("ad_click"), s.count("ad_conversion")})
		assert.Empty(s, s.traces("order 1"))
		require.NoError(s, s.db.EraseClicks(s.Context(), 1, nil))
	},
}

var clickTests = map[string]func(*suite){
	"conversion_counts_once": func(s *suite) {
		w := s.world("acme")
		clicks := []store.Click{w.click(0, 1), w.click(eve, 2), w.click(0, math.MaxInt64), w.click(0, 1)}
		require.NoError(s, s.db.Clicks(s.Context(), clicks))
		require.NoError(s, s.db.Clicks(s.Context(), clicks), "they came twice")
		assert.Equal(s, 3, s.count("ad_click"))

		var counted atomic.Int32
		together(6, func(int) {
			place, ok, err := s.db.Convert(s.Context(), convert(1, "A1"))
			assert.NoError(s, err)
			assert.Equal(s, w.place("chennai"), place)
			if ok {
				counted.Add(1)
			}
		})
		assert.Equal(s, int32(1), counted.Load())
		counts := func(c store.Conversion) bool {
			_, ok, err := s.db.Convert(s.Context(), c)
			require.NoError(s, err)
			return ok
		}
		assert.False(s, counts(convert(2, "A1")), "the order has counted for another click")
		assert.False(s, counts(convert(1, "A2")), "the click has had its booking")
		other := convert(1, "A1")
		other.Kind = "review"
		assert.True(s, counts(other))
		assert.True(s, counts(convert(2, "")))
		assert.True(s, counts(convert(math.MaxInt64, "")), "orders that are not named are not the same")
		rows, err := s.db.Report(s.Context(), store.Query{All: true, From: start, To: start, By: []store.Dim{store.ByLine, store.ByCity}})
		require.NoError(s, err)
		require.Len(s, rows, 1)
		assert.Equal(s, "chennai", rows[0].City)
		assert.Equal(s, int64(4), rows[0].Conversions)
		assert.Equal(s, 4*ads.Unit, rows[0].Value)
	},

	"orders_of_two_advertisers_are_two": func(s *suite) {
		a, b := s.world("a"), s.world("b")
		require.NoError(s, s.db.Clicks(s.Context(), []store.Click{a.click(0, 1), b.click(0, 2)}))
		for _, serial := range []uint64{1, 2} {
			_, counted, err := s.db.Convert(s.Context(), convert(serial, "A1"))
			require.NoError(s, err)
			assert.True(s, counted)
		}
	},

	"conversions_of_one_click_are_few_and_the_tellers": func(s *suite) {
		w, other := s.world("acme"), s.world("other")
		require.NoError(s, s.db.Clicks(s.Context(), []store.Click{w.click(0, 1), w.click(0, 2)}))
		tell := func(serial uint64, by ads.AdvertiserID, kind string) error {
			c := convert(serial, "")
			c.By, c.Kind, c.Value = by, kind, store.MaxWorth
			_, _, err := s.db.Convert(s.Context(), c)
			return err
		}
		s.is(fault.NotFound, tell(1, other.advertiser.Value.ID, "booking"))
		assert.Zero(s, s.count("ad_conversion"))
		var counted atomic.Int32
		together(3*store.MaxKinds, func(i int) {
			if err := tell(1, w.advertiser.Value.ID*ads.AdvertiserID(i%2), fmt.Sprint("kind-", i)); err == nil {
				counted.Add(1)
			} else {
				assert.Equal(s, "kind", fault.Of(err).Field)
			}
		})
		assert.EqualValues(s, store.MaxKinds, counted.Load())
		assert.Equal(s, store.MaxKinds, s.count("ad_conversion"))
		require.NoError(s, tell(2, 0, "another"))
	},

	"conversion_that_is_not_of_a_click": func(s *suite) {
		w := s.world("acme")
		require.NoError(s, s.db.Clicks(s.Context(), []store.Click{w.click(0, 1)}))
		for _, serial := range []uint64{9, math.MaxUint64} {
			_, _, err := s.db.Convert(s.Context(), convert(serial, ""))
			s.is(fault.NotFound, err)
		}
		early := convert(1, "")
		early.At = start.Add(-time.Second)
		_, _, err := s.db.Convert(s.Context(), early)
		require.ErrorIs(s, err, store.ErrTooLate)

		for field, spoil := range map[string]func(*store.Conversion){
			"kind":   func(c *store.Conversion) { c.Kind = "\x00" },
			"kind ":  func(c *store.Conversion) { c.Kind = "a booking" },
			"kind  ": func(c *store.Conversion) { c.Kind = strings.Repeat("k", 41) },
			"order":  func(c *store.Conversion) { c.Order = string(make([]byte, 201)) },
			"value":  func(c *store.Conversion) { c.Value = -1 },
			"value ": func(c *store.Conversion) { c.Value = store.MaxWorth + 1 },
		} {
			c := convert(1, "")
			spoil(&c)
			_, _, err = s.db.Convert(s.Context(), c)
			s.at(strings.TrimSpace(field), err)
		}
		s.at("[0].serial", s.db.Clicks(s.Context(), []store.Click{w.click(0, math.MaxUint64)}))
	},

	"conversion_within_the_time_of_its_campaign": func(s *suite) {
		w := s.world("acme")
		unknown := w.click(0, 9)
		unknown.Place.Campaign = 99
		require.NoError(s, s.db.Clicks(s.Context(), []store.Click{w.click(0, 1), unknown}))
		within := func(serial uint64, days int, more time.Duration, kind string) error {
			c := convert(serial, "")
			c.At, c.Kind = start.AddDate(0, 0, days).Add(more), kind
			_, counted, err := s.db.Convert(s.Context(), c)
			assert.Equal(s, err == nil, counted)
			return err
		}
		kept := w.campaign
		for attribution, days := range map[int]int{0: 30, 1: 1, 90: 90} {
			kept.Value.Attribution = attribution
			var err error
			kept, err = s.db.Campaigns.Update(s.Context(), admin, kept.Value, kept.Revision)
			require.NoError(s, err)
			kind := fmt.Sprint("booking-", attribution)
			require.ErrorIs(s, within(1, days, time.Microsecond, kind), store.ErrTooLate)
			require.NoError(s, within(1, days, 0, kind), "the last moment")
		}
		require.ErrorIs(s, within(9, 30, time.Microsecond, "booking"), store.ErrTooLate)
		require.NoError(s, within(9, 30, 0, "booking"), "what is not known gives what is usual")
	},

	"old_clicks_are_pruned": func(s *suite) {
		w := s.world("acme")
		var old []store.Click
		for i := range uint64(2100) {
			c := w.click(0, i)
			c.At = s.raw.Now().Add(-91 * 24 * time.Hour)
			old = append(old, c)
		}
		young := w.click(0, 5000)
		young.At = s.raw.Now().Add(-89 * 24 * time.Hour)
		require.NoError(s, s.db.Clicks(s.Context(), append(old, young)))
		for serial, days := range map[uint64]int{1: 91, 5000: 89} {
			c := convert(serial, "")
			c.At = s.raw.Now().AddDate(0, 0, 1-days)
			_, counted, err := s.db.Convert(s.Context(), c)
			require.NoError(s, err)
			require.True(s, counted)
		}
		m := s.member(ann)
		s.signIn("a", m.ID, s.raw.Now().Add(time.Hour))
		s.exec("update ad_session set expires = 1")
		require.NoError(s, s.db.Prune(s.Context()))
		assert.Equal(s, []int{1, 1, 0}, []int{s.count("ad_click"), s.count("ad_conversion"), s.count("ad_session")})
	},
}
