package main_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// adsFor asks the program for an ad as the script of a page does, and returns the status and the answer.
func (s started) adsFor(t *testing.T, at, place string) (int, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/en/ads", strings.NewReader(url.Values{"at": {at}, "place": {place}}.Encode()))
	require.NoError(t, err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(body)
}

func TestServe_AdsComeFromTheAdServer(t *testing.T) {
	t.Parallel()
	var origin string
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, strings.ReplaceAll(`{"request":"r1","slots":[{"id":"home-banner","ads":[{"creative":13,"kind":"native","advertiser":"Acme",
			"native":{"title":"Shoes that dance"},"click":"ADS/c/U","view":"ADS/v/U"}]}]}`, "ADS", origin))
	}))
	defer site.Close()
	origin = site.URL
	s := launch(t, "--data", t.TempDir(), "--ads-url", site.URL+"/", "--ads-key", "secret")
	_, home := s.get(t, "/en")
	assert.Contains(t, home, `data-ad="home-banner"`)
	require.Eventually(t, func() bool { // within the budget of a page, on a busy machine
		status, body := s.adsFor(t, "/en", "home-banner")
		return status == 200 && strings.Contains(body, "Shoes that dance")
	}, 60*time.Second, 50*time.Millisecond)
}

// Each node of the ad server gives its ads addresses of its own, so that beacons go to the node that counts them.
func TestServe_AdsOfEachNodeOfTheAdServer(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	nodes := []string{"https://ads1.example", "https://ads2.example", "https://elsewhere.example"}
	balancer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		node := nodes[asked.Add(1)%3]
		_, _ = io.WriteString(w, strings.ReplaceAll(`{"request":"r1","slots":[{"id":"home-banner","ads":[{"creative":13,"kind":"native","advertiser":"Acme",
			"native":{"title":"Shoes of ADS","image":"ADS/a/i.png"},"click":"ADS/c/U","view":"ADS/v/U","hide":"ADS/h/U","why":"ADS/why/U"}]}]}`, "ADS", node))
	}))
	defer balancer.Close()
	s := launch(t, "--data", t.TempDir(), "--ads-url", balancer.URL, "--ads-origin", nodes[0]+","+nodes[1])
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+"/en", nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	_ = answer.Body.Close()
	policy := answer.Header.Get("Content-Security-Policy")
	assert.Contains(t, policy, "connect-src 'self' https://ads1.example https://ads2.example")
	assert.NotContains(t, policy, nodes[2])
	seen := map[string]bool{}
	require.Eventually(t, func() bool { // within the budget of a page, on a busy machine
		_, body := s.adsFor(t, "/en", "home-banner")
		for _, node := range nodes {
			seen[node] = seen[node] || strings.Contains(body, "Shoes of "+node)
		}
		return seen[nodes[0]] && seen[nodes[1]] && asked.Load() >= 9
	}, 60*time.Second, 50*time.Millisecond, "ads of both nodes")
	assert.False(t, seen[nodes[2]], "an ad of who is no node")
}

func TestServe_WithoutAnAdServerPagesHaveNoPlaces(t *testing.T) {
	t.Parallel()
	s := launch(t, "--data", t.TempDir())
	for _, path := range []string{"/en", "/en/mumbai?kind=film"} {
		_, body := s.get(t, path)
		assert.NotContains(t, body, "data-ad")
		assert.NotContains(t, body, "/assets/ads.")
	}
}

func TestServe_AWrongAdServerIsAnsweredWithWhatToDo(t *testing.T) {
	t.Parallel()
	for try, args := range map[string][]string{
		"Check --ads-url":    {"--ads-url", "ads.example"},
		"Check --ads-brands": {"--ads-url", "http://127.0.0.1:1", "--ads-brands", "kino.example=checkout"},
		"Check --ads-origin": {"--ads-url", "http://127.0.0.1:1", "--ads-origin", "https://ads1.example,https://ads2.example/path"},
	} {
		code, _, errOut := program(t, append(args, "--no-demo", "--addr", "127.0.0.1:0", "--data", t.TempDir())...)
		assert.Equal(t, 1, code)
		assert.Contains(t, errOut, try)
	}
}
