package storefront_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/seatview"
)

// perTicket is a shop in Mumbai whose fee is for each ticket, with tax in it.
func perTicket() bmstest.Programme {
	p := bmstest.Small(bmstest.Start)
	p.Prices.Fees[0].Per = pricing.PerTicket
	return p
}

// newYork is a shop where tax comes on top of ticket and fee, which rounds otherwise for three tickets than for each of them.
func newYork() bmstest.Programme {
	p := perTicket()
	p.Tax = pricing.NewYorkCity()
	p.Prices.Currency, p.Prices.TaxIncluded, p.Prices.TaxTable, p.Prices.TaxClass = "USD", false, p.Tax.ID, pricing.ClassSport
	p.Prices.Fees[0].Fixed = money.New(2_00, "USD")
	for i := range p.Prices.Prices {
		p.Prices.Prices[i].Amount = money.New(p.Prices.Prices[i].Amount.Minor/5-25, "USD")
	}
	return p
}

// threeForTwo is perTicket with an offer.
func threeForTwo() bmstest.Programme {
	p := perTicket()
	p.Prices.Offers = []pricing.Offer{{Key: "three", Name: "Three for two", Kind: pricing.NForM, Take: 3, Pay: 2}}
	return p
}

// basket is what the seat map says that tickets of a category cost together for the first buyer type, in minor units.
func (p *page) basket(category string, tickets int) int64 {
	p.t.Helper()
	element := all(p.doc, "bms-seatmap")[0]
	var config seatview.Config
	require.NoError(p.t, json.Unmarshal([]byte(rawText(all(element, "script")[0])), &config))
	quote := attr(element, "quote")
	if quote == "" {
		return *config.Prices[category][0] * int64(tickets)
	}
	q, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, host+quote+"?ticket="+strconv.Itoa(tickets)+"."+category+"."+config.Types[0].Key, nil)
	require.NoError(p.t, err)
	answer, err := p.client.Do(q)
	require.NoError(p.t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(p.t, err)
	var told struct{ Total struct{ Minor int64 } }
	require.NoError(p.t, json.Unmarshal(body, &told), string(body))
	return told.Total.Minor
}

var totalRow = regexp.MustCompile(`Total (\S+)`)

// TestPrices_AreTheSameOnEveryStep goes from the event by the map to the reservation, with one ticket and with three.
func TestPrices_AreTheSameOnEveryStep(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		programme        bmstest.Programme
		from, one, three string
		told             string
		sum              bool
	}{
		"a fee for the ticket":  {perTicket(), "from ₹225 including fees", "₹225.00", "₹675.00", "225.00", true},
		"a fee for the booking": {bmstest.Small(bmstest.Start), "from ₹225 including fees", "₹225.00", "₹625.00", "225.00", false},
		"tax on top":            {newYork(), "from $45.46 including fees", "$45.46", "$136.37", "45.46", false},
		"an offer":              {threeForTwo(), "from ₹225 including fees", "₹225.00", "₹450.00", "225.00", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, bmstest.Options{Programme: row.programme}, storefront.Config{})
			event := s.visit(t).get("/mumbai/events/the-general")
			assert.Contains(t, event.text(), row.from)
			assert.Contains(t, event.body, `"price":"`+row.told+`"`, "as search engines are told")
			seats := event.follow("5:30 pm")
			assert.Contains(t, seats.text(), row.from[:len(row.from)-len(" including fees")], "of a part of the hall")
			assert.Equal(t, row.sum, attr(all(seats.doc, "bms-seatmap")[0], "quote") == "")
			for tickets, total := range map[int]string{1: row.one, 3: row.three} {
				names := []string{"stalls-A-1", "stalls-A-2", "stalls-A-3"}[:tickets]
				if tickets == 1 {
					names = []string{"stalls-B-1"}
				}
				held := s.visit(t).reserve(names...)
				require.Equal(t, total, totalRow.FindStringSubmatch(held.text())[1])
				minor, err := money.Parse(regexp.MustCompile(`[^\d.]`).ReplaceAllString(total, ""), row.programme.Prices.Currency)
				require.NoError(t, err)
				assert.Equal(t, minor.Minor, seats.basket("silver", tickets), "%d tickets", tickets)
			}
		})
	}
}

func TestPrices_FromIsOfWhatIsLeft(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	require.Contains(t, b.get("/mumbai/events/the-general").text(), "from ₹225 including fees")
	snap, err := s.Client.Seats.Snapshot(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)
	for _, seat := range snap.Plan.Seats {
		if snap.Plan.Categories[seat.Category].Key != "gold" {
			s.Hold(seat.Name)
		}
	}
	for _, a := range snap.Plan.Areas {
		for left := a.Capacity; left > 0; left -= 10 {
			_, err := s.Holds.Create(t.Context(), bms.HoldRequest{ShowID: s.Programme.Show.ID, Areas: []bms.AreaItem{{Area: a.Key, Count: min(left, 10)}}})
			require.NoError(t, err)
		}
	}
	s.Clock.Advance(time.Second) // by then a change is seen
	assert.Contains(t, b.get("/mumbai/events/the-general").text(), "from ₹325 including fees")
	assert.Contains(t, b.get("/shows/"+string(s.Programme.Show.ID)).text(), "free, from ₹325")
}
