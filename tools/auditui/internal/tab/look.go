package tab

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Look is how a page is shown.
type Look struct {
	Width, Height int64   // CSS pixels
	Scale         float64 // device pixels for each; 0 means 1
	Dark          bool
}

// Phone is how pages are loaded: the screen that Lighthouse has for mobile pages, since what is loaded depends on it.
var Phone = Look{Width: 412, Height: 823, Scale: 1.75}

// Show has the page shown in a way.
func (t *Tab) Show(l Look) error {
	scale := l.Scale
	if scale == 0 {
		scale = 1
	}
	return t.Do("show", chromedp.EmulateViewport(l.Width, l.Height, chromedp.EmulateScale(scale)), media(l))
}

// media sets what style sheets ask for.
func media(l Look) chromedp.Action[chromedp.Void] {
	scheme := "light"
	if l.Dark {
		scheme = "dark"
	}
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
		return err
	})
}

// Script says whether pages may run scripts from now on.
func (t *Tab) Script(allowed bool) error {
	return t.Do("allow scripts", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !allowed})
		return err
	}))
}

// Focus has the page believe that its window is in front, so that what has the focus shows it.
func (t *Tab) Focus() error {
	return t.Do("focus", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
}

// Picture is what the screen shows, as WebP of a quality up to 100, without scroll bars.
func (t *Tab) Picture(quality int64) ([]byte, error) {
	ctx, cancel := t.step()
	defer cancel()
	if err := call(ctx, emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true}); err != nil {
		return nil, err
	}
	shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &quality})
	return shot.Data, err
}
