package main_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "take the pictures of pages in docs/screens/ads anew")

// screens are where pictures of pages are kept, and pictured the pages that have some.
var (
	screens  = filepath.Join("..", "..", "docs", "screens", "ads")
	pictured = map[string]bool{
		"sign-up": true, "campaigns": true, "new-line": true, "new-creative": true, "creative": true, "report": true, "review": true, "advertisers": true, "books": true,
	}
)

// Bounds of a picture.
const (
	highest = 1400 // CSS pixels; longer pages are cut off
	quality = 40   // of WebP, of 100
)

// picture takes pictures of a page, when it is asked for and the page is one of those.
func (b *tab) picture(name string) {
	if !*update || !pictured[name] {
		return
	}
	b.t.Helper()
	answer[bool](b, `(document.activeElement.blur(), true)`)
	for _, width := range []int64{390, 1440} {
		b.show(width, 640, "light")
		b.show(width, min(answer[int64](b, `document.documentElement.scrollHeight`), highest), "light")
		answer[bool](b, `(scrollTo(0, 0), true)`)
		ctx, cancel := b.step()
		_, err := chromedp.Call(ctx, emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true})
		require.NoError(b.t, err)
		of := int64(quality)
		shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &of})
		cancel()
		require.NoError(b.t, err)
		require.NoError(b.t, os.MkdirAll(screens, 0o755))
		require.NoError(b.t, os.WriteFile(filepath.Join(screens, fmt.Sprintf("%s-%d.webp", name, width)), shot.Data, 0o644))
	}
}
