package portal_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// film is the form of a video that is a file.
var film = form{
	"format", "video", "name", "Film", "landing", "https://alpha.example/", "weight", "5", "video.url", "https://alpha.example/v.mp4", "video.mime", "video/mp4",
	"video.seconds", "15", "video.width", "640", "video.height", "360",
}

func (k *kit) creative(id ads.CreativeID) ads.Creative {
	k.Helper()
	c, err := k.db.Creatives.Get(k.Context(), id)
	require.NoError(k, err)
	return c.Value
}

// A tag has another ad server choose what is played: an administrator gives it, the reviewer sees it, and nobody loses it by saving the form.
func TestVideo_TagOfAnotherAdServer(t *testing.T) {
	t.Parallel()
	const tag = "https://dsp.example/vast?cb=[CACHEBUSTING]"
	k := open(t)
	b, admin := k.buyer(k.tenant("ALPHA")), k.admin()
	wrapper := form{"format", "video", "name", "Film", "landing", "https://alpha.example/", "weight", "5", "video.tag", tag, "video.url", "", "video.seconds", ""}
	assert.Equal(t, http.StatusBadRequest, b.post("/advertisers/1/lines/1/creatives", wrapper...).Status, "not an advertiser's to give")
	admin.post("/advertisers/1/lines/1/creatives", wrapper...).leads("/advertisers/1/creatives/2")
	assert.Equal(t, ads.VideoPart{Tag: tag}, k.creative(2).Video)
	assert.Contains(t, b.get("/advertisers/1/creatives/2").text(), "video of another ad server")
	assert.Contains(t, b.get("/advertisers/1/creatives/2/preview").Body, tag)

	page := b.get("/advertisers/1/creatives/2/edit")
	assert.Contains(t, page.text(), tag)
	assert.NotContains(t, page.Body, `name="video.url"`)
	b.post("/advertisers/1/creatives/2/edit", "name", "Other", "landing", "https://alpha.example/", "weight", "7", "categories", "IAB1-5", "revision", "1", "video.tag", "https://evil.example/").leads("/advertisers/1/creatives/2")
	assert.Equal(t, "Other", k.creative(2).Name)
	assert.Equal(t, ads.VideoPart{Tag: tag}, k.creative(2).Video)

	b.post("/advertisers/1/creatives/2/submit").leads("/advertisers/1/creatives/2")
	assert.Contains(t, k.member(store.Member{Role: store.Reviewer}).get("/review/2").text(), tag)

	revision := admin.get("/advertisers/1/creatives/2/edit").value("revision")
	assert.Equal(t, tag, admin.get("/advertisers/1/creatives/2/edit").value("video.tag"))
	admin.post("/advertisers/1/creatives/2/edit", append(slices.Clone(film), "video.tag", "", "categories", "IAB1-5", "revision", revision)...).leads("/advertisers/1/creatives/2")
	assert.Equal(t, ads.VideoPart{URL: "https://alpha.example/v.mp4", MIME: "video/mp4", Seconds: 15, Width: 640, Height: 360}, k.creative(2).Video, "a file in its place")
}

// What a video shows could be changed after its review: an advertiser has it on a domain of its own, and elsewhere only what an administrator has given.
func TestVideo_IsOnADomainOfTheAdvertiser(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	b, admin := k.buyer(mine), k.admin()
	const mend = "Address of the video must be on a domain that is verified as yours"
	with := func(url string, more ...string) form {
		f := append(slices.Clone(film), append(more, "categories", "IAB1-5")...)
		f[slices.Index(f, "video.url")+1] = url
		return f
	}
	revision := func() string { return admin.get("/advertisers/1/creatives/2/edit").value("revision") }
	for url, status := range map[string]int{
		"https://alpha.example/v.mp4": http.StatusSeeOther, "https://cdn.alpha.example/v.mp4": http.StatusSeeOther,
		"https://cdn.example/v.mp4": http.StatusBadRequest, "https://notalpha.example/v.mp4": http.StatusBadRequest, "https://alpha.example.evil.example/v.mp4": http.StatusBadRequest,
	} {
		got := b.post("/advertisers/1/lines/1/creatives", with(url)...)
		assert.Equal(t, status, got.Status, url)
		assert.Equal(t, status == http.StatusBadRequest, strings.Contains(got.text(), mend), url)
	}
	got := b.post("/advertisers/1/creatives/2/edit", with("https://cdn.example/v.mp4", "revision", revision())...)
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), mend)

	admin.post("/advertisers/1/creatives/2/edit", with("https://cdn.example/v.mp4", "revision", revision())...).leads("/advertisers/1/creatives/2")
	b.post("/advertisers/1/creatives/2/edit", with("https://cdn.example/v.mp4", "caps.day", "7", "revision", revision())...).leads("/advertisers/1/creatives/2")
	got = b.post("/advertisers/1/creatives/2/submit")
	assert.Equal(t, http.StatusBadRequest, got.Status, "nobody knows who chose it")
	assert.Contains(t, got.text(), mend)
	admin.post("/advertisers/1/creatives/2/submit").leads("/advertisers/1/creatives/2")
}

// A line of an outside bidder is made by an administrator, edited by its advertiser without losing it, and waits for no creative.
func TestLine_OutsideBidder(t *testing.T) {
	t.Parallel()
	const url = "https://dsp.example/bid"
	k := open(t)
	mine := k.tenant("ALPHA")
	b, admin := k.buyer(mine), k.admin()
	line := form{"name", "Outside", "tier", "auction", "pricing", "cpm", "bid", "3", "pace", "even"}
	bidder := form{"bidder.url", url, "bidder.qps", "250"}
	b.post("/advertisers/1/campaigns/1/lines", slices.Concat(line, bidder)...).leads("/advertisers/1/lines/2")
	assert.Zero(t, k.line(2).Bidder, "not an advertiser's to name")
	assert.NotContains(t, b.get("/advertisers/1/lines/2/edit").Body, "bidder.url")
	assert.Contains(t, b.get("/advertisers/1/lines/2").text(), "The line has no creative yet")

	admin.post("/advertisers/1/campaigns/1/lines", slices.Concat(line, bidder)...).leads("/advertisers/1/lines/3")
	assert.Equal(t, ads.Bidder{URL: url, QPS: 250}, k.line(3).Bidder)
	page := admin.get("/advertisers/1/lines/3/edit")
	assert.Equal(t, url, page.value("bidder.url"))
	assert.Equal(t, "250", page.value("bidder.qps"))
	text := b.get("/advertisers/1/lines/3").text()
	assert.Contains(t, text, url+", asked at most 250 times a second")
	assert.Contains(t, text, "Its bidder brings what people see")
	assert.NotContains(t, text, "no creative yet")

	b.post("/advertisers/1/lines/3/edit", append(slices.Clone(line), "bidder.url", "https://evil.example/", "revision", "1")...).leads("/advertisers/1/lines/3")
	assert.Equal(t, ads.Bidder{URL: url, QPS: 250}, k.line(3).Bidder)
	for wrong, says := range map[string]string{"http://dsp.example/": "Address of the bidder must begin with https://", "https://10.0.0.1/": "Address of the bidder must be a domain name"} {
		got := admin.post("/advertisers/1/lines/3/edit", append(slices.Clone(line), "bidder.url", wrong, "revision", "2")...)
		assert.Equal(t, http.StatusBadRequest, got.Status)
		assert.Contains(t, got.text(), says)
	}
	admin.post("/advertisers/1/lines/3/edit", append(slices.Clone(line), "bidder.url", "", "bidder.qps", "", "revision", "2")...).leads("/advertisers/1/lines/3")
	assert.Zero(t, k.line(3).Bidder)
}
