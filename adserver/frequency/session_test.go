package frequency_test

import (
	"bytes"
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/frequency"
)

var sessionKey = bytes.Repeat([]byte("k"), 32)

func newSessions(t testing.TB) *frequency.Sessions {
	t.Helper()
	s, err := frequency.NewSessions(sessionKey, 0)
	require.NoError(t, err)
	return s
}

func TestSession_CapsHoldFromPageToPage(t *testing.T) {
	t.Parallel()
	s, text := newSessions(t), ""
	limits := line(7, per(2, frequency.Hour), per(3, frequency.Lifetime))
	show := func(after time.Duration, limits []frequency.Limit) bool {
		at := start.Add(after)
		c := s.Open(text, at)
		ok := c.Allowed(limits, at)
		if ok {
			c.Count(limits, at)
		}
		text = s.Seal(c)
		return ok
	}
	assert.True(t, show(0, limits))
	assert.True(t, show(time.Minute, limits))
	assert.False(t, show(time.Hour, limits), "it counts from what was shown last")
	assert.True(t, show(61*time.Minute, limits))
	assert.False(t, show(10*time.Hour, limits), "three in a lifetime")
	assert.True(t, show(10*time.Hour, line(8, per(1, frequency.Minute))))
	assert.False(t, show(10*time.Hour+59*time.Second, line(8, per(1, frequency.Minute))))
	assert.True(t, show(10*time.Hour+time.Minute, line(8, per(1, frequency.Minute))))
	assert.True(t, show(11*time.Hour, line(8, per(2, frequency.Minute))), "the times before it had passed are over")
	assert.False(t, show(11*time.Hour, line(9, per(0, frequency.Day))))
	assert.False(t, show(11*time.Hour, line(0, per(1, frequency.Day))), "no limit at all")
	assert.True(t, show(11*time.Hour, line(9)), "no caps")
	assert.True(t, show(24*time.Hour, limits), "another session")
}

func TestSession_IsBounded(t *testing.T) {
	t.Parallel()
	s := newSessions(t)
	c := s.Open("", start)
	for id := range uint32(100) {
		c.Count(line(id+1, per(1, frequency.Day)), start)
	}
	for range 300 {
		c.Count(line(100, per(1, frequency.Day)), start)
	}
	text := s.Seal(c)
	assert.Len(t, text, 455)
	c = s.Open(text, start)
	assert.Equal(t, text, s.Seal(c))
	assert.False(t, c.Allowed(line(69, per(1, frequency.Day)), start))
	assert.True(t, c.Allowed(line(68, per(1, frequency.Day)), start))
	assert.False(t, c.Allowed(line(100, per(1000, frequency.Day)), start), "it counts to 255")
}

func TestSession_OnlyWhatWasSignedCounts(t *testing.T) {
	t.Parallel()
	s, limits := newSessions(t), line(7, per(1, frequency.Day))
	c := s.Open("", start)
	c.Count(limits, start)
	text := s.Seal(c)
	require.False(t, s.Open(text, start).Allowed(limits, start))
	raw, err := base64.RawURLEncoding.DecodeString(text)
	require.NoError(t, err)
	for bit := range 8 * len(raw) {
		broken := bytes.Clone(raw)
		broken[bit/8] ^= 1 << (bit % 8)
		require.True(t, s.Open(base64.RawURLEncoding.EncodeToString(broken), start).Allowed(limits, start), "bit %d", bit)
	}
	assert.True(t, s.Open(text, start.Add(24*time.Hour)).Allowed(limits, start), "it is over")
	assert.True(t, s.Open(text, start.Add(-time.Hour)).Allowed(limits, start), "it has not begun")
	assert.True(t, s.Open(text+"A", start).Allowed(limits, start))
	other, err := frequency.NewSessions(bytes.Repeat([]byte("o"), 32), time.Hour)
	require.NoError(t, err)
	assert.True(t, other.Open(text, start).Allowed(limits, start), "another key")
}

func TestNewSessions_NamesWhatIsAtFault(t *testing.T) {
	t.Parallel()
	_, err := frequency.NewSessions(sessionKey[:31], 0)
	require.ErrorContains(t, err, "key")
	_, err = frequency.NewSessions(sessionKey, time.Minute)
	require.ErrorContains(t, err, "life")
}

func FuzzOpen(f *testing.F) {
	s, err := frequency.NewSessions(sessionKey, 0)
	require.NoError(f, err)
	c := s.Open("", start)
	c.Count(line(7, per(1, frequency.Day)), start)
	f.Add(s.Seal(c))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		again := s.Seal(s.Open(text, start))
		require.Equal(t, again, s.Seal(s.Open(again, start)))
	})
}
