//go:build gorse

package gorse_test

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/recommendtest"
)

// The suite against a real server with deploy/gorse/config.toml:
//
//	GORSE_ENDPOINT=http://127.0.0.1:8088 GORSE_API_KEY=… GORSE_ADMIN_KEY=… go test -tags gorse ./recommend/gorse/...
//
// The admin key lets it have the server learn at once. Without it each case waits for the server's fit_period.
func TestGorse_KeepsTheContract(t *testing.T) {
	t.Parallel()
	endpoint := os.Getenv("GORSE_ENDPOINT")
	require.NotEmpty(t, endpoint, "give the address of a Gorse v0.5.11 in GORSE_ENDPOINT, its api_key in GORSE_API_KEY and its admin_api_key in GORSE_ADMIN_KEY")
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	recommendtest.RunEngine(t, func(t *testing.T) recommendtest.Harness {
		t.Helper()
		client, err := gorse.NewClient(gorse.Config{URL: endpoint, Key: os.Getenv("GORSE_API_KEY")})
		require.NoError(t, err)
		t.Cleanup(client.Close)
		require.NoError(t, client.Check(t.Context()))
		engine, err := gorse.NewEngine(client, gorse.EngineConfig{})
		require.NoError(t, err)
		learn := operator{t: t, endpoint: endpoint, key: os.Getenv("GORSE_ADMIN_KEY")}
		return recommendtest.Harness{Engine: engine, Settle: learn.settle}
	})
}

// operator has a server learn, through the calls of its dashboard.
type operator struct {
	t             *testing.T
	endpoint, key string
}

// settle waits until each task of the server has begun after now and is done. Resetting its configuration to that of its file has them
// begin at once.
func (o operator) settle() {
	o.t.Helper()
	begin := time.Now()
	o.call(http.MethodDelete, "/api/dashboard/config", nil)
	require.Eventually(o.t, func() bool { return o.learnt(begin) }, 20*time.Minute, 100*time.Millisecond)
}

func (o operator) learnt(since time.Time) bool {
	var tasks []struct {
		Name, Status string
		StartTime    time.Time
	}
	o.call(http.MethodGet, "/api/dashboard/tasks", &tasks)
	last := false
	for _, task := range tasks {
		if task.StartTime.Before(since) || task.Status == "Running" || task.Status == "Pending" {
			return false
		}
		last = last || task.Name == "Collect Garbage in Cache"
	}
	return last
}

func (o operator) call(method, path string, into any) {
	o.t.Helper()
	req, err := http.NewRequestWithContext(o.t.Context(), method, o.endpoint+path, nil)
	require.NoError(o.t, err)
	req.Header.Set("X-Api-Key", o.key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(o.t, err)
	defer resp.Body.Close()
	require.Equal(o.t, http.StatusOK, resp.StatusCode, path)
	if into != nil {
		require.NoError(o.t, json.NewDecoder(resp.Body).Decode(into))
	}
}
