package pwa_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// accessible audits the page in light and dark, on a narrow screen, by the rules of WCAG 2.2 AA and what axe-core calls best practice.
func (b *tab) accessible(page string) {
	b.t.Helper()
	source, err := os.ReadFile(filepath.Join("..", "testdata", "axe-core", "axe.js"))
	require.NoError(b.t, err)
	ctx, cancel := b.step()
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.EmulateViewport(390, 844)))
	_, err = chromedp.Run(ctx, chromedp.Evaluate[string](string(source)+";axe.version"))
	require.NoError(b.t, err)
	for _, scheme := range []string{"light", "dark"} {
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		assert.Empty(b.t, is[[]string](b, `(await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] }))
			.violations.flatMap((found) => found.nodes.map((node) => found.id + ": " + node.html))`), "%s, %s", page, scheme)
		if folder := os.Getenv("PWA_SHOTS"); folder != "" {
			picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
			require.NoError(b.t, err)
			require.NoError(b.t, os.WriteFile(filepath.Join(folder, strings.ReplaceAll(page, " ", "-")+"-"+scheme+".png"), picture, 0o600))
		}
	}
}

func TestLook_EverybodyCanUseIt(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.accessible("tickets")
	b.open(updatePage)
	renew(b)
	b.holds("line('update') !== ''")
	b.link(false)
	b.holds("line('offline') !== ''")
	b.accessible("lines")
	b.site.net.cut(true)
	b.open(ticketPage)
	b.holds("one('.pwa-saved')")
	b.accessible("saved tickets")
	b.open("/de/b/AAAA-BBBB/return")
	b.holds("one('[data-offline]') && !one('[data-lost]').hidden && !one('[data-kept]').hidden")
	b.accessible("no network")
}

func TestLook_EverybodyCanReadThatNothingIsLeft(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.press("form[data-forget] button")
	b.sees("This device has forgotten you")
	b.accessible("forgotten")
}

// The lines are at the edge of the screen that is free: where seats are chosen, the choice is at the bottom.
func TestLook_LinesStandAsideForTheChoiceOfSeats(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/en/pune")
	b.settled()
	b.link(false)
	b.holds("line('offline') !== ''")
	assert.True(t, is[bool](b, "one('.pwa').getBoundingClientRect().bottom === innerHeight"))
	b.run("one('main').insertAdjacentHTML('beforeend', '<div class=basket></div>')")
	assert.True(t, is[bool](b, "one('.pwa').getBoundingClientRect().top === 0"))
}
