package learn_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/recommend/local/learn"
)

func TestMethods_NothingToLearnFrom(t *testing.T) {
	t.Parallel()
	for name, method := range methods {
		for _, m := range []*learn.Matrix{{}, {Cols: 3}, {Cols: 3, Rows: [][]learn.Entry{nil, {}}}, {Cols: 1, Rows: [][]learn.Entry{row(0)}}} {
			n, err := method(t.Context(), m)
			require.NoError(t, err, name)
			assert.Equal(t, m.Cols, n.Cols(), name)
			for c := range m.Cols {
				for to := range m.Cols {
					assert.True(t, c == to || n.Weight(int32(c), int32(to)) == 0, name)
				}
			}
		}
	}
}

func TestMethods_SayTheSameAgain(t *testing.T) {
	t.Parallel()
	for name, method := range methods {
		first, err := method(t.Context(), drawn(50, 40, .2, 3))
		require.NoError(t, err)
		second, err := method(t.Context(), drawn(50, 40, .2, 3))
		require.NoError(t, err)
		assert.Equal(t, first.Append(nil), second.Append(nil), name)
	}
}

func TestMethods_RefuseWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, bad := range map[string][]learn.Entry{
		"not a number": {{Col: 0, Value: 1}, {Col: 1, Value: nan}}, "infinite": {{Col: 1, Value: inf}}, "below nothing": {{Col: 1, Value: -inf}},
		"a column too many": row(3), "a column below 0": row(-1), "a column twice": row(1, 1), "not in order": row(2, 1),
	} {
		m := &learn.Matrix{Cols: 3, Rows: [][]learn.Entry{row(0, 1, 2), bad, row(0, 1, 2)}}
		for method, learns := range methods {
			_, err := learns(t.Context(), m)
			require.Error(t, err, "%s: %s", method, name)
		}
		_, err := learn.ALS(t.Context(), m, learn.ALSConfig{Factors: 2})
		require.Error(t, err, name)
	}
}

// watched is a context that ends after it was asked so often.
type watched struct{ left int }

func (w *watched) Err() error {
	if w.left--; w.left < 0 {
		return context.Canceled
	}
	return nil
}

func (*watched) Deadline() (at time.Time, ok bool) { return at, false }
func (*watched) Done() <-chan struct{}             { return nil }
func (*watched) Value(any) any                     { return nil }

func TestMethods_StopWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	m := drawn(300, 200, .05, 4)
	for name, method := range methods {
		asked := &watched{1 << 30}
		_, err := method(asked, m)
		require.NoError(t, err)
		times := 1<<30 - asked.left
		assert.Greater(t, times, 3, "%s asks now and then", name)
		for after := range times {
			_, err := method(&watched{after}, m)
			require.ErrorIs(t, err, context.Canceled, "%s after %d", name, after)
		}
	}
	_, err := learn.ALS(&watched{2}, m, learn.ALSConfig{Factors: 4})
	require.ErrorIs(t, err, context.Canceled)
}

func TestRow_AddsUpWhatIsThereTwice(t *testing.T) {
	t.Parallel()
	got := learn.Row([]learn.Entry{{Col: 5, Value: 1}, {Col: 2, Value: .5}, {Col: 5, Value: 2}, {Col: 0, Value: 1}, {Col: 5, Value: 4}})
	assert.Equal(t, []learn.Entry{{Col: 0, Value: 1}, {Col: 2, Value: .5}, {Col: 5, Value: 7}}, got)
	assert.Empty(t, learn.Row(nil))
	assert.Equal(t, 5, (&learn.Matrix{Rows: [][]learn.Entry{row(1, 2), nil, row(0, 4, 5)}}).Entries())
}
