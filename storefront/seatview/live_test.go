package seatview_test

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/seatview/seatdemo"
)

func TestLive_ALostSeatIsNamedAndAnotherIsOffered(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	s.run(`map.addEventListener("bms-lost", (event) => { window.lost = event.detail.seats.join() })`)
	s.click("main-D-7", 0)
	s.click("main-D-8", 0)
	s.holds("map.selection.count === 2")
	s.site.Set(seating.Held, s.seats("main-D-8", "main-K-1")...)
	s.holds(`warned().includes("Somebody has just taken Row D, seat 8. It is no longer in your choice.")`)
	assert.Equal(t, "main-D-7", is[string](s, "chosen()"))
	assert.Equal(t, "main-D-8", is[string](s, "window.lost"))
	s.holds(`one(".basket").textContent.includes("1 place, ₹300")`)
	assert.NotEmpty(t, is[string](s, `one(".warned").getAttribute("d")`))

	s.run(`button("Take Row").click()`)
	s.holds(`chosen().startsWith("main-D-7 ") && map.selection.count === 2 && warned() === ""`)
	assert.Contains(t, []string{"main-D-7 main-D-9", "main-D-7 main-C-8", "main-D-7 main-C-7"}, is[string](s, "chosen()"), "a seat beside the lost one")
	s.do(chromedp.Click("#send"))
	assert.Len(t, s.posted()["seat"], 2)
	s.quiet()
}

func TestLive_WhoSatTogetherIsOfferedSeatsSideBySide(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.site.Set(seating.Sold, s.seats("main-D-9", "main-D-10", "main-D-11", "main-D-5")...)
	s.holds(forms + `("sold", 2) === 4`)
	s.click("main-D-7", 0)
	s.click("main-D-8", 0)
	s.holds("map.selection.count === 2")
	s.site.Set(seating.Held, s.seats("main-D-7", "main-D-8")...) // nearest are D-6, and another in the next row
	s.holds(`warned().includes("They are no longer in your choice.")`)
	s.run(`button("Take Row").click()`)
	s.holds("map.selection.count === 2")
	assert.Regexp(t, `^main-([A-Z])-\d+ main-([A-Z])-\d+$`, is[string](s, "chosen()"))
	assert.Equal(t, []int{0, 1}, is[[]int](s, `(([a, b]) => [a.row === b.row ? 0 : 1, Math.abs(a.label - b.label)])(map.selection.seats)`), is[string](s, "chosen()"))
	s.quiet()
}

func TestLive_IsPausedWhileTheDeviceHasNoNetwork(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	s.run(`dispatchEvent(new Event("offline"))`) // its socket does not know yet
	s.holds(`one(".alive").textContent === "Live updates paused"`)
	before := s.site.Resumed()
	s.run(`dispatchEvent(new Event("online"))`)
	s.holds(`one(".alive").textContent === "Live"`)
	assert.Greater(t, s.site.Resumed(), before, "it asks what it has missed")
	s.quiet()
}

func TestLive_ARowThatIsOpenShowsWhatChanges(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.run(`row("Row D").open = true`)
	s.holds(`row("Row D").querySelectorAll("input").length > 0`)
	free := is[string](s, `row("Row D").querySelector(".soft").textContent`)
	s.run(`row("Row D").querySelectorAll("input")[3].focus()`)
	s.site.Set(seating.Sold, s.seats("main-D-4", "main-D-5")...)
	s.holds(`row("Row D").querySelectorAll("input")[4].disabled`)
	assert.True(t, is[bool](s, `root.activeElement === row("Row D").querySelectorAll("input")[3]`), "who stands on a seat that goes keeps their place")
	assert.Contains(t, is[string](s, "root.activeElement.ariaLabel"), "4, row D, Silver, ₹300, not available")
	assert.NotEqual(t, free, is[string](s, `row("Row D").querySelector(".soft").textContent`))
	s.keys(" ")
	s.holds(`said() === "Row D, seat 4 is not available any more."`)
	assert.Zero(t, is[int](s, "map.selection.count"))
	s.site.Set(seating.Free, s.seats("main-D-4", "main-D-5")...)
	s.holds(`!row("Row D").querySelectorAll("input")[4].disabled`)
	assert.Equal(t, free, is[string](s, `row("Row D").querySelector(".soft").textContent`))
	s.quiet()
}

func TestLive_HouseSeatsAreNeverFree(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{}, "")
	house := int32(-1)
	for i, seat := range s.plan.Seats {
		if seat.Kind == seatmap.House {
			house = int32(i)
		}
	}
	s.site.Set(seating.Sold, house, 0)
	s.holds(forms + `("sold", 2) === 1`)
	s.site.Set(seating.Free, house, 0)
	s.holds(forms + `("sold", 2) === 0`)
	s.click(s.plan.Seats[house].Name, 0)
	s.holds(`said().endsWith("is not available any more.")`)
	assert.Zero(t, is[int](s, "map.selection.count"))
}

func TestLive_SaysWhenItIsPausedAndGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	s.site.Set(seating.Sold, 5)
	s.holds(forms + `("sold", 2) === 1`)
	s.run(`map.addEventListener("bms-live", (event) => { (window.states ??= []).push(event.detail.live) })`)
	s.site.Cut(true)
	s.holds(`one(".alive").textContent === "Live updates paused"`)
	s.site.Set(seating.Sold, 6)
	s.holds(forms + `("sold", 2) === 2`) // it asks while there is no socket
	before := s.site.Resumed()
	s.site.Cut(false)
	s.site.Set(seating.Sold, 7)
	s.holds(`one(".alive").textContent === "Live"`)
	s.holds(forms + `("sold", 2) === 3`)
	assert.Equal(t, []bool{false, true}, is[[]bool](s, "window.states"))
	assert.Greater(t, s.site.Resumed(), before, "it names the version that it has")
}

func TestLive_WhoMissedTooMuchGetsAllOfIt(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{Standing: 50}), seatdemo.Options{}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	s.click("stalls-C-3", 0)
	s.holds("map.selection.count === 1")
	s.site.Cut(true)
	s.holds(`one(".alive").textContent === "Live updates paused"`)
	s.site.Set(seating.Sold, s.seats("stalls-C-3", "stalls-C-5")...)
	s.site.Room("floor", 3)
	s.site.Forget()
	s.site.Cut(false)
	s.holds(`one(".alive").textContent === "Live"`)
	s.holds(`warned().includes("Stalls, row C, seat 3") && one(".standing").textContent.includes("3 places free")`)
}

func TestLive_WithoutSocketsItAsks(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "?poll")
	s.site.Set(seating.Sold, 5)
	s.holds(forms + `("sold", 2) === 1`)
	assert.Zero(t, s.site.Sockets())
	s.holds(`one(".alive").textContent === "Live"`)
	s.quiet()
}

func TestLive_EndsWithTheElement(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	s.run(`window.kept = map; window.place = map.parentElement; map.remove()`)
	s.gone()
	_, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool]("place.prepend(kept), true"))
	assert.NoError(t, err)
	s.site.Set(seating.Sold, 5)
	s.holds(forms + `("sold", 2) === 1`)
	s.quiet()
}

// What is reserved for whoever sends the form is no loss to them.
func TestLive_OnesOwnReservationIsNoLoss(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	s.click("main-D-7", 0)
	s.holds("map.selection.count === 1")
	s.run(`map.closest("form").addEventListener("submit", (event) => event.preventDefault())`)
	s.never(8000) // it follows again when no other page has come by then
	s.do(chromedp.Click("#send"))
	s.gone()
	s.site.Set(seating.Held, s.seats("main-D-7")...)
	assert.Equal(t, "main-D-7", is[string](s, "chosen()"))
	assert.Empty(t, is[string](s, "warned()"))
}

// Who looks at the middle of the hall on a phone is told there, with what covers nothing and is covered by nothing.
func TestLive_ALossIsSaidWhereOneLooks(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	s.click("stalls-C-3", 0)
	s.click("stalls-C-5", 0)
	s.holds("map.selection.count === 2")
	lost := []string{"stalls-C-3", "stalls-C-5"}
	for i, size := range [][2]int64{{390, 844}, {1280, 500}} {
		s.do(chromedp.EmulateViewport(size[0], size[1]))
		s.run(`one(".basket").scrollIntoView({block: "center", behavior: "instant"})`)
		require.Negative(t, is[float64](s, `one(".main").getBoundingClientRect().y`), "the place of the notice is out of sight")
		s.site.Set(seating.Held, s.seats(lost[i])...)
		s.holds(`map.selection.count === ` + number(1-i))
		assert.True(t, is[bool](s, `(() => {
			const {left, right, top, bottom} = one("[role=alert]").getBoundingClientRect();
			const seen = [[left + 20, top + 10], [right - 20, bottom - 10]].every(([x, y]) => one("[role=alert]").contains(root.elementFromPoint(x, y)));
			return seen && top >= 0 && bottom < innerHeight / 2;
		})()`), "%d pixels: %v", size[0], is[string](s, `JSON.stringify(one("[role=alert]").getBoundingClientRect())`))
	}
	s.quiet()
}

func TestLive_LossesAreCollectedUntilTheNoticeIsClosed(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{Max: 4}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	for _, seat := range []string{"main-D-3", "main-D-4", "main-D-7", "main-D-8"} {
		s.click(seat, 0)
	}
	s.holds("map.selection.count === 4")
	s.site.Set(seating.Held, s.seats("main-D-7")...)
	s.holds(`warned().includes("Row D, seat 7. It is")`)
	s.run(`button("Take Row").focus()`)
	s.site.Set(seating.Held, s.seats("main-D-8")...)
	s.holds(`warned().includes("Row D, seat 7 and Row D, seat 8. They are")`)
	assert.True(t, is[bool](s, `root.activeElement === button("Take Row")`), "who is at the offer stays there")
	assert.Equal(t, 1, is[int](s, `all("[role=alert] .go").length`))
	s.click("main-E-3", 0) // one of the two is chosen anew, so one more is missing
	s.holds("map.selection.count === 3")
	s.site.Set(seating.Held, s.seats("main-E-3")...)
	s.holds(`warned().includes("Row D, seat 7") && warned().includes("Row E, seat 3. They are")`)
	s.click("main-E-4", 0)
	s.click("main-E-5", 0)
	s.holds("map.selection.count === 4")
	s.click("main-E-6", 0)
	s.holds(`warned().includes("Row E, seat 3.") && warned().includes("at most 4 places")`)
	s.run(`button("Close").click()`)
	s.holds(`warned() === ""`)
	s.site.Set(seating.Held, s.seats("main-E-4")...)
	s.holds(`warned().includes("taken Row E, seat 4. It is")`)
	s.run(`button("Take Row").click()`)
	s.holds(`map.selection.count === 4 && warned() === ""`)
	s.quiet()
}

func TestLive_WhatIsOfferedIsStillFree(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.holds(`one(".alive").textContent === "Live"`)
	s.click("main-D-7", 0)
	s.holds("map.selection.count === 1")
	s.site.Set(seating.Held, s.seats("main-D-7")...)
	s.holds(`button("Take Row")`)
	first := is[string](s, `button("Take Row").textContent`)
	var offered string
	for _, row := range "CDE" {
		for _, seat := range []string{"6", "7", "8"} {
			if first == "Take Row "+string(row)+", seat "+seat+" instead" {
				offered = "main-" + string(row) + "-" + seat
			}
		}
	}
	s.site.Set(seating.Sold, s.seats(offered)...)
	s.holds(`button("Take Row").textContent !== ` + strconv.Quote(first))
	assert.Contains(t, is[string](s, "warned()"), "Row D, seat 7. It is")
	s.run(`button("Take Row").click()`)
	s.holds(`map.selection.count === 1 && warned() === ""`)
	s.quiet()
}
