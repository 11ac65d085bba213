package bms_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// suggester suggests by a function, and counts how often it was asked.
type suggester struct {
	asked atomic.Int64
	find  func(ctx context.Context, a notify.About) ([]notify.Suggestion, error)
}

// Suggest implements notify.Suggester.
func (s *suggester) Suggest(ctx context.Context, a notify.About) ([]notify.Suggestion, error) {
	s.asked.Add(1)
	return s.find(ctx, a)
}

// sellOne sells a seat to a visitor, with its mail.
func sellOne(t *testing.T, kit *bmstest.Kit, seat string) {
	t.Helper()
	held, err := kit.Holds.Create(t.Context(), bms.HoldRequest{ShowID: kit.Programme.Show.ID, Visitor: "ada", Seats: []bms.SeatItem{{Seat: seat}}})
	require.NoError(t, err)
	kit.Choose(kit.Start(kit.Book(held).ID), sandbox.Choice{Outcome: sandbox.Pay})
}

func TestMails_AConfirmationEndsWithSuggestions(t *testing.T) {
	t.Parallel()
	var about notify.About
	s := &suggester{find: func(_ context.Context, a notify.About) ([]notify.Suggestion, error) {
		about = a
		return []notify.Suggestion{{Event: "Sunrise", Path: "/mumbai/events/sunrise", Why: notify.Why{Code: "alike", Event: "The General"}}}, nil
	}}
	kit := bmstest.New(t, bmstest.Options{Config: bms.Config{Suggester: s}})
	sellOne(t, kit, "stalls-A-1")
	require.NoError(t, kit.Drain(t.Context()))
	assert.Contains(t, lastMail(t, kit, notify.BookingConfirmed).Text, "You may also like\n* Sunrise: http://shop.example/mumbai/events/sunrise\n  Similar to The General")
	p := kit.Programme
	about.Language = ""
	assert.Equal(t, notify.About{PartnerID: string(p.Partner.ID), Visitor: "ada", EventID: string(p.Event.ID), City: "mumbai", N: 3}, about)
}

func TestMails_ASuggesterThatFailsOrIsSlowCostsNoMail(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func(context.Context, notify.About) ([]notify.Suggestion, error){
		"fails": func(context.Context, notify.About) ([]notify.Suggestion, error) { return nil, errors.New("down") },
		"slow": func(ctx context.Context, _ notify.About) ([]notify.Suggestion, error) {
			deadline, ok := ctx.Deadline()
			if !ok || time.Until(deadline) > 200*time.Millisecond {
				return nil, errors.New("asked without a bound")
			}
			<-ctx.Done()
			return nil, ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &suggester{find: find}
			kit := bmstest.New(t, bmstest.Options{Config: bms.Config{Suggester: s}})
			for _, seat := range []string{"stalls-A-1", "stalls-A-2", "stalls-A-3"} {
				sellOne(t, kit, seat)
			}
			require.NoError(t, kit.Drain(t.Context()))
			confirmed := 0
			for _, m := range kit.Mails.Mails() {
				if m.Kind == notify.BookingConfirmed {
					confirmed++
					assert.NotContains(t, m.Text, "You may also like")
				}
			}
			assert.Equal(t, 3, confirmed)
			assert.Equal(t, int64(1), s.asked.Load(), "once for the batch")
		})
	}
}

func TestConfig_SuggestForIsBounded(t *testing.T) {
	t.Parallel()
	for _, bad := range []time.Duration{-1, 2 * time.Minute} {
		_, err := bms.New(nil, bms.Config{SuggestFor: bad})
		assert.Equal(t, "suggest_for", fault.Of(err).Field, bad)
	}
}
