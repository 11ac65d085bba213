package payment_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
)

func TestClassOf_UnderstandsOrAssumesTheWorst(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err  error
		want payment.Class
	}{
		{nil, ""},
		{payment.ErrTemporary, payment.ClassTemporary},
		{fault.New(fault.RateLimited, "slow_down", "too many requests"), payment.ClassTemporary},
		{payment.ErrUnknownOutcome, payment.ClassUnknown},
		{payment.ErrRefused, payment.ClassRefused},
		{payment.ErrUnknownPayment, payment.ClassRefused},
		{payment.ErrOverRefund, payment.ClassRefused},
		{payment.ErrKeyReused, payment.ClassRefused},
		{fault.Invalidf("amount", "too small"), payment.ClassRefused},
		{fault.New(fault.Unavailable, "down", "the network is down"), payment.ClassUnknown},
		{context.DeadlineExceeded, payment.ClassUnknown},
		{errors.New("unexpected end of JSON input"), payment.ClassUnknown},
	} {
		assert.Equal(t, row.want, payment.ClassOf(row.err), "%v", row.err)
		if row.err != nil {
			assert.Equal(t, row.want, payment.ClassOf(fmt.Errorf("create: %w", row.err)), "wrapped %v", row.err)
		}
	}
}
