package main_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	storefront "github.com/marquee-tickets/marquee/cmd/storefront"
	"github.com/marquee-tickets/marquee/demo"
)

// screen is what a program prints, safe to look at while it does.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// program runs with arguments to its end.
func program(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var stdout, stderr screen
	code = storefront.Run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// started is a program that serves.
type started struct {
	base string
	out  *screen
	stop func() int
}

// launch runs the program until it says where it is.
func launch(t *testing.T, args ...string) started {
	t.Helper()
	var stdout, stderr screen
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	go func() { done <- storefront.Run(ctx, append(args, "--addr", "127.0.0.1:0"), &stdout, &stderr) }()
	stop := sync.OnceValue(func() int {
		cancel()
		return <-done
	})
	t.Cleanup(func() { stop() })
	address := regexp.MustCompile(`at (http://127\.0\.0\.1:\d+)\n`)
	require.Eventually(t, func() bool { return strings.Contains(stdout.String(), "Stop with Ctrl+C.") || len(done) > 0 }, 3*time.Minute, 10*time.Millisecond)
	found := address.FindStringSubmatch(stdout.String())
	require.NotNil(t, found, "%s%s", stdout.String(), stderr.String())
	return started{base: found[1], out: &stdout, stop: stop}
}

// get asks the program for a page.
func (s started) get(t *testing.T, path string) (int, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+path, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(body)
}

// showing is the title of a film that the demo programme shows in Mumbai after tomorrow: which ones it shows goes by the date.
func showing(t *testing.T) string {
	t.Helper()
	now := time.Now()
	all, err := demo.Programme(now)
	require.NoError(t, err)
	titles, cities := map[catalog.EventID]string{}, map[catalog.VenueID]string{}
	for _, e := range all.Events {
		if e.Kind == catalog.Film && regexp.MustCompile(`^[A-Za-z ]+$`).MatchString(e.Title) {
			titles[e.ID] = e.Title
		}
	}
	for _, v := range all.Venues {
		cities[v.ID] = v.CitySlug
	}
	for _, s := range all.Shows {
		if cities[s.VenueID] == "mumbai" && titles[s.EventID] != "" && s.StartsAt.After(now.AddDate(0, 0, 2)) {
			return titles[s.EventID]
		}
	}
	require.Fail(t, "no film is shown in Mumbai")
	return ""
}

func TestServe_TheFirstStartLoadsTheDemoAndTheNextKeepsIt(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "new", "data")
	film := showing(t)
	first := launch(t, "--data", data)
	assert.Contains(t, first.out.String(), "First start: loading a demo programme with ")
	for _, line := range []string{"/bookings\n", "/inbox\n", "/api/openapi.json\n", "marquee.db. Stop with Ctrl+C."} {
		assert.Contains(t, first.out.String(), line)
	}
	for path, says := range map[string]string{
		"/": "Mumbai", "/en/mumbai?kind=film": film, "/readyz": "ok", "/inbox": "No mail yet", "/api/openapi.json": "openapi",
	} {
		status, body := first.get(t, path)
		assert.Equal(t, 200, status, path)
		assert.Contains(t, body, says, path)
	}
	assert.Equal(t, 0, first.stop())
	assert.Contains(t, first.out.String(), "Stopped.")

	again := launch(t, "--data", data)
	assert.NotContains(t, again.out.String(), "First start")
	_, body := again.get(t, "/en/mumbai?kind=film")
	assert.Contains(t, body, film)
	assert.Equal(t, 0, again.stop())

	code, out, _ := program(t, "audit", "--data", data)
	assert.Equal(t, 0, code)
	assert.Regexp(t, `^ok    \w+\n`, out)
	assert.Contains(t, out, " checks, 0 violations\n")
}

func TestServe_WithoutTheDemoThereIsNothing(t *testing.T) {
	t.Parallel()
	s := launch(t, "serve", "--no-demo", "--data", t.TempDir(), "--name", "Aurora", "--inbox", "off")
	_, body := s.get(t, "/")
	assert.Contains(t, body, "There are no venues yet.")
	assert.Contains(t, body, "Aurora")
	status, _ := s.get(t, "/inbox")
	assert.Equal(t, 404, status)
	assert.NotContains(t, s.out.String(), "/inbox")
}

func TestServe_ATakenPortIsAnsweredWithWhatToDo(t *testing.T) {
	t.Parallel()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = ln.Close() }()
	data := filepath.Join(t.TempDir(), "data")
	code, out, errOut := program(t, "--addr", ln.Addr().String(), "--data", data)
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Contains(t, errOut, "another program uses "+ln.Addr().String())
	assert.Regexp(t, `choose another port: storefront --addr 127\.0\.0\.1:\d+`, errOut)
	_, err = os.Stat(data)
	assert.ErrorIs(t, err, os.ErrNotExist, "nothing was changed")
}

func TestServe_AnAddressThatIsNone(t *testing.T) {
	t.Parallel()
	code, _, errOut := program(t, "--addr", "nowhere", "--data", t.TempDir())
	assert.Equal(t, 1, code)
	assert.Contains(t, errOut, "storefront --addr 127.0.0.1:8080")
}

func TestServe_AFolderThatCannotBeWrittenIsAnsweredWithWhatToDo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("not a folder"), 0o600))
	for _, folder := range []string{file, filepath.Join(file, "below")} {
		code, _, errOut := program(t, "--data", folder, "--addr", "127.0.0.1:0")
		assert.Equal(t, 1, code)
		assert.Contains(t, errOut, "the data folder "+folder+" cannot be written to")
		assert.Contains(t, errOut, "storefront --data ./my-data")
	}
}

// Two storefronts on one folder would write over each other's books of the test bank.
func TestServe_AFolderThatIsInUseIsAnsweredWithWhatToDo(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first := launch(t, "serve", "--no-demo", "--data", data)
	code, _, errOut := program(t, "serve", "--no-demo", "--data", data, "--addr", "127.0.0.1:0")
	assert.Equal(t, 1, code)
	assert.Contains(t, errOut, "another storefront uses the data folder "+data)
	assert.Contains(t, errOut, "--data ./my-data")
	code, out, _ := program(t, "audit", "--data", data)
	assert.Equal(t, 0, code, "an audit disturbs nobody")
	assert.Contains(t, out, "0 violations")
	assert.Equal(t, 0, first.stop())

	again := launch(t, "serve", "--no-demo", "--data", data)
	assert.Equal(t, 0, again.stop())
}

func TestServe_ADatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	code, _, errOut := program(t, "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--database", "postgres://127.0.0.1:1/none?connect_timeout=1")
	assert.Equal(t, 1, code)
	assert.Contains(t, errOut, "Check that PostgreSQL runs")
}

func TestHelp_SaysEveryFlagAndItsDefault(t *testing.T) {
	t.Parallel()
	code, out, errOut := program(t, "serve", "--help")
	assert.Equal(t, 0, code)
	assert.Empty(t, errOut)
	for _, want := range []string{
		"--addr=HOST:PORT", "127.0.0.1:8080", "--data=FOLDER", "./data", "--database=URL", "--base-url=URL", "--[no-]demo", "--log-level", "--inbox", "MARQUEE_DATA",
		"--strict-hosts", "MARQUEE_STRICT_HOSTS", "--catalog-language=TAG", "--preview-secret=SECRET", "MARQUEE_PREVIEW_SECRET",
	} {
		assert.Contains(t, out, want)
	}
	flag := regexp.MustCompile(`(?m)^ +(?:-\w, )?--\S+ {2,}\S`)
	longFlag := regexp.MustCompile(`(?m)^ +(?:-\w, )?--\S+$`)
	assert.Len(t, append(flag.FindAllString(out, -1), longFlag.FindAllString(out, -1)...), strings.Count(out, "\n  -h, --")+strings.Count(out, "\n      --"),
		"every flag has a help text")
}

func TestUsage_AWrongCommandLineIsExplained(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--port", "80"}, {"sell"}, {"--log-level", "loud"}, {"--inbox", "maybe"}, {"preview"}, {"preview", "--days", "91", "a"}} {
		code, _, errOut := program(t, args...)
		assert.Equal(t, 2, code, args)
		assert.Contains(t, errOut, "Try storefront --help.", args)
	}
}

func TestServe_ABaseURLThatIsNone(t *testing.T) {
	t.Parallel()
	code, _, errOut := program(t, "--no-demo", "--data", t.TempDir(), "--addr", "127.0.0.1:0", "--base-url", "tickets.example")
	assert.Equal(t, 1, code)
	assert.Contains(t, errOut, "must be like https://tickets.example")
}

// Nobody opens a shop to the world by mistake that takes no money.
func TestServe_APublicShopWithoutAGateway(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	code, _, errOut := program(t, "--data", data, "--addr", "127.0.0.1:0", "--base-url", "https://tickets.example")
	assert.Equal(t, 1, code)
	assert.Contains(t, errOut, "--test-bank")
	assert.NoDirExists(t, data, "nothing was begun")
}

func TestAudit_WithoutADatabase(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	code, out, errOut := program(t, "audit", "--data", data)
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Contains(t, errOut, "there is no database at "+filepath.Join(data, "marquee.db"))
	assert.Contains(t, errOut, "--data")
	entries, err := os.ReadDir(data)
	require.NoError(t, err)
	assert.Empty(t, entries, "an audit makes nothing")
}

func TestServe_BehindATrustedProxyEveryVisitorIsCountedApart(t *testing.T) {
	t.Parallel()
	s := launch(t, "serve", "--no-demo", "--data", t.TempDir(), "--trusted-proxies", "10.0.0.0/8,127.0.0.1")
	inbox, err := http.Get(s.base + "/en/inbox")
	require.NoError(t, err)
	require.NoError(t, inbox.Body.Close())
	assert.Equal(t, http.StatusNotFound, inbox.StatusCode, "who asks through the proxy is somebody else, and the mails are others'")
	find := func(visitor string) int {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.base+"/bookings", strings.NewReader("reference=none&email=x"))
		require.NoError(t, err)
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("X-Forwarded-For", visitor)
		answer, err := http.DefaultClient.Do(q)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		return answer.StatusCode
	}
	refused := func(visitor string, within int) (at int) {
		t.Helper()
		for at = range within {
			if find(visitor) == http.StatusTooManyRequests {
				return at
			}
		}
		assert.Fail(t, "never refused", "%s", visitor)
		return within
	}
	refused("192.0.2.1", 100)
	assert.Equal(t, http.StatusBadRequest, find("192.0.2.2"))
	// Every six seconds, which a busy machine may take, one more is let through; the visitor before would have 19 left.
	assert.Less(t, refused("192.0.2.2, 192.0.2.1", 100), 10, "what a visitor says himself counts for nothing")
}

func TestServe_AProxyThatIsNoAddress(t *testing.T) {
	t.Parallel()
	code, _, errOut := program(t, "--trusted-proxies", "the-proxy", "--data", t.TempDir())
	assert.Equal(t, 2, code)
	assert.Contains(t, errOut, "must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8")
}
