package seatview_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/seatview"
	"github.com/marquee-tickets/marquee/storefront/seatview/seatdemo"
)

// posted waits for the form that is sent and returns its fields.
func (s *shown) posted() url.Values {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return len(s.site.Posts()) > 0 }, patience, 20*time.Millisecond)
	return s.site.Posts()[0]
}

func TestForm_SendsTheFieldsOfTheFormWithoutScript(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{Standing: 80}), seatdemo.Options{
		Config: seatview.Config{Key: "k7"},
		Rest:   `<label><input type="checkbox" name="seat" value="stalls-C-1"> C 1</label><input type="hidden" name="section" value="stalls">`,
	}, "")
	s.click("stalls-C-3", 0)
	s.click("stalls-C-5", 0)
	s.holds("map.selection.count === 2")
	s.run(`const type = one("[aria-label='Ticket for Stalls, row C, seat 5']") ?? all(".basket select")[1]; type.value = "1"; type.dispatchEvent(new Event("change"))`)
	s.holds("map.selection.minor === 45000")
	s.run(`button("One more: Adult").click(); button("One more: Adult").click()`)
	s.holds("map.selection.count === 4")
	s.do(chromedp.Click("#send"))
	assert.Equal(t, url.Values{
		"key": {"k7s"}, "mode": {"seats"}, "seat": {"stalls-C-3", "stalls-C-5"}, "type.stalls-C-3": {"adult"}, "type.stalls-C-5": {"child"},
		"area.floor.adult": {"2"},
	}, s.posted(), "and nothing of what was inside the element before")
	s.quiet()
}

func TestForm_AsksForTheBestSeats(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{Config: seatview.Config{Key: "k7"}}, "")
	s.click("stalls-C-3", 0)
	s.holds("map.selection.count === 1")
	s.run(`one(".best").open = true`)
	s.run(`one("#where").value = "standard"; one("#shape").value = "stacked"; const more = (words) => [...one(".best").querySelectorAll("button")].find((b) => b.ariaLabel === "One more: " + words); more("Child").click(); more("People in a wheelchair").click()`)
	s.run(`button("Reserve the best seats").click()`)
	assert.Equal(t, url.Values{
		"key": {"k7b"}, "mode": {"best"}, "count": {"3"}, "category": {"standard"}, "shape": {"stacked"}, "n.child": {"1"}, "wheelchairs": {"1"}, "companions": {"0"},
	}, s.posted())
	s.quiet()
}

func TestForm_APageMayAskForTheBestSeatsByItself(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.run(`map.addEventListener("bms-best", (event) => { event.preventDefault(); window.asked = JSON.stringify(event.detail) })`)
	s.run(`button("Reserve the best seats").click()`)
	s.holds("window.asked")
	assert.JSONEq(t, `{"count": 2, "category": "", "shape": "together", "types": {}, "wheelchairs": 0, "companions": 0}`, is[string](s, "window.asked"))
	assert.Empty(t, s.site.Posts())
}

func TestForm_IsNotSentWithNothingChosen(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.do(chromedp.Click("#send"))
	s.holds(`warned().includes("Choose at least one seat or place.") && root.activeElement === one(".list h2")`)
	assert.Empty(t, s.site.Posts())
	s.click("main-D-4", 0)
	s.holds("map.selection.count === 1")
	s.do(chromedp.Click("#send"))
	assert.Equal(t, []string{"main-D-4"}, s.posted()["seat"])
	s.quiet()
}

func TestForm_ComesBackAsItWasLeft(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.click("main-D-4", 0)
	s.click("main-D-5", 0)
	s.holds("map.selection.count === 2")
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Click("#send"))
	require.NoError(t, err)
	_, err = chromedp.Run(ctx, chromedp.Evaluate[bool]("history.back(), true"))
	require.NoError(t, err)
	s.holds(`map?.selection?.count === 2 && chosen() === "main-D-4 main-D-5"`)
	s.run(`document.querySelector("form").reset()`)
	s.holds("map.selection.count === 0")
	s.quiet()
}

func TestForm_TheBrowserMayRestoreIt(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{Standing: 80}), seatdemo.Options{}, "")
	s.run(`map.formStateRestoreCallback('{"seats": ["stalls-C-3"], "types": {"stalls-C-3": "child"}, "areas": {"floor.adult": 2}, "accessible": true}')`)
	s.holds(`chosen() === "stalls-C-3" && map.selection.count === 3 && one(".access input").checked && one(".standing input").value === "2"`)
	assert.Equal(t, "restored", is[string](s, `(map.addEventListener("bms-select", (event) => { window.cause = event.detail.cause }), map.formStateRestoreCallback(null), window.cause)`))
}

func TestForm_BoxesThatWereCheckedBeforeAreChosen(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{
		Config: seatview.Config{Chosen: &seatview.Chosen{Seats: []string{"main-D-4", "main-D-9", "main-Z-1"}, Types: map[string]string{"main-D-4": "child"}}},
		Rest:   `<label><input type="checkbox" name="seat" value="main-D-5" checked> D 5</label>`,
	})
	s.site.Set(seating.Sold, s.seats("main-D-9")...)
	s.open("")
	s.holds("map.selection")
	assert.Equal(t, "main-D-4 main-D-5", is[string](s, "chosen()"), "those that are there and free")
	assert.Equal(t, "child", is[string](s, "map.selection.seats[0].type"))
	assert.Zero(t, is[int](s, "map.children.length"))
	s.quiet()
}

func TestChoice_HasALimit(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{Standing: 80}), seatdemo.Options{Max: 2}, "")
	s.click("stalls-C-3", 0)
	s.click("stalls-C-5", 0)
	s.click("stalls-C-7", 0)
	s.holds(`warned().includes("You can choose at most 2 places at once.")`)
	assert.Equal(t, "stalls-C-3 stalls-C-5", is[string](s, "chosen()"))
	s.run(`button("One more: Adult").click()`)
	assert.Equal(t, "0", is[string](s, `one(".standing input").value`))
	s.run(`button("Remove Stalls, row C, seat 5").click()`)
	s.holds("map.selection.count === 1")
	s.run(`button("Close").click()`)
	s.holds(`warned() === ""`)
	s.run(`const n = one(".standing input"); n.value = "7"; n.dispatchEvent(new Event("change"))`)
	s.holds(`one(".standing input").value === "0"`) // not two of the seven, since that is not what was asked for
	s.quiet()
}

func TestChoice_TellsThePage(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.run(`document.addEventListener("bms-select", (event) => { window.told = event.detail })`)
	s.click("main-D-4", 0)
	s.holds("window.told")
	assert.JSONEq(t, `{
		"seats": [{"name": "main-D-4", "section": "main", "row": "D", "label": "4", "category": "silver", "type": "adult", "minor": 30000}],
		"areas": [], "count": 1, "minor": 30000, "text": "1 place, ₹300 including fees", "currency": "INR", "cause": "user"
	}`, is[string](s, "JSON.stringify(window.told)"))
}

// Where prices do not add up, the server has the say, and until it has spoken no price is said.
func TestChoice_AsksWhatItCosts(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{Standing: 80}), seatdemo.Options{Quote: "/quote"}, "")
	s.never(10_000) // PATIENCE: the answers are given below
	s.run(`window.asked = []; window.fetch = (address, {signal}) => new Promise((answer, fail) => {
		signal.onabort = () => fail(signal.reason);
		asked.push({address, say: (minor) => answer(new Response(JSON.stringify(minor === undefined ? {} : {total: {minor}})))});
	}); document.addEventListener("bms-select", (event) => { window.told = event.detail })`)
	s.click("stalls-C-3", 0)
	s.holds(`told?.text === "1 place" && told.minor === null && one(".total").textContent === "1 place"`)
	s.click("stalls-C-5", 0)
	s.run(`button("One more: Child").click()`)
	s.holds("asked.length === 3 && told.count === 3")
	category := is[string](s, "map.selection.seats[0].category")
	assert.Regexp(t, `^/quote\?ticket=2\.`+category+`\.adult&ticket=1\.\w+\.child$`, is[string](s, "asked[2].address"))
	s.run("asked[1].say(1); asked[2].say(98765)")
	s.holds(`one(".total").textContent === "3 places, ₹987.65 including fees"`)
	assert.Equal(t, "priced 98765", is[string](s, `told.cause + " " + told.minor`))
	s.run(`button("One more: Child").click(); asked[3].say()`)
	s.holds(`asked.length === 4 && told.cause === "priced" && one(".total").textContent === "4 places"`)
	s.run(`map.closest("form").reset()`)
	s.holds(`one(".total").textContent === "Nothing chosen yet" && asked.length === 4`)
	s.quiet()
}

// What was done is said at once; its price follows when it is known, and is not waited for for ever.
func TestChoice_SaysWhatWasDoneBeforeThePriceIsKnown(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{Quote: "/quote"}, "")
	s.never(10_000) // PATIENCE: the answers are given below
	s.run(`window.asked = []; window.fetch = (address, {signal}) => new Promise((answer, fail) => {
		signal.onabort = () => fail(signal.reason);
		asked.push({say: (minor) => answer(new Response(JSON.stringify({total: {minor}})))});
	});
	window.heard = []; new MutationObserver(() => said() && heard.push(said())).observe(one("[role=status]"), {childList: true})`)
	s.click("main-E-5", 0)
	s.holds(`heard.join() === "Row E, seat 5 added. 1 place"`)
	s.click("main-E-6", 0)
	s.holds(`asked.length === 2`)
	s.run(`asked[1].say(90000)`)
	s.holds(`one(".total").textContent === "2 places, ₹900 including fees"`)
	s.holds(`heard.at(-1).endsWith("2 places, ₹900 including fees")`)
	assert.Regexp(t, `seat 5 added\. 1 place\|Row E, seat 6 added\. 2 places`, is[string](s, `heard.join("|")`), "none is dropped")
	s.quiet()
}

// A connection that hangs is given up.
func TestChoice_DoesNotWaitForAPriceForEver(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{Quote: "/quote"}, "")
	s.run(`window.fetch = (address, {signal}) => new Promise((answer, fail) => { signal.onabort = () => { window.ended = true; fail(signal.reason) } });
		map.addEventListener("bms-select", (event) => { window.told = event.detail });
		window.setTimeout = ((later) => (what, ms) => later(what, ms > 5000 ? 0 : ms))(setTimeout)`)
	s.click("main-E-5", 0)
	s.holds(`window.ended && told.cause === "priced" && told.minor === null`)
	s.holds(`said() === "Row E, seat 5 added. 1 place"`)
	s.quiet()
}

func TestChoice_ARefusalNamesTheSeatsAndOffersOthers(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{Config: seatview.Config{
		Chosen: &seatview.Chosen{Seats: []string{"main-D-4"}},
		Refused: &seatview.Refusal{
			Text: "Your choice would leave a single seat.", Seats: []string{"main-D-5"}, Instead: []string{"main-D-5", "main-D-6"},
		},
	}}, "")
	s.holds(`warned().includes("Your choice would leave a single seat. (Row D, seat 5)")`)
	assert.NotEmpty(t, is[string](s, `one(".warned").getAttribute("d")`))
	s.run(`button("Take Row D, seat 5 and Row D, seat 6 instead").click()`)
	s.holds(`chosen() === "main-D-5 main-D-6" && warned() === "" && !one(".warned").getAttribute("d")`)
	s.quiet()
}

func TestChoice_PlacesForWheelchairUsersAreAskedFor(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.click("main-A-1", 0) // a wheelchair space
	s.holds(`warned().includes("Row A, seat 1 is kept for wheelchair users and those with them.")`)
	assert.Zero(t, is[int](s, "map.selection.count"))

	s.run(`one(".access input").click()`)
	s.holds(`one(".hall").classList.contains("stressed")`)
	assert.Equal(t, 1, is[int](s, `all("details").filter((row) => row.name === "row" && row.checkVisibility()).length`), "the list shows the rows with such places")
	s.click("main-A-1", 0)
	s.click("main-A-2", 0)
	s.holds(`chosen() === "main-A-1 main-A-2"`)
	s.do(chromedp.Click("#send"))
	assert.Equal(t, []string{"1"}, s.posted()["accessible"])
	s.quiet()
}

func TestChoice_PlacesForWheelchairUsersThatAreReleasedAreForAll(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{Config: seatview.Config{Released: true}}, "")
	s.click("main-A-1", 0)
	s.holds(`chosen() === "main-A-1"`)
	s.do(chromedp.Click("#send"))
	assert.NotContains(t, s.posted(), "accessible")
}

func TestChoice_ShowsTheViewFromASeat(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{Config: seatview.Config{Views: []seatview.ViewNote{
		{First: 0, End: 60, Note: "restricted view", Text: "A pillar stands before you.", Image: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"},
	}}}, "")
	s.click("main-B-4", 0)
	s.holds(`one(".basket").textContent.includes("restricted view")`)
	s.run(`one(".basket details").open = true`)
	s.holds(`one(".basket details").innerText.includes("A pillar stands before you.") && one(".basket img").alt === ""`)
	s.quiet()
}

func TestWords_AreThoseOfThePage(t *testing.T) {
	t.Parallel()
	texts := seatview.English()
	for key, text := range texts {
		if text.Whole != "" {
			text.Whole = "‹" + text.Whole + "›"
		}
		for category, form := range text.Plural {
			text.Plural[category] = "‹" + form + "›"
		}
		texts[key] = text
	}
	texts["places"] = seatview.Text{Plural: map[string]string{"one": "{n} miejsce", "few": "{n} miejsca", "many": "{n} miejsc", "other": "{n} miejsca"}}
	s := show(t, cabaret(), seatdemo.Options{Config: seatview.Config{
		Currency: "PLN", Exponent: 2, Locale: "pl", Texts: texts, Types: []seatview.BuyerType{{Key: "all"}},
	}}, "")
	s.click("tables-A-1", 0)
	s.click("tables-A-3", 0)
	s.holds(`said().includes("2 miejsca") && /600.zł/.test(said())`)
	for _, n := range []string{"4", "5", "6"} {
		s.click("tables-A-"+n, 0)
	}
	s.holds(`one(".total").textContent.includes("5 miejsc,")`)
	s.run(`all("summary")[1].click()`)
	s.run(`one(".best").open = true`)
	// Everything that is said comes from the page's words, but for names and labels of the hall, and signs.
	words := is[[]string](s, `(() => {
		const found = [], walk = document.createTreeWalker(one(".root"), NodeFilter.SHOW_TEXT);
		for (let node; (node = walk.nextNode());) if (/[a-z]{3}/i.test(node.data) && !node.parentElement.closest(".hall, style")) found.push(node.data.trim());
		for (const element of all("[aria-label]")) found.push(element.ariaLabel);
		return found;
	})()`)
	require.NotEmpty(t, words)
	for _, text := range words {
		if !strings.ContainsAny(text, "‹›") {
			assert.Contains(t, []string{"Table", "Bench", "Bar", "Gallery", "Table, 300 zł", "Bench, 450 zł", "5 miejsc"}, strings.ReplaceAll(text, "\u00a0", " "))
		}
	}
	s.quiet()
}

func TestList_AKeyboardIsEnough(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.keys(kb.Tab)
	s.holds(`root.activeElement?.className === "skip" && root.activeElement.checkVisibility()`)
	s.keys(kb.Enter)
	s.holds(`root.activeElement === one(".list h2")`)
	s.keys(kb.Tab)
	s.holds(`root.activeElement === one("#section")`)
	s.keys(kb.ArrowDown)
	s.holds(`one("#section").value === "1" && row("Row A").querySelector("summary")`)
	s.keys(kb.Tab, kb.Tab, kb.Enter)
	s.holds(`row("Row B").open && row("Row B").querySelectorAll("input").length > 5`)
	s.keys(kb.Tab, " ")
	s.holds("map.selection.count === 1")
	first := is[string](s, "chosen()")
	assert.True(t, strings.HasPrefix(first, "circle-B-"), first)
	assert.True(t, is[bool](s, `root.activeElement.checked`))
	assert.NotEmpty(t, is[string](s, `one(".ring").getAttribute("d")`), "the map shows where one is")
	s.keys(kb.Tab, kb.Tab, " ")
	s.holds("map.selection.count === 2")
	s.keys(" ")
	s.holds(`chosen() === "` + first + `"`)
	assert.LessOrEqual(t, is[int](s, `all("input").length`), 60)
	s.do(chromedp.Focus("#send"), chromedp.KeyEvent(kb.Enter))
	assert.Equal(t, []string{first}, s.posted()["seat"])
	s.quiet()
}

func TestList_HasFewInputsInLongRows(t *testing.T) {
	t.Parallel()
	m := &seatmap.Map{Name: "Grandstand", Categories: []seatmap.Category{{Key: "a", Name: "A"}}, Sections: []seatmap.Section{{
		Key: "stand", Name: "Stand", Rows: []seatmap.Row{line("A", 0, 0, 1, 0, 20, "a"), line("B", 0, 1, 1, 0, 150, "a"), line("C", 0, 2, 1, 0, 31, "a")},
	}}}
	s := show(t, m, seatdemo.Options{}, "")
	for i := range is[int](s, `all(".rows details").length`) {
		s.run(`all(".rows details")[` + number(i) + `].open = true`)
		s.holds(`all(".rows details[open]").length === 1 && all(".rows input").length > 0`)
		require.LessOrEqual(t, is[int](s, `all("input").length`), 60)
	}
	all := is[int](s, `all(".rows summary").map((row) => Number(/of (\d+)/.exec(row.textContent)[1])).reduce((a, b) => a + b)`)
	assert.Equal(t, 201, all, "every seat is in a part of a row")
}
