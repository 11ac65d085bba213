package web_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

func TestLimiter_ABurstThenOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := web.NewLimiter(web.Limit{Burst: 3, Every: 10 * time.Second}, time.Now)
		for range 3 {
			require.NoError(t, l.Take("a"))
		}
		var wait *web.WaitError
		for range 5 { // what is refused costs nothing
			require.ErrorAs(t, l.Take("a"), &wait)
			assert.Equal(t, 10*time.Second, wait.After)
		}
		require.NoError(t, l.Take("b"), "each key has its own")
		time.Sleep(4 * time.Second)
		require.ErrorAs(t, l.Take("a"), &wait)
		assert.InDelta(t, 6*time.Second, wait.After, float64(time.Microsecond), "a bucket counts in fractions")
		time.Sleep(wait.After - time.Millisecond)
		require.Error(t, l.Take("a"))
		time.Sleep(2 * time.Millisecond)
		require.NoError(t, l.Take("a"))
		require.Error(t, l.Take("a"))
	})
}

func TestLimiter_CheckingCostsNothing(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := web.NewLimiter(web.Limit{Burst: 1, Every: 10 * time.Second}, func() time.Time { return at })
	for range 3 {
		require.NoError(t, l.Check("a"))
	}
	require.NoError(t, l.Take("a"))
	at = at.Add(4 * time.Second)
	var wait *web.WaitError
	require.ErrorAs(t, l.Check("a"), &wait)
	assert.InDelta(t, 6*time.Second, wait.After, float64(time.Microsecond))
	at = at.Add(wait.After)
	require.NoError(t, l.Check("a"))
	require.NoError(t, l.Take("a"), "what is checked is there")
}

func TestLimiter_ACrowdGetsNoMoreThanTheBurst(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := web.NewLimiter(web.Limit{Burst: 7, Every: time.Second}, func() time.Time { return at })
	var allowed atomic.Int64
	var crowd sync.WaitGroup
	for range 64 {
		crowd.Go(func() {
			if l.Take("a") == nil {
				allowed.Add(1)
			}
		})
	}
	crowd.Wait()
	assert.EqualValues(t, 7, allowed.Load())
}

func TestLimiter_RemembersTheLatestKeys(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := web.NewLimiter(web.Limit{Burst: 1, Every: time.Second}, func() time.Time { return at })
	require.NoError(t, l.Take("first"))
	for n := range 20_000 {
		require.NoError(t, l.Take(strconv.Itoa(n)))
	}
	require.Error(t, l.Take("19999"))
	require.NoError(t, l.Take("first"), "memory is bounded: who was idle for longest is forgotten")
}

func TestWaitError_SaysHowLongInWords(t *testing.T) {
	t.Parallel()
	for after, says := range map[time.Duration]string{
		time.Nanosecond: "please wait a second and", 1001 * time.Millisecond: "please wait 2 seconds and", 90 * time.Second: "please wait 90 seconds and",
		91 * time.Second: "please wait 2 minutes and", time.Hour: "please wait 60 minutes and",
	} {
		err := fmt.Errorf("find: %w", &web.WaitError{After: after})
		assert.ErrorContains(t, err, says)
		assert.Contains(t, fault.Of(err).Message, says)
		assert.Equal(t, fault.RateLimited, fault.CodeOf(err))
		assert.Equal(t, 429, web.ProblemOf(err).Status)
	}
}

func TestSetRetryAfter_OnlyWhereWaitingHelps(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"7": fmt.Errorf("find: %w", &web.WaitError{After: 6100 * time.Millisecond}),
		"1": fault.New(fault.Unavailable, "busy", "too many at once"),
		"":  errors.New("broken"),
	} {
		var rc fasthttp.RequestCtx
		web.SetRetryAfter(&rc, err)
		assert.Equal(t, want, string(rc.Response.Header.Peek("Retry-After")), "%v", err)
	}
}

func TestNetwork_CountsCustomers(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		assert.Equal(t, want, web.Network(netip.MustParseAddr(address)), address)
	}
	assert.Equal(t, web.Network(netip.Addr{}), web.Network(netip.Addr{}), "who has no address is somebody, too")
}
