package storefront_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/assets"
	"github.com/marquee-tickets/marquee/storefront/seatview"
)

// placeElement puts <bms-seatmap> with a form around it in the place of what a page shows.
const placeElement = `(async (show, script, config) => {
	document.querySelector("main").innerHTML = '<form method="post" action="/shows/' + show + '/holds"><bms-seatmap' +
		' geometry="/api/v1/shows/' + show + '/geometry" status="/api/v1/shows/' + show + '/seats" live="/shows/' + show + '/live" max="10">' +
		'</bms-seatmap><button id="send">Reserve</button></form>';
	window.map = document.querySelector("bms-seatmap");
	map.append(Object.assign(document.createElement("script"), {type: "application/json", text: JSON.stringify(config)}));
	const ready = new Promise((done, fail) => {
		map.addEventListener("bms-ready", () => done(true));
		map.addEventListener("bms-error", (event) => fail(event.detail.error));
	});
	await import(script);
	return ready;
})(%q, %q, %s)`

// elementConfig is the configuration of the element for the shop's show.
func elementConfig(t *testing.T, s *shop) string {
	t.Helper()
	snap, err := s.Client.Seats.Snapshot(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)
	table, err := s.Client.Prices.Table(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)
	c := seatview.Config{Currency: table.Currency, Exponent: table.Currency.Exponent(), Locale: "en-IN", Key: "0123456789abcdef", Prices: map[string][]*int64{}}
	at := map[string]int{}
	for i, b := range table.BuyerTypes {
		at[b.Key] = i
		c.Types = append(c.Types, seatview.BuyerType{Key: b.Key, Name: b.Name})
	}
	for _, category := range snap.Plan.Categories {
		c.Prices[category.Key] = make([]*int64, len(c.Types))
	}
	for _, row := range table.Rows {
		c.Prices[row.Category][at[row.BuyerType]] = &row.AllIn.Minor
	}
	text, err := json.Marshal(c)
	require.NoError(t, err)
	return string(text)
}

// The element talks to the shop itself: its geometry, its seats, its live connection and its form.
func TestSeatMap_ReservesWhatIsChosenOnIt(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	files, err := assets.New()
	require.NoError(t, err)
	show := string(s.Programme.Show.ID)
	b := newTab(t, ctx, base)
	b.open("/bookings")
	step, cancel := b.step()
	_, err = chromedp.Run(step, chromedp.Evaluate[bool](fmt.Sprintf(placeElement, show, files.Path("seatmap.js"), elementConfig(t, s)), chromedp.EvalAwaitPromise))
	cancel()
	require.NoError(t, err)
	b.holds(`map.shadowRoot.querySelector(".alive").textContent === "Live"`)

	b.holds(`(map.shadowRoot.querySelectorAll("details").forEach((row) => { if (row.textContent.includes("Row C")) row.open = true }), true)`)
	b.holds(`map.shadowRoot.querySelectorAll(".place input").length > 0`)
	for _, seat := range []string{"4", "5", "9"} {
		b.holds(fmt.Sprintf(`[...map.shadowRoot.querySelectorAll(".place")].filter((p) => p.textContent === %q).map((p) => (p.firstChild.click(), true))[0]`, seat))
	}
	b.holds(`map.selection.count === 3`)

	s.Hold("stalls-C-9") // somebody else is faster
	b.holds(`map.shadowRoot.querySelector("[role=alert]").textContent.includes("Somebody has just taken")`)
	names, err := ask[string](b, `map.selection.seats.map((seat) => seat.name).join()`)
	require.NoError(t, err)
	assert.Equal(t, "stalls-C-4,stalls-C-5", names)

	b.press("#send")
	b.sees("₹625.00")
	b.sees("Your places are kept")
	b.quiet()
}
