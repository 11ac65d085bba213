package seatview_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/seatview"
	"github.com/marquee-tickets/marquee/storefront/seatview/seatdemo"
)

// decoder is the element's own decoder as a script that writes seats as list does.
func decoder(t *testing.T) string {
	t.Helper()
	sources, err := filepath.Abs(filepath.Join("..", "assets", "src", "seatmap"))
	require.NoError(t, err)
	built := api.Build(api.BuildOptions{
		Stdin: &api.StdinOptions{ResolveDir: sources, Loader: api.LoaderTS, Contents: `
			import { decode, labelOf } from "./geometry";
			export const list = (raw) => {
				const hall = decode(raw);
				return Array.from({ length: hall.seats }, (_, seat) => {
					const row = hall.rows[hall.row[seat]];
					return [
						hall.sections[row.section].key + "-" + row.label + "-" + labelOf(row, seat), raw.categories[hall.category[seat]].key,
						["standard", "recliner", "wheelchair", "companion", "house"][hall.kind[seat]], hall.x[seat] / 100, hall.y[seat] / 100,
					].join(" ");
				});
			};`},
		Bundle: true, Format: api.FormatIIFE, GlobalName: "geometry", Target: api.ES2022,
	})
	require.Empty(t, built.Errors)
	return string(built.OutputFiles[0].Contents)
}

func TestDecoder_ReadsWhatTheServerWrites(t *testing.T) {
	t.Parallel()
	ctx, script := chromium(t), decoder(t)
	for name := range goldens() {
		geometry, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		require.NoError(t, err)
		want, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
		require.NoError(t, err)
		got, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf("(() => { %s; return geometry.list(%s) })()", script, geometry)))
		require.NoError(t, err)
		lines := strings.Split(strings.TrimSpace(string(want)), "\n")
		require.Len(t, got, len(lines), name)
		for i, line := range lines {
			var a, b struct {
				name, category, kind string
				x, y                 float64
			}
			_, err := fmt.Sscan(line, &a.name, &a.category, &a.kind, &a.x, &a.y)
			require.NoError(t, err)
			_, err = fmt.Sscan(got[i], &b.name, &b.category, &b.kind, &b.x, &b.y)
			require.NoError(t, err, got[i])
			require.InDelta(t, a.x, b.x, .01, line)
			require.InDelta(t, a.y, b.y, .01, line)
			b.x, b.y = a.x, a.y
			require.Equal(t, a, b)
		}
	}
}

// forms counts the seats that are drawn in a look: each begins with a move and has no other, but for the lines of crosses and hatches.
const forms = `((look, moves) => all(".seats ." + look).reduce((sum, path) => sum + (path.getAttribute("d").match(/m/g) ?? []).length, 0) / moves)`

func TestMap_DrawsAHall(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Theatre(seatmap.HallOptions{Seats: 500, Standing: 60}), seatdemo.Options{Config: seatview.Config{Front: "Stage"}})
	s.site.Set(seating.Sold, 0, 1, 2)
	s.site.Set(seating.Held, 10, 11)
	s.open("")
	s.holds("map.selection")
	assert.Equal(t, 500-3-2-8, is[int](s, forms+`("free", 1)`), "eight seats are for the house")
	assert.Equal(t, 3, is[int](s, forms+`("sold", 2)`))
	assert.Equal(t, 2, is[int](s, forms+`("held", 4)`))
	assert.Equal(t, 8, is[int](s, forms+`("blocked", 1)`))
	assert.Equal(t, "Floor (60 standing)", is[string](s, `one(".name").textContent`))
	assert.Equal(t, []string{"Stalls", "Dress Circle", "Balcony"}, is[[]string](s, `all(".names text").map((text) => text.textContent)`))
	s.quiet()
}

func TestMap_DrawsAStadium(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Stadium(seatmap.HallOptions{Seats: 50_000}), seatdemo.Options{})
	s.site.Set(seating.Sold, 0, 1, 2)
	s.open("")
	s.holds("map.selection")
	assert.Equal(t, 50_000-3, is[int](s, forms+`("free", 1)`))
	assert.Less(t, is[int](s, `all("*").length`), 1500)
	assert.LessOrEqual(t, is[int](s, `all("input").length`), 60)
	assert.Equal(t, "101", is[string](s, `one(".names text").textContent`), "the word that all names begin with is left out")

	// From near, what is taken is drawn, too, and the labels of rows are there.
	s.click("101-1-10", 0)
	s.holds(`one(".frame").classList.contains("near")`)
	assert.Empty(t, is[string](s, "chosen()"), "a seat that small is not chosen, one goes nearer")
	s.holds(forms + `("sold", 2) === 3`)
	s.holds(`all(".labels text").length > 10`)
	s.click("101-3-10", 0)
	s.holds(`chosen() === "101-3-10"`)
	s.quiet()
}

// The address of a part of a hall leads to it, on the map and in the list.
func TestMap_BeginsAtASection(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Stadium(seatmap.HallOptions{Seats: 50_000}), seatdemo.Options{}, "?section=102")
	s.holds(`one(".frame").classList.contains("near")`)
	s.holds(`one("#section").selectedOptions[0].text.includes("102")`)
	s.holds(`document.activeElement === document.body`)
	s.quiet()
}

func TestMap_SeatsAreWhereTheyAreInTheHall(t *testing.T) {
	t.Parallel()
	s := show(t, cabaret(), seatdemo.Options{Max: 30}, "")
	var names []string
	for _, seat := range s.plan.Seats {
		if seat.Kind != seatmap.House && seat.Kind != seatmap.Wheelchair && seat.Kind != seatmap.Companion {
			s.click(seat.Name, 0)
			names = append(names, seat.Name)
		}
	}
	s.holds("map.selection.count === " + number(len(names)))
	assert.Equal(t, names, strings.Fields(is[string](s, "chosen()")), "around tables and in a row that is turned")
	s.quiet()
}

func TestMap_ASeatIsChosenAndDroppedByAClick(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.click("main-E-5", 0)
	s.holds(`chosen() === "main-E-5"`)
	s.holds(`said() === "Row E, seat 5 added. 1 place, ₹450 including fees"`)
	assert.Positive(t, is[int](s, `one(".hall .tick").getAttribute("d").length`), "a form shows that it is chosen")
	assert.Contains(t, is[string](s, `one(".basket").textContent`), "Row E, seat 5")
	s.click("main-E-6", 0)
	s.holds(`chosen() === "main-E-5 main-E-6"`)
	s.click("main-E-5", 0)
	s.holds(`chosen() === "main-E-6"`)
	s.holds(`said().startsWith("Row E, seat 5 removed.")`)
	s.quiet()
}

func TestMap_AClickNearASeatMeansIt(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{Seats: 60}), seatdemo.Options{}, "")
	first, last := s.plan.Seats[0].Name, s.plan.Seats[s.plan.Rows[0].Seats.End-1].Name
	x1, _ := s.at(first)
	x2, _ := s.at(last)
	pitch := (x2 - x1) / float64(s.plan.Rows[0].Seats.Len()-1)
	require.Greater(t, pitch, 24.0, "seats are as large as a finger")
	middle := s.plan.Seats[s.plan.Rows[3].Seats.First+3].Name
	s.click(middle, pitch*.45)
	s.holds(`chosen() === "` + middle + `"`)
	s.do(chromedp.MouseClickXY(x1, 120)) // above all seats
	assert.Equal(t, middle, is[string](s, "chosen()"))
}

func TestMap_ATapOnSmallSeatsGoesNearer(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{})
	s.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	s.open("")
	s.holds("map.selection")
	x, y := s.at("circle-C-3")
	s.tap(x, y)
	s.holds(`one(".frame").classList.contains("near")`)
	assert.Zero(t, is[int](s, "map.selection.count"))
	s.holds(`one("#section").selectedOptions[0].text.startsWith("Dress Circle")`)
	x, y = s.at("circle-C-3")
	s.tap(x, y)
	s.holds(`chosen() === "circle-C-3"`)
	s.quiet()
}

// zoom is how much the drawing is enlarged.
const zoom = `new DOMMatrix(getComputedStyle(one("svg.hall")).transform).a`

// left is how far the drawing is moved to the right.
const left = `new DOMMatrix(getComputedStyle(one("svg.hall")).transform).e`

func TestMap_MovesByButtonsKeysAndTheSmallMap(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{}, "")
	require.InDelta(t, 1, is[float64](s, zoom), .001)
	assert.Equal(t, "none", is[string](s, `getComputedStyle(one(".mini")).display`))
	s.run(`button("Larger").click()`)
	s.holds(zoom + " > 1.5")
	s.holds(`getComputedStyle(one(".mini")).display === "block"`)
	s.run(`button("Whole hall").click()`)
	s.holds(zoom + " === 1")

	s.run(`one(".frame").focus()`)
	s.keys("+", "+", "+")
	s.holds(zoom + " > 3")
	before := is[float64](s, left)
	s.keys(kb.ArrowRight)
	s.holds(left + " < " + fmt.Sprint(before-50))
	s.keys(kb.ArrowLeft, "-")
	s.holds(zoom + " < 3")

	at := is[float64](s, left)
	box := is[[]float64](s, `(() => { const r = one(".mini").getBoundingClientRect(); return [r.x, r.y, r.width, r.height] })()`)
	s.do(chromedp.MouseClickXY(box[0]+box[2]*.8, box[1]+box[3]/2))
	s.holds(left + " < " + fmt.Sprint(at-20))
	s.run(`one(".frame").focus()`)
	s.keys("0")
	s.holds(zoom + " === 1")
	s.quiet()
}

func TestMap_MovesByDragWheelAndDoubleClick(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{}, "")
	x, y := s.at("stalls-F-1")
	wheel := func(by float64) {
		ctx := s.ctx
		_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: x, Y: y, DeltaX: 1e-9, DeltaY: by})
		require.NoError(t, err)
	}
	wheel(-600)
	s.holds(zoom + " > 2")
	again, _ := s.at("stalls-F-1")
	assert.InDelta(t, x, again, 3, "the point below the pointer stays there")
	before := is[float64](s, left)
	for _, step := range []struct {
		kind input.DispatchMouseEventType
		x    float64
	}{
		{input.DispatchMouseEventTypeMousePressed, x},
		{input.DispatchMouseEventTypeMouseMoved, x - 40},
		{input.DispatchMouseEventTypeMouseMoved, x - 80},
		{input.DispatchMouseEventTypeMouseReleased, x - 80},
	} {
		s.do(chromedp.MouseEvent(step.kind, step.x, y, chromedp.ButtonLeft))
	}
	s.holds(fmt.Sprintf("Math.abs(%s - %f) < 1", left, before-80))
	assert.Zero(t, is[int](s, "map.selection.count"), "who drags chooses nothing")
	s.run(`button("Whole hall").click()`)
	frame := is[[]float64](s, `(() => { const r = one(".frame").getBoundingClientRect(); return [r.x + 12, r.bottom - 12] })()`)
	s.do(chromedp.MouseClickXY(frame[0], frame[1], chromedp.ClickCount(1)), chromedp.MouseClickXY(frame[0], frame[1], chromedp.ClickCount(2)))
	s.holds(zoom + " > 1.9")
	s.quiet()
}

func TestMap_IsEnlargedByTwoFingers(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{})
	s.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	s.open("")
	s.holds("map.selection")
	x, y := s.at("stalls-H-1")
	s.touch(input.DispatchTouchEventTypeTouchStart, [2]float64{x - 20, y}, [2]float64{x + 20, y})
	for apart := 30.0; apart <= 80; apart += 10 {
		s.touch(input.DispatchTouchEventTypeTouchMove, [2]float64{x - apart, y}, [2]float64{x + apart, y})
	}
	s.touch(input.DispatchTouchEventTypeTouchEnd)
	s.holds(zoom + " > 2.5")
	assert.Zero(t, is[int](s, "map.selection.count"))
	s.quiet()
}

func TestMap_SaysWhatIsUnderTheMouse(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{Config: seatview.Config{
		Views: []seatview.ViewNote{{First: 60, End: 70, Note: "restricted view"}},
	}})
	s.site.Set(seating.Sold, 61)
	s.open("")
	s.holds("map.selection")
	x, y := s.at(s.plan.Seats[60].Name)
	s.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
	s.holds(`one(".info").textContent.endsWith(", Silver, ₹300, restricted view") && one(".frame").classList.contains("hit")`)
	x, y = s.at(s.plan.Seats[61].Name)
	s.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
	s.holds(`one(".info").textContent.endsWith("not available") && !one(".frame").classList.contains("hit")`)
}

func TestMap_ACategoryStandsOut(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.run(`button("Gold").click()`)
	s.holds(`one(".hall").classList.contains("stressed") && button("Gold").ariaPressed === "true"`)
	gold := 0
	for _, seat := range s.plan.Seats {
		if s.plan.Categories[seat.Category].Key == "gold" {
			gold++
		}
	}
	assert.Equal(t, gold, is[int](s, `one(".hall > .free").getAttribute("d").match(/m/g).length`))
	s.run(`button("Silver").click()`)
	s.holds(`button("Gold").ariaPressed === "false" && button("Silver").ariaPressed === "true"`)
	s.run(`button("Silver").click()`)
	s.holds(`!one(".hall").classList.contains("stressed")`)
}

func TestMap_HasABackgroundAndAFront(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{Seats: 40}), seatdemo.Options{Config: seatview.Config{
		Front: "Screen", Background: &seatview.Background{Source: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>", X: -5, Y: -2, Width: 10, Height: 8},
	}}, "")
	assert.Equal(t, "Screen", is[string](s, `one(".name").textContent`))
	assert.Equal(t, []string{"-500", "-200", "1000", "800"}, is[[]string](s, `["x", "y", "width", "height"].map((name) => one("image").getAttribute(name))`))
	s.quiet()
}

func TestMap_AHallWithoutSeatsHasNumbersAlone(t *testing.T) {
	t.Parallel()
	m := &seatmap.Map{
		Name: "Club", Categories: []seatmap.Category{{Key: "floor", Name: "Floor"}},
		Areas: []seatmap.Area{{Key: "floor", Name: "Floor", Category: "floor", Capacity: 300}},
	}
	s := show(t, m, seatdemo.Options{}, "")
	assert.True(t, is[bool](s, `!one(".frame") && one(".list").hidden && !one(".best")`))
	s.run(`button("One more: Adult").click()`)
	s.holds(`map.selection.count === 1 && map.selection.minor === 30000`)
	s.quiet()
}

func TestMap_WithoutItsGeometryThePageStaysAsItIs(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{Rest: `<label><input type="checkbox" name="seat" value="main-A-1" checked> Row A, seat 1</label>`})
	s.open("?broken")
	s.holds(`one("slot") && !one(".root") && map.querySelector("label").checkVisibility()`)
	s.do(chromedp.Click("#send"))
	require.Eventually(t, func() bool { return len(s.site.Posts()) == 1 }, patience, 20*time.Millisecond)
	assert.Equal(t, []string{"main-A-1"}, s.site.Posts()[0]["seat"])
}

// The floors that lie below the seats reach as far as these.
func TestMap_FloorsReachAroundTheirSeats(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	var box struct{ X, Y, Width, Height float64 }
	require.NoError(t, json.Unmarshal([]byte(is[string](s, `JSON.stringify((({x, y, width, height}) => ({x, y, width, height}))(one(".floor").getBBox()))`)), &box))
	low, high := math.Inf(1), math.Inf(-1)
	for _, seat := range s.plan.Seats {
		low, high = min(low, seat.X), max(high, seat.X)
	}
	assert.InDelta(t, low*100, box.X, 5)
	assert.InDelta(t, (high-low)*100, box.Width, 10)
}

// On a phone nothing covers the hall, none of it is cut off, and names can be told from each other.
func TestMap_OnAPhone(t *testing.T) {
	t.Parallel()
	wide := &seatmap.Map{Name: "Wide", Categories: []seatmap.Category{{Key: "a", Name: "A"}}, Sections: []seatmap.Section{{Key: "main", Name: "Main", Rows: []seatmap.Row{
		line("A", 0, 0, 1, 0, 30, "a"), line("B", 0, 1, 1, 0, 30, "a"),
	}}}}
	for name, m := range map[string]*seatmap.Map{
		"wide": wide, "cinema": seatmap.Cinema(seatmap.HallOptions{}), "arena": seatmap.Arena(seatmap.HallOptions{Seats: 12_000, Standing: 1500}),
	} {
		s := visit(t, m, seatdemo.Options{Config: seatview.Config{Front: "Screen"}})
		s.do(chromedp.EmulateViewport(390, 844))
		s.open("")
		s.holds("map.selection")
		assert.Empty(t, is[[]string](s, `(() => {
			const box = (e) => e.getBoundingClientRect(), frame = box(one(".frame")), zoom = box(one(".zoom"));
			const within = (e) => box(e).left >= frame.left - 1 && box(e).right <= frame.right + 1 && box(e).top >= zoom.bottom - 1;
			return all(".seats path, .front, .name, .names text").filter((e) => box(e).width && !within(e)).map((e) => e.outerHTML.slice(0, 200));
		})()`), "%s: what is cut off or covered", name)
		assert.LessOrEqual(t, is[float64](s, `one(".frame").offsetWidth - one(".map").clientWidth`), 0., name)
		assert.Empty(t, is[[]string](s, `(() => {
			const texts = all(".names text").map((e) => [e.textContent, e.getBoundingClientRect()]);
			const touch = (a, b) => a.left < b.right && b.left < a.right && a.top + a.height * .1 < b.bottom - b.height * .1 && b.top + b.height * .1 < a.bottom - a.height * .1;
			return texts.flatMap(([one, a], i) => texts.slice(i + 1).filter(([, b]) => touch(a, b)).map(([other]) => one + " touches " + other));
		})()`), name)
		if name == "arena" {
			assert.Greater(t, is[float64](s, `Math.min(...all(".name").map((e) => e.getBoundingClientRect().height))`), 8., "the name of the floor can be read")
		}
		s.quiet()
	}
}
