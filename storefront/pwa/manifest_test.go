package pwa_test

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/brand"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
	"github.com/marquee-tickets/marquee/storefront/pwa"
)

func TestManifest_SpeaksOfTheSiteInItsLanguage(t *testing.T) {
	t.Parallel()
	texts := localetest.New(t)
	site := &brand.Site{Brand: catalog.Brand{Colours: catalog.Colours{"accent": "#005a9c"}}}
	var m map[string]any
	require.NoError(t, json.Unmarshal(pwa.Manifest(pwa.AppOf("Aurora Picture Palaces", site, texts.Printer("ar", ""), pwa.Icon{Src: "/i.svg", Sizes: "any", Type: "image/svg+xml"})), &m))
	assert.Equal(t, map[string]any{
		"id": "/", "name": "Aurora Picture Palaces", "short_name": "Aurora", "description": texts.Printer("ar", "").T("pwa.description"),
		"lang": "ar", "dir": "rtl", "start_url": "/ar", "scope": "/", "display": "standalone", "theme_color": "#005a9c", "background_color": "#f8f5f0",
		"icons": []any{map[string]any{"src": "/i.svg", "sizes": "any", "type": "image/svg+xml"}},
		"shortcuts": []any{
			map[string]any{"name": "تذاكري", "url": "/ar/tickets"}, map[string]any{"name": "ابحث عن حجزي", "url": "/ar/bookings"},
		},
	}, m)
	site.Brand.Tagline = "Films, day and night"
	assert.Equal(t, "Films, day and night", pwa.AppOf("", site, texts.Printer("en", "")).Description)
}

func TestAppOf_AShortNameFitsBelowAnIcon(t *testing.T) {
	t.Parallel()
	p := localetest.New(t).Printer("en", "")
	for name, short := range map[string]string{
		"": "", "Marquee": "Marquee", "Marquee Live": "Marquee Live", "Marquee Tickets": "Marquee", "Lichtspielhäuser Berlin": "Lichtspielhäuser", "  A  B ": "A B",
	} {
		assert.Equal(t, short, pwa.AppOf(name, &brand.Site{}, p).ShortName, name)
	}
}

// Browsers that forget everything install nothing, so these are in the profile of the browser itself.
func TestManifest_BrowsersInstallIt(t *testing.T) {
	t.Parallel()
	for name, iconless := range map[string]bool{"with icons": false, "without": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := chromium(t)
			s := serve(t)
			s.set(func(s *site) { s.iconless = iconless })
			ctx, cancel := chromedp.NewContext(first)
			t.Cleanup(cancel)
			b := newTab(t, ctx, s)
			b.open("/en")
			b.settled()
			m := call(b, page.GetAppManifest, page.GetAppManifestParams{})
			assert.Equal(t, s.base+"/en"+pwa.ManifestPath, m.URL)
			assert.Empty(t, m.Errors)
			assert.Contains(t, m.Data, `"short_name":"Marquee"`)
			var problems []string
			for _, p := range call(b, page.GetInstallabilityErrors, cdp.Empty{}).InstallabilityErrors {
				problems = append(problems, p.ErrorID)
			}
			if iconless {
				assert.NotEmpty(t, problems, "the control")
			} else {
				assert.Empty(t, problems)
			}
			b.quiet()
		})
	}
}
