package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/ledger"
)

func TestMarks_AreReadAsTheyWereAppended(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.Custom(func(t *rapid.T) ledger.Mark {
			return ledger.Mark{
				Epoch: rapid.Uint32().Draw(t, "epoch"), Serial: rapid.Uint64().Draw(t, "serial"), Kind: ledger.Kind(rapid.Uint8().Draw(t, "kind")),
				Refused: rapid.Bool().Draw(t, "refused"),
			}
		})).Draw(t, "marks")
		var data []byte
		for _, m := range list {
			data = m.Append(data)
		}
		var read []ledger.Mark
		require.NoError(t, ledger.ReadMarks(data, func(m ledger.Mark) { read = append(read, m) }))
		require.ElementsMatch(t, list, read)
		if len(data) > 0 {
			n := 0
			cut := ledger.ReadMarks(data[:len(data)-1], func(ledger.Mark) { n++ })
			require.True(t, cut != nil || n < len(list), "what is cut off is missed")
		}
	})
}

func FuzzReadMarks(f *testing.F) {
	f.Add(ledger.Mark{Epoch: 1, Serial: 1 << 40, Kind: ledger.Click, Refused: true}.Append(nil))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var again []byte
		if ledger.ReadMarks(data, func(m ledger.Mark) { again = m.Append(again) }) == nil {
			assert.LessOrEqual(t, len(again), len(data), "numbers may be written longer than they must")
		}
	})
}
