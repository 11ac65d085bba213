package main_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
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
		"Check --ads-origin": {"--ads-url", "http://127.0.0.1:1", "--ads-origin", "https://ads.example/path"},
	} {
		code, _, errOut := program(t, append(args, "--no-demo", "--addr", "127.0.0.1:0", "--data", t.TempDir())...)
		assert.Equal(t, 1, code)
		assert.Contains(t, errOut, try)
	}
}
