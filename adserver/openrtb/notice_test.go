package openrtb_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// offer is one with notices at a host.
func offer(host string) openrtb.Sourced {
	b := openrtb.Bid{ID: "b1", ImpID: "1", CrID: "cr", NURL: "https://" + host + "/n?p=${AUCTION_PRICE}&s=${AUCTION_SEAT_ID}", BURL: "https://" + host + "/b?p=${AUCTION_PRICE}&c=${AUCTION_CURRENCY}&b=${AUCTION_BID_ID}"}
	b.LURL = "https://" + host + "/l?r=${AUCTION_LOSS}&m=${AUCTION_MIN_TO_WIN}"
	return openrtb.Sourced{Bidder: host, Offer: openrtb.Offer{Seat: "s 1", Cur: "EUR", Bid: b}}
}

// running runs an exchange until the test ends.
func running(t *testing.T, x *openrtb.Exchange) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- x.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.ErrorIs(t, <-done, context.Canceled)
	})
}

func TestNotices_AreSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStreet(map[string]http.HandlerFunc{"a": status(http.StatusNoContent)})
		x := exchange(t, s, func(c *openrtb.Config) { c.Workers = 1 }, "a")
		running(t, x)
		x.Won(offer("a"), openrtb.Macros{Price: 1_250_000_000})
		x.Billed(offer("a"), openrtb.Macros{Price: 1_250_000_000})
		x.Lost(offer("a"), openrtb.Macros{Loss: openrtb.LossOutbid, MinToWin: 3_000_000_000})
		x.Won(openrtb.Sourced{}, openrtb.Macros{}) // which wants no notice
		synctest.Wait()
		assert.Equal(t, []string{"https://a/n?p=1.25&s=s+1", "https://a/b?p=1.25&c=EUR&b=b1", "https://a/l?r=102&m=3"}, s.urls)
		assert.Equal(t, openrtb.NoticeStats{Sent: 3}, x.Notices())
	})
}

func TestNotices_AreTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStreet(map[string]http.HandlerFunc{"ill": status(http.StatusServiceUnavailable), "well": status(http.StatusOK)})
		var log bytes.Buffer
		x := exchange(t, s, func(c *openrtb.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) }, "well")
		running(t, x)
		x.Billed(offer("ill"), openrtb.Macros{Price: 7})
		x.Billed(offer("gone"), openrtb.Macros{Price: 7})
		x.Billed(offer("well"), openrtb.Macros{Price: 7})
		synctest.Wait()
		assert.Equal(t, 1, s.count("ill"))
		assert.Equal(t, 1, s.count("well"), "who is well does not wait for the others")
		time.Sleep(9999 * time.Millisecond)
		synctest.Wait()
		assert.Equal(t, 1, s.count("ill"))
		time.Sleep(20*time.Second + time.Millisecond)
		synctest.Wait()
		assert.Equal(t, 4, s.count("ill"), "after ten, twenty and thirty seconds")
		s.set("ill", status(http.StatusOK))
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, 5, s.count("ill"))
		assert.Equal(t, 6, s.count("gone"), "six times in all")
		assert.Equal(t, 1, s.count("well"))
		assert.Equal(t, openrtb.NoticeStats{Sent: 2, Failed: 10, GivenUp: 1}, x.Notices())
		assert.Contains(t, log.String(), "host=gone")
		assert.NotContains(t, log.String(), "0.000000007", "prices are not told")
	})
}

func TestNotices_SlowOnesEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStreet(map[string]http.HandlerFunc{"slow": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }})
		x := exchange(t, s, func(c *openrtb.Config) { c.Tries = 1 }, "slow")
		running(t, x)
		x.Won(offer("slow"), openrtb.Macros{})
		time.Sleep(6 * time.Second)
		synctest.Wait()
		assert.Equal(t, int64(1), x.Notices().GivenUp)
	})
}

func TestNotices_AreDroppedWhenThereAreTooMany(t *testing.T) {
	t.Parallel()
	x := exchange(t, newStreet(nil), func(c *openrtb.Config) { c.Pending = 3 }, "a")
	for range 5 {
		x.Won(offer("a"), openrtb.Macros{}) // nobody waits: it is not running
	}
	assert.Equal(t, int64(2), x.Notices().Dropped)
}

func TestRun_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := exchange(t, newStreet(nil), nil, "a")
		why := errors.New("the house closes")
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error)
		go func() { done <- x.Run(ctx) }()
		x.Won(offer("nobody"), openrtb.Macros{})
		synctest.Wait()
		cancel(why)
		assert.ErrorIs(t, <-done, why, "also while one waits for another try")
	})
}

// A bidder cannot have us fetch what is only for this machine or its network.
func TestNotices_GoToPublicAddressesOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"127.0.0.1:80", "[::1]:80", "10.1.2.3:443", "192.168.0.1:80", "172.16.0.1:80", "169.254.169.254:80", "[fe80::1]:80", "[fd00::1]:80", "0.0.0.0:80",
		"100.64.0.1:80", "[::ffff:127.0.0.1]:80", "224.0.0.1:80", "255.255.255.255:80", "nonsense",
	} {
		assert.Error(t, openrtb.PublicOnly(address), address)
	}
	for _, address := range []string{"93.184.215.14:443", "[2606:2800:21f::1]:443"} {
		assert.NoError(t, openrtb.PublicOnly(address), address)
	}

	hit := make(chan struct{}, 10)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit <- struct{}{} }))
	t.Cleanup(server.Close)
	x, err := openrtb.New(openrtb.Config{Tries: 1})
	require.NoError(t, err)
	running(t, x)
	o := offer("a")
	o.NURL = server.URL
	x.Won(o, openrtb.Macros{})
	require.Eventually(t, func() bool { return x.Notices().GivenUp == 1 }, 30*time.Second, time.Millisecond)
	assert.Empty(t, hit)
}
