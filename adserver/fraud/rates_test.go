package fraud_test

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/internal/geo/geotest"
)

// counts has a filter classify an event n times, and returns how many of them count, and the reason of the last that does not.
func counts(f *fraud.Filter, e fraud.Event, n int) (good int, bad fraud.Reason) {
	for range n {
		if r := f.Classify(&e); r == fraud.OK {
			good++
		} else {
			bad = r
		}
	}
	return good, bad
}

func TestRates_OfAUserANetworkAndAProvider(t *testing.T) {
	t.Parallel()
	f := guarded(t)
	e := click(f)
	good, bad := counts(f, e, 10)
	assert.Equal(t, 3, good)
	assert.Equal(t, fraud.RateUser, bad)

	e.User = 2
	good, _ = counts(f, e, 2)
	assert.Equal(t, 2, good, "the network had three of its five")
	assert.Equal(t, fraud.RateNetwork, f.Classify(&e))
	assert.Equal(t, fraud.RateUser, f.Classify(&e), "that was noted for the user")

	f = guarded(t)
	e.User = 0 // without consent nobody is known
	for range 5 {
		assert.Equal(t, fraud.OK, f.Classify(&e))
	}
	assert.Equal(t, fraud.RateNetwork, f.Classify(&e))
	e.Kind = fraud.View
	assert.Equal(t, fraud.OK, f.Classify(&e), "views are counted apart")
}

func TestRates_OfAProvider(t *testing.T) {
	t.Parallel()
	f := filter(t, fraud.Config{
		Network: unbounded, Provider: fraud.Rates{fraud.Click: {Burst: 7, Every: time.Second}},
		Providers: geotest.OpenProviders(t, geotest.Record{Network: "203.0.0.0/16", Number: 64496, Provider: "Example Telecom"}),
	})
	good := 0
	for i := range 20 {
		e := click(f)
		e.User, e.Decided.Network, e.IP = uint64(i+1), 0, netip.AddrFrom4([4]byte{203, 0, byte(i), 1})
		switch r := f.Classify(&e); r {
		case fraud.OK:
			good++
		default:
			assert.Equal(t, fraud.RateProvider, r)
		}
	}
	assert.Equal(t, 7, good, "whoever it is, in whichever of its networks")
	e := click(f)
	e.IP, e.Decided = addr(elsewhere), fraud.Marks{}
	assert.Equal(t, fraud.OK, f.Classify(&e), "of another provider nothing is known")
}

func TestRates_AreForgivenWithTime(t *testing.T) {
	t.Parallel()
	f := guarded(t)
	e := click(f)
	good, _ := counts(f, e, 4)
	assert.Equal(t, 3, good)
	e.Now = e.Now.Add(time.Second - time.Nanosecond)
	assert.Equal(t, fraud.RateUser, f.Classify(&e))
	e.Now = e.Now.Add(time.Nanosecond)
	good, _ = counts(f, e, 4)
	assert.Equal(t, 1, good, "one at a time from now on")
	e.Now = e.Now.Add(time.Hour)
	good, _ = counts(f, e, 10)
	assert.Equal(t, 3, good, "all is forgiven, and no more than all")
}

// A clock that is set back shuts nobody out for as long as it was.
func TestRates_AClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	f := filter(t, fraud.Config{User: fraud.Rates{fraud.Click: {Burst: 3, Every: time.Second}}, Network: unbounded})
	e := click(f)
	e.Now = e.Now.Add(24 * time.Hour)
	counts(f, e, 3)
	e = click(f)
	e.Now = e.Now.Add(time.Second)
	assert.Equal(t, fraud.RateUser, f.Classify(&e), "it was used up")
	e.Now = e.Now.Add(time.Second)
	assert.Equal(t, fraud.OK, f.Classify(&e))
}

func TestRates_WithoutBound(t *testing.T) {
	t.Parallel()
	f := filter(t, fraud.Config{User: unbounded, Network: unbounded})
	good, _ := counts(f, click(f), 10_000)
	assert.Equal(t, 10_000, good)
}

// However events come, a user never gets more through than Burst and one for each time that Every has passed.
func TestRates_AreNeverExceeded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rate := fraud.Rate{Burst: rapid.IntRange(1, 5).Draw(t, "burst"), Every: time.Duration(rapid.IntRange(1, 1000).Draw(t, "every")) * time.Millisecond}
		f, err := fraud.New(fraud.Config{Key: key, User: fraud.Rates{fraud.Click: rate}, Network: unbounded, Slots: 1})
		if err != nil {
			t.Fatal(err)
		}
		e := click(f)
		var passed []time.Time
		for range rapid.IntRange(1, 100).Draw(t, "events") {
			e.Now = e.Now.Add(time.Duration(rapid.IntRange(0, 500).Draw(t, "pause")) * time.Millisecond)
			if f.Classify(&e) == fraud.OK {
				passed = append(passed, e.Now)
			}
		}
		for from := range passed {
			for to := from; to < len(passed); to++ {
				assert.LessOrEqual(t, to-from+1, rate.Burst+int(passed[to].Sub(passed[from])/rate.Every))
			}
		}
	})
}

// inParallel calls do so many times, by many at once, and returns how often it was true.
func inParallel(times int, do func() bool) int {
	var good atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range times / 8 {
				if do() {
					good.Add(1)
				}
			}
		})
	}
	all.Wait()
	return int(good.Load())
}

func TestRates_ByManyAtOnce(t *testing.T) {
	t.Parallel()
	const burst = 50
	f := filter(t, fraud.Config{User: fraud.Rates{fraud.Click: {Burst: burst, Every: time.Hour}}, Network: unbounded, Slots: 1})
	e := click(f)
	assert.Equal(t, burst, inParallel(800, func() bool {
		mine := e
		return f.Classify(&mine) == fraud.OK
	}))

	// Without a lock between looking and noting all that look first get the one place that is left, so that the test above sees a lock that is missing.
	var due atomic.Int64
	var looked sync.WaitGroup
	looked.Add(8)
	careless := inParallel(8, func() bool {
		before := due.Load()
		looked.Done()
		looked.Wait()
		due.Store(before + int64(time.Hour))
		return before == 0
	})
	assert.Equal(t, 8, careless)
}

func TestRates_ClassifyAllKindsAtOnce(t *testing.T) {
	t.Parallel()
	f := guarded(t)
	want := map[string]fraud.Reason{}
	for _, w := range wrongs {
		want[w.about] = w.want
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, w := range wrongs {
				e := click(f)
				w.do(&e)
				assert.Equal(t, want[w.about], f.Classify(&e))
				assert.NoError(t, f.Reload())
			}
		})
	}
	all.Wait()
}

// Memory is what Slots says, whoever comes; and one that goes on is not forgotten for those who come once.
// It is not run beside others, which allocate, too.
func TestRates_MemoryIsBounded(t *testing.T) {
	const slots = 1024
	f := filter(t, fraud.Config{User: fraud.Rates{fraud.Click: {Burst: 3, Every: time.Hour}}, Network: unbounded, Slots: slots})
	e := click(f)
	e.User = 1 << 60
	good, _ := counts(f, e, 3)
	assert.Equal(t, 3, good)

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for user := range uint64(100 * slots) {
		other := e
		other.User = user + 1
		assert.Equal(t, fraud.OK, f.Classify(&other))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(4<<20))
	assert.Equal(t, fraud.RateUser, f.Classify(&e), "a hundred times as many have not made it forgotten")
}

func TestRates_NetworksOfIPv6AreTheirFirst48Bits(t *testing.T) {
	t.Parallel()
	f := guarded(t)
	good := 0
	for i := range uint64(100) {
		e := click(f)
		e.User, e.Decided = 0, fraud.Marks{}
		six := addr(homeSix).As16()
		binary.BigEndian.PutUint64(six[8:], i)
		e.IP = netip.AddrFrom16(six)
		if f.Classify(&e) == fraud.OK {
			good++
		}
	}
	assert.Equal(t, 5, good)
}
