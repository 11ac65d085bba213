package demo_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/demo"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// index finds the parts of a programme by id.
type index struct {
	events map[catalog.EventID]catalog.Event
	venues map[catalog.VenueID]catalog.Venue
	halls  map[catalog.HallID]catalog.Hall
	maps   map[catalog.SeatMapID]catalog.SeatMap
}

func indexOf(c demo.Catalogue) index {
	in := index{
		map[catalog.EventID]catalog.Event{},
		map[catalog.VenueID]catalog.Venue{},
		map[catalog.HallID]catalog.Hall{},
		map[catalog.SeatMapID]catalog.SeatMap{},
	}
	for _, e := range c.Events {
		in.events[e.ID] = e
	}
	for _, v := range c.Venues {
		in.venues[v.ID] = v
	}
	for _, h := range c.Halls {
		in.halls[h.ID] = h
	}
	for _, m := range c.SeatMaps {
		in.maps[m.ID] = m
	}
	return in
}

// listing writes the shows of a venue, a line each.
func listing(t *testing.T, c demo.Catalogue, venue string) string {
	t.Helper()
	in := indexOf(c)
	var lines []string
	for _, s := range c.Shows {
		if in.venues[s.VenueID].Slug != venue {
			continue
		}
		local, err := s.Local()
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("%s  %-22s %-8s %-36s %s",
			local.Format("Mon 02 Jan 15:04"), in.halls[s.HallID].Name, s.Format, in.events[s.EventID].Title, spoken(s)))
	}
	return strings.Join(lines, "\n") + "\n"
}

func spoken(s catalog.Show) string {
	language := "silent"
	if s.Language != "" {
		language = s.Language
	}
	return strings.TrimSpace(language + " " + strings.Join(s.Subtitles, "+"))
}

func TestSchedule_Golden(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	for _, venue := range []string{"the-lantern-bankside", "lichthof-kreuzberg", "spreehalle", "teatro-jacaranda", "creekside-lawn"} {
		path := filepath.Join("testdata", venue+".txt")
		got := listing(t, c, venue)
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err, "run the test with -update once")
		assert.Equal(t, string(want), got, venue)
	}
}

func TestSchedule_SuitsTheHour(t *testing.T) {
	t.Parallel()
	for _, now := range moments() {
		c := programme(t, now)
		in := indexOf(c)
		early, wrong := 0, 0
		for _, s := range c.Shows {
			e := in.events[s.EventID]
			local, err := s.Local()
			require.NoError(t, err)
			if e.Kind != catalog.Film || local.Hour() >= 17 {
				continue
			}
			early++
			if e.Certificate.MinAge > 12 {
				wrong++
			}
		}
		assert.Positive(t, early)
		assert.Zero(t, wrong, "nothing for the late hours in the afternoon")
	}
}

func TestSchedule_WeeksDiffer(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	in := indexOf(c)
	films := map[string]map[string]bool{}
	for _, s := range c.Shows {
		if in.halls[s.HallID].Name != "Screen 2" || in.venues[s.VenueID].CitySlug != "london" {
			continue
		}
		day, err := time.Parse(time.DateOnly, s.LocalDate)
		require.NoError(t, err)
		year, week := day.ISOWeek()
		key := fmt.Sprint(year, week)
		if films[key] == nil {
			films[key] = map[string]bool{}
		}
		films[key][in.events[s.EventID].Slug] = true
	}
	require.Len(t, films, 3, "two weeks from a Sunday touch three")
	for week, shown := range films {
		assert.LessOrEqual(t, len(shown), 3, "a screen has few films in a week: %s", week)
	}
	assert.NotEqual(t, films["2026 48"], films["2026 49"])
}

func TestShows_LargeFormatInLargeHalls(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	in := indexOf(c)
	for _, s := range c.Shows {
		plan := in.maps[s.SeatMapID].Map
		if s.Format == catalog.FormatIMAX {
			assert.GreaterOrEqual(t, seatsOf(plan), 300)
		}
		assert.Equal(t, s.Online, s.Format == catalog.FormatStream)
		assert.Equal(t, s.Online, in.events[s.EventID].Kind == catalog.Online)
	}
}

func seatsOf(m *seatmap.Map) int {
	n := 0
	for _, section := range m.Sections {
		for _, row := range section.Rows {
			n += len(row.Seats)
		}
	}
	return n
}

func TestHalls_HaveRoomForWheelchairs(t *testing.T) {
	t.Parallel()
	for _, m := range programme(t, moments()[0]).SeatMaps {
		kinds := map[seatmap.Kind]int{}
		for _, section := range m.Map.Sections {
			for _, row := range section.Rows {
				for _, seat := range row.Seats {
					kinds[seat.Kind]++
				}
			}
		}
		if len(m.Map.Sections) > 0 {
			assert.GreaterOrEqual(t, kinds[seatmap.Wheelchair], 2, m.Map.Name)
			assert.Equal(t, kinds[seatmap.Wheelchair], kinds[seatmap.Companion], m.Map.Name)
		}
	}
}

func TestShows_RulesFitTheHall(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	in := indexOf(c)
	inDemand := map[string]bool{}
	for _, s := range c.Shows {
		rules, venue := s.Seating, in.venues[s.VenueID].Slug
		switch venue {
		case "spreehalle":
			assert.Equal(t, 6, rules.MaxPerBuyer)
		case "creekside-lawn":
			require.Len(t, rules.Quotas, 1)
			assert.Equal(t, 4200, rules.Quotas[0].Capacity, "less than both areas together")
		case "wharf-playhouse":
			assert.Equal(t, catalog.OrphanStrict, rules.Orphan)
		}
		if rules.HighDemand {
			inDemand[in.events[s.EventID].Slug] = true
		}
	}
	assert.Equal(t, map[string]bool{"the-paper-comets-northern-lights-tour": true}, inDemand)
}

func TestVenues_AreWhereTheyShouldBe(t *testing.T) {
	t.Parallel()
	centre := map[string][2]float64{
		"mumbai": {18.97, 72.83}, "chennai": {13.04, 80.25}, "berlin": {52.51, 13.40}, "madrid": {40.42, -3.70}, "london": {51.51, -0.11},
		"new-york": {40.73, -73.99}, "tokyo": {35.68, 139.75}, "dubai": {25.20, 55.27}, "kuwait-city": {29.37, 47.99},
	}
	for _, v := range programme(t, moments()[0]).Venues {
		c, known := centre[v.CitySlug]
		require.True(t, known, v.CitySlug)
		assert.Less(t, math.Hypot(v.Lat-c[0], v.Lng-c[1]), 0.15, "%s is in %s", v.Name, v.City)
		assert.NotEmpty(t, v.Accessibility, v.Name)
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	start := moments()[0].AddDate(0, 0, 5)
	for tiers, want := range map[int]error{
		3: nil, // cinema: half of the price
		2: booking.ErrTooLate,
		0: booking.ErrNoCancellation,
	} {
		i := slices.IndexFunc(c.Policies, func(p demo.Policy) bool { return len(p.Policy.Tiers) == tiers })
		require.GreaterOrEqual(t, i, 0)
		_, err := c.Policies[i].Policy.Terms(start, start.Add(-time.Hour))
		assert.ErrorIs(t, err, want)
	}
	used := map[string]bool{}
	for _, s := range c.Shows {
		used[s.PolicyID] = true
	}
	assert.Len(t, used, len(c.Policies))
}

func TestVouchers_ArePercentages(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	codes := map[string][]string{}
	for _, v := range c.Vouchers {
		codes[v.PartnerID] = append(codes[v.PartnerID], v.Code)
		assert.Positive(t, v.Percent, "an amount would have one currency and the cities have eight")
	}
	require.Len(t, codes, len(c.Partners))
	for _, list := range codes {
		assert.ElementsMatch(t, []string{"TEAM20", "WELCOME10"}, list)
	}
}
