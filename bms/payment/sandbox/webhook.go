package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// SignatureHeader carries "t=<Unix seconds>,v1=<hex>", the HMAC-SHA256 of the
// seconds, a point and the body.
const SignatureHeader = "Sandbox-Signature"

// Tolerance is how far the time of a signature may be from the shop's clock.
// Source: Stripe's webhook libraries, which allow 300 seconds.
const Tolerance = 5 * time.Minute

// maxBody bounds a webhook's body, in bytes: many times the largest we send.
const maxBody = 64 << 10

// wireEvent is the body of a webhook.
type wireEvent struct {
	ID       string               `json:"id"`
	Kind     payment.EventKind    `json:"kind"`
	IntentID payment.IntentID     `json:"intent_id"`
	Ref      string               `json:"ref"`
	Status   payment.IntentStatus `json:"status"`
	Reason   string               `json:"reason,omitempty"`
	Confirm  bool                 `json:"to_confirm,omitempty"`
	Captured *money.Amount        `json:"captured,omitempty"`
	Refunded *money.Amount        `json:"refunded,omitempty"`
	At       time.Time            `json:"at"`
	Refund   *wireRefund          `json:"refund,omitempty"`
}

// wireRefund is the refund that a webhook is about.
type wireRefund struct {
	Key    string               `json:"key"`
	Ref    string               `json:"ref"`
	Amount money.Amount         `json:"amount"`
	Status payment.RefundStatus `json:"status"`
	Reason string               `json:"reason,omitempty"`
}

// sign returns the webhook that tells e.
func sign(secret []byte, url string, e payment.Event, now time.Time) (Webhook, error) {
	wire := wireEvent{
		ID: e.ID, Kind: e.Kind, IntentID: e.IntentID, Ref: e.GatewayRef,
		Status: e.Facts.Status, Reason: e.Facts.Reason, Confirm: e.Facts.ToConfirm, At: e.Facts.At,
	}
	if e.Facts.Captured.IsPositive() {
		wire.Captured, wire.Refunded = &e.Facts.Captured, &e.Facts.Refunded
	}
	if e.Refund != nil {
		wire.Refund = &wireRefund{
			Key: e.Refund.Key, Ref: e.Refund.GatewayRef, Amount: e.Refund.Amount, Status: e.Refund.Status, Reason: e.Refund.Reason,
		}
	}
	body, err := json.Marshal(wire)
	if err != nil {
		return Webhook{}, err
	}
	seconds := strconv.FormatInt(now.Unix(), 10)
	return Webhook{URL: url, Body: body, Header: map[string]string{
		"Content-Type":  "application/json",
		SignatureHeader: "t=" + seconds + ",v1=" + hex.EncodeToString(mac(secret, seconds, body)),
	}}, nil
}

// mac returns the HMAC-SHA256 of the seconds, a point and the body.
func mac(secret []byte, seconds string, body []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(seconds + ".")) // a hash's Write returns no error
	h.Write(body)
	return h.Sum(nil)
}

// ParseWebhook checks and reads a notification. Errors: payment.ErrSignature,
// payment.ErrStale, an Invalid fault about body.
func (g *Gateway) ParseWebhook(header func(name string) string, body []byte) ([]payment.Event, error) {
	if len(body) > maxBody {
		return nil, fault.Invalidf("body", "must have at most %d bytes, not %d", maxBody, len(body))
	}
	if err := g.checkSignature(header(SignatureHeader), body); err != nil {
		return nil, err
	}
	var wire wireEvent
	if err := json.Unmarshal(body, &wire); err != nil {
		return nil, fault.Invalidf("body", "must be an event of the sandbox in JSON")
	}
	e, err := wire.event()
	if err != nil {
		return nil, err
	}
	return []payment.Event{e}, nil
}

// checkSignature compares the signature before the time, so that a stranger
// learns nothing about our clock.
func (g *Gateway) checkSignature(header string, body []byte) error {
	stamp, digits, _ := strings.Cut(header, ",v1=")
	seconds, found := strings.CutPrefix(stamp, "t=")
	given, err := hex.DecodeString(digits)
	if !found || err != nil || !hmac.Equal(given, mac(g.cfg.Secret, seconds, body)) {
		return payment.ErrSignature
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return payment.ErrSignature
	}
	if age := g.now().Sub(time.Unix(unix, 0)); age.Abs() > Tolerance {
		return payment.ErrStale
	}
	return nil
}

// event returns the notification that w is. Error: an Invalid fault about body.
func (w wireEvent) event() (payment.Event, error) {
	if w.ID == "" || w.Ref == "" || !w.Kind.Valid() || !w.Status.Valid() {
		return payment.Event{}, fault.Invalidf("body", "must have the id, ref, kind and status of an event")
	}
	if (w.Kind == payment.RefundChanged) != (w.Refund != nil) || w.Refund != nil && !w.Refund.Status.Valid() {
		return payment.Event{}, fault.Invalidf("body", "must have a refund if and only if its kind is refund")
	}
	e := payment.Event{
		ID: w.ID, Kind: w.Kind, IntentID: w.IntentID, GatewayRef: w.Ref,
		Facts: payment.Facts{GatewayRef: w.Ref, Status: w.Status, Reason: w.Reason, ToConfirm: w.Confirm, At: w.At.UTC()},
	}
	if w.Captured != nil {
		e.Facts.Captured = *w.Captured
	}
	if w.Refunded != nil {
		e.Facts.Refunded = *w.Refunded
	}
	if w.Refund != nil {
		e.Refund = &payment.RefundFacts{
			Key: w.Refund.Key, GatewayRef: w.Refund.Ref, Amount: w.Refund.Amount, Status: w.Refund.Status, Reason: w.Refund.Reason,
			At: w.At.UTC(),
		}
	}
	return e, nil
}
