package booking_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
)

const letters = "2346789CDFHJKMNPQRTVWXY"

func newReference(t require.TestingT) booking.Reference {
	r, err := booking.NewReference(rand.Reader)
	require.NoError(t, err)
	return r
}

func TestNewReference_IsShortAndUnambiguous(t *testing.T) {
	t.Parallel()
	seen := map[booking.Reference]bool{}
	count := map[rune]int{}
	random := mathrand.NewChaCha8([32]byte{1}) // of 5000 in 3.4 billion two are alike once in 270 times
	for range 5000 {
		r, err := booking.NewReference(random)
		require.NoError(t, err)
		require.Len(t, string(r), 8)
		require.False(t, seen[r])
		seen[r] = true
		for _, c := range r {
			require.Contains(t, letters, string(c))
			count[c]++
		}
	}
	for _, c := range letters { // 40,000 characters over 23: 1739 each, standard deviation 41
		assert.InDelta(t, 40_000/23, count[c], 300, "%c is not as likely as the others", c)
	}
}

func TestNewReference_ReadsTheSourceAndReportsItsError(t *testing.T) {
	t.Parallel()
	first, err := booking.NewReference(bytes.NewReader(bytes.Repeat([]byte{0}, 16)))
	require.NoError(t, err)
	assert.Equal(t, booking.Reference("22222222"), first)

	broken := errors.New("broken")
	_, err = booking.NewReference(iotest.ErrReader(broken))
	assert.ErrorIs(t, err, broken)
}

func TestParseReference_IsForgiving(t *testing.T) {
	t.Parallel()
	r := newReference(t)
	for _, typed := range []string{
		string(r), r.Display(), strings.ToLower(string(r)), " " + string(r) + " ", strings.Join(strings.Split(string(r), ""), " - "),
	} {
		got, err := booking.ParseReference(typed)
		require.NoError(t, err, typed)
		assert.Equal(t, r, got)
	}
	assert.Equal(t, "K7", booking.Reference("K7").Display())
}

func TestParseReference_CatchesEveryWrongCharacterAndEverySwap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(newReference(t))
		i, j := rapid.IntRange(0, 7).Draw(t, "i"), rapid.IntRange(0, 7).Draw(t, "j")
		right := text[i]
		for k := range len(letters) {
			text[i] = letters[k]
			_, err := booking.ParseReference(string(text))
			require.Equal(t, letters[k] == right, err == nil, "%c for %c", letters[k], right)
		}
		text[i] = right
		text[i], text[j] = text[j], text[i]
		_, err := booking.ParseReference(string(text))
		require.Equal(t, text[i] == text[j], err == nil, "places %d and %d", i, j)
	})
}

func TestParseReference_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"":          "must have 8 letters",
		"2222222":   "must have 8 letters",
		"222222222": "must have 8 letters",
		"2222222O":  "has the character 'O'",
		"222222é":   "has the character 'É'",
		"22222223":  "is mistyped",
	} {
		_, err := booking.ParseReference(typed)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), typed)
		assert.Equal(t, "reference", fault.Of(err).Field)
		assert.ErrorContains(t, err, want)
	}
}

func FuzzParseReference(f *testing.F) {
	for _, seed := range []string{"22222222", "k7pw-xf32", "", "ſſſſ", "22 22-22\x0022"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := booking.ParseReference(s)
		if err != nil {
			assert.Equal(t, fault.Invalid, fault.CodeOf(err))
			return
		}
		again, err := booking.ParseReference(r.Display())
		require.NoError(t, err)
		assert.Equal(t, r, again)
	})
}
