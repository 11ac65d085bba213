package portal_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

func itoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// edited is what the page of a creative's form has in it, but for some fields.
func edited(b *browser, id string, change ...string) form {
	page := b.get("/advertisers/1/creatives/" + id + "/edit")
	values := map[string]string{}
	for _, name := range []string{"revision", "format", "name", "landing", "weight", "size", "image.url", "image.alt", "categories"} {
		values[name] = page.value(name)
	}
	for i := 0; i < len(change); i += 2 {
		values[change[i]] = change[i+1]
	}
	var f form
	for name, value := range values {
		f = append(f, name, value)
	}
	return f
}

func (k *kit) review(id ads.CreativeID) ads.Review {
	c, err := k.db.Creatives.Get(k.Context(), id)
	require.NoError(k, err)
	return c.Value.Review
}

func TestCreative_WhatPeopleSeeIsReviewedAgain(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	b.post("/advertisers/1/creatives/1/edit", edited(b, "1")...).leads("/advertisers/1/creatives/1")
	assert.Equal(t, ads.Approved, k.review(1), "nothing is another")
	b.post("/advertisers/1/creatives/1/edit", edited(b, "1", "name", "Other", "weight", "7", "caps.day", "2")...).leads("/advertisers/1/creatives/1")
	assert.Equal(t, ads.Approved, k.review(1), "nobody sees that")
	for field, value := range map[string]string{
		"landing": "https://alpha.example/other", "image.alt": "other words", "image.url": k.uploaded(1, 1), "size": "728x90", "categories": "IAB7-39",
	} {
		c, err := k.db.Creatives.Get(t.Context(), 1)
		require.NoError(t, err)
		c.Value.Review = ads.Approved
		_, err = k.db.Creatives.Update(t.Context(), 0, c.Value, c.Revision)
		require.NoError(t, err)
		b.post("/advertisers/1/creatives/1/edit", edited(b, "1", field, value)...).leads("/advertisers/1/creatives/1")
		assert.Equal(t, ads.Submitted, k.review(1), field)
	}
}

func TestReview_RejectedWithANoteAndSentAgain(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	b, reviewer := k.buyer(mine), k.member(store.Member{Role: store.Reviewer})
	b.post("/advertisers/1/creatives/1/edit", edited(b, "1", "image.alt", "cheap pills")...).leads("/advertisers/1/creatives/1")
	revision := reviewer.get("/review/1").value("revision")
	got := reviewer.post("/review/1", "verdict", "reject", "note", " ", "revision", revision)
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Note must say what has to be changed")
	assert.Equal(t, http.StatusBadRequest, reviewer.post("/review/1", "revision", revision).Status)
	assert.Equal(t, http.StatusBadRequest, reviewer.post("/review/1", "verdict", "reject", "note", strings.Repeat("x", 501), "revision", revision).Status)
	reviewer.post("/review/1", "verdict", "reject", "note", "No pills.", "revision", revision).leads("/review")
	assert.Contains(t, b.get("/advertisers/1/creatives/1").text(), "No pills.")
	b.post("/advertisers/1/creatives/1/edit", edited(b, "1", "image.alt", "shoes")...).leads("/advertisers/1/creatives/1")
	assert.Equal(t, ads.Unsent, k.review(1))
	b.post("/advertisers/1/creatives/1/submit").leads("/advertisers/1/creatives/1")
	assert.Equal(t, ads.Submitted, k.review(1))
	assert.Equal(t, http.StatusConflict, b.post("/advertisers/1/creatives/1/submit").Status)
}

// What is approved is what the reviewer saw, not what it became meanwhile.
func TestReview_AnEditMeanwhileIsNotApproved(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	b, reviewer := k.buyer(mine), k.member(store.Member{Role: store.Reviewer})
	b.post("/advertisers/1/creatives/1/edit", edited(b, "1", "image.alt", "shoes")...).leads("/advertisers/1/creatives/1")
	revision := reviewer.get("/review/1").value("revision")
	b.post("/advertisers/1/creatives/1/edit", edited(b, "1", "image.alt", "pills")...).leads("/advertisers/1/creatives/1")
	got := reviewer.post("/review/1", "verdict", "approve", "revision", revision)
	assert.Equal(t, http.StatusConflict, got.Status)
	assert.Contains(t, got.text(), "pills")
	assert.Equal(t, ads.Submitted, k.review(1))
	reviewer.post("/review/1", "verdict", "reject", "note", "No pills.", "revision", got.value("revision")).leads("/review")
}

// Publishers block by categories: nothing is reviewed that has none. A draft may be without.
func TestReview_NeedsACategory(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	b.post("/advertisers/1/lines/1/creatives", "name", "x", "format", "html", "size", "300x250", "html", "<b>x</b>", "landing", "https://alpha.example/", "weight", "1").
		leads("/advertisers/1/creatives/2")
	got := b.post("/advertisers/1/creatives/2/submit")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Categories must be one at least")
	assert.Contains(t, got.Body, `href="#categories"`, "the form is there to mend it")
	assert.Equal(t, ads.Unsent, k.review(2))
	b.post("/advertisers/1/creatives/2/edit", "name", "x", "size", "300x250", "html", "<b>x</b>", "landing", "https://alpha.example/", "weight", "1",
		"categories", "IAB1-6", "revision", got.value("revision")).leads("/advertisers/1/creatives/2")
	b.post("/advertisers/1/creatives/2/submit").leads("/advertisers/1/creatives/2")
	assert.Equal(t, ads.Submitted, k.review(2))

	got = b.post("/advertisers/1/creatives/1/edit", edited(b, "1", "categories", "")...)
	assert.Equal(t, http.StatusBadRequest, got.Status, "it would be submitted again")
	assert.Contains(t, got.text(), "Categories must be one at least")
}

// The advertiser's word on categories is not the last one.
func TestReview_CorrectsCategories(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	reviewer := k.member(store.Member{Role: store.Reviewer})
	b.post("/advertisers/1/creatives/1/edit", edited(b, "1", "image.alt", "vodka")...).leads("/advertisers/1/creatives/1")
	page := reviewer.get("/review/1")
	assert.Equal(t, "IAB18", page.value("categories"))
	revision := page.value("revision")
	for categories, said := range map[string]string{"": "Categories must be one at least", "spam": "Categories must be a category of the IAB"} {
		got := reviewer.post("/review/1", "verdict", "approve", "categories", categories, "revision", revision)
		assert.Equal(t, http.StatusBadRequest, got.Status, categories)
		assert.Contains(t, got.text(), said)
		assert.Equal(t, categories, got.value("categories"))
	}
	assert.Equal(t, ads.Submitted, k.review(1))
	reviewer.post("/review/1", "verdict", "approve", "categories", "IAB8-5, IAB8-18", "revision", revision).leads("/review")
	c, err := k.db.Creatives.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, []any{ads.Approved, []string{"IAB8-5", "IAB8-18"}}, []any{c.Value.Review, c.Value.Categories})
	assert.Contains(t, b.get("/advertisers/1/creatives/1").text(), "IAB8-5, IAB8-18")
}

func TestCreative_DomainFirst(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	b.post("/advertisers/1/lines/1/creatives", "name", "x", "format", "html", "size", "300x250", "html", "<b>x</b>", "landing", "https://elsewhere.example/", "weight", "1").
		leads("/advertisers/1/creatives/2")
	assert.Contains(t, b.get("/advertisers/1/creatives/2").text(), "elsewhere.example is not verified as yours")
	assert.Equal(t, http.StatusConflict, b.post("/advertisers/1/creatives/2/submit").Status)
}

func TestCreative_EachFormat(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	for format, f := range map[string]form{
		"html":   {"size", "300x250", "html", "<p>hello</p>"},
		"native": {"native.title", "T", "native.body", "B", "native.action", "Go", "native.image.url", k.uploaded(1, 1), "native.image.alt", "A"},
		"video":  {"video.url", "https://alpha.example/v.mp4", "video.mime", "video/mp4", "video.seconds", "15", "video.width", "640", "video.height", "360", "video.skip_after", "5"},
	} {
		assert.Equal(t, http.StatusOK, b.get("/advertisers/1/lines/1/creatives/new?format="+format).Status)
		got := b.post("/advertisers/1/lines/1/creatives", append(f, "name", "My "+format, "format", format, "landing", "https://alpha.example/", "weight", "5")...)
		require.Equal(t, http.StatusSeeOther, got.Status, got.text())
		at, _, _ := strings.Cut(strings.TrimPrefix(got.Location, portal.Prefix), "?")
		assert.Equal(t, http.StatusOK, b.get(at).Status)
		assert.Equal(t, "My "+format, b.get(at+"/edit").value("name"))
		assert.Equal(t, http.StatusOK, b.get(at+"/preview").Status)
	}
	assert.Equal(t, http.StatusNotFound, b.get("/advertisers/1/lines/1/creatives/new?format=nonsense").Status)
	got := b.post("/advertisers/1/lines/1/creatives", "format", "video", "name", "x", "landing", "http://alpha.example/", "weight", "0", "video.seconds", "999")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Weight must be a whole number between 1 and 100")
	assert.Contains(t, got.text(), "Length in seconds must be")
}

func TestPreview_IsADocumentThatCanDoNothing(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	got := b.post("/advertisers/1/lines/1/preview", "format", "html", "size", "300x250", "html", "<script>alert(1)</script><b>hello</b>")
	assert.Equal(t, http.StatusOK, got.Status)
	assert.Contains(t, got.Body, "<b>hello</b>")
	policy := string(got.Header.Peek("Content-Security-Policy"))
	assert.True(t, strings.HasPrefix(policy, "sandbox; default-src 'none';"), policy)
	assert.NotContains(t, policy, "script-src")
	assert.NotContains(t, policy, "allow-")

	assert.Contains(t, policy, "img-src 'self' data:;", "a page loads no others")
	_, document, _ := strings.Cut(got.Body, "</style>")
	assert.Equal(t, "<script>alert(1)</script><b>hello</b>", document, "and adds nothing to it")

	native := b.post("/advertisers/1/lines/1/preview", "format", "native", "native.title", "<img src=x onerror=alert(1)>")
	assert.NotContains(t, native.Body, "<img src=x")
	for _, page := range []string{"/advertisers/1/creatives/1", "/advertisers/1/lines/1/creatives/new"} {
		assert.Contains(t, b.get(page).Body, `sandbox=""`, "the frame around it")
	}
}

// A picture that was only chosen is in the preview, and nowhere else.
func TestPreview_HasAPictureThatIsNotStored(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	file := picture(t, 320, 250)
	for _, format := range []string{"image", "native"} {
		got := b.upload("/advertisers/1/lines/1/preview", "x.png", file, "format", format, "image.url", "", "image.alt", "x")
		assert.Equal(t, http.StatusOK, got.Status)
		assert.Contains(t, got.Body, `src="data:image/png;base64,`+base64.StdEncoding.EncodeToString(file))
	}
	got := b.upload("/advertisers/1/lines/1/preview", "x.png", []byte("<svg onload=alert(1)>"), "format", "image", "image.url", "", "image.alt", "x")
	assert.Equal(t, http.StatusOK, got.Status)
	assert.NotContains(t, got.Body, "data:")
	stored := func() bool {
		sum := sha256.Sum256(file)
		_, err := k.db.Asset(t.Context(), hex.EncodeToString(sum[:16])+".png")
		return err == nil
	}
	assert.False(t, stored())
	b.upload("/advertisers/1/lines/1/creatives", "x.png", file, "format", "image")
	assert.True(t, stored(), "once the form is sent")
}

func TestUpload_OnlyPictures(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	whole := picture(t, 300, 250)
	for name, file := range map[string][]byte{
		"page.png": []byte("<html><script>alert(1)</script>"), "half.png": whole[:len(whole)/2], "vector.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"large.png": bytes.Repeat([]byte{0}, 2<<20+1), "huge.png": enlarged(whole, 30_000, 30_000),
	} {
		got := b.upload("/advertisers/1/lines/1/creatives", name, file, "format", "image", "name", "x", "landing", "https://alpha.example/", "weight", "5", "size", "300x250", "image.alt", "x")
		assert.Equal(t, http.StatusBadRequest, got.Status, name)
		assert.Contains(t, got.text(), "Picture must be", name)
		assert.Contains(t, got.Body, `href="#file"`, name)
	}
	got := b.upload("/advertisers/1/lines/1/creatives", "a.png", whole, "format", "image", "name", "", "landing", "https://alpha.example/", "weight", "5", "size", "300x250", "image.alt", "x", "image.url", "")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.True(t, strings.HasPrefix(got.value("image.url"), ads.AssetPath), "it has not to be sent again")
}

// A picture elsewhere could be changed after it was approved, and storefronts load none from there.
func TestUpload_PicturesAreOursAlone(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	b := k.buyer(mine)
	words := form{"name", "x", "landing", "https://alpha.example/", "weight", "5", "size", "300x250", "image.alt", "x", "native.title", "T", "native.body", "B", "native.action", "Go", "native.image.alt", "A"}
	for _, address := range []string{"https://alpha.example/a.png", "", ads.AssetPath + strings.Repeat("0", 32) + ".png", "//evil.example" + mine.creative.Image.URL} {
		for _, format := range []string{"image", "native"} {
			got := b.post("/advertisers/1/lines/1/creatives", append(slices.Clone(words), "format", format, "image.url", address, "native.image.url", address)...)
			assert.Equal(t, http.StatusBadRequest, got.Status, address)
			assert.Equal(t, 1, strings.Count(got.Body, `href="#file"`), address)
			assert.Contains(t, got.text(), "Picture is missing", address)
		}
		got := b.post("/advertisers/1/creatives/1/edit", edited(b, "1", "image.url", address)...)
		assert.Equal(t, http.StatusBadRequest, got.Status, address)
	}
	c := mine.creative
	c.Image.URL, c.Review = "https://alpha.example/a.png", ads.Unsent
	_, err := k.db.Creatives.Update(t.Context(), 0, c, 1)
	require.NoError(t, err)
	got := b.post("/advertisers/1/creatives/1/submit")
	assert.Equal(t, http.StatusConflict, got.Status, "of a time when it was allowed")
	assert.Contains(t, got.text(), "picture is at an address elsewhere")
	b.upload("/advertisers/1/creatives/1/edit", "x.png", picture(t, 300, 250), edited(b, "1")...).leads("/advertisers/1/creatives/1")
	b.post("/advertisers/1/creatives/1/submit").leads("/advertisers/1/creatives/1")
}

// Markup that no storefront shows is refused beside its field, and is not lost.
func TestCreative_MarkupIsNotLongerThanStorefrontsShow(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	send := func(length int) answer {
		return b.post("/advertisers/1/lines/1/creatives", "name", "x", "format", "html", "size", "300x250", "html", strings.Repeat("x", length), "landing", "https://alpha.example/", "weight", "1")
	}
	send(20_000).leads("/advertisers/1/creatives/2")
	for _, length := range []int{20_001, 140_000} {
		got := send(length)
		assert.Equal(t, http.StatusBadRequest, got.Status)
		assert.Contains(t, got.text(), "Markup is longer than 20000 bytes")
		assert.Len(t, got.value("html"), length)
	}
	got := send(300_000)
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "The field Markup of the form is longer than 256 KB")
}

// Who sends more than a request may have is told how much that is.
func TestUpload_TooLargeForARequest(t *testing.T) {
	t.Parallel()
	k := open(t)
	server, err := web.New(k.pages.Handler, web.Config{BaseURL: base, MaxBody: portal.MaxBody, Fail: k.pages.Fail})
	require.NoError(t, err)
	ln := fasthttputil.NewInmemoryListener()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
	})
	conn, err := ln.Dial()
	require.NoError(t, err)
	_, err = fmt.Fprintf(conn, "POST /portal/advertisers/1/lines/1/creatives HTTP/1.1\r\nHost: ads.example\r\nContent-Length: %d\r\n\r\n", 5<<20)
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, answer.Body.Close())
	require.NoError(t, err)
	assert.Equal(t, http.StatusRequestEntityTooLarge, answer.StatusCode)
	assert.Contains(t, string(body), "a picture may have at most 2 MB")
}

// enlarged says of a PNG that it is larger than it is.
func enlarged(file []byte, width, height uint32) []byte {
	file = bytes.Clone(file)
	binary.BigEndian.PutUint32(file[16:], width)
	binary.BigEndian.PutUint32(file[20:], height)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func FuzzCheckPicture(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPVP8 "))
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Fuzz(func(t *testing.T, file []byte) {
		kind, size, err := portal.CheckPicture("image.url", file)
		if err != nil {
			assert.Equal(t, "image.url", fault.Of(err).Field)
			return
		}
		assert.Contains(t, []string{"png", "jpeg", "gif", "webp"}, kind)
		assert.Positive(t, size.Width)
		assert.LessOrEqual(t, size.Height, 4096)
	})
}

func TestCompare_ShowsWhichIsBetter(t *testing.T) {
	t.Parallel()
	var asked []portal.Arm
	k := open(t, func(c *portal.Config) {
		c.Compare = func(arms []portal.Arm) portal.Verdict {
			asked = arms
			return portal.Verdict{Intervals: [][2]float64{{0.005, 0.02}, {0, 1}}, Better: arms[0].Creative, Sentence: "The first is better."}
		}
	})
	b := k.buyer(k.tenant("ALPHA"))
	assert.NotContains(t, b.get("/advertisers/1/lines/1").text(), "better", "there is nothing to compare it with")
	b.post("/advertisers/1/lines/1/creatives", "name", "x", "format", "html", "size", "300x250", "html", "<b>x</b>", "landing", "https://alpha.example/", "weight", "1")
	page := b.get("/advertisers/1/lines/1")
	assert.Contains(t, page.text(), "The first is better.")
	assert.Contains(t, page.Body, `<td class="num">0.50 % to 2.00 %</td>`, "on one line, or all rows are tall on a small screen")
	require.Len(t, asked, 2)
	assert.Equal(t, portal.Arm{Creative: 1, Views: 1000, Clicks: 10}, asked[0])
}

// Of creatives that nobody has seen nothing is said.
func TestCompare_NothingWithoutViews(t *testing.T) {
	t.Parallel()
	k := open(t, func(c *portal.Config) {
		c.Compare = func([]portal.Arm) portal.Verdict {
			return portal.Verdict{Sentence: "Chance can explain the difference."}
		}
	})
	b := k.buyer(k.tenant("ALPHA"))
	b.post("/advertisers/1/lines/1/copy").leads("/advertisers/1/lines/2")
	b.post("/advertisers/1/lines/2/creatives", "name", "x", "format", "html", "size", "300x250", "html", "<b>x</b>", "landing", "https://alpha.example/", "weight", "1").
		leads("/advertisers/1/creatives/3")
	page := b.get("/advertisers/1/lines/2").text()
	assert.NotContains(t, page, "Chance")
	assert.NotContains(t, page, "Likely click rate")
}
