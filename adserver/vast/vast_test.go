package vast_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/vast"
	"github.com/marquee-tickets/marquee/adserver/vast/vasttest"
	"github.com/marquee-tickets/marquee/bms/fault"
)

var update = flag.Bool("update", false, "write the golden files anew")

const site = "https://ads.example.com/"

// film is an ad in line with everything.
func film() vast.Ad {
	return vast.Ad{
		ID: "4711", System: "Marquee", ServingID: "a532d16d-4d7f-4440-bd29-2ec0e693fc80", Title: `Dune <IMAX> & "more"`,
		Advertiser: "Filmhaus GmbH", Description: "Now showing", Expires: 30 * time.Minute,
		Impressions: []string{site + "v?t=1&k=a", "about:blank"}, Errors: []string{site + "e?c=" + vast.ErrorCode}, Viewable: []string{site + "in-view"},
		Pricing:    &vast.Price{Model: vast.CPM, Currency: "EUR", Nano: 12_345_000_000},
		Categories: []vast.Category{{Authority: "https://www.iabtechlab.com/categoryauthority", Code: "IAB1-5"}},
		Verifications: []vast.Verification{{
			Vendor: "example.com-omid", Script: site + "omid.js", Optional: true, Parameters: `{"k":"]]>"}`, Refused: []string{site + "refused?reason=[REASON]"},
		}},
		Creatives: []vast.Creative{{
			ID: "9", AdID: "dune-20s", UniversalIDs: []vast.UniversalID{{Registry: "unknown", Code: "unknown"}},
			Linear: &vast.Linear{
				Duration: 20*time.Second + 40*time.Millisecond, Skippable: true, SkipAfter: 5 * time.Second,
				Media: []vast.MediaFile{
					{URL: site + "dune-720.mp4", ID: "m1", Type: "video/mp4", Width: 1280, Height: 720, Bitrate: 1500, Codec: "avc1.4D401F", Scalable: true, KeepRatio: true},
					{URL: site + "dune.m3u8", Type: "application/x-mpegURL", Streaming: true, Width: 1920, Height: 1080},
				},
				Tracking: []vast.Tracking{
					{Event: vast.Start, URL: site + "t/start"},
					{Event: vast.FirstQuartile, URL: site + "t/25"},
					{Event: vast.Midpoint, URL: site + "t/50"},
					{Event: vast.ThirdQuartile, URL: site + "t/75"},
					{Event: vast.Complete, URL: site + "t/100"},
					{Event: vast.Mute, URL: site + "t/mute"},
					{Event: vast.Skip, URL: site + "t/skip"},
					{Event: vast.Progress, After: 3 * time.Second, URL: site + "t/3s"},
				},
				Clicks: vast.Clicks{Through: site + "c?t=1&k=a", Tracking: []string{site + "ct"}},
			},
		}},
	}
}

func overlay() vast.Ad {
	a := film()
	a.Creatives[0].Linear = nil
	a.Creatives[0].Overlay = &vast.Overlay{
		Tracking: []vast.Tracking{{Event: vast.CreativeView, URL: site + "t/view"}, {Event: vast.Close, URL: site + "t/close"}, {Event: vast.OverlayView, URL: site + "t/dur"}},
		Variants: []vast.Variant{
			{
				ID: "o1", Width: 480, Height: 70, MinDuration: 8 * time.Second, Scalable: true, KeepRatio: true,
				Picture: site + "dune.png", PictureType: "image/png", ClickThrough: site + "c", ClickTracking: []string{site + "ct1", site + "ct2"},
			},
			{Width: 300, Height: 60, HTML: `<b onclick="x()">&amp; ]]> now</b>`, ClickThrough: site + "c"},
			{Width: 300, Height: 60, Frame: site + "frame.html"},
		},
	}
	return a
}

func wrapper() vast.Ad {
	return vast.Ad{
		ID: "w", System: "Marquee", Impressions: []string{site + "v"}, Errors: []string{site + "e"}, Pricing: &vast.Price{Model: vast.CPC, Currency: "USD", Nano: 500_000_000},
		Verifications: film().Verifications,
		Wrapper: &vast.Wrapper{
			TagURI: "https://dsp.example.net/vast?a=1&b=[CACHEBUSTING]", FollowAdditional: true,
			BlockedCategories: []vast.Category{{Authority: "https://www.iabtechlab.com/categoryauthority", Code: "IAB25"}},
		},
		Creatives: []vast.Creative{
			{Linear: &vast.Linear{Tracking: []vast.Tracking{{Event: vast.Complete, URL: site + "t"}}, Clicks: vast.Clicks{Tracking: []string{site + "ct"}}}},
			{Overlay: &vast.Overlay{Tracking: []vast.Tracking{{Event: vast.Close, URL: site + "t"}}, Variants: []vast.Variant{{ClickTracking: []string{site + "ct"}}, {}}}},
		},
	}
}

// documents are one of each kind.
func documents() map[string]vast.Document {
	least := vast.Ad{
		System: "M", ServingID: "1", Title: "T", Impressions: []string{"about:blank"},
		Creatives: []vast.Creative{{
			UniversalIDs: []vast.UniversalID{{Registry: "unknown", Code: "unknown"}},
			Linear:       &vast.Linear{Duration: 6 * time.Second, Media: []vast.MediaFile{{URL: site + "a.mp3", Type: "audio/mpeg"}}},
		}},
	}
	pod := make([]vast.Ad, 3)
	for i := range pod {
		pod[i] = film()
		pod[i].Sequence = i + 1
	}
	bareWrapper := wrapper()
	bareWrapper.Creatives, bareWrapper.Verifications, bareWrapper.Pricing = nil, nil, nil
	long := film()
	long.Creatives[0].Linear.Duration, long.Creatives[0].Linear.SkipAfter = 23*time.Hour+59*time.Minute+59*time.Second+999*time.Millisecond, 0
	strange := film()
	strange.Title, strange.ID, strange.Advertiser = "a]]>b]]]]>>\x00\x1b\xff\ufffe", "\"<&>'\n\t\x01", "कल्कि 2898 🎬"
	return map[string]vast.Document{
		"none":                {},
		"none, and an error":  {Errors: []string{site + "none?c=" + vast.ErrorCode, site + "none2"}},
		"the least":           {Ads: []vast.Ad{least}},
		"film":                {Ads: []vast.Ad{film()}},
		"long film":           {Ads: []vast.Ad{long}},
		"overlay":             {Ads: []vast.Ad{overlay()}},
		"pod":                 {Ads: pod},
		"wrapper":             {Ads: []vast.Ad{wrapper()}},
		"bare wrapper":        {Ads: []vast.Ad{bareWrapper}},
		"film and wrapper":    {Ads: []vast.Ad{film(), wrapper()}},
		"text that is no XML": {Ads: []vast.Ad{strange}},
	}
}

func TestAppend_FollowsTheRules(t *testing.T) {
	t.Parallel()
	for name, d := range documents() {
		doc, err := vast.Append(nil, d)
		require.NoError(t, err, name)
		assert.NoError(t, vasttest.Validate(doc), name)
	}
}

// What the rules of this package's tests allow, the IAB's schema allows as well. The schema is not ours to hand on: VAST_XSD names a copy of
// vast_4.2.xsd, from github.com/InteractiveAdvertisingBureau/vast. Macros in URLs are encoded for it: the specification writes them in brackets, and
// xmllint takes none there.
func TestAppend_FollowsThePublishedSchema(t *testing.T) {
	t.Parallel()
	xsd := os.Getenv("VAST_XSD")
	if xsd == "" {
		t.Skip("VAST_XSD names no copy of vast_4.2.xsd")
	}
	dir, macros := t.TempDir(), regexp.MustCompile(`=\[([A-Z]+)\]`)
	for name, d := range documents() {
		doc, err := vast.Append(nil, d)
		require.NoError(t, err, name)
		doc = macros.ReplaceAll(doc, []byte("=%5B$1%5D"))
		file := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".xml")
		require.NoError(t, os.WriteFile(file, doc, 0o600))
		out, err := exec.CommandContext(t.Context(), "xmllint", "--nonet", "--noout", "--schema", xsd, file).CombinedOutput()
		assert.NoError(t, err, "%s: %s", name, out)
		for what, broken := range spoiled(string(doc)) {
			require.NoError(t, os.WriteFile(file, []byte(broken), 0o600))
			assert.Error(t, exec.CommandContext(t.Context(), "xmllint", "--nonet", "--noout", "--schema", xsd, file).Run(), "%s: %s", name, what)
		}
	}
}

// spoiled are ways to break a document, for those that have what is broken.
func spoiled(doc string) map[string]string {
	broken := map[string]string{}
	for what, change := range map[string][2]string{
		"two elements are swapped": {"<AdTitle>", "<Description>x</Description><AdTitle>"},
		"one is missing":           {"<Duration>00:00:20.040</Duration>", ""},
		"an attribute is missing":  {` delivery="progressive"`, ""},
		"a time is none":           {"<Duration>00:00:20.040", "<Duration>20.04"},
		"a word is not known":      {`event="complete"`, `event="completed"`},
		"a number is none":         {`width="1280"`, `width="1280px"`},
		"a model is not known":     {`model="CPM"`, `model="CPQ"`},
		"ads beside an error":      {"</VAST>", "<Error>https://x.example</Error></VAST>"},
		"another version's name":   {"VASTAdTagURI>", "VastAdTagUri>"},
		"no namespace":             {` xmlns="http://www.iab.com/VAST"`, ""},
	} {
		if what == "ads beside an error" && !strings.Contains(doc, "<Ad") {
			continue
		}
		if s := strings.ReplaceAll(doc, change[0], change[1]); s != doc {
			broken[what] = s
		}
	}
	return broken
}

// The rules notice what is wrong.
func TestValidate_NoticesWhatIsWrong(t *testing.T) {
	t.Parallel()
	seen := 0
	for name, d := range documents() {
		doc, err := vast.Append(nil, d)
		require.NoError(t, err)
		for what, broken := range spoiled(string(doc)) {
			seen++
			assert.Error(t, vasttest.Validate([]byte(broken)), "%s: %s", name, what)
		}
	}
	assert.Greater(t, seen, 20)

	doc, err := vast.Append(nil, vast.Document{Ads: []vast.Ad{film()}})
	require.NoError(t, err)
	system, impression := "<AdSystem><![CDATA[Marquee]]></AdSystem>", "<Error><![CDATA["+site+"e?c=[ERRORCODE]]]></Error>"
	require.Contains(t, string(doc), system+impression)
	assert.Error(t, vasttest.Validate([]byte(strings.Replace(string(doc), system+impression, impression+system, 1))), "two neighbours change places")
}

// What a player reads is what was said.
func TestAppend_TextArrives(t *testing.T) {
	t.Parallel()
	a := overlay()
	a.Title = "a]]>b]]]]>>c]]"
	a.ID = "\"<&>'\n"
	doc, err := vast.Append(nil, vast.Document{Ads: []vast.Ad{a}})
	require.NoError(t, err)
	said, err := vasttest.Values(doc)
	require.NoError(t, err)
	assert.Equal(t, []string{a.ID}, said["Ad@id"])
	assert.Equal(t, []string{a.Title}, said["AdTitle"])
	assert.Equal(t, []string{a.Creatives[0].Overlay.Variants[1].HTML}, said["HTMLResource"])
	assert.Equal(t, []string{"12.345"}, said["Pricing"])
	assert.Equal(t, []string{"1800"}, said["Expires"])
}

func TestAppend_Golden(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]vast.Document{"film": {Ads: []vast.Ad{film()}}, "overlay": {Ads: []vast.Ad{overlay()}}, "wrapper": {Ads: []vast.Ad{wrapper()}}} {
		doc, err := vast.Append(nil, d)
		require.NoError(t, err)
		file := filepath.Join("testdata", name+".xml")
		if *update {
			require.NoError(t, os.WriteFile(file, doc, 0o600))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(doc), name)
	}
}

func TestAppend_Empty(t *testing.T) {
	t.Parallel()
	doc, err := vast.Append([]byte("before "), vast.Document{})
	require.NoError(t, err)
	assert.Equal(t, "before <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<VAST version=\"4.2\" xmlns=\"http://www.iab.com/VAST\"/>\n", string(doc))
}

func TestAppend_Times(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		time.Millisecond: "00:00:00.001", 90 * time.Second: "00:01:30", time.Hour + 50*time.Millisecond: "01:00:00.050", 999*time.Millisecond + 999*time.Microsecond: "00:00:00.999",
	} {
		a := film()
		a.Creatives[0].Linear.Duration = d
		doc, err := vast.Append(nil, vast.Document{Ads: []vast.Ad{a}})
		require.NoError(t, err)
		assert.Contains(t, string(doc), "<Duration>"+want+"</Duration>")
	}
}

func TestAppend_Prices(t *testing.T) {
	t.Parallel()
	for nano, want := range map[int64]string{0: "0", 1: "0.000000001", 1_000_000_000: "1", 2_500_000_000: "2.5", 12_345_678_901: "12.345678901", 10_010_000_000: "10.01"} {
		a := film()
		a.Pricing.Nano = nano
		doc, err := vast.Append(nil, vast.Document{Ads: []vast.Ad{a}})
		require.NoError(t, err)
		assert.Contains(t, string(doc), `currency="EUR">`+want+"</Pricing>")
	}
}

func TestAppend_RefusesNamingTheField(t *testing.T) {
	t.Parallel()
	linear := func(change func(*vast.Linear)) func(*vast.Document) {
		return func(d *vast.Document) { change(d.Ads[0].Creatives[0].Linear) }
	}
	for field, change := range map[string]func(*vast.Document){
		"errors":                                         func(d *vast.Document) { d.Errors = []string{site} },
		"ads[0].system":                                  func(d *vast.Document) { d.Ads[0].System = " " },
		"ads[0].title":                                   func(d *vast.Document) { d.Ads[0].Title = "" },
		"ads[0].serving_id":                              func(d *vast.Document) { d.Ads[0].ServingID = "" },
		"ads[0].sequence":                                func(d *vast.Document) { d.Ads[0].Sequence = -1 },
		"ads[0].expires":                                 func(d *vast.Document) { d.Ads[0].Expires = -1 },
		"ads[0].impressions":                             func(d *vast.Document) { d.Ads[0].Impressions = nil },
		"ads[0].impressions[1]":                          func(d *vast.Document) { d.Ads[0].Impressions[1] = "javascript:alert(1)" },
		"ads[0].errors[0]":                               func(d *vast.Document) { d.Ads[0].Errors[0] = "https://a b" },
		"ads[0].viewable[0]":                             func(d *vast.Document) { d.Ads[0].Viewable[0] = "https://ü.example" },
		"ads[0].pricing.model":                           func(d *vast.Document) { d.Ads[0].Pricing.Model = "CPX" },
		"ads[0].pricing.nano":                            func(d *vast.Document) { d.Ads[0].Pricing.Nano = -1 },
		"ads[0].pricing.currency":                        func(d *vast.Document) { d.Ads[0].Pricing.Currency = "eur" },
		"ads[0].categories[0].authority":                 func(d *vast.Document) { d.Ads[0].Categories[0].Authority = "IAB" },
		"ads[0].categories[0].code":                      func(d *vast.Document) { d.Ads[0].Categories[0].Code = "" },
		"ads[0].verifications[0].vendor":                 func(d *vast.Document) { d.Ads[0].Verifications[0].Vendor = "" },
		"ads[0].verifications[0].script":                 func(d *vast.Document) { d.Ads[0].Verifications[0].Script = "omid.js" },
		"ads[0].verifications[0].refused[0]":             func(d *vast.Document) { d.Ads[0].Verifications[0].Refused[0] = "" },
		"ads[0].creatives":                               func(d *vast.Document) { d.Ads[0].Creatives = nil },
		"ads[0].creatives[0]":                            func(d *vast.Document) { d.Ads[0].Creatives[0].Linear = nil },
		"ads[0].creatives[0].universal_ids":              func(d *vast.Document) { d.Ads[0].Creatives[0].UniversalIDs = nil },
		"ads[0].creatives[0].linear.duration":            linear(func(l *vast.Linear) { l.Duration = 24 * time.Hour }),
		"ads[0].creatives[0].linear.skip_after":          linear(func(l *vast.Linear) { l.SkipAfter = -1 }),
		"ads[0].creatives[0].linear.media":               linear(func(l *vast.Linear) { l.Media = nil }),
		"ads[0].creatives[0].linear.media[1].url":        linear(func(l *vast.Linear) { l.Media[1].URL = "/dune.m3u8" }),
		"ads[0].creatives[0].linear.media[1].type":       linear(func(l *vast.Linear) { l.Media[1].Type = "" }),
		"ads[0].creatives[0].linear.media[1].width":      linear(func(l *vast.Linear) { l.Media[1].Width = -1 }),
		"ads[0].creatives[0].linear.media[1].height":     linear(func(l *vast.Linear) { l.Media[1].Height = -1 }),
		"ads[0].creatives[0].linear.media[0].bitrate":    linear(func(l *vast.Linear) { l.Media[0].Bitrate = -1 }),
		"ads[0].creatives[0].linear.tracking[0].event":   linear(func(l *vast.Linear) { l.Tracking[0].Event = "started" }),
		"ads[0].creatives[0].linear.tracking[0].after":   linear(func(l *vast.Linear) { l.Tracking[0].After = 1 }),
		"ads[0].creatives[0].linear.tracking[7].url":     linear(func(l *vast.Linear) { l.Tracking[7].URL = "" }),
		"ads[0].creatives[0].linear.clicks.through":      linear(func(l *vast.Linear) { l.Clicks.Through = "data:text/html,x" }),
		"ads[0].creatives[0].linear.clicks.tracking[0]":  linear(func(l *vast.Linear) { l.Clicks.Tracking[0] = "https://a\r\nb" }),
		"ads[1].creatives[0].overlay.variants":           func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants = nil },
		"ads[1].creatives[0].overlay.variants[0]":        func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants[0].HTML = "x" },
		"ads[1].creatives[0].overlay.variants[0].width":  func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants[0].Width = 0 },
		"ads[1].creatives[0].overlay.variants[2].frame":  func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants[2].Frame = "x" },
		"ads[1].creatives[0].overlay.tracking[0].url":    func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Tracking[0].URL = "x" },
		"ads[2].wrapper.tag_uri":                         func(d *vast.Document) { d.Ads[2].Wrapper.TagURI = "" },
		"ads[2].wrapper.blocked_categories[0].code":      func(d *vast.Document) { d.Ads[2].Wrapper.BlockedCategories[0].Code = "" },
		"ads[2].creatives[0].linear.tracking[0].event":   func(d *vast.Document) { d.Ads[2].Creatives[0].Linear.Tracking[0].Event = "" },
		"ads[2].creatives[1].overlay.tracking[0].event":  func(d *vast.Document) { d.Ads[2].Creatives[1].Overlay.Tracking[0].Event = "" },
		"ads[1].creatives[0].universal_ids[0].code":      func(d *vast.Document) { d.Ads[1].Creatives[0].UniversalIDs[0].Code = "" },
		"ads[1].creatives[0].universal_ids[0].registry":  func(d *vast.Document) { d.Ads[1].Creatives[0].UniversalIDs[0].Registry = "" },
		"ads[1].creatives[0].overlay.variants[1].height": func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants[1].Height = -5 },

		"ads[1].creatives[0].overlay.variants[0].picture":       func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants[0].Picture = "x.png" },
		"ads[1].creatives[0].overlay.variants[0].picture_type":  func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants[0].PictureType = "" },
		"ads[1].creatives[0].overlay.variants[0].click_through": func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants[0].ClickThrough = "x" },
		"ads[1].creatives[0].overlay.variants[0].click_tracking[1]": func(d *vast.Document) {
			d.Ads[1].Creatives[0].Overlay.Variants[0].ClickTracking[1] = "x"
		},
		"ads[1].creatives[0].overlay.variants[0].min_duration": func(d *vast.Document) { d.Ads[1].Creatives[0].Overlay.Variants[0].MinDuration = -1 },
		"ads[2].creatives[1].overlay.variants[0].click_tracking": func(d *vast.Document) {
			d.Ads[2].Creatives[1].Overlay.Variants[0].ClickTracking = []string{site, site}
		},
	} {
		d := vast.Document{Ads: []vast.Ad{film(), overlay(), wrapper()}}
		change(&d)
		doc, err := vast.Append([]byte("kept"), d)
		require.Error(t, err, field)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, field, fault.Of(err).Field)
		assert.Equal(t, "kept", string(doc))
	}
}

func TestAppend_AllocatesNothing(t *testing.T) {
	if underRace {
		t.Skip("the race detector allocates")
	}
	d := vast.Document{Ads: []vast.Ad{film()}}
	buf := make([]byte, 0, 8192)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = vast.Append(buf, d) }))
}

// Whatever the text is, the document can be read and follows the rules, or is refused.
func FuzzAppend(f *testing.F) {
	f.Add("title", "<b>]]></b>", site, "id", int64(5_000_000_000), int64(20*time.Second))
	f.Add("a]]>b\x00", "]]]]>>", "https://x.example/?a=[B]&c=%20", "\"'<", int64(-1), int64(1))
	f.Fuzz(func(t *testing.T, title, html, link, id string, nano, duration int64) {
		a, b := film(), overlay()
		a.Title, a.ID, a.Impressions[0], a.Pricing.Nano = title, id, link, nano
		a.Creatives[0].Linear.Duration, a.Creatives[0].Linear.Clicks.Through = time.Duration(duration), link
		b.Creatives[0].Overlay.Variants[1].HTML, b.Creatives[0].AdID = html, id
		d := vast.Document{Ads: []vast.Ad{a, b}}
		doc, err := vast.Append(nil, d)
		if err != nil {
			assert.NotEmpty(t, fault.Of(err).Field)
			return
		}
		assert.NoError(t, vasttest.Validate(doc), "%s", doc)
	})
}

func BenchmarkAppend(b *testing.B) {
	d := vast.Document{Ads: []vast.Ad{film()}}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = vast.Append(buf[:0], d)
	}
	b.SetBytes(int64(len(buf)))
}
