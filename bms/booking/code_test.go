package booking_test

import (
	"crypto/ed25519"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
)

// signer returns a signer whose key is made of one byte.
func signer(t require.TestingT, key booking.KeyID, seed byte) *booking.Signer {
	s, err := booking.NewSigner(key, privateKey(seed))
	require.NoError(t, err)
	return s
}

func privateKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), ed25519.SeedSize)))
}

func claims() booking.TicketClaims {
	return booking.TicketClaims{
		ShowID: id.New[string]("shw", start), TicketID: booking.NewTicketID(start), Seat: 12,
		ValidFrom: curtain.Add(-2 * time.Hour), ValidUntil: curtain.Add(4 * time.Hour),
	}
}

func TestCode_RoundTrip(t *testing.T) {
	t.Parallel()
	s := signer(t, 7, 'k')
	v := s.Verifier()
	minute := rapid.Custom(func(t *rapid.T) time.Time {
		if n := rapid.Int64Range(0, math.MaxUint32).Draw(t, "minutes"); n > 0 {
			return time.Unix(60*n, 0).UTC()
		}
		return time.Time{}
	})
	rapid.Check(t, func(t *rapid.T) {
		c := claims()
		c.Seat = rapid.Int32Min(-1).Draw(t, "seat")
		c.ValidFrom, c.ValidUntil = minute.Draw(t, "from"), minute.Draw(t, "until")
		code, err := s.Sign(c)
		if !c.ValidUntil.IsZero() && !c.ValidUntil.After(c.ValidFrom) {
			require.Equal(t, "valid_until", fault.Of(err).Field)
			return
		}
		require.NoError(t, err)
		require.Len(t, code, booking.CodeLen)
		require.Equal(t, -1, strings.IndexFunc(code, notAlphanumeric), "QR's alphanumeric mode")

		got, err := v.Verify(" " + strings.ToLower(code) + "\n")
		require.NoError(t, err)
		require.Equal(t, c, got)
		again, err := s.Sign(c)
		require.NoError(t, err)
		require.Equal(t, code, again)
	})
}

func notAlphanumeric(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }

func TestCode_TimesAreWholeMinutes(t *testing.T) {
	t.Parallel()
	s := signer(t, 1, 'k')
	c := claims()
	c.ValidFrom, c.ValidUntil = c.ValidFrom.Add(time.Second), c.ValidUntil.Add(time.Second)
	code, err := s.Sign(c)
	require.NoError(t, err)
	got, err := s.Verifier().Verify(code)
	require.NoError(t, err)
	assert.Equal(t, curtain.Add(-2*time.Hour), got.ValidFrom, "never later than asked")
	assert.Equal(t, curtain.Add(4*time.Hour+time.Minute), got.ValidUntil, "never sooner than asked")
}

func TestSign_NamesTheClaim(t *testing.T) {
	t.Parallel()
	s := signer(t, 1, 'k')
	for field, spoil := range map[string]func(*booking.TicketClaims){
		"show_id":     func(c *booking.TicketClaims) { c.ShowID = "shw_1" },
		"ticket_id":   func(c *booking.TicketClaims) { c.TicketID = "" },
		"seat":        func(c *booking.TicketClaims) { c.Seat = -2 },
		"valid_from":  func(c *booking.TicketClaims) { c.ValidFrom = time.Unix(59, 0) },
		"valid_until": func(c *booking.TicketClaims) { c.ValidUntil = time.Unix((math.MaxUint32+1)*60, 0) },
	} {
		c := claims()
		spoil(&c)
		_, err := s.Sign(c)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
	_, err := booking.NewSigner(1, make([]byte, 32))
	assert.Equal(t, "key", fault.Of(err).Field)
	_, err = booking.NewVerifier(map[booking.KeyID]ed25519.PublicKey{1: make([]byte, 31)})
	assert.Equal(t, "keys", fault.Of(err).Field)
}

func TestVerify_KeysRotate(t *testing.T) {
	t.Parallel()
	old, fresh := signer(t, 1, 'o'), signer(t, 2, 'n')
	gate, err := booking.NewVerifier(map[booking.KeyID]ed25519.PublicKey{
		1: privateKey('o').Public().(ed25519.PublicKey),
		2: privateKey('n').Public().(ed25519.PublicKey),
	})
	require.NoError(t, err)
	for _, s := range []*booking.Signer{old, fresh} {
		code, err := s.Sign(claims())
		require.NoError(t, err)
		_, err = gate.Verify(code)
		require.NoError(t, err)
	}
	code, err := fresh.Sign(claims())
	require.NoError(t, err)
	_, err = old.Verifier().Verify(code)
	require.ErrorIs(t, err, booking.ErrUnknownKey)
	_, err = signer(t, 2, 'x').Verifier().Verify(code)
	assert.ErrorIs(t, err, booking.ErrForged, "the right id, another key")
}

func TestVerify_EveryChangedCharacterIsNoticed(t *testing.T) {
	t.Parallel()
	s := signer(t, 1, 'k')
	v := s.Verifier()
	code, err := s.Sign(claims())
	require.NoError(t, err)
	for i := range len(code) {
		for _, c := range "0Z" {
			if rune(code[i]) == c {
				continue
			}
			_, err := v.Verify(code[:i] + string(c) + code[i+1:])
			require.Error(t, err, "character %d", i)
		}
	}
	for _, bad := range []string{"", "x", code[:177], code + "0", strings.Repeat("U", 178), code[:90] + "\n" + code[91:], code[:177] + "\n"} {
		_, err := v.Verify(bad)
		assert.ErrorIs(t, err, booking.ErrNoCode, "%q", bad)
	}
}

func TestAdmits_ShowAndTime(t *testing.T) {
	t.Parallel()
	c := claims()
	for name, row := range map[string]struct {
		show string
		now  time.Time
		want error
	}{
		"in time":      {c.ShowID, curtain, nil},
		"doors open":   {c.ShowID, c.ValidFrom, nil},
		"too early":    {c.ShowID, c.ValidFrom.Add(-1), booking.ErrTooEarly},
		"just in time": {c.ShowID, c.ValidUntil.Add(-1), nil},
		"over":         {c.ShowID, c.ValidUntil, booking.ErrOver},
		"another show": {"shw_other", curtain, booking.ErrOtherShow},
	} {
		assert.Equal(t, row.want == nil, c.Admits(row.show, row.now) == nil, name)
		if row.want != nil {
			assert.ErrorIs(t, c.Admits(row.show, row.now), row.want, name)
		}
	}
	c.ValidFrom, c.ValidUntil = time.Time{}, time.Time{}
	assert.NoError(t, c.Admits(c.ShowID, time.Unix(0, 0)), "no bounds")
}

func FuzzVerify(f *testing.F) {
	s := signer(f, 1, 'k')
	v := s.Verifier()
	code, err := s.Sign(claims())
	require.NoError(f, err)
	f.Add(code)
	f.Add(strings.Repeat("0", booking.CodeLen))
	f.Add("04" + strings.Repeat("Z", booking.CodeLen-2))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := v.Verify(text)
		if err != nil {
			assert.NotEqual(t, fault.Internal, fault.CodeOf(err))
			return
		}
		again, err := s.Sign(got)
		require.NoError(t, err)
		assert.Equal(t, strings.ToUpper(strings.TrimSpace(text)), again, "only what was signed verifies")
	})
}

func BenchmarkSign(b *testing.B) {
	s, c := signer(b, 1, 'k'), claims()
	for b.Loop() {
		if _, err := s.Sign(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	s := signer(b, 1, 'k')
	v := s.Verifier()
	code, err := s.Sign(claims())
	require.NoError(b, err)
	for b.Loop() {
		if _, err := v.Verify(code); err != nil {
			b.Fatal(err)
		}
	}
}
