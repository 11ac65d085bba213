package throttle_test

import (
	"errors"
	"net/netip"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
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
