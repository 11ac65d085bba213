package api_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/vast/vasttest"
)

const preRoll = "/vast?publisher=demo&placement=pre-roll"

// document asks for a VAST document and returns what it says, once the rules allow it.
func (s *stand) document(uri string, headers ...string) map[string][]string {
	s.t.Helper()
	res := s.ask("GET", uri, "", headers...)
	require.Equal(s.t, 200, res.StatusCode(), "%s", res.Body())
	require.Equal(s.t, "application/xml; charset=utf-8", string(res.Header.ContentType()))
	require.Equal(s.t, "no-store", string(res.Header.Peek("Cache-Control")))
	require.NoError(s.t, vasttest.Validate(res.Body()), "%s", res.Body())
	said, err := vasttest.Values(res.Body())
	require.NoError(s.t, err)
	return said
}

// path is the path of one of our addresses.
func path(t *testing.T, address string) string {
	t.Helper()
	p, ok := strings.CutPrefix(address, standBase)
	require.True(t, ok, address)
	return p
}

func TestVAST_NothingToShow(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre-roll", ads.PreRoll, 1)
	said := s.document(preRoll)
	assert.Equal(t, []string{"4.2"}, said["VAST@version"])
	assert.NotContains(t, said, "AdSystem")
}

func TestVAST_Film(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	for _, kind := range []ads.PlacementKind{ads.PreRoll, ads.MidRoll, ads.PostRoll} {
		s.place(strings.ReplaceAll(string(kind), "_", "-"), kind, 1)
	}
	_, c := s.film(nil)
	for _, slug := range []string{"pre-roll", "mid-roll", "post-roll"} {
		said := s.document("/vast?publisher=demo&placement=" + slug + "&city=chennai&language=en&genre=drama&url=https%3A%2F%2Fwww.demo.com%2Ffilm&tcf=" + tcString(7))
		assert.Equal(t, []string{"https://acme.com/a.mp4"}, said["MediaFile"])
		assert.Equal(t, []string{"Acme & Sons"}, said["AdTitle"])
		assert.Equal(t, []string{"00:00:20"}, said["Duration"])
		assert.Equal(t, []string{"00:00:05"}, said["Linear@skipoffset"])
		assert.Equal(t, []string{"1800"}, said["Expires"])
		assert.Equal(t, []string{"IAB1-6"}, said["Category"])
		assert.NotContains(t, said, "Ad@sequence")
		assert.NotContains(t, said, "Pricing", "what a rival bid is nobody's business")
		require.Len(t, said["ClickThrough"], 1)
		res := s.ask("GET", path(t, said["ClickThrough"][0]), "")
		assert.Equal(t, 302, res.StatusCode())
		assert.True(t, strings.HasPrefix(string(res.Header.Peek("Location")), c.Landing+"?mq_click="))
		assert.Contains(t, said["Tracking@event"], "complete")
	}
}

// An impression is billed once, by its own address, whatever else the player tells.
func TestVAST_TrackingBillsNothing(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := newStand(t, func(c *api.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	s.place("pre-roll", ads.PreRoll, 1)
	s.film(nil)
	said := s.document(preRoll)
	for range 2 {
		for _, address := range said["Tracking"] {
			res := s.ask("GET", path(t, address), "", "Origin", "https://player.example")
			assert.Equal(t, 204, res.StatusCode(), address)
			assert.Equal(t, "*", string(res.Header.Peek("Access-Control-Allow-Origin")))
		}
		code := strings.Replace(path(t, said["Error"][0]), "[ERRORCODE]", "405", 1)
		assert.Equal(t, 204, s.ask("GET", code, "").StatusCode())
	}
	counted := s.engine.Tracked()
	assert.EqualValues(t, 1, counted["midpoint"])
	assert.EqualValues(t, 1, counted["error"])
	assert.EqualValues(t, 0, counted["rewind"])
	assert.Equal(t, 1, strings.Count(log.String(), "code=405"))
	assert.Zero(t, s.books().Gross)
	for range 2 {
		assert.Equal(t, 204, s.ask("GET", path(t, said["Impression"][0]), "").StatusCode())
	}
	books := s.books()
	assert.EqualValues(t, 1, books.Views)
	assert.Equal(t, ads.Unit/1000, books.Gross, "nobody else bid, so that the floor is paid")
}

func TestTrack_RefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre-roll", ads.PreRoll, 1)
	s.film(nil)
	said := s.document(preRoll)
	address := strings.TrimSuffix(path(t, said["Tracking"][0]), "start")
	assert.Equal(t, 400, s.ask("GET", address+"jackpot", "").StatusCode())
	assert.Equal(t, 400, s.ask("GET", address, "").StatusCode())
	assert.Equal(t, 400, s.ask("GET", "/e/forged/start", "").StatusCode())
	assert.Equal(t, 400, s.ask("DELETE", address+"start", "").StatusCode())
	late := s.now.Load().Add(2 * time.Hour)
	s.now.Store(&late)
	assert.Equal(t, 204, s.ask("GET", address+"start", "").StatusCode(), "whoever tries finds out nothing")
	assert.Zero(t, s.engine.Tracked()["start"])
}

func TestVAST_PodHasItsOrder(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre-roll", ads.PreRoll, 3)
	s.film(nil)
	assert.NotContains(t, s.document(preRoll), "Ad@sequence", "one alone is no pod")
	s.rival("Other", "other.com")
	s.film(func(l *ads.Line, c *ads.Creative) { l.Bid, c.Landing = 3*ads.Unit, "https://other.com/" })
	s.rival("Third", "third.com")
	s.film(func(_ *ads.Line, c *ads.Creative) {
		c.Landing, c.Video = "https://third.com/", ads.VideoPart{Tag: "https://dsp.example.com/vast?cb=[CACHEBUSTING]"}
	})
	said := s.document(preRoll)
	assert.Equal(t, []string{"1", "2", "3"}, said["Ad@sequence"])
	assert.Equal(t, []string{"https://dsp.example.com/vast?cb=[CACHEBUSTING]"}, said["VASTAdTagURI"])
	assert.Len(t, said["MediaFile"], 2)
	assert.Len(t, said["Impression"], 3)
}

// A wrapper counts as our own: impressions by its address, clicks by one that opens no page, for the document that it leads to does.
func TestVAST_WrapperCounts(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre-roll", ads.PreRoll, 1)
	s.film(func(l *ads.Line, c *ads.Creative) {
		l.Pricing, l.Bid, c.Video = ads.CPC, 100*ads.Unit, ads.VideoPart{Tag: "https://dsp.example.com/vast"}
	})
	said := s.document(preRoll)
	assert.NotContains(t, said, "MediaFile")
	assert.NotContains(t, said, "ClickThrough")
	assert.Equal(t, 204, s.ask("GET", path(t, said["Impression"][0]), "").StatusCode())
	for range 2 {
		assert.Equal(t, 204, s.ask("GET", path(t, said["ClickTracking"][0]), "").StatusCode())
	}
	books := s.books()
	assert.EqualValues(t, 1, books.Views)
	assert.EqualValues(t, 1, books.Clicks)
	assert.Positive(t, books.Gross)
}

func TestVAST_Overlay(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("over", ads.Overlay, 1, ads.Size{Width: 480, Height: 70})
	small := func(_ *ads.Line, c *ads.Creative) { c.Size = ads.Size{Width: 480, Height: 70} }
	s.line(small)
	said := s.document("/vast?publisher=demo&placement=over")
	assert.Equal(t, []string{"https://acme.com/a.png"}, said["StaticResource"])
	assert.Equal(t, []string{"image/png"}, said["StaticResource@creativeType"])
	assert.Equal(t, []string{"300"}, said["Expires"])
	assert.Len(t, said["NonLinearClickThrough"], 1)
	s.rival("Other", "other.com")
	s.line(func(l *ads.Line, c *ads.Creative) {
		small(l, c)
		l.Bid, c.Landing, c.Format, c.HTML, c.Image = 9*ads.Unit, "https://other.com/", ads.HTML, "<b>]]>&amp;</b>", ads.ImagePart{}
	})
	said = s.document("/vast?publisher=demo&placement=over")
	require.Len(t, said["HTMLResource"], 1)
	html := said["HTMLResource"][0]
	assert.Contains(t, html, `srcdoc="&lt;b&gt;]]&gt;&amp;amp;&lt;/b&gt;"`, "as the advertiser wrote it")
	assert.Contains(t, html, `sandbox="" inert`)
	assert.Empty(t, said["NonLinearClickThrough"], "one link is enough")
	assert.Equal(t, 302, s.ask("GET", between(t, html, `href="`+standBase, `"`, "/c/"), "").StatusCode(), "a click is ours to count")
}

// A creative that no player takes does not keep the others of its pod off.
func TestVAST_LeavesOutWhatNoPlayerTakes(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre-roll", ads.PreRoll, 2)
	s.film(func(_ *ads.Line, c *ads.Creative) { c.Video = ads.VideoPart{Tag: "https://dsp.example.com/vidéo"} })
	s.rival("Other", "other.com")
	s.film(func(_ *ads.Line, c *ads.Creative) { c.Landing = "https://other.com/" })
	said := s.document(preRoll)
	assert.Len(t, said["AdSystem"], 1)
	assert.NotContains(t, said, "Ad@sequence")
}

func TestVAST_NamesTheField(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre-roll", ads.PreRoll, 1)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	for uri, field := range map[string]string{
		"/vast?publisher=x&placement=pre-roll":     `"publisher"`,
		"/vast?publisher=demo&placement=x":         `"placement"`,
		"/vast?publisher=demo&placement=banner":    `"placement"`,
		preRoll + "&gpp_sid=1,x":                   `"gpp_sid"`,
		preRoll + "&url=https%3A%2F%2Fevil.com%2F": "not_publishers_page",
	} {
		res := s.ask("GET", uri, "", "Origin", "https://demo.com")
		assert.GreaterOrEqual(t, res.StatusCode(), 400, uri)
		assert.Contains(t, string(res.Body()), field, uri)
		assert.Equal(t, "https://demo.com", string(res.Header.Peek("Access-Control-Allow-Origin")))
	}
	assert.Equal(t, 400, s.ask("POST", preRoll, "").StatusCode())
}

// Films are for players on pages of the publisher, as other ads are; what is no browser says no origin.
func TestVAST_OnPagesOfThePublisherAlone(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre-roll", ads.PreRoll, 1)
	for origin, status := range map[string]int{
		"https://demo.com": 200, "https://player.demo.com:8443": 200,
		"https://evil.example": 403, "https://evildemo.com": 403, "https://demo.com.evil.example": 403, "null": 403, "https://": 403,
	} {
		res := s.ask("GET", preRoll, "", "Origin", origin)
		assert.Equal(t, status, res.StatusCode(), origin)
		if status == 403 {
			assert.Contains(t, string(res.Body()), "not_publishers_page", origin)
		}
	}
	assert.Equal(t, 403, s.ask("GET", preRoll+"&url=https%3A%2F%2Fdemo.com%2F", "", "Origin", "https://evil.example").StatusCode(), "what the query says of the page proves nothing")
	assert.Equal(t, 200, s.ask("GET", preRoll, "").StatusCode())
}

func TestVAST_PlayersOfAnySiteMayRead(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre-roll", ads.PreRoll, 1)
	res := s.ask("GET", preRoll, "", "Origin", "https://imasdk.googleapis.com")
	assert.Equal(t, "https://imasdk.googleapis.com", string(res.Header.Peek("Access-Control-Allow-Origin")))
	assert.Equal(t, "true", string(res.Header.Peek("Access-Control-Allow-Credentials")))
	assert.Equal(t, "Origin", string(res.Header.Peek("Vary")))
	assert.Equal(t, "*", string(s.ask("GET", preRoll, "").Header.Peek("Access-Control-Allow-Origin")))
	assert.Equal(t, 204, s.ask("OPTIONS", preRoll, "", "Origin", "https://a.example").StatusCode())
}
