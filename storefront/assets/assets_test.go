package assets_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/assets"
)

// ask requests an asset.
func ask(t *testing.T, s *assets.Set, method, path, encodings string) (*fasthttp.RequestCtx, bool) {
	t.Helper()
	var rc fasthttp.RequestCtx
	rc.Request.Header.SetMethod(method)
	rc.Request.SetRequestURI(path)
	rc.Request.Header.Set("Accept-Encoding", encodings)
	return &rc, s.Serve(&rc)
}

func TestSet_NamesSayTheContent(t *testing.T) {
	t.Parallel()
	s, err := assets.New()
	require.NoError(t, err)
	for _, name := range []string{"app.css", "app.js", "icon.svg"} {
		assert.Regexp(t, regexp.MustCompile(`^/assets/(app|icon)\.[0-9A-Z]{8}\.(css|js|svg)$`), s.Path(name))
		assert.Empty(t, s.Preload(name))
	}
	assert.Empty(t, s.Path("app.ts"))
	again, err := assets.New()
	require.NoError(t, err)
	assert.Equal(t, s.Path("app.css"), again.Path("app.css"), "the same content has the same name")
}

func TestServe_IsKeptForEverAndComesCompressed(t *testing.T) {
	t.Parallel()
	s, err := assets.New()
	require.NoError(t, err)
	plain, ok := ask(t, s, "GET", s.Path("app.css"), "")
	require.True(t, ok)
	assert.Equal(t, "text/css; charset=utf-8", string(plain.Response.Header.ContentType()))
	assert.Equal(t, "public, max-age=31536000, immutable", string(plain.Response.Header.Peek("Cache-Control")))
	assert.Equal(t, "Accept-Encoding", string(plain.Response.Header.Peek("Vary")))
	assert.Empty(t, plain.Response.Header.ContentEncoding())
	for encoding, unpack := range map[string]func(*fasthttp.Response) ([]byte, error){
		"br": (*fasthttp.Response).BodyUnbrotli, "gzip": (*fasthttp.Response).BodyGunzip, "zstd": (*fasthttp.Response).BodyUnzstd,
	} {
		packed, ok := ask(t, s, "GET", s.Path("app.css"), encoding)
		require.True(t, ok)
		assert.Equal(t, encoding, string(packed.Response.Header.ContentEncoding()))
		assert.Less(t, len(packed.Response.Body()), len(plain.Response.Body())/2)
		body, err := unpack(&packed.Response)
		require.NoError(t, err)
		assert.Equal(t, string(plain.Response.Body()), string(body))
	}
	best, _ := ask(t, s, "GET", s.Path("app.js"), "gzip, deflate, br, zstd")
	assert.Equal(t, "br", string(best.Response.Header.ContentEncoding()))
}

// budgets are the most bytes of each file as a browser gets it (brotli).
// The map's own script draws a hall by itself; the chooser is loaded beside it, and English only by pages without words of their own.
var budgets = map[string]int{
	"app.css": 12 << 10, "app.js": 12 << 10, "icon.svg": 1 << 10,
	"seatmap.js": 8 << 10, "chooser.js": 6 << 10, "english.js": 1 << 10, "seatmap.css": 3 << 10,
	"sw.js": 6 << 10, "maskable.svg": 1 << 10,
}

func TestServe_StaysWithinItsBudget(t *testing.T) {
	t.Parallel()
	s, err := assets.New()
	require.NoError(t, err)
	for name, most := range budgets {
		packed, ok := ask(t, s, "GET", s.Path(name), "br")
		require.True(t, ok)
		assert.LessOrEqual(t, len(packed.Response.Body()), most, name)
	}
}

func TestPath_KnowsWhatTheSeatMapIsMadeOf(t *testing.T) {
	t.Parallel()
	s, err := assets.New()
	require.NoError(t, err)
	for _, name := range []string{"seatmap.js", "chooser.js", "english.js", "seatmap.css"} {
		assert.NotEmpty(t, s.Path(name), name)
	}
	script, ok := ask(t, s, "GET", s.Path("seatmap.js"), "")
	require.True(t, ok)
	for _, name := range []string{"chooser.js", "english.js", "seatmap.css"} {
		assert.Contains(t, string(script.Response.Body()), strings.TrimPrefix(s.Path(name), assets.Prefix), "it asks for "+name)
	}
}

func TestServe_TheWorkerIsAskedForEachTime(t *testing.T) {
	t.Parallel()
	s, err := assets.New()
	require.NoError(t, err)
	assert.Equal(t, assets.Worker, s.Path("sw.js"))
	tags := map[string]bool{}
	for _, encoding := range []string{"", "br", "gzip", "zstd"} {
		first, ok := ask(t, s, "GET", assets.Worker, encoding)
		require.True(t, ok)
		assert.Equal(t, "no-cache", string(first.Response.Header.Peek("Cache-Control")))
		assert.Equal(t, "text/javascript; charset=utf-8", string(first.Response.Header.ContentType()))
		assert.NotEmpty(t, first.Response.Body())
		tag := string(first.Response.Header.Peek("ETag"))
		tags[tag] = true

		var again fasthttp.RequestCtx
		again.Request.SetRequestURI(assets.Worker)
		again.Request.Header.Set("Accept-Encoding", encoding)
		again.Request.Header.Set("If-None-Match", tag)
		require.True(t, s.Serve(&again))
		assert.Equal(t, fasthttp.StatusNotModified, again.Response.StatusCode())
		assert.Empty(t, again.Response.Body())
		assert.Equal(t, "no-cache", string(again.Response.Header.Peek("Cache-Control")))
	}
	assert.Len(t, tags, 4, "each encoding is bytes of its own")
	plain, _ := ask(t, s, "GET", assets.Worker, "")
	for _, name := range []string{"app.css", "app.js", "icon.svg"} {
		assert.Contains(t, string(plain.Response.Body()), s.Path(name), "it keeps what every page needs")
	}
}

func TestServe_PagesOfTicketsLoadLittle(t *testing.T) {
	t.Parallel()
	s, err := assets.New()
	require.NoError(t, err)
	app, ok := ask(t, s, "GET", s.Path("app.js"), "br")
	require.True(t, ok)
	assert.LessOrEqual(t, len(app.Response.Body()), 8<<10)
}

func TestServe_NothingElse(t *testing.T) {
	t.Parallel()
	s, err := assets.New()
	require.NoError(t, err)
	for _, path := range []string{"/assets/", "/assets/app.css", "/assets/app.00000000.css", s.Path("app.css") + ".br", "/assets/manifest.json", "/assets/sw.js", "/assets/../assets.go"} {
		_, ok := ask(t, s, "GET", path, "")
		assert.False(t, ok, path)
	}
	_, ok := ask(t, s, "POST", s.Path("app.css"), "")
	assert.False(t, ok)
	_, ok = ask(t, s, "HEAD", s.Path("app.css"), "")
	assert.True(t, ok)
}
