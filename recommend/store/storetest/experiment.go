package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/experiment"
)

// lookedAtLists writes what experiments know of a person.
func (s *suite) lookedAtLists(user recommend.UserID) {
	s.Helper()
	s.saw("home", "blend", string(user), 0, "a")
	s.didThen(string(user), recommend.Click, "a", time.Minute)
}

// saw adds an exposure at the time after the start.
func (s *suite) saw(name, arm, unit string, at time.Duration, items ...recommend.ItemID) {
	s.Helper()
	require.NoError(s, s.db.AddExposures(s.Context(), []experiment.Exposure{
		{Experiment: name, Arm: arm, Unit: unit, Surface: "home", Items: items, At: after(at)},
	}))
}

// didThen adds an outcome at the time after the start.
func (s *suite) didThen(unit string, kind recommend.Kind, item recommend.ItemID, at time.Duration) {
	s.Helper()
	require.NoError(s, s.db.AddOutcomes(s.Context(), []experiment.Outcome{{Unit: unit, Item: item, Kind: kind, At: after(at)}}))
}

func (s *suite) rows(name string) []experiment.Row {
	s.Helper()
	rows, err := s.db.ExperimentRows(s.Context(), name)
	require.NoError(s, err)
	return rows
}

const week = 7 * 24 * time.Hour

var experimentTests = map[string]func(*suite){
	"outcomes_join_the_lists_that_had_their_items": func(s *suite) {
		s.saw("home", "blend", "ann", 0, "a", "b")
		s.saw("home", "blend", "ann", time.Hour, "c")
		s.saw("home", "blend", "bob", 0, "a")
		s.saw("home", "control", "cat", 0)
		s.didThen("ann", recommend.Click, "a", 5*time.Minute)
		s.didThen("ann", recommend.Click, "c", 61*time.Minute)
		s.didThen("ann", recommend.Book, "b", week)
		s.didThen("bob", recommend.Click, "b", time.Minute) // not in the list
		s.didThen("cat", recommend.Book, "a", time.Minute)
		s.didThen("eve", recommend.Book, "a", time.Minute) // saw no list
		assert.Equal(s, []experiment.Row{
			{Arm: "blend", Units: 2, Exposures: 3, ClickUnits: 1, Clicks: 2, BookUnits: 1, Bookings: 1},
			{Arm: "control", Units: 1, Exposures: 1},
		}, s.rows("home"))
		assert.Empty(s, s.rows("mail"))
	},

	"outcomes_count_within_their_window": func(s *suite) {
		for i, c := range []struct {
			kind   recommend.Kind
			at     time.Duration
			counts bool
		}{
			{recommend.Click, -time.Microsecond, false},
			{recommend.Click, 0, true},
			{recommend.Click, 30 * time.Minute, true},
			{recommend.Click, 30*time.Minute + time.Microsecond, false},
			{recommend.Book, -time.Microsecond, false},
			{recommend.Book, 0, true},
			{recommend.Book, week, true},
			{recommend.Book, week + time.Microsecond, false},
		} {
			name := fmt.Sprint("e", i)
			s.saw(name, "control", name, 0, "a")
			s.didThen(name, c.kind, "a", c.at)
			row := s.rows(name)[0]
			assert.Equal(s, c.counts, row.ClickUnits+row.BookUnits == 1, "%s after %s", c.kind, c.at)
		}
	},

	"outcomes_count_once": func(s *suite) {
		for i := range 3 { // lists with the same item, and clicks on each of them
			at := time.Duration(i) * time.Minute
			s.saw("home", "control", "ann", at, "a")
			s.didThen("ann", recommend.Click, "a", at+time.Second)
		}
		s.didThen("ann", recommend.Click, "a", time.Second) // delivered twice
		s.saw("home", "control", "ann", 0, "a")
		assert.Equal(s, []experiment.Row{{Arm: "control", Units: 1, Exposures: 3, ClickUnits: 1, Clicks: 1}}, s.rows("home"))
	},

	"an_outcome_may_come_before_its_exposure": func(s *suite) {
		s.didThen("ann", recommend.Click, "a", time.Minute)
		s.saw("home", "control", "ann", 0, "a")
		assert.Equal(s, 1, s.rows("home")[0].Clicks)
	},

	"an_early_outcome_does_not_hide_a_later_one": func(s *suite) {
		s.didThen("ann", recommend.Click, "a", -time.Hour)
		s.saw("home", "control", "ann", 0, "a")
		s.didThen("ann", recommend.Click, "a", time.Minute)
		assert.Equal(s, 1, s.rows("home")[0].Clicks)
	},

	"one_unit_in_two_experiments": func(s *suite) {
		s.saw("home", "control", "ann", 0, "a")
		s.saw("mail", "blend", "ann", 0, "a")
		s.didThen("ann", recommend.Click, "a", time.Minute)
		assert.Equal(s, []experiment.Row{{Arm: "control", Units: 1, Exposures: 1, ClickUnits: 1, Clicks: 1}}, s.rows("home"))
		assert.Equal(s, []experiment.Row{{Arm: "blend", Units: 1, Exposures: 1, ClickUnits: 1, Clicks: 1}}, s.rows("mail"))
	},

	"a_unit_in_two_arms_counts_for_its_first": func(s *suite) {
		s.saw("home", "control", "ann", time.Minute, "b")
		s.saw("home", "blend", "ann", 0, "a")
		s.didThen("ann", recommend.Book, "b", time.Hour)
		assert.Equal(s, []experiment.Row{{Arm: "blend", Units: 1, Exposures: 2, Moved: 1, BookUnits: 1, Bookings: 1}}, s.rows("home"))
	},

	"bad_exposures_and_outcomes_are_named": func(s *suite) {
		err := s.db.AddExposures(s.Context(), []experiment.Exposure{{Experiment: "home", Arm: "control", Unit: "ann", At: start}, {Experiment: "home", Arm: "control", At: start}})
		assert.Equal(s, "[1].unit", fault.Of(err).Field)
		assert.Empty(s, s.rows("home"))
		err = s.db.AddOutcomes(s.Context(), []experiment.Outcome{{Unit: "ann", Item: "a", Kind: recommend.View, At: start}})
		assert.Equal(s, "[0].kind", fault.Of(err).Field)
	},

	"the_forgotten_are_gone_from_experiments": func(s *suite) {
		s.lookedAtLists("ann")
		s.lookedAtLists("bob")
		require.Equal(s, 2, s.rows("home")[0].ClickUnits)
		require.NoError(s, s.db.Forget(s.Context(), "ann"))
		assert.Equal(s, []experiment.Row{{Arm: "blend", Units: 1, Exposures: 1, ClickUnits: 1, Clicks: 1}}, s.rows("home"))
	},

	"old_experiments_are_pruned": func(s *suite) {
		for unit, days := range map[string]int{"bob": 366, "cat": 364} {
			at := s.raw.Now().AddDate(0, 0, -days).Sub(start)
			s.saw("home", "blend", unit, at, "a")
			s.didThen(unit, recommend.Click, "a", at)
		}
		require.NoError(s, s.db.Prune(s.Context(), start))
		assert.NotEmpty(s, s.traces("cat"))
		assert.Empty(s, s.traces("bob"))
	},

	"many_exposures": func(s *suite) {
		var seen []experiment.Exposure
		var done []experiment.Outcome
		for i := range 3000 {
			unit := fmt.Sprint("u", i)
			arm := []string{"control", "blend"}[i%2]
			seen = append(seen, experiment.Exposure{Experiment: "home", Arm: arm, Unit: unit, Items: []recommend.ItemID{"a", "b"}, At: start})
			if i%10 == 0 {
				done = append(done, experiment.Outcome{Unit: unit, Item: "b", Kind: recommend.Click, At: after(time.Second)})
			}
		}
		require.NoError(s, s.db.AddExposures(s.Context(), seen))
		require.NoError(s, s.db.AddOutcomes(s.Context(), done))
		assert.Equal(s, []experiment.Row{
			{Arm: "blend", Units: 1500, Exposures: 1500},
			{Arm: "control", Units: 1500, Exposures: 1500, ClickUnits: 300, Clicks: 300},
		}, s.rows("home"))
	},
}
