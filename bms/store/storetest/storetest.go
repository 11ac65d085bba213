// Package storetest is the storage contract as a test: what every store.DB
// does, whatever its engine. The engines' packages run it.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t testing.TB, now func() time.Time) store.DB { return openEmpty(t, now) })
//	}
package storetest

import (
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/store"
)

// Run runs the suite. open returns an empty database of the test's own, with
// the given clock; Run closes it.
func Run(t *testing.T, open func(t testing.TB, now func() time.Time) store.DB) {
	for name, test := range tests() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &clock{now: start}
			db := open(t, c.Now)
			t.Cleanup(func() { assert.NoError(t, db.Close()) })
			test(&suite{T: t, db: db, clock: c})
		})
	}
}

func tests() map[string]func(*suite) {
	all := map[string]func(*suite){}
	for _, group := range []map[string]func(*suite){
		unitTests, catalogTests, showTests, pricingTests, voucherTests, inventoryTests, claimTests, quotaTests, holdTests,
		bookingTests, ticketTests, paymentTests, refundTests, messageTests, deliveryTests, mailTests, keyTests, settingTests, waitTests, auditTests,
	} {
		maps.Copy(all, group)
	}
	return all
}

// start is where the clock of every test begins: whole microseconds that are no whole milliseconds.
var start = time.Date(2026, 11, 22, 12, 0, 0, 123457000, time.UTC)

// clock stands until it is moved. It is safe for concurrent use.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// suite is one test with its database.
type suite struct {
	*testing.T
	db    store.DB
	clock *clock
}

// try runs one unit of work and returns what came of it.
func (s *suite) try(fn func(tx store.Tx) error) error {
	return s.db.Update(s.Context(), fn)
}

// must runs one unit of work, which has to succeed.
func (s *suite) must(fn func(tx store.Tx) error) {
	s.Helper()
	require.NoError(s, s.try(fn))
}

// refused runs one unit of work, which has to fail with the error.
func (s *suite) refused(want error, fn func(tx store.Tx) error) {
	s.Helper()
	require.ErrorIs(s, s.try(fn), want)
}

// read returns what fn reads in a View.
func read[T any](s *suite, fn func(tx store.Tx) (T, error)) T {
	s.Helper()
	v, err := look(s, fn)
	require.NoError(s, err)
	return v
}

// look is read for what may fail.
func look[T any](s *suite, fn func(tx store.Tx) (T, error)) (T, error) {
	var v T
	err := s.db.View(s.Context(), func(tx store.Tx) error {
		var err error
		v, err = fn(tx)
		return err
	})
	return v, err
}

// missing says that what fn reads is not there.
func missing[T any](s *suite, fn func(tx store.Tx) (T, error)) {
	s.Helper()
	_, err := look(s, fn)
	require.ErrorIs(s, err, store.ErrNotFound)
}

// together runs fn n times at once and returns the errors by number.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { errs[i] = fn(i) })
	}
	wait.Wait()
	return errs
}
