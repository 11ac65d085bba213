package api_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// raw sends bytes as they are and returns what comes back, to the end of the first answer.
func (s *site) raw(text string) answer {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.base, "http://"))
	require.NoError(s.t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(s.t, conn.SetDeadline(time.Now().Add(patience)))
	_, _ = io.WriteString(conn, text) // a server that has had enough may close before it has read all
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return answer{}
	}
	defer func() { _ = got.Body.Close() }()
	body, _ := io.ReadAll(got.Body)
	return answer{got.StatusCode, got.Header, string(body)}
}

// Nothing in an address, a header or a token puts a line of its own into the answer's head.
func TestHostile_HeaderInjection(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	tok := s.token()
	for _, target := range []string{
		"/c/" + tok + "%0d%0aX-Evil:%201", "/c/" + tok + "?x=%0d%0aX-Evil:%201",
		"/c/" + tok + "\r\nX-Evil: 1", "/c/%0d%0aX-Evil:%201%0d%0a" + tok, "/c/" + tok + "%E5%98%8A%E5%98%8DX-Evil:1",
		"/v/" + tok + "%0aX-Evil:1", "http://evil.example/c/" + tok, "//evil.example/%2e%2e/c/" + tok, "/frame?publisher=demo%0d%0aX-Evil:1&placement=home-banner",
		"/c/" + tok + "/../../c/" + tok, "/%63/" + tok, "/conversion.gif?click=" + tok + "&kind=%0d%0aX-Evil:1",
	} {
		for _, header := range []string{"", "Origin: https://x%0d%0aX-Evil: 1\r\n", "User-Agent: a\rX-Evil: 1\r\n", "X-Forwarded-For: 1.2.3.4%0d%0aX-Evil\r\n"} {
			got := s.raw("GET " + target + " HTTP/1.1\r\nHost: ads.example\r\n" + header + "Connection: close\r\n\r\n")
			assert.Empty(t, got.header.Get("X-Evil"), target)
			if to := got.header.Get("Location"); to != "" {
				assert.Equal(t, "https://acme.com/p?x=1&mq_click="+tok+"#top", to, target)
			}
		}
	}
}

// Bodies that are too large, too deep or not what they say are refused, and the server goes on.
func TestHostile_Bodies(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	s.ad("A", landing, nil)
	for name, body := range map[string]string{
		"more than may be": `{"publisher":"` + strings.Repeat("x", 70<<10) + `"}`,
		"deep":             strings.Repeat(`{"page":`, 5000) + "1" + strings.Repeat("}", 5000),
		"deep list":        `{"slots":` + strings.Repeat("[", 30000),
		"many slots":       `{"publisher":"demo","slots":[` + strings.Repeat(`{"id":"1"},`, 5000) + `{}]}`,
		"a zero":           `{"publisher":"demo","slots":[{"id":"` + "\x00" + `"}]}`,
		"not UTF-8":        "{\"publisher\":\"\xff\xfe\",\"slots\":[{\"id\":\"1\",\"placement\":\"\xff\"}]}",
		"a number":         `{"publisher":"demo","slots":[{"id":"1","placement":"home-banner","count":1e999}]}`,
		"two objects":      decision + decision,
	} {
		for _, where := range []string{"/v1/decisions", "/v1/conversions"} {
			got := s.send(http.MethodPost, where, body)
			assert.Equal(t, http.StatusBadRequest, got.status, "%s to %s: %.200s", name, where, got.body)
		}
	}
	huge := s.raw("POST /v1/decisions HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000000\r\n\r\n{")
	assert.Contains(t, []int{0, http.StatusBadRequest, http.StatusRequestEntityTooLarge}, huge.status, "it is not waited for")
	long := s.raw("GET /v/" + strings.Repeat("A", 100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")
	assert.Contains(t, []int{0, http.StatusBadRequest, http.StatusRequestHeaderFieldsTooLarge, http.StatusRequestURITooLong}, long.status)
	gzip := s.send(http.MethodPost, "/v1/decisions", "\x1f\x8b\x08", "Content-Encoding", "gzip")
	assert.Equal(t, http.StatusBadRequest, gzip.status)
	assert.Len(t, s.tokens(decision), 1)
}

// Whatever is asked for that is not there, nothing is told of the machine, and pages of other sites may read the refusal.
func TestHostile_RefusalsTellNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, path := range []string{"/v/", "/c/", "/l/", "/why/", "/v/..%2f..%2fetc%2fpasswd", "/c/" + strings.Repeat("%2e%2e/", 50), "/frame", "/frame?publisher=%3Cscript%3E"} {
		got := s.send(http.MethodGet, path, "")
		assert.GreaterOrEqual(t, got.status, 400, path)
		assert.Less(t, got.status, 500, path)
		for _, word := range []string{"goroutine", ".go:", "/tmp/", "sqlite", "panic"} {
			assert.NotContains(t, got.body, word, path)
		}
		if got.status == http.StatusBadRequest {
			assert.Equal(t, "nosniff", got.header.Get("X-Content-Type-Options"), path)
			assert.Equal(t, "application/problem+json", got.header.Get("Content-Type"), path)
		}
	}
}

// FuzzDecisions: whatever is sent is answered with what was asked for or with a problem, and never with a fault of ours.
func FuzzDecisions(f *testing.F) {
	f.Add(decision)
	f.Add(`{"publisher":"demo","slots":[{"id":"1","placement":"listing","count":3}],"user":{"consent":{"gpp":"DBABTA~1YNN","gpp_sid":[6]}}}`)
	f.Add(`{"publisher":"demo","page":{"genres":["a","b"],"query":"x y"},"slots":[{"id":"a","placement":"home-banner"},{"id":"a","placement":"home-banner"}]}`)
	f.Add(`{"slots":[null],"user":null,"page":[]}`)
	s := newSite(f, nil)
	f.Fuzz(func(t *testing.T, body string) {
		got, err := http.Post(s.base+"/v1/decisions", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		defer func() { _ = got.Body.Close() }()
		text, err := io.ReadAll(got.Body)
		require.NoError(t, err)
		assert.True(t, json.Valid(text), "%s", text)
		assert.Contains(t, []int{http.StatusOK, http.StatusBadRequest}, got.StatusCode, "%s", text)
	})
}
