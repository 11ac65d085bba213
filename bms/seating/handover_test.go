package seating_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// kept is an inventory whose house hold hld_house has two seats, which leave a single one, and three places until 30 minutes.
func kept(t *testing.T, r seating.Rules) *seating.Inventory {
	t.Helper()
	inv, err := seating.New(hall(t, "...W", "=floor 10"), r, nil)
	require.NoError(t, err)
	_, err = inv.Block(start, seating.BlockRequest{
		ID: "hld_house", Seats: []int32{1, 3}, Areas: []seating.Places{{Area: "floor", N: 3}}, Reason: "waiting list", Until: at(30, 0),
	})
	require.NoError(t, err)
	inv.ResetDelta()
	return inv
}

func TestHandOver_SamePlacesForTheBuyer(t *testing.T) {
	t.Parallel()
	inv := kept(t, seating.Rules{Orphans: seating.OrphanStrict, MaxPerBuyer: 5})
	got, err := inv.HandOver(at(10, 0), "hld_house", seating.HoldRequest{ID: "hld_ada", Buyer: "ada"})
	require.NoError(t, err, "the house has chosen: neither single seats nor wheelchair spaces are asked about")
	assert.Equal(t, seating.Hold{
		ID: "hld_ada", State: seating.StateHeld, Buyer: "ada", Seats: []int32{1, 3}, Areas: []seating.Places{{Area: "floor", N: 3}},
		CreatedAt: at(10, 0), ExpiresAt: at(18, 0),
	}, got)
	assert.Equal(t, 5, inv.HeldOrSoldBy("ada"))
	delta := inv.Delta()
	for _, c := range delta.Seats {
		assert.Equal(t, seating.Blocked, c.From.Status)
		assert.Equal(t, seating.Claim{Status: seating.Held, Hold: "hld_ada", Until: at(18, 0)}, c.To)
	}
	assert.Len(t, delta.Seats, 2)
	assert.Empty(t, delta.Quotas, "as many are held as before")
	_, err = inv.HandOver(at(10, 0), "hld_house", seating.HoldRequest{ID: "hld_bob"})
	require.ErrorIs(t, err, seating.ErrNotHeld, "once")
}

func TestHandOver_Refusals(t *testing.T) {
	t.Parallel()
	rules := seating.Rules{MaxPerBuyer: 6}
	for name, c := range map[string]struct {
		from seating.HoldID
		at   time.Time
		ask  seating.HoldRequest
		want error
	}{
		"no such hold":     {"hld_none", start, seating.HoldRequest{ID: "hld_new"}, seating.ErrNotHeld},
		"a buyer's":        {"hld_bob", start, seating.HoldRequest{ID: "hld_new"}, seating.ErrNotHeld},
		"its time is over": {"hld_house", at(31, 0), seating.HoldRequest{ID: "hld_new"}, seating.ErrExpired},
		"id in use":        {"hld_house", start, seating.HoldRequest{ID: "hld_bob"}, seating.ErrDuplicateHold},
		"buyer's limit":    {"hld_house", start, seating.HoldRequest{ID: "hld_new", Buyer: "bob"}, seating.ErrLimit},
		"too long":         {"hld_house", start, seating.HoldRequest{ID: "hld_new", For: time.Hour}, nil},
		"illegible buyer":  {"hld_house", start, seating.HoldRequest{ID: "hld_new", Buyer: "a\x00"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := kept(t, rules)
			hold(t, inv, start, seating.HoldRequest{ID: "hld_bob", Buyer: "bob", Seats: []int32{0, 2}})
			before := inv.Snapshot()
			_, err := inv.HandOver(c.at, c.from, c.ask)
			if c.want == nil {
				assert.True(t, fault.Is(err, fault.Invalid), "%v", err)
			} else {
				require.ErrorIs(t, err, c.want)
			}
			assert.Equal(t, before, inv.Snapshot(), "nothing has changed")
		})
	}
}
