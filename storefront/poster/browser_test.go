package poster_test

import (
	"context"
	"encoding/base64"
	"image"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/internal/chrome"
)

// A browser shows the SVG as the PNG is.
func TestSVG_LooksLikeThePNGInABrowser(t *testing.T) {
	t.Parallel()
	path, ok := chrome.Find()
	if !ok {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal(chrome.Missing)
		}
		t.Skip(chrome.Missing)
	}
	// That of the test is over before its clean-up, and the browser's folder is removed once the browser has ended by itself.
	tab, stop, err := chrome.Start(context.WithoutCancel(t.Context()), path, t.TempDir())
	require.NoError(t, err)
	t.Cleanup(stop)
	require.NoError(t, chromedp.Do(tab, chromedp.EmulateViewport(300, 450)))
	s := studio(t)
	for i, e := range programme(t).Events {
		if i%6 != 0 {
			continue
		}
		page := `<!DOCTYPE html><body style="margin:0"><img width="300" height="450" src="data:image/svg+xml;base64,` + base64.StdEncoding.EncodeToString(s.SVG(e)) + `">`
		require.NoError(t, chromedp.Do(tab, chromedp.Navigate("data:text/html;base64,"+base64.StdEncoding.EncodeToString([]byte(page)))))
		shot, err := chromedp.Run(tab, chromedp.CaptureScreenshot())
		shown := decode(t, shot, err)
		data, err := s.PNG(e, 300)
		drawn := decode(t, data, err)
		require.Equal(t, drawn.Bounds(), shown.Bounds())
		assert.Less(t, apart(drawn, shown), 2.5, e.Slug)
	}
}

// apart is the mean difference of two pictures, 0 to 255.
func apart(a, b image.Image) float64 {
	sum, n := 0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := at(a, x, y), at(b, x, y)
			for _, pair := range [][2]uint8{{p.R, q.R}, {p.G, q.G}, {p.B, q.B}} {
				sum += max(int(pair[0])-int(pair[1]), int(pair[1])-int(pair[0]))
				n++
			}
		}
	}
	return float64(sum) / float64(n)
}
