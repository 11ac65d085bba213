package sandbox_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// BenchmarkPayment is a whole payment: created, paid, its webhook delivered in
// process, signed, checked and parsed.
func BenchmarkPayment(b *testing.B) {
	for _, name := range []string{"memory", "journal"} {
		b.Run(name, func(b *testing.B) {
			var bank *sandbox.Gateway
			w := newWorld(b, func(c *sandbox.Config) {
				if name == "journal" {
					journaled(b)(c)
				}
				c.Now = time.Now
				c.Send = func(_ context.Context, m sandbox.Webhook) error {
					_, err := bank.ParseWebhook(func(name string) string { return m.Header[name] }, m.Body)
					return err
				}
			})
			bank = w.Gateway
			n := 0
			for b.Loop() {
				n++
				id := payment.IntentID("pay_" + strconv.Itoa(n))
				f, err := bank.Create(b.Context(), payment.CreateRequest{
					Key: string(id), IntentID: id, Amount: money.New(2500, "EUR"), Reference: "K7PWXF3X", Description: "2 tickets",
					ReturnURL: "https://shop.example/return", NotifyURL: "https://shop.example/notify",
				})
				require.NoError(b, err)
				_, err = bank.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
				require.NoError(b, err)
				taken, err := bank.DeliverDue(b.Context())
				require.NoError(b, err)
				require.Equal(b, 1, taken)
			}
		})
	}
}
