//go:build linux

package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/benchmarks/ads/market"
)

func TestDecisions_KeepsWhatWasChosenForWhom(t *testing.T) {
	t.Parallel()
	d := &decisions{crowd: market.NewCrowd(1), most: 2, who: make([]market.Visitor, 2)}
	require.NotEmpty(t, d.Append(nil, 0))
	require.NotEmpty(t, d.Append(nil, 1))
	assert.Empty(t, d.Append(nil, 0), "no more than are wanted")
	require.NoError(t, d.Answered(1, 200, []byte(`{"slots":[{"id":"a","ads":[{"creative":817,"kind":"image","view":"https://ads.example/v/Ab_1-z","personal":true}]}]}`)))
	require.NoError(t, d.Answered(0, 200, []byte(`{"slots":[{"id":"a","ads":[]}]}`)))
	assert.Equal(t, []ad{{creative: 817, token: "Ab_1-z", who: d.who[1]}}, d.ads)
	require.Error(t, d.Answered(0, 503, nil))
}

func TestBeacons_EachTwiceByTwoConnections(t *testing.T) {
	t.Parallel()
	list := make([]ad, 1000)
	for i := range list {
		list[i] = ad{creative: ads.CreativeID(i%7 + 1), token: string(rune('a'+i%26)) + strings.Repeat("x", i)}
	}
	s := newSeen()
	b := newBeacons(list, s, 1)
	sent, by := map[string]int{}, map[string]map[int]bool{}
	for n := 0; ; n++ {
		conn := n % 3
		text := b.Append(nil, conn)
		if len(text) == 0 {
			break
		}
		path, _, _ := strings.Cut(string(text), " HTTP")
		sent[path]++
		if by[path] == nil {
			by[path] = map[int]bool{}
		}
		by[path][conn] = true
		require.NoError(t, b.Answered(conn, [kinds]int{200, 302}[b.asked[conn].kind], nil))
	}
	require.Len(t, sent, 1000+50)
	alone := 0
	for path, n := range sent {
		require.Equal(t, 2, n, path)
		if len(by[path]) < 2 {
			alone++
		}
	}
	assert.LessOrEqual(t, alone, 1, "only the last may have nobody to change with")
	assert.EqualValues(t, 1000, s.count(view), "however often they were acknowledged")
	assert.EqualValues(t, 50, s.count(click))
}

func TestExcess_IsByCreative(t *testing.T) {
	t.Parallel()
	a, b := map[ads.CreativeID]int64{1: 5, 2: 5}, map[ads.CreativeID]int64{1: 6, 2: 4, 3: 1}
	assert.EqualValues(t, 1, excess(a, b), "what is too much of one makes up for nothing of another")
	assert.EqualValues(t, 2, excess(b, a))
}
