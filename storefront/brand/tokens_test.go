package brand_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/brand"
)

// The published figures of WCAG: white on black, and colours whose ratios its techniques name.
func TestContrast_IsThatOfWCAG(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"#fff", "#000", 21},
		{"#000", "#ffffff", 21},
		{"#777", "#fff", 4.48},
		{"#767676", "#fff", 4.54},
		{"#c9a227", "#c9a227", 1},
		{"#f00", "#fff", 4.00},
		{"#00f", "#fff", 8.59},
	} {
		assert.InDelta(t, c.want, brand.Contrast(c.a, c.b), 0.005, "%s on %s", c.a, c.b)
	}
}

func TestColours_SurviveTheWayThroughOKLCH(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := fmt.Sprintf("#%06x", rapid.Uint32Range(0, 0xffffff).Draw(t, "colour"))
		back := brand.Through(c)
		if len(back) == 4 {
			back = string([]byte{'#', back[1], back[1], back[2], back[2], back[3], back[3]})
		}
		var r, g, b, r2, g2, b2 int
		_, _ = fmt.Sscanf(c, "#%02x%02x%02x", &r, &g, &b)
		_, _ = fmt.Sscanf(back, "#%02x%02x%02x", &r2, &g2, &b2)
		if d := abs(r-r2) + abs(g-g2) + abs(b-b2); d > 3 {
			t.Fatalf("%s became %s", c, back)
		}
	})
}

func abs(n int) int { return max(n, -n) }

func TestColours_Forms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"#fff": true, "#a1b2c3": true, "#a1b2c3d4": true, "#A1B2C3": true,
		"": false, "fff": false, "#ffff": false, "#gggggg": false, "#a1b2c": false, "red": false,
	} {
		assert.Equal(t, want, brand.Parses(text), text)
	}
}

// What the built-in style sheet says is what brands are held against.
func TestDefaults_AreThoseOfTheStyleSheet(t *testing.T) {
	t.Parallel()
	css, err := os.ReadFile("../assets/src/app.css")
	require.NoError(t, err)
	blocks := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(css), -1)
	require.Len(t, blocks, 2)
	for i, block := range blocks {
		for _, name := range brand.Names {
			found := regexp.MustCompile(`--` + name + `: (#\w+);`).FindStringSubmatch(block[1])
			require.NotNil(t, found, name)
			assert.Equal(t, found[1], brand.Defaults[i][name], name)
		}
		assert.Len(t, brand.Defaults[i], len(brand.Names))
	}
}

func TestDefaults_CanBeRead(t *testing.T) {
	t.Parallel()
	assert.Empty(t, brand.Sheet(catalog.Brand{}), "nothing is different")
	assert.Empty(t, brand.Check(catalog.Brand{Colours: brand.Defaults[0], DarkColours: brand.Defaults[1]}))
	requireReadable(t, catalog.Brand{})
}

// requireReadable holds what is shown against every rule.
func requireReadable(t require.TestingT, b catalog.Brand) {
	for _, night := range []bool{false, true} {
		shown := brand.Palette(b, night)
		for _, r := range brand.Rules() {
			for _, on := range r.On {
				require.GreaterOrEqual(t, brand.Contrast(shown[r.Name], shown[on]), r.Least, "%s on %s, dark screen: %t, of %v", r.Name, on, night, b)
			}
		}
	}
}

func TestPalette_CanBeReadWhateverABrandWants(t *testing.T) {
	t.Parallel()
	colour := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("#%06x", rapid.Uint32Range(0, 0xffffff).Draw(t, "colour"))
	})
	colours := rapid.MapOfN(rapid.SampledFrom(brand.Names), colour, 0, len(brand.Names))
	rapid.Check(t, func(t *rapid.T) {
		b := catalog.Brand{
			Colours: colours.Draw(t, "light"), DarkColours: colours.Draw(t, "dark"),
			Font:    rapid.SampledFrom([]catalog.Font{"", catalog.FontGeometric, catalog.FontCondensed, catalog.FontMono, catalog.FontSans, catalog.FontSerif}).Draw(t, "font"),
			Corners: rapid.SampledFrom([]catalog.Corners{"", catalog.CornersSquare, catalog.CornersRound}).Draw(t, "corners"),
		}
		requireReadable(t, b)
		css := brand.Sheet(b)
		require.LessOrEqual(t, len(css), brand.MaxSheet)
		require.Equal(t, strings.Count(css, "{"), strings.Count(css, "}"))
		require.Equal(t, css, brand.Sheet(b), "the same brand has the same sheet")
		for _, a := range brand.Check(b) {
			require.NotEqual(t, strings.ToLower(a.Wanted), a.Used, a.Field)
			require.NotEmpty(t, a.Used, a.Field)
		}
	})
}

// Colours that can be read are shown as they are.
func TestPalette_LeavesWhatCanBeRead(t *testing.T) {
	t.Parallel()
	b := catalog.Brand{
		Colours:     catalog.Colours{"ground": "#ffffff", "ink": "#101020", "accent": "#0b5c3b", "focus": "#0b5c3b"},
		DarkColours: catalog.Colours{"ground": "#05100b", "accent": "#7fe0b4"},
	}
	assert.Empty(t, brand.Check(b))
	day, night := brand.Palette(b, false), brand.Palette(b, true)
	assert.Equal(t, "#101020", day["ink"])
	assert.Equal(t, "#0b5c3b", day["accent"])
	assert.Equal(t, "#fff", day["on-accent"], "made to go with the accent")
	assert.Equal(t, "#7fe0b4", night["accent"])
	requireReadable(t, b)
}

func TestCheck_TellsWhatWasMoved(t *testing.T) {
	t.Parallel()
	b := catalog.Brand{Colours: catalog.Colours{"accent": "#ffd84d", "ink-soft": "#bbbbbb", "ink": "#000", "shadow": "#123"}}
	found := brand.Check(b)
	require.Len(t, found, 3)
	byField := map[string]brand.Adjustment{}
	for _, a := range found {
		byField[a.Field] = a
	}
	accent := byField["colours.accent"]
	assert.Equal(t, "#ffd84d", accent.Wanted)
	assert.Less(t, accent.Ratio, 1.5)
	assert.GreaterOrEqual(t, brand.Contrast(accent.Used, "#f8f5f0"), 4.5)
	assert.Less(t, brand.Contrast(accent.Used, "#f1ece4"), 4.8, "not further than it has to be")
	assert.Less(t, byField["colours.ink-soft"].Ratio, 4.5)
	assert.Equal(t, brand.Adjustment{Field: "colours.shadow", Wanted: "#123"}, byField["colours.shadow"])
	assert.Equal(t, "#ffd84d", brand.Palette(b, true)["accent"], "it can be read on a dark screen")
}

// A brand that is dark on every screen says so in one place, and browsers draw their own parts dark.
func TestSheet_OfABrandThatIsAlwaysDark(t *testing.T) {
	t.Parallel()
	colours := catalog.Colours{"ground": "#0c0a14", "accent": "#d9b36c"}
	b := catalog.Brand{Colours: colours, DarkColours: colours}
	css := brand.Sheet(b)
	day, night, found := strings.Cut(css, "@media(prefers-color-scheme:dark)")
	assert.False(t, found, "dark screens show the same: %s", night)
	assert.Contains(t, day, "color-scheme:dark")
	assert.Contains(t, day, "--ground:#0c0a14;")
	assert.Equal(t, brand.Defaults[1]["ink"], brand.Palette(b, false)["ink"])
	requireReadable(t, b)
}

func TestSheet_ABrandThatIsAlwaysLight(t *testing.T) {
	t.Parallel()
	b := catalog.Brand{Colours: catalog.Colours{"accent": "#004080"}, DarkColours: catalog.Colours{"ground": "#fafafa"}}
	_, night, found := strings.Cut(brand.Sheet(b), "@media(prefers-color-scheme:dark)")
	require.True(t, found)
	assert.Contains(t, night, "color-scheme:light")
	assert.Contains(t, night, "--ground:#fafafa")
}

// What a sheet sets for light screens counts on dark ones as well, so that it says there what differs.
func TestSheet_DarkScreensKeepTheirOwnColours(t *testing.T) {
	t.Parallel()
	css := brand.Sheet(catalog.Brand{Colours: catalog.Colours{"ground": "#fff", "ink": "#111"}})
	_, night, found := strings.Cut(css, "@media(prefers-color-scheme:dark)")
	require.True(t, found)
	assert.Contains(t, night, "--ground:"+brand.Defaults[1]["ground"])
	assert.Contains(t, night, "--ink:"+brand.Defaults[1]["ink"])
}

func TestSheet_FontsAndCorners(t *testing.T) {
	t.Parallel()
	for font, want := range map[catalog.Font]string{
		catalog.FontSans: "--serif:var(--sans)", catalog.FontSerif: "--sans:var(--serif)", catalog.FontGeometric: "Futura",
		catalog.FontCondensed: "Arial Narrow", catalog.FontMono: "ui-monospace",
	} {
		assert.Contains(t, brand.Sheet(catalog.Brand{Font: font}), want)
	}
	assert.Equal(t, ":root{--radius:0}.button,.chips a,.tag,.seat,input,select{border-radius:0}", brand.Sheet(catalog.Brand{Corners: catalog.CornersSquare}))
	assert.Contains(t, brand.Sheet(catalog.Brand{Corners: catalog.CornersRound}), "--radius:20px")
	assert.Empty(t, brand.Sheet(catalog.Brand{Corners: catalog.CornersSoft}))
}

func TestColour_IsTheOneThatIsShown(t *testing.T) {
	t.Parallel()
	own := &brand.Site{}
	assert.Equal(t, brand.Defaults[0]["accent"], own.Colour("accent"))
	assert.Equal(t, brand.Defaults[1]["accent"], own.DarkColour("accent"))
	assert.Empty(t, own.Colour("pink"))
	site := &brand.Site{Brand: catalog.Brand{Colours: catalog.Colours{"accent": "#005a9c", "ink": "#f8f5f1"}}}
	assert.Equal(t, "#005a9c", site.Colour("accent"))
	assert.NotEqual(t, "#f8f5f1", site.Colour("ink"), "one that cannot be read is another")
}
