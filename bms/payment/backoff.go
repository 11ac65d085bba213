package payment

import "time"

// The schedule of inquiries. While the buyer can still pay, the first comes
// soon, because a lost webhook keeps a person waiting. Afterwards it thins out
// until lateLimit, the longest after which a payment has been seen to succeed.
const (
	inquireFirst   = 15 * time.Second
	inquireMax     = 5 * time.Minute
	inquireMaxLate = 6 * time.Hour
	// lateLimit is how long after its creation an intent without a final word
	// is asked about. Source: Razorpay, "Late authorization" and "Capture
	// settings": three days on one page, five on another.
	lateLimit = 5 * 24 * time.Hour
)

// The schedule of refunds. It never ends: the money is owed.
const (
	refundFirst = 5 * time.Second
	refundMax   = time.Hour
)

// backoff returns first doubled n times, at most limit.
func backoff(n int, first, limit time.Duration) time.Duration {
	wait := first
	for range n {
		if wait >= limit {
			return limit
		}
		wait *= 2
	}
	return min(wait, limit)
}

// nextInquiry returns when to ask about i after now: zero when the gateway has
// said its last word or lateLimit has passed. An inquiry falls on the deadline
// itself, so that the outcome is known when the seats would be given up.
func (i Intent) nextInquiry(now time.Time) time.Time {
	if i.final() || !now.Before(i.CreatedAt.Add(lateLimit)) {
		return time.Time{}
	}
	if i.ExpiresAt.IsZero() || now.Before(i.ExpiresAt) {
		next := now.Add(backoff(i.Inquiries, inquireFirst, inquireMax))
		if !i.ExpiresAt.IsZero() && next.After(i.ExpiresAt) {
			return i.ExpiresAt
		}
		return next
	}
	return now.Add(backoff(i.Inquiries, inquireFirst, inquireMaxLate))
}

// final reports whether the gateway itself settled i, so that nothing is left
// to ask.
func (i Intent) final() bool { return !i.Status.Open() && !i.abandoned() }

// abandoned reports whether i was given up by us, without the gateway's word.
func (i Intent) abandoned() bool {
	if i.Status != Cancelled {
		return false
	}
	switch i.Reason {
	case ReasonExpired, ReasonSuperseded, ReasonNotSent:
		return true
	}
	return false
}
