package gorse

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

// guard is what stands between the calls and a server that may be ill: the circuit, and further tries.
type guard struct {
	circuit circuitbreaker.CircuitBreaker[any]
	tries   failsafe.Executor[answer]
}

func newGuard(c Config) guard {
	circuit := circuitbreaker.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return ailing(err) || errors.Is(err, errStillDown) }).
		WithFailureThresholdPeriod(uint(c.Failures), c.Window).
		WithSuccessThreshold(1).
		WithDelay(c.Rest).
		Build()
	tries := retrypolicy.NewBuilder[answer]().
		HandleIf(func(_ answer, err error) bool { return worthAnother(err) }).
		WithMaxRetries(max(c.Retries, 0)).
		WithBackoff(c.RetryAfter, max(10*c.RetryAfter, time.Second)).
		WithJitterFactor(.2).
		ReturnLastFailure().
		Build()
	return guard{circuit: circuit, tries: failsafe.With(tries)}
}

// errStillDown marks that the server was asked whether it is ready, and was not.
var errStillDown = errors.New("gorse is not ready")

// guarded runs what may make several requests as one call of the circuit. When the circuit has rested, the one call that is let through
// asks first whether the server is ready and of the right version.
func (c *Client) guarded(ctx context.Context, what string, call func(ctx context.Context) error) error {
	err := failsafe.With[any](c.guard.circuit).WithContext(ctx).Run(func() error {
		if c.guard.circuit.IsHalfOpen() {
			c.known.Store(false)
			if err := c.askReady(ctx); err != nil {
				return fmt.Errorf("%w: %w", errStillDown, err)
			}
		}
		if err := c.knowVersion(ctx); err != nil {
			return err
		}
		return call(ctx)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, said(err))
	}
	return nil
}

// Down reports whether calls fail at once. Once the server has rested the next call asks it, and until then this is false.
func (c *Client) Down() bool { return c.guard.circuit.IsOpen() && c.guard.circuit.RemainingDelay() > 0 }
