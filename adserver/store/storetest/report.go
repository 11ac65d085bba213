package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// date is a day of the tests' month.
func date(d int) time.Time { return time.Date(2026, 11, d, 15, 0, 0, 0, time.UTC) }

// facts applies them as one batch, the next of node 9.
func (s *suite) facts(facts ...ledger.Fact) {
	s.Helper()
	from, err := s.db.Position(s.Context(), 9)
	require.NoError(s, err)
	s.apply(ledger.Batch{Node: 9, From: from, Upto: from + 1, Facts: facts})
}

func fact(kind ledger.Kind, p ledger.Place, at time.Time, n int64) ledger.Fact {
	f := ledger.Fact{Kind: kind, Place: p, Quarter: ledger.QuarterOf(at), Count: n}
	if kind == ledger.View {
		f.Gross, f.Share = ads.Nano(n*10), ads.Nano(n*7)
	}
	return f
}

func (s *suite) report(q store.Query) []store.Row {
	s.Helper()
	rows, err := s.db.Report(s.Context(), q)
	require.NoError(s, err)
	return rows
}

// happened fills the books: two cities, two days, clicks that do not count.
func (s *suite) happened(w world) {
	s.Helper()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	bad := fact(ledger.Click, w.place("chennai"), at, 3)
	bad.Reason = 5
	s.facts(
		fact(ledger.Decision, w.place("chennai"), at, 40), fact(ledger.View, w.place("chennai"), at, 20), fact(ledger.Click, w.place("chennai"), at, 2), bad,
		fact(ledger.Conversion, w.place("chennai"), at, 1),
		fact(ledger.View, w.place("delhi"), at.AddDate(0, 0, 1), 5),
	)
}

var reportTests = map[string]func(*suite){
	"report_sums_up": func(s *suite) {
		w, other := s.world("acme"), s.world("other")
		s.happened(w)
		s.happened(other)
		q := store.Query{Advertiser: w.advertiser.Value.ID, From: date(22), To: date(23)}
		assert.Equal(s, []store.Row{{Currency: inr, Figures: store.Figures{
			Decisions: 40, Views: 25, Clicks: 2, Conversions: 1, Gross: 250, Share: 175, Invalid: map[uint8]int64{5: 3},
		}}}, s.report(q))

		q.By = []store.Dim{store.ByCity, store.ByDay}
		rows := s.report(q)
		require.Len(s, rows, 2)
		assert.Equal(s, store.Row{Day: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), City: "delhi", Currency: inr, Figures: store.Figures{
			Views: 5, Gross: 50, Share: 35,
		}}, rows[1])

		q.By = []store.Dim{store.ByReason}
		rows = s.report(q)
		require.Len(s, rows, 2)
		assert.Equal(s, store.Row{Reason: 5, Currency: inr, Figures: store.Figures{Clicks: 3}}, rows[1])

		q.By = []store.Dim{store.ByCampaign, store.ByLine, store.ByCreative, store.ByPlacement}
		rows = s.report(q)
		require.Len(s, rows, 1)
		assert.Equal(s, []any{w.campaign.Value.ID, w.line.Value.ID, w.creative.Value.ID, w.placement.Value.ID},
			[]any{rows[0].Campaign, rows[0].Line, rows[0].Creative, rows[0].Placement})
	},

	"conversions_are_worth_what_was_told_and_never_overflow": func(s *suite) {
		w := s.world("acme")
		at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		worth := func(city string, value ads.Nano) {
			f := fact(ledger.Conversion, w.place(city), at, 1)
			f.Value = value
			s.facts(f)
		}
		total := func(by ...store.Dim) (values []ads.Nano) {
			for _, row := range s.report(store.Query{Advertiser: w.advertiser.Value.ID, From: date(22), To: date(22), By: by}) {
				values = append(values, row.Value)
			}
			return values
		}
		worth("chennai", 12*ads.Unit+ads.Unit/2)
		worth("chennai", 1)
		worth("delhi", 7*ads.Unit)
		assert.Equal(s, []ads.Nano{12*ads.Unit + ads.Unit/2 + 1, 7 * ads.Unit}, total(store.ByCity))
		assert.Equal(s, []ads.Nano{19*ads.Unit + ads.Unit/2 + 1}, total())
		for range 3 {
			worth("delhi", ads.MaxNano)
			worth("chennai", ads.MaxNano)
		}
		assert.Equal(s, []ads.Nano{ads.MaxNano, ads.MaxNano}, total(store.ByCity))
		assert.Equal(s, []ads.Nano{ads.MaxNano}, total())
	},

	"report_shows_nothing_of_other_tenants": func(s *suite) {
		w, other := s.world("acme"), s.world("other")
		s.happened(w)
		s.happened(other)
		for _, q := range []store.Query{
			{Advertiser: w.advertiser.Value.ID, Line: other.line.Value.ID},
			{Advertiser: w.advertiser.Value.ID, Campaign: other.campaign.Value.ID},
			{Publisher: w.publisher.Value.ID, Line: other.line.Value.ID},
		} {
			q.From, q.To = date(1), date(30)
			assert.Empty(s, s.report(q))
		}
		mine := s.report(store.Query{Publisher: w.publisher.Value.ID, From: date(1), To: date(30)})
		require.Len(s, mine, 1)
		assert.Equal(s, int64(25), mine[0].Views)
		mine = s.report(store.Query{Advertiser: w.advertiser.Value.ID, Line: w.line.Value.ID, Campaign: w.campaign.Value.ID, From: date(1), To: date(30)})
		require.Len(s, mine, 1)
		all := s.report(store.Query{All: true, From: date(1), To: date(30)})
		require.Len(s, all, 1)
		assert.Equal(s, int64(50), all[0].Views)
	},

	"days_begin_in_the_zone": func(s *suite) {
		w := s.world("acme")
		view := func(at string) ledger.Fact {
			t, err := time.Parse(time.RFC3339, at)
			require.NoError(s, err)
			return fact(ledger.View, w.place(""), t, 1)
		}
		s.facts(
			view("2026-10-24T21:00:00Z"), // 23:00 in Berlin, summer time
			view("2026-10-24T22:00:00Z"), // the first hour of the 25th, which has 25
			view("2026-10-25T22:00:00Z"), // its last
			view("2026-10-25T23:00:00Z"), // the first of the 26th
		)
		berlin, err := time.LoadLocation("Europe/Berlin")
		require.NoError(s, err)
		q := store.Query{Advertiser: w.advertiser.Value.ID, Zone: berlin, By: []store.Dim{store.ByDay}}
		q.From, q.To = time.Date(2026, 10, 24, 0, 0, 0, 0, berlin), time.Date(2026, 10, 26, 0, 0, 0, 0, berlin)
		rows := s.report(q)
		require.Len(s, rows, 3)
		assert.Equal(s, []int64{1, 2, 1}, []int64{rows[0].Views, rows[1].Views, rows[2].Views})
		assert.Equal(s, time.Date(2026, 10, 25, 0, 0, 0, 0, berlin), rows[1].Day)
		q.From, q.To, q.By = rows[1].Day, rows[1].Day, nil
		rows = s.report(q)
		require.Len(s, rows, 1)
		assert.Equal(s, int64(2), rows[0].Views, "one day alone")
	},

	"days_of_zones_that_are_off_by_parts_of_an_hour": func(s *suite) {
		w := s.world("acme")
		for zone, midnight := range map[string]string{"Asia/Kolkata": "2026-11-10T18:30:00Z", "Asia/Kathmandu": "2026-11-20T18:15:00Z"} {
			place, err := time.LoadLocation(zone)
			require.NoError(s, err)
			begins, err := time.Parse(time.RFC3339, midnight)
			require.NoError(s, err)
			s.facts(fact(ledger.View, w.place(""), begins.Add(-time.Second), 3), fact(ledger.View, w.place(""), begins, 5))
			q := store.Query{Advertiser: w.advertiser.Value.ID, Zone: place, By: []store.Dim{store.ByDay}}
			q.From, q.To = begins.In(place).AddDate(0, 0, -1), begins.In(place)
			rows := s.report(q)
			require.Len(s, rows, 2)
			assert.Equal(s, []int64{3, 5}, []int64{rows[0].Views, rows[1].Views}, zone)
		}
	},

	"report_that_asks_for_nonsense": func(s *suite) {
		try := func(field string, q store.Query) {
			_, err := s.db.Report(s.Context(), q)
			s.at(field, err)
		}
		try("owner", store.Query{From: date(1), To: date(2)})
		try("owner", store.Query{From: date(1), To: date(2), All: true, Advertiser: 1})
		try("publisher", store.Query{From: date(1), To: date(2), Publisher: 1, Advertiser: 1})
		try("to", store.Query{Advertiser: 1})
		try("to", store.Query{Advertiser: 1, From: date(2), To: date(1)})
		try("to", store.Query{Advertiser: 1, From: date(1), To: date(1).AddDate(3, 0, 0)})
		try("by", store.Query{Advertiser: 1, From: date(1), To: date(2), By: []store.Dim{"advertiser; drop table ad_fact"}})
	},
}
