package gorse_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
	"github.com/marquee-tickets/marquee/recommend/recommendtest"
)

func TestEngine_KeepsTheContract(t *testing.T) {
	t.Parallel()
	recommendtest.RunEngine(t, func(t *testing.T) recommendtest.Harness {
		t.Helper()
		server := gorsetest.New(gorsetest.Config{Key: "secret"})
		client, err := gorse.NewClient(gorse.Config{URL: gorsetest.Serve(t, server), Key: "secret"})
		require.NoError(t, err)
		t.Cleanup(client.Close)
		engine, err := gorse.NewEngine(client, gorse.EngineConfig{Pulse: time.Minute})
		require.NoError(t, err)
		return recommendtest.Harness{Engine: engine, Settle: server.Train}
	})
}
