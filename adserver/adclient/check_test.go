package adclient_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/adclient"
)

// spoilt is an ad with a field replaced, as JSON; nil removes it.
func spoilt(t *testing.T, ad, field string, value any) string {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(ad), &fields))
	fields[field] = value
	if value == nil {
		delete(fields, field)
	}
	text, err := json.Marshal(fields)
	require.NoError(t, err)
	return string(text)
}

const (
	document = `{"creative":13,"kind":"html","width":300,"height":250,"label":"Ad","advertiser":"Acme","html":"<p>Shoes</p>",
		"click":"https://ads.example/c/U","view":"https://ads.example/v/U"}`
	text = `{"creative":14,"kind":"native","label":"Ad","advertiser":"Acme","native":{"title":"Shoes","body":"Run.","cta":"Buy"},
		"click":"https://ads.example/c/W","view":"https://ads.example/v/W"}`
	film = `{"creative":15,"kind":"video","view":"https://ads.example/v/X"}`
)

func TestParse_AdsThatCannotBeShownAreLeftOut(t *testing.T) {
	t.Parallel()
	asked := []adclient.Slot{{ID: "s1", Count: 50}}
	left := func(ads ...string) int {
		r, err := adclient.Parse([]byte(withAds(ads...)), asked)
		require.NoError(t, err)
		return len(r.Ads("s1"))
	}
	assert.Equal(t, 4, left(banner, document, text, film))
	for _, row := range []struct {
		ad, field string
		value     any
	}{
		{banner, "kind", "hologram"},
		{banner, "kind", nil},
		{banner, "image", nil},
		{banner, "image", map[string]string{"alt": "Acme"}},
		{banner, "image", map[string]string{"src": "javascript:alert(1)"}},
		{banner, "image", map[string]string{"src": "//ads.example/i.png"}},
		{banner, "image", map[string]string{"src": "https://ads.example/i.png", "alt": strings.Repeat("x", 1001)}},
		{banner, "width", 0},
		{banner, "height", -1},
		{banner, "width", 10_001},
		{banner, "height", 1e4 + 1},
		{banner, "click", nil},
		{banner, "click", "javascript:alert(1)"},
		{banner, "click", "data:text/html,x"},
		{banner, "click", "https://u:p@ads.example"},
		{banner, "click", "https://ads.example/" + strings.Repeat("x", 4096)},
		{banner, "view", nil},
		{banner, "view", "/v/T"},
		{banner, "hide", "ftp://ads.example"},
		{banner, "why", "https:"},
		{banner, "label", strings.Repeat("x", 1001)},
		{banner, "advertiser", strings.Repeat("x", 1001)},
		{document, "html", nil},
		{document, "click", nil},
		{document, "html", strings.Repeat("x", 64_001)},
		{document, "width", nil},
		{text, "native", nil},
		{text, "native", map[string]string{"body": "Run."}},
		{text, "native", map[string]string{"title": "S", "image": "x.png"}},
		{text, "click", nil},
		{film, "view", nil},
	} {
		assert.Zero(t, left(spoilt(t, row.ad, row.field, row.value)), "%s = %.60v", row.field, row.value)
	}
}

func TestParse_AnswersOnlyWhatWasAsked(t *testing.T) {
	t.Parallel()
	body := `{"slots":[{"id":"s2","ads":[` + banner + `]},{"id":"s1","ads":[` + banner + `,` + document + `]},{"id":"s1","ads":[` + film + `]}]}`
	r, err := adclient.Parse([]byte(body), []adclient.Slot{{ID: "s1", Count: 1}, {ID: "s3", Count: 1}})
	require.NoError(t, err)
	require.Len(t, r.Slots, 1)
	require.Len(t, r.Ads("s1"), 1, "one was asked for")
	assert.EqualValues(t, 12, r.Ads("s1")[0].Creative)
	assert.Empty(t, r.Ads("s3"))
}

func FuzzParse(f *testing.F) {
	for _, ad := range []string{banner, document, text, film, `{}`} {
		f.Add([]byte(withAds(ad)))
	}
	f.Add([]byte(`{"slots":[{"id":"s1","ads":null},null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := adclient.Parse(body, []adclient.Slot{{ID: "s1", Count: 3}})
		if err != nil {
			return
		}
		if len(r.Slots) > 1 || len(r.Ads("s1")) > 3 {
			t.Fatal("more than was asked for")
		}
		for _, ad := range r.Ads("s1") {
			for _, address := range []string{ad.Click, ad.View, ad.Hide, ad.Why} {
				if u, err := url.Parse(address); err != nil || address != "" && u.Scheme != "http" && u.Scheme != "https" {
					t.Fatalf("%q is no address of the web", address)
				}
			}
			if ad.Kind == adclient.KindImage && ad.Image == nil || ad.Kind == adclient.KindNative && ad.Native == nil {
				t.Fatalf("%v lacks what its kind needs", ad)
			}
		}
	})
}

func FuzzHideToken(f *testing.F) {
	for _, address := range []string{"https://ads.example/h/abc", "/h/", "/h/../x", "/h/a/h/b"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		token, err := adclient.HideToken(address)
		if err == nil && (token == "" || strings.ContainsAny(token, "/?#%.\\ \r\n") || !strings.HasSuffix(address, "/h/"+token)) {
			t.Fatalf("%q is the token of %q", token, address)
		}
	})
}
