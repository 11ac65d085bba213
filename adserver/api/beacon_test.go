package api_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/token"
)

const landing = "https://acme.com/p?x=1#top"

// A beacon is answered with nothing, or with a picture where one is asked for; however often and by whichever method, it counts once.
func TestView_CountsOnceHoweverItComes(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok := s.token()
	var all sync.WaitGroup
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodGet, http.MethodPost} {
		all.Go(func() {
			got := s.send(method, "/v/"+tok, "")
			assert.Equal(t, http.StatusNoContent, got.status)
			assert.Equal(t, "no-store", got.header.Get("Cache-Control"))
			assert.Equal(t, "*", got.header.Get("Access-Control-Allow-Origin"))
		})
	}
	all.Wait()
	got := s.send(http.MethodGet, "/v/"+tok, "", "Accept", "image/avif,image/webp,*/*;q=0.8")
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, "image/gif", got.header.Get("Content-Type"))
	assert.True(t, strings.HasPrefix(got.body, "GIF89a"))
	s.figures(store.Figures{Views: 1, Gross: 2_000_000})
}

func TestBeacons_MethodsThatAreNone(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok := s.token()
	for path, methods := range map[string][]string{
		"/v/": {http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete}, "/c/": {http.MethodHead, http.MethodOptions, http.MethodPost},
		"/h/": {http.MethodGet, http.MethodHead}, "/why/": {http.MethodPost, http.MethodHead},
		"/l/": {http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete},
	} {
		for _, method := range methods {
			got := s.send(method, path+tok, "")
			assert.Equal(t, http.StatusBadRequest, got.status, "%s %s", method, path)
			assert.Empty(t, got.header.Get("Location"))
		}
	}
	assert.Zero(t, s.engine.Counters().Views.Load()+s.engine.Counters().Clicks.Load(), "who only looks whether an address is there has seen nothing")
}

// What is forged, cut, put together of two or has something added is refused, and counts nothing.
func TestBeacons_TamperedTokens(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok, second := s.token(), s.token()
	half := len(tok) / 2
	raw, err := base64.RawURLEncoding.DecodeString(tok)
	require.NoError(t, err)
	flipped := bytes.Clone(raw)
	flipped[20] ^= 1
	for name, bad := range map[string]string{
		"nothing": "", "a word": "hello", "cut": tok[:len(tok)-1], "longer": tok + "A", "a bit": base64.RawURLEncoding.EncodeToString(flipped),
		"two halves": tok[:half] + second[half:], "padding": tok + "=", "with a part": tok + "/x", "with a dot": tok + ".", "doubled": tok + tok,
		"new line at the end": tok + "%0a", "new line within": tok[:half] + "%0d%0a" + tok[half:], "carriage return before": "%0d" + tok, "zero": tok + "%00",
		"very long": strings.Repeat("A", 3000),
	} {
		for _, beacon := range []string{"/v/", "/c/", "/l/", "/why/"} {
			got := s.send(http.MethodGet, beacon+bad, "")
			assert.Equal(t, http.StatusBadRequest, got.status, "%s%s", beacon, name)
			assert.Empty(t, got.header.Get("Location"), name)
		}
		assert.Equal(t, http.StatusBadRequest, s.send(http.MethodPost, "/h/"+bad, "").status, name)
	}
	assert.Equal(t, http.StatusBadRequest, s.send(http.MethodGet, "/l/"+tok, "").status, "a page has the token, but not what says that a bid lost")
	assert.Zero(t, s.engine.Counters().Lost.Load())
	assert.Zero(t, s.engine.Counters().Views.Load()+s.engine.Counters().Clicks.Load())
}

// A view that comes too late is answered as any other, and not billed.
func TestView_TooLateIsNotBilled(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok := s.token()
	s.pass(5*time.Minute + 2*time.Second)
	assert.Equal(t, http.StatusNoContent, s.send(http.MethodGet, "/v/"+tok, "").status)
	assert.Equal(t, http.StatusNoContent, s.send(http.MethodGet, "/l/"+s.loss(tok), "").status)
	assert.Equal(t, http.StatusFound, s.send(http.MethodGet, "/c/"+tok, "").status, "whoever has the page open still gets where they want")
	assert.Zero(t, s.engine.Counters().Views.Load()+s.engine.Counters().Clicks.Load())
}

// A click leads to where its creative does, with its token, and nowhere else, whatever the request says.
func TestClick_LeadsWhereItsCreativeDoes(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok := s.token()
	want := "https://acme.com/p?x=1&mq_click=" + tok + "#top"
	require.Equal(t, http.StatusNoContent, s.send(http.MethodGet, "/v/"+tok, "").status)
	for _, extra := range []string{
		"", "?url=https://evil.example", "?u=//evil.example",
		"?redirect=https:%2F%2Fevil.example&mq_click=x", "?%0d%0aLocation:%20https://evil.example", "?to=javascript:alert(1)",
		"#@evil.example",
	} {
		got := s.send(http.MethodGet, "/c/"+tok+extra, "", "Host", "evil.example", "X-Forwarded-Host", "evil.example", "Referer", "https://evil.example/")
		assert.Equal(t, http.StatusFound, got.status, extra)
		assert.Equal(t, []string{want}, got.header.Values("Location"), extra)
		assert.Equal(t, "no-referrer", got.header.Get("Referrer-Policy"))
		assert.NotContains(t, strings.ToLower(strings.Join(got.header.Values("Set-Cookie"), "")), "evil")
	}
	for _, path := range []string{"//evil.example/c/" + tok, "/c//evil.example", "/c/" + tok + "//evil.example", "/c/%2f%2fevil.example", "/c/https://evil.example"} {
		got := s.send(http.MethodGet, path, "")
		assert.NotContains(t, got.header.Get("Location"), "evil", path)
	}
	assert.EqualValues(t, 1, s.engine.Counters().Clicks.Load())
}

// The token of another creative leads to the other's.
func TestClick_OfAnotherCreative(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", "https://acme.com/a", nil)
	first := s.token()
	s.ad("B", "https://acme.com/b", func(l *ads.Line, _ *ads.Creative) { l.Bid *= 3 })
	var second string
	for second == "" {
		tok := s.token()
		if got := s.send(http.MethodGet, "/c/"+tok, ""); strings.HasPrefix(got.header.Get("Location"), "https://acme.com/b?") {
			second = tok
		}
	}
	assert.Equal(t, "https://acme.com/a?mq_click="+first, s.send(http.MethodGet, "/c/"+first, "").header.Get("Location"))
	assert.Equal(t, "https://acme.com/b?mq_click="+second, s.send(http.MethodGet, "/c/"+second, "").header.Get("Location"))
}

// What another node has decided is sent there; where nobody knows such a node, it is refused.
func TestBeacons_OfAnotherNode(t *testing.T) {
	t.Parallel()
	peer := newSite(t, func(s *site) { s.node = 4 })
	peer.ad("A", landing, nil)
	s := newSite(t, func(s *site) { s.peers = map[uint16]string{4: peer.base} })
	tok := peer.token()
	for path, method := range map[string]string{"/v/" + tok: http.MethodPost, "/c/" + tok: http.MethodGet, "/l/" + peer.loss(tok): http.MethodGet} {
		got := s.send(method, path, "")
		assert.Equal(t, http.StatusTemporaryRedirect, got.status, "the method stays as it is")
		assert.Equal(t, peer.base+path, got.header.Get("Location"))
		assert.Equal(t, "*", got.header.Get("Access-Control-Allow-Origin"))
	}
	assert.Zero(t, s.engine.Counters().Lost.Load())
	alone := newSite(t, nil)
	assert.Equal(t, http.StatusConflict, alone.send(http.MethodGet, "/v/"+tok, "").status)
	assert.Equal(t, http.StatusNoContent, peer.send(http.MethodPost, "/v/"+tok, "").status)
	assert.Zero(t, s.engine.Counters().Views.Load())
	assert.EqualValues(t, 1, peer.engine.Counters().Views.Load())
	ring, err := token.NewRing(token.Key{Secret: bytes.Repeat([]byte{8}, 32)})
	require.NoError(t, err)
	forged := string(ring.Append(nil, &token.Token{Node: 4, Serial: 1}))
	assert.Equal(t, http.StatusBadRequest, s.send(http.MethodGet, "/c/"+forged, "").status, "nobody is sent to a peer by a number that they made up")
}

// Whoever hides an ad is not shown it again.
func TestHide(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	got := s.send(http.MethodPost, "/h/"+s.token(), "")
	assert.Equal(t, http.StatusNoContent, got.status)
	assert.Empty(t, s.tokens(decision))
	assert.Len(t, s.tokens(strings.Replace(decision, "ann", "bob", 1)), 1)
}
