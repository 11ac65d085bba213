package throttle_test

import (
	"errors"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

const reference = "K7PW-XF3X"

// address is one of as many addresses as a test needs, each of another customer.
func address(n int) netip.Addr {
	return netip.MustParseAddr("2001:db8:" + strconv.FormatInt(int64(n), 16) + "::1")
}

// tries does something until it is refused, and returns how often it was not and how long to wait then.
func tries(t *testing.T, try func(n int) error) (int, time.Duration) {
	t.Helper()
	for n := range 10_000 {
		err := try(n)
		if err == nil {
			continue
		}
		wait, ok := errors.AsType[*web.WaitError](err)
		require.True(t, ok, err)
		assert.True(t, fault.Is(err, fault.RateLimited))
		return n, wait.After
	}
	require.Fail(t, "never refused")
	return 0, 0
}

func TestFind_OneAddressCannotTryManyReferences(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		find := func(n int) error { return guard.Find(address(1), "no reference "+strconv.Itoa(n)) }
		allowed, wait := tries(t, find)
		assert.Equal(t, 20, allowed)
		assert.Equal(t, 6*time.Second, wait)
		require.NoError(t, guard.Find(address(2), reference), "others are not kept from theirs")
		time.Sleep(wait - time.Millisecond)
		require.Error(t, find(0))
		time.Sleep(2 * time.Millisecond)
		require.NoError(t, find(0))
		require.Error(t, find(0), "one at a time from now on")
		time.Sleep(time.Hour)
		allowed, _ = tries(t, find)
		assert.Equal(t, 20, allowed, "all is forgiven")
	})
}

func TestFind_ManyAddressesCannotTryOneReference(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		spellings := []string{reference, "k7pwxf3x", " k7pw xf3x "}
		allowed, wait := tries(t, func(n int) error { return guard.Find(address(n), spellings[n%3]) })
		assert.Equal(t, 5, allowed, "however it is written")
		assert.Equal(t, time.Minute, wait)
		require.NoError(t, guard.Find(address(1000), "4XYK-MPV4"))
	})
}

func TestFind_ACustomerOfIPv6IsOneAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		allowed, _ := tries(t, func(n int) error {
			return guard.Find(netip.MustParseAddr("2001:db8::"+strconv.FormatInt(int64(n), 16)), "")
		})
		assert.Equal(t, 20, allowed)
	})
}

func TestGate_StrangersDoNotCloseIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		venue := address(1)
		allowed, _ := tries(t, func(int) error { return guard.Stranger(venue) })
		assert.Equal(t, 10, allowed)
		allowed, _ = tries(t, func(n int) error { return guard.Gate(venue, "code "+strconv.Itoa(n)) })
		assert.Equal(t, 500, allowed, "gates behind the same address go on")
	})
}

func TestGate_OneCodeAgainAndAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		allowed, wait := tries(t, func(n int) error { return guard.Gate(address(n), "code") })
		assert.Equal(t, 10, allowed)
		assert.Equal(t, time.Second, wait)
		require.NoError(t, guard.Gate(address(1), "another code"))
	})
}

func TestJoin_NobodyIsFloodedWithMails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		allowed, wait := tries(t, func(n int) error { return guard.Join(address(n), "ada@example.com") })
		assert.Equal(t, 10, allowed, "whoever asks")
		assert.Equal(t, 10*time.Minute, wait)
		allowed, _ = tries(t, func(n int) error { return guard.Join(address(1000), strconv.Itoa(n)+"@example.com") })
		assert.Equal(t, 20, allowed, "whatever the address")
	})
}

func TestWish_AndDeedsAreBoundedEachByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		allowed, wait := tries(t, func(int) error { return guard.Wish(address(1)) })
		assert.Equal(t, 60, allowed)
		assert.Equal(t, time.Second/2, wait)
		allowed, wait = tries(t, func(int) error { return guard.Deed(address(1)) })
		assert.Equal(t, 120, allowed, "who has asked may still tell")
		assert.Equal(t, time.Second/4, wait)
		require.NoError(t, guard.Wish(address(2)))
	})
}

func TestHold_OneAddressCannotTakeAShow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		hold := func(n int) error { return guard.Hold(address(1), "visitor "+strconv.Itoa(n)) }
		allowed, wait := tries(t, hold)
		assert.Equal(t, 20, allowed, "whoever it says to be")
		assert.Equal(t, 3*time.Second, wait)
		require.NoError(t, guard.Hold(address(2), "visitor"))
		time.Sleep(wait)
		require.NoError(t, hold(0))
		require.Error(t, hold(0))
	})
}

func TestHold_AVisitorHasFewAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		hold := func(n int) error {
			err := guard.Hold(address(n), "visitor")
			if err == nil {
				guard.Held(address(n), "visitor", seating.HoldID(strconv.Itoa(n)), time.Now().Add(8*time.Minute))
			}
			return err
		}
		require.NoError(t, hold(0))
		time.Sleep(time.Minute)
		allowed, wait := tries(t, func(n int) error { return hold(n + 1) })
		assert.Equal(t, 9, allowed, "from any address")
		assert.Equal(t, 7*time.Minute, wait, "until the first has ended")
		err := hold(20)
		assert.Equal(t, "too_many_holds", fault.Of(err).Reason)
		require.NoError(t, guard.Hold(address(20), "another visitor"))
		guard.Released("3")
		guard.Released("never made")
		require.NoError(t, hold(21))
		require.Error(t, hold(22))
		time.Sleep(7 * time.Minute)
		require.NoError(t, hold(23))
		require.Error(t, hold(24))
	})
}

func TestHold_PartnersServersHoldForMany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now, netip.MustParsePrefix("2001:db8:1::/48"))
		for n := range 1000 {
			require.NoError(t, guard.Hold(address(1), "visitor"))
			guard.Held(address(1), "visitor", seating.HoldID(strconv.Itoa(n)), time.Now().Add(time.Minute))
			require.ErrorIs(t, guard.Voucher(address(1), "", miss), bms.ErrNoVoucher)
		}
		allowed, _ := tries(t, func(int) error { return guard.Hold(address(2), "visitor") })
		assert.Equal(t, 20, allowed, "others do not")
	})
}

func miss() error { return bms.ErrNoVoucher }

// guesses is tries for codes that there are none of.
func guesses(t *testing.T, try func(n int) error) (int, time.Duration) {
	t.Helper()
	return tries(t, func(n int) error {
		if err := try(n); !errors.Is(err, bms.ErrNoVoucher) {
			return err
		}
		return nil
	})
}

func TestVoucher_GuessesAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		for range 100 {
			require.NoError(t, guard.Voucher(address(1), "hold", func() error { return nil }), "codes that there are do not count")
			require.ErrorIs(t, guard.Voucher(address(1), "hold", func() error { return seating.ErrExpired }), seating.ErrExpired, "nor what has other reasons")
		}
		allowed, wait := guesses(t, func(n int) error { return guard.Voucher(address(1), seating.HoldID(strconv.Itoa(n)), miss) })
		assert.Equal(t, 10, allowed, "with any hold")
		assert.Equal(t, 10*time.Second, wait)
		require.Error(t, guard.Voucher(address(1), "", func() error {
			assert.Fail(t, "not even tried")
			return nil
		}))
		allowed, wait = guesses(t, func(n int) error { return guard.Voucher(address(n+2), "hold", miss) })
		assert.Equal(t, 10, allowed, "from any address")
		assert.Equal(t, 10*time.Second, wait)
	})
}

func TestVoucher_ManyGuessesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := throttle.New(time.Now)
		var tried atomic.Int64
		var wait sync.WaitGroup
		for range 100 {
			wait.Go(func() {
				_ = guard.Voucher(address(1), "hold", func() error {
					tried.Add(1)
					time.Sleep(time.Millisecond) // as long as others begin
					return bms.ErrNoVoucher
				})
			})
		}
		wait.Wait()
		assert.EqualValues(t, 10, tried.Load())
	})
}

func TestLive_OneAddressCannotTakeEveryConnection(t *testing.T) {
	t.Parallel()
	guard := throttle.New(time.Now, netip.MustParsePrefix("192.0.2.0/24"))
	mine := netip.MustParseAddr("2001:db8::1")
	var end func()
	for range 50 {
		var err error
		end, err = guard.Live(mine)
		require.NoError(t, err)
	}
	_, err := guard.Live(netip.MustParseAddr("2001:db8::2"))
	require.True(t, fault.Is(err, fault.RateLimited), "%v: it is the same customer", err)
	_, err = guard.Live(address(2))
	require.NoError(t, err, "others have theirs")
	end()
	_, err = guard.Live(mine)
	require.NoError(t, err, "one has ended")
	for range 60 {
		_, err = guard.Live(netip.MustParseAddr("192.0.2.7"))
		require.NoError(t, err, "a partner's server looks for many")
	}
}
