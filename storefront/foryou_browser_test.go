package storefront_test

import (
	"net"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/foryou/foryoutest"
)

// suggestingAt is a shop with suggestions at a port of this computer.
func suggestingAt(t *testing.T) (suggesting, string) {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	base := "http://" + ln.Addr().String()
	to := &foryoutest.Recommender{}
	s := openAt(t, ln, bmstest.Options{Config: bms.Config{BaseURL: base}}, storefront.Config{BaseURL: base, Recommender: to})
	return suggesting{s, to, addRecital(t, s, to)}, base
}

// scrollTo brings an element into sight.
func (b *tab) scrollTo(selector string) {
	b.t.Helper()
	_, err := ask[bool](b, `(document.querySelector(`+"`"+selector+"`"+`).scrollIntoView({block: "center"}), true)`)
	require.NoError(b.t, err)
}

// enterKey presses Enter on what has the focus.
func (b *tab) enterKey() {
	b.t.Helper()
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.KeyEvent(kb.Enter)))
}

// kindsOf counts deeds by their kinds.
func kindsOf(deeds []foryou.Deed) map[string]int {
	n := map[string]int{}
	for _, d := range deeds {
		n[d.Kind]++
	}
	return n
}

const (
	filled  = `document.querySelectorAll("[data-suggestion]").length === 1`
	none    = `document.querySelector("[data-for-you]").hidden || document.querySelector("[data-none]")?.hidden === false`
	focused = `document.activeElement.closest("form")?.dataset.opinion`
)

func TestFlow_SuggestionsAreAgreedToHiddenAndShownAgain(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := suggestingAt(t)
	b := newTab(t, ctx, base)
	b.open("/en/mumbai/events/the-general")
	b.scrollTo("[data-for-you]")
	b.holds(filled)
	b.sees("Because you looked at The General")
	b.accessible("event with suggestions")
	b.click(`//div[@class="answers"]//button[contains(., "Yes")]`)
	b.holds(`!document.querySelector(".ask") && document.querySelector("[data-opinion=hide]") !== null`)
	b.holds(`document.activeElement.id === "for-you"`)
	b.accessible("event with suggestions and opinions")

	b.scrollTo("[data-opinion=like] button")
	b.click(`[data-opinion=like] button`)
	b.holds(`document.querySelector("[data-opinion=like] button").ariaPressed === "true"`)
	b.click(`[data-opinion=like] button`)
	b.holds(`document.querySelector("[data-opinion=like] button").ariaPressed === "false"`)

	_, err := ask[bool](b, `(document.querySelector("[data-opinion=hide] button").focus(), true)`)
	require.NoError(t, err)
	b.enterKey()
	b.holds(focused + ` === "undo"`)
	b.holds(`document.querySelector("[data-for-you] [role=status]").textContent === "Hidden: Recital"`)
	b.holds(`document.querySelector("[data-there]").hidden`)
	assert.Equal(t, 1, kindsOf(s.recorded())["hide"])
	b.accessible("a suggestion that is hidden")
	_, err = ask[bool](b, `(document.querySelector("[data-opinion=undo] button").focus(), true)`)
	require.NoError(t, err)
	b.enterKey()
	b.holds(focused + ` === "hide"`)
	b.holds(`document.querySelector("[data-for-you] [role=status]").textContent === "Shown again: Recital"`)
	assert.Zero(t, kindsOf(s.recorded())["hide"])

	b.open("/en/mumbai/events/the-general") // which is told of now
	b.scrollTo("[data-for-you]")
	b.holds(filled)
	b.scrollTo("[data-suggestion]")
	require.Eventually(t, func() bool { n := kindsOf(s.recorded()); return n["shown"] > 0 && n["view"] == 1 }, patience, 50*time.Millisecond)
	b.press(`[data-suggestion] a`)
	b.sees("Recital")
	require.Eventually(t, func() bool { n := kindsOf(s.recorded()); return n["click"] == 1 && n["view"] == 2 }, patience, 50*time.Millisecond)
	wishes := s.to.Wishes()
	assert.Contains(t, wishes[len(wishes)-1].Recent, s.Programme.Event.ID, "the browser says what it has seen")

	b.accessibleAt("/en/for-you", "suggestions")
	b.accessibleAt("/ar/for-you", "suggestions in Arabic")
	b.open("/en/for-you")
	b.press(button("Forget what you know of me"))
	b.sees("We have forgotten it")
	b.holds(`localStorage.getItem("seen") === null`)
	assert.Empty(t, s.recorded())
	b.quiet()
}

func TestFlow_WhatIsGoneByTheNextQuestionIsSaid(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := suggestingAt(t)
	b := newTab(t, ctx, base)
	b.open("/en/mumbai/events/the-general")
	b.scrollTo("[data-for-you]")
	b.holds(filled)
	s.to.Put()
	b.click(`//div[@class="answers"]//button[contains(., "Yes")]`)
	b.sees("There is nothing to suggest at the moment.")
	b.accessible("a section without suggestions")
	b.quiet()
}

func TestFlow_WhoSaysNoIsNotRemembered(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := suggestingAt(t)
	b := newTab(t, ctx, base)
	b.open("/en/mumbai")
	b.scrollTo("[data-for-you]")
	b.holds(filled)
	b.click(`//div[@class="answers"]//button[contains(., "No")]`)
	b.holds(`!document.querySelector(".ask")`)
	b.holds(`!document.querySelector("[data-opinion]")`)
	b.press(`[data-suggestion] a`)
	b.holds(`document.cookie.includes("personal=no")`)
	b.scrollTo("[data-for-you]")
	b.holds(none)
	assert.Empty(t, s.recorded(), "the section of the recital has nothing else to suggest")
	b.quiet()
}

func TestFlow_SuggestionsWithoutScript(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	_, base := suggestingAt(t)
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b := newTab(t, ctx, base)
	b.open("/en/mumbai")
	b.press(link("All suggestions"))
	b.sees("Because you looked at The General")
	b.press(button("Remember what I look at"))
	b.press(button("Not interested"))
	b.sees("Hidden by you")
	b.press(button("Undo"))
	b.sees("Because you looked at The General")
	b.quiet()
}

// The pages keep the room that suggestions take, and lose it without anybody seeing that.
func TestFlow_SuggestionsMoveNothingThatIsSeen(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := suggestingAt(t)
	b := newTab(t, ctx, base)
	for _, pixels := range []int64{390, 1280} {
		b.width(pixels)
		for _, some := range []bool{true, false} {
			if s.to.Put(); some {
				s.to.Put(foryou.Suggestion{Event: s.recital.ID, Reason: foryou.Reason{Code: "try"}})
			}
			for _, path := range []string{"/en", "/en/mumbai", "/en/mumbai/events/the-general"} {
				b.open(path)
				_, err := ask[bool](b, `(window.moved = 0, new PerformanceObserver((l) => l.getEntries().forEach((e) => { moved += e.value; })).observe({type: "layout-shift", buffered: true}), true)`)
				require.NoError(t, err)
				b.scrollTo("[data-for-you]")
				b.holds(filled + ` || ` + none)                                                    // the carousel of the home page has all there is
				_, err = ask[bool](b, `(setTimeout(() => { window.settled = true; }, 200), true)`) // a frame later it is known
				require.NoError(t, err)
				b.holds(`window.settled === true`)
				moved, err := ask[float64](b, `window.moved`)
				require.NoError(t, err)
				assert.Less(t, moved, 0.1, "%s at %d pixels, with suggestions: %t", path, pixels, some)
			}
		}
	}
}
