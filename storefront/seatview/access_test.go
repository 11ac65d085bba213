package seatview_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/storefront/seatview"
	"github.com/marquee-tickets/marquee/storefront/seatview/seatdemo"
)

// media has the page shown as the visitor likes it.
func (s *shown) media(name, value string) {
	s.t.Helper()
	_, err := chromedp.Call(s.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}})
	require.NoError(s.t, err)
}

// violation is something that axe-core finds wrong with a page.
type violation struct {
	Rule, Help string
	Where      []string
}

// audit asks axe-core what is wrong by the rules of WCAG 2.2 AA and what it calls best practice.
const audit = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"],
}).then((found) => found.violations.map((v) => ({Rule: v.id, Help: v.help, Where: v.nodes.map((n) => n.html)})))`

// violations audits the page as it is.
func (s *shown) violations() []violation {
	s.t.Helper()
	axe, err := os.ReadFile(filepath.Join("..", "testdata", "axe-core", "axe.js"))
	require.NoError(s.t, err)
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	_, err = chromedp.Run(ctx, chromedp.Evaluate[string]("window.axe ? axe.version : ("+"(() => {"+string(axe)+"})(), axe.version)"))
	require.NoError(s.t, err)
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]violation](audit, chromedp.EvalAwaitPromise))
	require.NoError(s.t, err)
	return found
}

// accessible audits the page in light and dark, on a narrow and a wide screen.
func (s *shown) accessible(what string) {
	s.t.Helper()
	for _, width := range []int64{390, 1280} {
		s.do(chromedp.EmulateViewport(width, 900))
		for _, scheme := range []string{"light", "dark"} {
			s.media("prefers-color-scheme", scheme)
			for _, v := range s.violations() {
				assert.Fail(s.t, v.Rule, "%s, %s, %d pixels: %s\n%s", what, scheme, width, v.Help, strings.Join(v.Where, "\n"))
			}
		}
		assert.LessOrEqual(s.t, is[int](s, "document.documentElement.scrollWidth - innerWidth"), 0, "%s is wider than a screen of %d pixels", what, width)
	}
}

// TestAccess_TheAuditSeesInside keeps the audit from going blind: faults in the shadow tree have to be found.
func TestAccess_TheAuditSeesInside(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.run(`button("Larger").title = ""; button("Larger").textContent = ""; button("Larger").ariaLabel = ""; one(".list").prepend(document.createElement("select")); one(".total").style.color = "#aaa"`)
	var rules []string
	for _, v := range s.violations() {
		rules = append(rules, v.Rule)
	}
	assert.Subset(t, rules, []string{"button-name", "select-name", "color-contrast"})
}

func TestAccess_NothingIsWrongWithIt(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Theatre(seatmap.HallOptions{Standing: 80}), seatdemo.Options{Config: seatview.Config{
		Views: []seatview.ViewNote{{First: 0, End: 100, Note: "restricted view", Text: "A pillar stands before you."}},
	}})
	s.site.Set(seating.Sold, 1, 2, 3, 30)
	s.open("")
	s.holds("map.selection")
	s.accessible("a hall")
	s.run(`row("Row C").open = true; one(".best").open = true`)
	s.holds(`row("Row C").querySelectorAll("input").length > 5`)
	s.run(`const boxes = row("Row C").querySelectorAll("input:enabled"); boxes[0].click(); boxes[1].click(); button("One more: Adult").click(); button("Premium").click()`)
	s.holds("map.selection.count === 3")
	s.run(`map.refuse({text: "Your choice would leave a single seat.", seats: ["stalls-C-7"], instead: ["stalls-C-1", "stalls-C-3"]}); one(".basket details").open = true`)
	s.accessible("a choice that was refused")
	s.quiet()
}

func TestAccess_ADirectionFromTheRight(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "?dir=rtl")
	assert.Equal(t, "rtl", is[string](s, `getComputedStyle(one(".list")).direction`))
	assert.True(t, is[bool](s, `(() => {
		const frame = one(".frame").getBoundingClientRect(), zoom = one(".zoom").getBoundingClientRect();
		return zoom.x - frame.x < 20 && frame.right - zoom.right > 100;
	})()`), "the buttons are on the other side")
	assert.True(t, is[bool](s, `one(".side").getBoundingClientRect().right < one(".main").getBoundingClientRect().x`))
	first, _ := s.at("main-D-1")
	last, _ := s.at("main-D-9")
	assert.Less(t, first, last, "a hall is not turned round")
	s.click("main-D-7", 0)
	s.holds(`chosen() === "main-D-7"`)
	s.accessible("from the right")
	s.quiet()
}

// Names are in the letters of their hall, whatever the language of the page.
func TestAccess_TextsFromTheRightKeepNamesTogether(t *testing.T) {
	t.Parallel()
	words := seatview.English()
	words["place"] = seatview.Text{Whole: "{section}، الصف {row}، المقعد {seat}"}
	words["inRow"] = seatview.Text{Whole: "{seat}، الصف {row}"}
	words["also"] = seatview.Text{Whole: "{first}، {second}"}
	s := show(t, seatmap.Theatre(seatmap.HallOptions{Standing: 80}), seatdemo.Options{Config: seatview.Config{Locale: "ar", Texts: words}}, "?dir=rtl")
	s.click("stalls-C-3", 0)
	s.holds("map.selection.count === 1")
	assert.Contains(t, is[string](s, `one(".basket li").textContent`), "\u2068Stalls\u2069، الصف \u2068C\u2069، المقعد \u20683\u2069")
	s.run(`row("Row C").open = true`)
	s.holds(`row("Row C").querySelector("input")`)
	label := is[string](s, `row("Row C").querySelector("input").ariaLabel`)
	assert.Contains(t, label, "\u2069، \u2068")
	assert.NotContains(t, label, ", ")
	assert.NotEmpty(t, is[string](s, `one(".standing legend bdi").textContent`))
	s.quiet()
}

func TestAccess_WhoClosesANoticeGoesOnInTheList(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.run(`map.refuse({text: "Your choice would leave a single seat."}); button("Close").focus()`)
	s.keys(kb.Enter)
	s.holds(`warned() === "" && root.activeElement === one(".list h2")`)
}

func TestAccess_ColoursThatTheVisitorForces(t *testing.T) {
	t.Parallel()
	s := visit(t, seatmap.Theatre(seatmap.HallOptions{}), seatdemo.Options{})
	s.site.Set(seating.Sold, 1)
	s.site.Set(seating.Held, 2)
	s.open("")
	s.holds("map.selection")
	own := is[string](s, `getComputedStyle(one(".seats .free")).fill`)
	s.media("forced-colors", "active")
	s.click("stalls-C-3", 0)
	s.holds("map.selection.count === 1")
	for selector, want := range map[string]string{
		".seats .free": "LinkText", ".hall .chosen": "Highlight", ".floor": "Canvas",
	} {
		assert.True(t, is[bool](s, `(() => {
			const probe = document.body.appendChild(document.createElement("i"));
			probe.style.color = "`+want+`";
			return getComputedStyle(one("`+selector+`")).fill === getComputedStyle(probe).color;
		})()`), "%s is drawn in %s", selector, want)
	}
	assert.NotEqual(t, own, is[string](s, `getComputedStyle(one(".seats .free")).fill`))
	assert.Equal(t, is[string](s, `getComputedStyle(one(".seats .sold")).stroke`), is[string](s, `getComputedStyle(one(".seats .held")).stroke`), "they differ by form")
}

func TestAccess_LessMotion(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	const duration = `(one(".frame").classList.add("easing"), getComputedStyle(one(".hall")).transitionDuration)`
	assert.Equal(t, "0s", is[string](s, duration))
	s.media("prefers-reduced-motion", "no-preference")
	assert.Equal(t, "0.25s", is[string](s, duration))
}

func TestAccess_EveryControlHasARoleAndAName(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Theatre(seatmap.HallOptions{Standing: 80}), seatdemo.Options{}, "")
	s.run(`row("Row C").open = true; one(".best").open = true`)
	s.holds(`row("Row C").querySelectorAll("input").length > 5`)
	s.click("stalls-C-3", 0)
	s.holds("map.selection.count === 1")
	unnamed := is[[]string](s, `all("button, input, select, summary, [tabindex='0']").filter((element) => {
		const label = element.labels?.[0]?.textContent || element.ariaLabel || element.textContent;
		return !label.trim();
	}).map((element) => element.outerHTML)`)
	assert.Empty(t, unnamed)
	assert.Equal(t, "group", is[string](s, `one(".frame").getAttribute("role")`))
	assert.Equal(t, "true", is[string](s, `one("svg.hall").getAttribute("aria-hidden")`), "the list is what is read")
	assert.Equal(t, 1, is[int](s, `all("[role=status]").length`))
	assert.Equal(t, 1, is[int](s, `all("[role=alert]").length`))
	assert.Contains(t, is[string](s, `row("Row C").querySelector("input").ariaLabel`), ", row C, Premium, ₹300")
}

func TestAccess_ThemesByProperties(t *testing.T) {
	t.Parallel()
	s := show(t, seatmap.Cinema(seatmap.HallOptions{}), seatdemo.Options{}, "")
	s.run(`map.style.setProperty("--bms-cat-gold", "rgb(1, 2, 3)"); map.style.setProperty("--bms-surface", "rgb(4, 5, 6)")`)
	assert.True(t, is[bool](s, `all(".seats .free").some((path) => getComputedStyle(path).fill === "rgb(1, 2, 3)")`))
	assert.Equal(t, "rgb(4, 5, 6)", is[string](s, `getComputedStyle(one(".map")).backgroundColor`))
}
