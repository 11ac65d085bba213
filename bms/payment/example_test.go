package payment_test

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

func ExampleIntent_Apply() {
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	intent, _ := payment.NewIntent(payment.Order{
		BookingID: "bkg_1", Gateway: "sandbox", Attempt: 1,
		Amount: money.New(2500, "EUR"), ExpiresAt: now.Add(10 * time.Minute),
	}, now)
	paid := payment.Facts{GatewayRef: "ref", Status: payment.Captured, Captured: money.New(2500, "EUR")}

	intent, effect, _ := intent.Apply(paid, now.Add(time.Minute))
	fmt.Println(intent.Status, effect)
	intent, effect, _ = intent.Apply(paid, now.Add(2*time.Minute)) // the webhook comes again
	fmt.Println(intent.Status, effect)
	// Output:
	// captured captured
	// captured none
}

func ExampleNewRefund() {
	now := time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)
	intent := payment.Intent{ID: "pay_1", BookingID: "bkg_1", Amount: money.New(2500, "EUR"), Captured: money.New(2500, "EUR")}
	order := payment.RefundOrder{Key: intent.ReturnKey(), Amount: intent.Captured, Reason: "late_payment"}

	refund, fresh, err := payment.NewRefund(intent, nil, order, now)
	fmt.Println(refund.Key, refund.Amount, fresh, err)
	_, fresh, err = payment.NewRefund(intent, []payment.Refund{refund}, order, now)
	fmt.Println(fresh, err)
	order.Key = "bkg_1/goodwill"
	_, _, err = payment.NewRefund(intent, []payment.Refund{refund}, order, now)
	fmt.Println(err)
	// Output:
	// bkg_1/return/pay_1/2500 EUR 25.00 true <nil>
	// false <nil>
	// the refund is more than what is left of the payment
}
