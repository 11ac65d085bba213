package market_test

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/benchmarks/ads/market"
)

func TestCrowd_AsksWhatTheServerUnderstands(t *testing.T) {
	t.Parallel()
	c, again := market.NewCrowd(1), market.NewCrowd(1)
	for range 1000 {
		text, who := c.Append(nil)
		same, _ := again.Append(nil)
		require.Equal(t, text, same)
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
		require.NoError(t, err)
		assert.Equal(t, "/v1/decisions", r.URL.Path)
		beacon, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(who.Beacon(nil, []byte("/v/abc")))))
		require.NoError(t, err)
		assert.Equal(t, "/v/abc", beacon.URL.Path)
		assert.Equal(t, r.Header.Get("X-Forwarded-For"), beacon.Header.Get("X-Forwarded-For"))
		assert.Equal(t, r.UserAgent(), beacon.UserAgent())
	}
}

func TestMatching_IsAsSelectiveAsItShouldBe(t *testing.T) {
	t.Parallel()
	m, err := market.NewMatching()
	require.NoError(t, err)
	assert.Equal(t, 12, m.Stats().Dims)
	const times = 2000
	assert.InDelta(t, .03, float64(m.Count(times))/times/market.Lines, .01, "placements take half of it")
}

func TestDeciding_NearlyAllGetAnAd(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	require.NoError(t, market.Fill(ctx, dir, 1000))
	d, err := market.NewDeciding(ctx, dir)
	require.NoError(t, err)
	for range 500 {
		d.Decide()
	}
	assert.Greater(t, d.Filled(), .5, "of a tenth of the lines")
	require.NoError(t, d.Close(ctx))
}
