package adserver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
)

// placement makes another of the publisher's, for banners.
func (m *market) placement(slug string, change func(*ads.Placement)) ads.Placement {
	m.t.Helper()
	p := ads.Placement{
		Publisher: m.publisher.ID, Slug: slug, Name: slug, Kind: ads.HomeBanner, Sizes: []ads.Size{{Width: 970, Height: 250}}, Most: 1, Floor: ads.Unit / 10,
	}
	if change != nil {
		change(&p)
	}
	made, err := m.db.Placements.Create(m.t.Context(), by, p)
	require.NoError(m.t, err)
	return made.Value
}

// Who bids less than every place wants is told so, and how much it would take. What is compared is what the auction compares.
func TestExplain_BelowTheFloor(t *testing.T) {
	t.Parallel()
	const bid = 3 * ads.Unit / 10 // the banner's floor is 1
	const text = "Its bid is below the floor of each of its placements: the lowest is USD 1 for 1,000 views."
	for name, row := range map[string]struct {
		line  func(*ads.Line)
		other func(*ads.Placement) // a further placement of a lower floor; nil for none
		text  string
	}{
		"below":                        {nil, nil, text},
		"at it":                        {func(l *ads.Line) { l.Bid = ads.Unit }, nil, ""},
		"a lower one":                  {nil, func(*ads.Placement) {}, ""},
		"a lower one that is paused":   {nil, func(p *ads.Placement) { p.Paused = true }, text},
		"a lower one of another size":  {nil, func(p *ads.Placement) { p.Sizes = []ads.Size{{Width: 300, Height: 250}} }, text},
		"a lower one that is not its":  {func(l *ads.Line) { l.Placements = []ads.PlacementID{1} }, func(*ads.Placement) {}, text},
		"guaranteed":                   {func(l *ads.Line) { l.Tier = ads.Guaranteed }, nil, ""},
		"house":                        {func(l *ads.Line) { l.Tier, l.Bid = ads.House, 0 }, nil, ""},
		"clicks that are worth enough": {func(l *ads.Line) { l.Pricing, l.Bid = ads.CPC, 100*ads.Unit }, nil, ""},
		"clicks that are not": {
			func(l *ads.Line) { l.Pricing = ads.CPC }, nil,
			"By the clicks that are expected of it, its bid is below the floor of each of its placements: the lowest is USD 1 for 1,000 views.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, 1000*ads.Unit, nil)
			l, _ := m.line(m.campaign(nil), func(l *ads.Line) {
				l.Bid = bid
				if row.line != nil {
					row.line(l)
				}
			})
			slots := []adserver.Slot{{ID: "1", Placement: "home-banner"}}
			if row.other != nil {
				if p := m.placement("cheap", row.other); !p.Paused {
					slots = append(slots, adserver.Slot{ID: "2", Placement: "cheap"})
				}
			}
			m.open()
			d, ok := m.Explain(l.ID)
			require.True(t, ok)
			r := request("")
			r.Slots = slots
			if row.text == "" {
				assert.Empty(t, d.Obstacles)
				assert.Len(t, m.decide(r), 1)
				return
			}
			assert.Equal(t, []adserver.Obstacle{{Code: "floor", Text: row.text}}, d.Obstacles)
			assert.Empty(t, m.decide(r), "the auction says the same")
			d, _ = m.Explain(l.ID)
			assert.Equal(t, adserver.Fates{adserver.Cheap: 1}, d.Fates)
		})
	}
}

// A place of another currency is none of the line's: its floor is not compared.
func TestExplain_FloorsAreOfTheLinesCurrency(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	l, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Bid = ads.Unit / 2 })
	foreign, err := m.db.Publishers.Create(t.Context(), by, ads.Publisher{Slug: "yen", Name: "Yen", Currency: "JPY", TimeZone: "UTC", Share: 700_000})
	require.NoError(t, err)
	m.placement("yen", func(p *ads.Placement) { p.Publisher = foreign.Value.ID })
	m.open()
	d, _ := m.Explain(l.ID)
	require.Len(t, d.Obstacles, 1)
	assert.Equal(t, "floor", d.Obstacles[0].Code)
}

// What became of a line is counted from when the program began, by people alone.
func TestExplain_Fates(t *testing.T) {
	t.Parallel()
	m := newMarket(t, 1000*ads.Unit, nil)
	best, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Bid, l.Caps = 5*ads.Unit, []ads.Cap{{Times: 1, Per: ads.PerDay}} })
	m.advertiser = m.newAdvertiser("Other", 1000*ads.Unit)
	next, _ := m.line(m.campaign(nil), func(l *ads.Line) { l.Budget.Total = 4 * price })
	began := *m.now.Load()
	m.open()
	m.pass(time.Hour)
	m.one("ann")
	m.one("ann")
	preview := request("bob")
	preview.Preview = true
	m.decide(preview)
	for range 4 {
		m.decide(request(""))
	}
	d, ok := m.Explain(best.ID)
	require.True(t, ok)
	assert.Equal(t, adserver.Fates{adserver.Won: 1, adserver.Capped: 5}, d.Fates)
	assert.Equal(t, began, d.Since)
	d, _ = m.Explain(next.ID)
	assert.Equal(t, adserver.Fates{adserver.Won: 5, adserver.Lost: 1}, d.Fates)
}

// Why a line is not served is of people alone: what a machine or a preview could not be shown is nothing that its advertiser has to mend.
func TestExplain_UnfitForPeopleAlone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*adserver.Request)
		want   adserver.Fates
	}{
		"a person":  {func(*adserver.Request) {}, adserver.Fates{adserver.Unfit: 1}},
		"a preview": {func(r *adserver.Request) { r.Preview = true }, adserver.Fates{}},
		"a machine": {func(r *adserver.Request) { r.Visitor.Agent = []byte("curl/8.9.1") }, adserver.Fates{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMarket(t, 1000*ads.Unit, nil)
			l, _ := m.line(m.campaign(nil), nil)
			m.open()
			r := request("ann")
			r.Slots[0].Accepts = func(adserver.Offered) bool { return false }
			row.change(r)
			require.Empty(t, m.decide(r))
			d, _ := m.Explain(l.ID)
			assert.Equal(t, row.want, d.Fates)
		})
	}
}
