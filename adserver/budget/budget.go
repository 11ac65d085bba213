// Package budget keeps accounts that are reserved together and never overdrawn.
//
// What an ad costs is taken from all accounts that it concerns before the ad is shown: the line's, the campaign's and the advertiser's,
// in total and of the day. If one has not enough, what was taken from the others is given back. So what is spent and what is reserved are
// at no moment more than the limit of any of them.
package budget

import (
	"sync/atomic"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// Account is one budget. Its zero value has nothing left. It is safe for concurrent use.
type Account struct {
	left  atomic.Int64
	spent atomic.Int64
	limit atomic.Int64
}

// NewAccount returns an account of which spent of limit is gone.
func NewAccount(limit, spent ads.Nano) *Account {
	a := new(Account)
	a.limit.Store(int64(limit))
	a.spent.Store(int64(spent))
	a.left.Store(int64(limit - spent))
	return a
}

// Take reserves n, and reports whether there was enough.
func (a *Account) Take(n ads.Nano) bool {
	for {
		left := a.left.Load()
		if left < int64(n) {
			return false
		}
		if a.left.CompareAndSwap(left, left-int64(n)) {
			return true
		}
	}
}

// Give undoes a Take of n.
func (a *Account) Give(n ads.Nano) { a.left.Add(int64(n)) }

// Settle says that n of what was taken is spent.
func (a *Account) Settle(n ads.Nano) { a.spent.Add(int64(n)) }

// Spend enters what was spent at another time: taken and settled at once, whether there is enough or not.
func (a *Account) Spend(n ads.Nano) {
	a.left.Add(-int64(n))
	a.spent.Add(int64(n))
}

// SetLimit changes the limit. What is spent or reserved stays so: a limit below both leaves less than nothing, and nothing more is taken.
func (a *Account) SetLimit(limit ads.Nano) {
	a.left.Add(int64(limit) - a.limit.Swap(int64(limit)))
}

// Grow raises the limit by n.
func (a *Account) Grow(n ads.Nano) {
	a.limit.Add(int64(n))
	a.left.Add(int64(n))
}

// Shrink lowers the limit by n, and reports whether so much was left: what is reserved or spent keeps its cover.
func (a *Account) Shrink(n ads.Nano) bool {
	if !a.Take(n) {
		return false
	}
	a.limit.Add(-int64(n))
	return true
}

// Left is what can still be taken; below zero when the limit was lowered under what is gone.
func (a *Account) Left() ads.Nano { return ads.Nano(a.left.Load()) }

// Spent is what is settled.
func (a *Account) Spent() ads.Nano { return ads.Nano(a.spent.Load()) }

// Limit is the most that may be gone.
func (a *Account) Limit() ads.Nano { return ads.Nano(a.limit.Load()) }

// Set are the accounts that one ad concerns; nil ones have no limit.
type Set [5]*Account

// Reserve takes n from all, or from none and reports false. They are tried in order, so the one that is most likely to be empty comes first.
func (s *Set) Reserve(n ads.Nano) bool {
	for i, a := range s {
		if a == nil || a.Take(n) {
			continue
		}
		for _, taken := range s[:i] {
			if taken != nil {
				taken.Give(n)
			}
		}
		return false
	}
	return true
}

// Release gives back what Reserve took.
func (s *Set) Release(n ads.Nano) {
	for _, a := range s {
		if a != nil {
			a.Give(n)
		}
	}
}

// Settle says that what Reserve took is spent.
func (s *Set) Settle(n ads.Nano) {
	for _, a := range s {
		if a != nil {
			a.Settle(n)
		}
	}
}

// Left is the least that any of the accounts has left, and ads.MaxNano when none has a limit.
func (s *Set) Left() ads.Nano {
	least := ads.MaxNano
	for _, a := range s {
		if a != nil {
			least = min(least, a.Left())
		}
	}
	return least
}

// Days is the budget of the current day. Its zero value is that of no day. It is safe for concurrent use.
type Days struct {
	current atomic.Pointer[day]
}

type day struct {
	number  int32
	account Account
}

// On returns the account of a day, and whose day it is; the first who asks for a later day than the current one begins it with the limit
// given. A day that is over, as a clock that was set back has it or a request that began before midnight, gets the current account: what is asked
// of it is not lost, and no budget is given twice. What is taken from it then is of the day returned.
func (d *Days) On(number int32, limit ads.Nano) (account *Account, of int32) {
	for {
		now := d.current.Load()
		if now != nil && now.number >= number {
			return &now.account, now.number
		}
		next := &day{number: number}
		next.account.SetLimit(limit)
		if d.current.CompareAndSwap(now, next) {
			return &next.account, number
		}
	}
}

// Of returns the account of a day while it is the current one, nil when it is not: what is given back to a day that is over is nobody's.
func (d *Days) Of(number int32) *Account {
	if now := d.current.Load(); now != nil && now.number == number {
		return &now.account
	}
	return nil
}

// Current returns the current day and its account, nil before the first.
func (d *Days) Current() (number int32, a *Account) {
	if now := d.current.Load(); now != nil {
		return now.number, &now.account
	}
	return 0, nil
}

// SetLimit changes the limit of the current day.
func (d *Days) SetLimit(limit ads.Nano) {
	if now := d.current.Load(); now != nil {
		now.account.SetLimit(limit)
	}
}
