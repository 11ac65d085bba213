package gorse_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/gorse"
	"github.com/marquee-tickets/marquee/recommend/gorse/gorsetest"
)

// ask is a call that reads.
func (b bench) ask(t *testing.T) error {
	t.Helper()
	_, err := b.client.Latest(t.Context(), gorse.Ask{N: 1})
	return err
}

// After five failures nothing is asked until the server says that it is ready, and then it is asked that first.
func TestClient_LeavesAnIllServerAlone(t *testing.T) {
	t.Parallel()
	for _, ill := range []gorsetest.Ill{gorsetest.Down, gorsetest.Busy, gorsetest.Nonsense} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, gorse.Config{Retries: -1})
			require.NoError(t, b.ask(t))
			b.server.Suffer(ill)
			for range 5 {
				err := b.ask(t)
				require.Error(t, err)
				require.NotErrorIs(t, err, gorse.ErrDown)
				assert.True(t, fault.Is(err, fault.Unavailable))
			}
			assert.True(t, b.client.Down())
			b.server.ForgetCalls()
			require.ErrorIs(t, b.ask(t), gorse.ErrDown)
			assert.Empty(t, b.server.Calls(), "it is not asked")

			time.Sleep(5 * time.Second)
			require.Error(t, b.ask(t))
			assert.Equal(t, []string{"GET /api/health/ready"}, b.server.Calls(), "only whether it is ready")
			require.ErrorIs(t, b.ask(t), gorse.ErrDown, "it rests again")

			b.server.Suffer(gorsetest.Well)
			b.server.ForgetCalls()
			require.ErrorIs(t, b.ask(t), gorse.ErrDown)
			time.Sleep(5 * time.Second)
			require.NoError(t, b.ask(t))
			require.NoError(t, b.ask(t))
			assert.False(t, b.client.Down())
			assert.Equal(t, []string{"GET /api/health/ready", "GET /api/popular?n=1", "GET /api/latest?n=1", "GET /api/latest?n=1"}, b.server.Calls())
		})
	}
}

// A server whose stores are away answers, and is not ready.
func TestClient_WaitsUntilTheServerIsReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{Retries: -1})
		b.server.Suffer(gorsetest.Busy)
		for range 5 {
			require.Error(t, b.ask(t))
		}
		b.server.Suffer(gorsetest.NotReady)
		time.Sleep(5 * time.Second)
		require.ErrorContains(t, b.ask(t), "503")
		require.ErrorIs(t, b.ask(t), gorse.ErrDown)
	})
}

// Who leaves while the server is asked whether it is ready has learnt nothing of it.
func TestClient_StaysAwayWhenNobodyWaitedForTheProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{Retries: -1})
		b.server.Suffer(gorsetest.Down)
		for range 5 {
			require.Error(t, b.ask(t))
		}
		b.server.Suffer(gorsetest.Slow)
		time.Sleep(5 * time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Millisecond, cancel)
		_, err := b.client.Latest(ctx, gorse.Ask{N: 1})
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, b.ask(t), gorse.ErrDown)
	})
}

func TestClient_ForgivesFailuresThatAreFarApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{Retries: -1})
		b.server.Suffer(gorsetest.Down)
		for range 20 {
			require.NotErrorIs(t, b.ask(t), gorse.ErrDown)
			time.Sleep(4 * time.Second)
		}
	})
}

// What is wrong with the call says nothing of the server.
func TestClient_RefusalsAndCallersWhoLeaveDoNotOpenTheCircuit(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{Retries: -1})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		require.Error(t, b.client.PutItems(t.Context(), []gorse.Item{{ID: "a", Labels: true}}))
		_, err := b.client.User(t.Context(), "nobody")
		require.Error(t, err)
		require.Error(t, b.client.AddCategory(t.Context(), "nothing", "a"))
		_, _, err = b.client.ItemPage(t.Context(), 5, "%%")
		require.Error(t, err)
		_, err = b.client.Latest(gone, gorse.Ask{N: 1})
		require.ErrorIs(t, err, context.Canceled)
	}
	require.NoError(t, b.ask(t))
}

func TestClient_EndsWithItsContextOrItsTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{Retries: -1, Timeout: 3 * time.Second, WriteTimeout: time.Minute})
		require.NoError(t, b.ask(t))
		b.server.Suffer(gorsetest.Slow)
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 80*time.Millisecond)
		defer cancel()
		_, err := b.client.Latest(ctx, gorse.Ask{N: 1})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		assert.Equal(t, 80*time.Millisecond, time.Since(begin))

		begin = time.Now()
		assert.True(t, fault.Is(b.ask(t), fault.Unavailable))
		assert.Equal(t, 3*time.Second, time.Since(begin))
		begin = time.Now()
		assert.True(t, fault.Is(b.client.PutUsers(t.Context(), []gorse.User{{ID: "u"}}), fault.Unavailable))
		assert.Equal(t, time.Minute, time.Since(begin))
	})
}

// A try that failed is followed by another one; the caller sees none of it.
func TestClient_SurvivesOneCutConnection(t *testing.T) {
	t.Parallel()
	cut := true
	w := &wire{fail: func(r *http.Request) error {
		if strings.HasSuffix(r.URL.Path, "latest") && cut {
			cut = false
			return errCut
		}
		return nil
	}}
	b := newBench(t, gorse.Config{Transport: w})
	require.NoError(t, b.ask(t))
	assert.False(t, cut)
}

func TestClient_RefusesVersion04WithASentence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, gorse.Config{Retries: -1})
		b.server.Suffer(gorsetest.Old)
		for range 10 {
			err := b.client.PutFeedback(t.Context(), []gorse.Feedback{{Type: "book", User: "u", Item: "i", Value: 1, At: epoch}})
			require.ErrorIs(t, err, gorse.ErrTooOld)
			assert.ErrorContains(t, err, "run v0.5.11")
		}
		assert.Empty(t, matching(b.server.Calls(), "feedback"), "it gets nothing")
		require.ErrorIs(t, b.client.Check(t.Context()), gorse.ErrTooOld)
		assert.Contains(t, b.engine.Health(t.Context()).Says, "version 0.4")
		b.server.Suffer(gorsetest.Well)
		require.NoError(t, b.ask(t), "somebody has put a new one in its place")
		require.NoError(t, b.ask(t))
		assert.Len(t, matching(b.server.Calls(), "GET /api/latest"), 2)
	})
}

func TestClient_ChecksKeyAndHealth(t *testing.T) {
	t.Parallel()
	b := newBench(t, gorse.Config{})
	require.NoError(t, b.client.Check(t.Context()))
	for _, ask := range []func(context.Context) (gorse.Health, error){b.client.Live, b.client.Ready} {
		h, err := ask(t.Context())
		require.NoError(t, err)
		assert.Equal(t, gorse.Health{Ready: true}, h)
	}
	wrong := newBench(t, gorse.Config{Key: "wrong"})
	err := wrong.client.Check(t.Context())
	assert.ErrorContains(t, err, "401: unauthorized")
	for range 10 {
		err := wrong.ask(t)
		require.NotErrorIs(t, err, gorse.ErrDown, "the operator must see why")
		assert.True(t, fault.Is(err, fault.Unavailable))
		assert.False(t, gorse.Refused(err))
	}
	b.server.Suffer(gorsetest.NotReady)
	h, err := b.client.Live(t.Context())
	require.NoError(t, err)
	assert.False(t, h.Ready)
	assert.Contains(t, h.Says, `data store: {`)
	h, err = b.client.Ready(t.Context())
	require.NoError(t, err)
	assert.False(t, h.Ready)
	assert.Contains(t, h.Says, "DataStoreError")
	assert.ErrorContains(t, b.client.Check(t.Context()), "503")
	b.client.Close()
}

func TestClient_ErrorsDoNotNamePeople(t *testing.T) {
	t.Parallel()
	away := &wire{fail: func(*http.Request) error { return errors.New("connection refused") }}
	b := newBench(t, gorse.Config{Transport: away, Retries: -1})
	_, err := b.engine.Recommend(t.Context(), recommend.Query{User: "usr_ann", N: 3})
	require.ErrorContains(t, err, "connection refused")
	assert.NotContains(t, err.Error(), "usr_ann")
	require.Error(t, b.engine.Forget(t.Context(), "usr_ann"))
	away.fail = func(r *http.Request) error { // the version is asked for first, and names nobody
		if strings.HasSuffix(r.URL.Path, "/popular") {
			return nil
		}
		return errors.New("connection reset")
	}
	err = b.engine.Forget(t.Context(), "usr_ann")
	require.ErrorContains(t, err, "connection reset")
	assert.NotContains(t, err.Error(), "usr_ann")
}
