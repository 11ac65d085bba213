package payment

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
)

// MaxKey bounds an idempotency key, in bytes. Source: Stripe API reference,
// "Idempotent requests": up to 255 characters; the other gateways allow more or as many.
const MaxKey = 255

// Gateway is a bank's side of payments. Implementations are safe for concurrent
// use, keep no intent in memory that they could not find again, and tell three
// kinds of error apart (ClassOf): nothing happened and trying again may help,
// something may have happened, and no.
//
// Every method may be called again with the same key: the first answer counts,
// and a key with other parameters is ErrKeyReused. Every method returns soon
// after its context ends.
type Gateway interface {
	// Name identifies the gateway in Intent.Gateway: "sandbox", "stripe".
	Name() string

	// Create asks the gateway to expect a payment. The key was persisted before
	// the call.
	Create(ctx context.Context, r CreateRequest) (Facts, error)

	// Confirm finishes a payment from the server: it takes the money that the
	// buyer has agreed to on the gateway's page (Facts.ToConfirm), or charges a
	// token. A gateway that captures by itself returns the current facts, and so
	// does one whose buyer has not agreed yet. A decline is not an error but
	// Facts with status Failed. Errors: ErrUnknownPayment.
	Confirm(ctx context.Context, r ConfirmRequest) (Facts, error)

	// Inquire returns the current facts, found by GatewayRef or, when a crash
	// lost that, by IntentID. Error: ErrUnknownPayment when the gateway never
	// heard of it.
	Inquire(ctx context.Context, l Lookup) (Facts, error)

	// Refund gives captured money back. A refund that was refused or that failed gave nothing back, so its key is
	// free: the same request tries again, as another refund of the gateway with a GatewayRef of
	// its own. Where the bank's own keys remember a failure, the adapter derives a fresh one from the key, having made sure that
	// none before it succeeded. Errors: ErrOverRefund, ErrUnknownPayment.
	Refund(ctx context.Context, r RefundRequest) (RefundFacts, error)

	// ParseWebhook checks the signature of a notification over the raw body
	// before it reads anything else. header returns the value of the named HTTP
	// header, empty when there is none. A body of no interest is an empty
	// slice. Errors: ErrSignature, ErrStale, an Invalid fault for a body that is
	// signed but not understood.
	ParseWebhook(header func(name string) string, body []byte) ([]Event, error)
}

// CreateRequest asks a gateway to expect a payment.
type CreateRequest struct {
	Key      string // idempotency key, persisted before the call
	IntentID IntentID
	Amount   money.Amount // more than zero
	// Reference is the booking's reference, printed on the buyer's statement.
	Reference string
	// Description is one line of text: what is bought.
	Description string
	BuyerEmail  string
	// ReturnURL is where the buyer's browser goes when done, whatever the outcome.
	ReturnURL string
	// NotifyURL is where webhooks go. Empty means that none are sent.
	NotifyURL string
	// ExpiresAt is when the gateway should stop taking the money. Zero means
	// the gateway's own limit.
	ExpiresAt time.Time
}

// ConfirmRequest finishes a payment from the server.
type ConfirmRequest struct {
	Key        string
	IntentID   IntentID
	GatewayRef string
	// Token is what the gateway's field in the shop's own page made of a card;
	// empty after the gateway's page.
	Token string
}

// Lookup names a payment. One of the two may be empty.
type Lookup struct {
	IntentID   IntentID
	GatewayRef string
}

// RefundRequest gives captured money back.
type RefundRequest struct {
	Key        string // Refund.Key
	GatewayRef string
	IntentID   IntentID
	Amount     money.Amount // more than zero
	Reason     string
}

// Facts is what a gateway knows of a payment at one moment.
type Facts struct {
	GatewayRef string
	Status     IntentStatus
	// Captured and Refunded are totals, not changes.
	Captured, Refunded money.Amount
	// RedirectURL is where the buyer has to go; empty when nowhere.
	RedirectURL string
	// ToConfirm says of a pending payment that its buyer has agreed and that
	// Confirm takes the money.
	ToConfirm bool
	// Reason is the class of a failure, one of the Reason constants.
	Reason string
	// At is the gateway's time of these facts, UTC. Rules never order by it:
	// clocks differ.
	At time.Time
}

// RefundFacts is what a gateway knows of a refund at one moment.
type RefundFacts struct {
	Key        string // the key the refund was asked with; empty when it was made at the gateway by hand
	GatewayRef string
	Amount     money.Amount
	Status     RefundStatus
	Reason     string // why it failed; empty otherwise
	At         time.Time
}

// EventKind says what a webhook is about.
type EventKind string

// The kinds of events.
const (
	PaymentChanged EventKind = "payment" // Event.Facts holds
	RefundChanged  EventKind = "refund"  // Event.Facts and Event.Refund hold
)

// Valid reports whether k is one of the kinds of this package.
func (k EventKind) Valid() bool { return k == PaymentChanged || k == RefundChanged }

// Event is one notification of a gateway. It may come twice (same ID), out of
// order or never.
type Event struct {
	ID         string // the gateway's identifier of the event, for deduplication
	Kind       EventKind
	IntentID   IntentID // empty when the gateway does not echo it
	GatewayRef string
	Facts      Facts
	Refund     *RefundFacts // nil unless Kind is RefundChanged
}
