package sandbox

import (
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// Outcome is what the bank says of a payment.
type Outcome string

// The outcomes. All but Pay, Authorize and Cancel are declines.
const (
	Pay               Outcome = "pay"
	InsufficientFunds Outcome = "insufficient_funds"
	ExpiredCard       Outcome = "expired_card"
	Declined          Outcome = "declined"
	Authentication    Outcome = "authentication" // the buyer failed 3-D Secure
	Fraud             Outcome = "suspected_fraud"
	Cancel            Outcome = "cancel"    // the buyer went back without paying
	Authorize         Outcome = "authorize" // the buyer agreed; the money is taken by Confirm, until the deadline
)

// Valid reports whether o is one of the outcomes.
func (o Outcome) Valid() bool {
	switch o {
	case Pay, InsufficientFunds, ExpiredCard, Declined, Authentication, Fraud, Cancel, Authorize:
		return true
	}
	return false
}

// status returns what o makes of a payment, and the reason.
func (o Outcome) status() (payment.IntentStatus, string) {
	switch o {
	case Pay:
		return payment.Captured, ""
	case Authorize:
		return payment.Pending, ""
	case Cancel:
		return payment.Cancelled, payment.ReasonBuyer
	case InsufficientFunds:
		return payment.Failed, payment.ReasonInsufficientFunds
	case ExpiredCard:
		return payment.Failed, payment.ReasonExpiredCard
	case Authentication:
		return payment.Failed, payment.ReasonAuthentication
	case Fraud:
		return payment.Failed, payment.ReasonFraud
	case Declined:
	}
	return payment.Failed, payment.ReasonDeclined
}

// maxDelay bounds the delays of a Choice: longer than any inquiry goes on.
const maxDelay = 7 * 24 * time.Hour

// Choice is what happens to one payment.
type Choice struct {
	Outcome Outcome `json:"outcome"`
	// Delay is how long the bank takes to decide, as with 3-D Secure or a slow
	// transfer. The payment is pending meanwhile, even past its deadline, which
	// makes late money. At most 7 days.
	Delay time.Duration `json:"delay,omitempty"`
	// Webhooks says how the notifications of this payment travel, those of its
	// refunds included.
	Webhooks Webhooks `json:"webhooks,omitzero"`
}

// Webhooks says what goes wrong with notifications. The zero value means
// nothing: each event once, at once, in order.
type Webhooks struct {
	Drop      bool          `json:"drop,omitempty"`      // none is sent
	Duplicate bool          `json:"duplicate,omitempty"` // each is sent twice
	Reorder   bool          `json:"reorder,omitempty"`   // news that the payment is pending follow its outcome
	Delay     time.Duration `json:"delay,omitempty"`     // each is sent so much later; at most 7 days
}

// merge returns w with the troubles of both.
func (w Webhooks) merge(more Webhooks) Webhooks {
	return Webhooks{
		Drop:      w.Drop || more.Drop,
		Duplicate: w.Duplicate || more.Duplicate,
		Reorder:   w.Reorder || more.Reorder,
		Delay:     max(w.Delay, more.Delay),
	}
}

// validate names the field of c that is wrong.
func (c Choice) validate() error {
	switch {
	case !c.Outcome.Valid():
		return fault.Invalidf("outcome", "must be one of the outcomes of the payment page, not %.32q", string(c.Outcome))
	case c.Delay < 0 || c.Delay > maxDelay:
		return fault.Invalidf("delay", "must be 0 to %s, not %s", maxDelay, c.Delay)
	case c.Webhooks.Delay < 0 || c.Webhooks.Delay > maxDelay:
		return fault.Invalidf("webhooks.delay", "must be 0 to %s, not %s", maxDelay, c.Webhooks.Delay)
	}
	return nil
}

// tokenPrefix begins the tokens that Confirm takes: "tok_pay", "tok_expired_card".
const tokenPrefix = "tok_"

// Token returns the token with which Confirm brings about o at once, as a card
// field in the shop's own page would return it.
func Token(o Outcome) string { return tokenPrefix + string(o) }

// parseToken returns the outcome that a token stands for.
func parseToken(token string) (Outcome, error) {
	name, found := strings.CutPrefix(token, tokenPrefix)
	if o := Outcome(name); found && o.Valid() && o != Authorize { // a token is charged at once
		return o, nil
	}
	return "", fault.Invalidf("token", "must be %s and an outcome, such as %s, not %.32q", tokenPrefix, Token(Pay), token)
}
