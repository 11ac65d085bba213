package token_test

import (
	"bytes"
	"encoding/base64"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/token"
)

func ring(t testing.TB, ids ...uint8) *token.Ring {
	t.Helper()
	var keys []token.Key
	for _, id := range ids {
		keys = append(keys, token.Key{ID: id, Secret: bytes.Repeat([]byte{id + 1}, 32)})
	}
	r, err := token.NewRing(keys...)
	require.NoError(t, err)
	return r
}

func sample() token.Token {
	return token.Token{
		Node: 3, Epoch: 1_790_000_000, Serial: 1<<33 + 5, Line: 12, Creative: 99, Placement: 7, Price: 370_000, User: 1 << 63, Issued: 1_796_000_000,
		Lifetime: 300, Agent: 0xdeadbeef, Network: 0xcafe, Day: -1, Flags: token.PerClick | token.Explored, City: "chennai",
	}
}

func TestRing_WhatWasSealedIsRead(t *testing.T) {
	t.Parallel()
	r := ring(t, 0)
	rapid.Check(t, func(t *rapid.T) {
		want := token.Token{
			Node: rapid.Uint16().Draw(t, "node"), Epoch: rapid.Uint32().Draw(t, "epoch"), Serial: rapid.Uint64Range(0, 1<<48-1).Draw(t, "serial"),
			Line: ads.LineID(rapid.Uint32().Draw(t, "line")), Creative: ads.CreativeID(rapid.Uint32().Draw(t, "creative")),
			Placement: ads.PlacementID(rapid.Uint32().Draw(t, "placement")), Price: ads.Nano(rapid.Int64().Draw(t, "price")),
			User: rapid.Uint64().Draw(t, "user"), Issued: rapid.Uint32().Draw(t, "issued"), Lifetime: rapid.Uint16().Draw(t, "lifetime"),
			Agent: rapid.Uint32().Draw(t, "agent"), Network: rapid.Uint32().Draw(t, "network"), Day: rapid.Int32().Draw(t, "day"),
			Flags: token.Flags(rapid.Uint8().Draw(t, "flags")), City: rapid.StringMatching(`[a-z]{0,40}`).Draw(t, "city"),
		}
		text := r.Append(nil, &want)
		require.LessOrEqual(t, len(text), token.MaxText)
		got, err := r.Parse(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestRing_LongCityIsCut(t *testing.T) {
	t.Parallel()
	r, in := ring(t, 0), sample()
	in.City = string(bytes.Repeat([]byte("x"), 100))
	got, err := r.Parse(r.Append(nil, &in))
	require.NoError(t, err)
	assert.Len(t, got.City, token.MaxCity)
}

// No change of a single bit, no cut and nothing added is taken.
func TestRing_TamperedIsRefused(t *testing.T) {
	t.Parallel()
	r, in := ring(t, 0), sample()
	text := r.Append(nil, &in)
	raw, err := base64.RawURLEncoding.DecodeString(string(text))
	require.NoError(t, err)
	for i := range len(raw) * 8 {
		forged := bytes.Clone(raw)
		forged[i/8] ^= 1 << (i % 8)
		_, err := r.Parse([]byte(base64.RawURLEncoding.EncodeToString(forged)))
		require.ErrorIs(t, err, token.ErrToken, "bit %d", i)
	}
	for n := range text {
		_, err := r.Parse(text[:n])
		require.ErrorIs(t, err, token.ErrToken, "cut at %d", n)
	}
	for _, more := range []string{"A", "=", "\n", "\r", "\r\n"} {
		_, err = r.Parse(append(bytes.Clone(text), more...))
		require.ErrorIs(t, err, token.ErrToken, "%q added", more)
		_, err = r.Parse(append([]byte(more), text...))
		require.ErrorIs(t, err, token.ErrToken, "%q before", more)
	}
}

func TestRing_Rotation(t *testing.T) {
	t.Parallel()
	before, during, after, in := ring(t, 1), ring(t, 2, 1), ring(t, 2), sample()
	old, fresh := before.Append(nil, &in), during.Append(nil, &in)
	_, err := during.Parse(old)
	require.NoError(t, err, "the old key still opens")
	_, err = after.Parse(fresh)
	require.NoError(t, err)
	_, err = after.Parse(old)
	require.ErrorIs(t, err, token.ErrToken, "gone with its key")
}

func TestRing_TellsNothing(t *testing.T) {
	t.Parallel()
	r, a := ring(t, 0), sample()
	b := a
	b.Serial++
	ta, tb := r.Append(nil, &a), r.Append(nil, &b)
	same := 0
	for i := 20; i < len(ta); i++ {
		if ta[i] == tb[i] {
			same++
		}
	}
	assert.Less(t, same, 15, "what is sealed under another number looks otherwise")
}

func TestNewRing_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := token.NewRing()
	require.ErrorContains(t, err, "keys")
	_, err = token.NewRing(token.Key{Secret: []byte("short")})
	require.ErrorContains(t, err, "keys[0].secret")
	k := token.Key{ID: 16, Secret: make([]byte, 32)}
	_, err = token.NewRing(k)
	require.ErrorContains(t, err, "keys[0].id")
	k.ID = 3
	_, err = token.NewRing(k, k)
	require.ErrorContains(t, err, "keys[1].id")
}

func TestRing_MakesNoGarbage(t *testing.T) {
	if raceOn {
		t.Skip("the race detector allocates")
	}
	r, in := ring(t, 0), sample()
	in.City = ""
	buf := make([]byte, 0, 256)
	text := r.Append(nil, &in)
	assert.Zero(t, testing.AllocsPerRun(1000, func() {
		buf = r.Append(buf[:0], &in)
		if _, err := r.Parse(text); err != nil {
			panic(err)
		}
	}))
}

// Of all that use a token at once, one is told that it was first.
func TestBits_OneWinsForEachToken(t *testing.T) {
	t.Parallel()
	const tokens, racers = 5000, 8
	b := token.NewBits()
	assert.EqualValues(t, tokens, race(racers, tokens, func(serial uint64) bool { return b.Set(token.Viewed, serial) }))
	assert.True(t, b.Has(token.Viewed, tokens-1))
	assert.False(t, b.Has(token.Viewed, tokens))
	assert.False(t, b.Has(token.Clicked, 1), "marks are apart")
}

// The same race over a check and a write that are two steps counts some twice: the test above would see it.
func TestBits_NegativeControl(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[uint64]bool{}
	won := race(2, 1, func(uint64) bool {
		mu.Lock()
		there := seen[0]
		mu.Unlock()
		meet() // both have looked before either writes
		mu.Lock()
		seen[0] = true
		mu.Unlock()
		return !there
	})
	assert.EqualValues(t, 2, won)
}

var meeting = make(chan struct{})

// meet returns when the other is there as well.
func meet() {
	select {
	case meeting <- struct{}{}:
	case <-meeting:
	}
}

func race(racers int, tokens uint64, set func(serial uint64) bool) int64 {
	var won atomic.Int64
	var all sync.WaitGroup
	for range racers {
		all.Go(func() {
			for serial := range tokens {
				if set(serial) {
					won.Add(1)
				}
			}
		})
	}
	all.Wait()
	return won.Load()
}

func TestBits_Drop(t *testing.T) {
	t.Parallel()
	b := token.NewBits()
	for serial := uint64(0); serial < 5<<16; serial += 1 << 15 {
		b.Set(token.Closed, serial)
	}
	before := b.Bytes()
	b.Drop(3<<16 + 10)
	assert.Equal(t, before*2/5, b.Bytes())
	assert.False(t, b.Has(token.Closed, 0))
	assert.True(t, b.Has(token.Closed, 3<<16))
}

func FuzzParse(f *testing.F) {
	r, in := ring(f, 0, 1), sample()
	f.Add(r.Append(nil, &in))
	f.Add([]byte(""))
	f.Add(append(r.Append(nil, &in), "\r\n"...))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := r.Parse(text)
		if err != nil {
			require.ErrorIs(t, err, token.ErrToken)
			return
		}
		require.Equal(t, string(text), string(r.Append(nil, &got)), "one token has one text")
	})
}

func BenchmarkAppendParse(b *testing.B) {
	r, in := ring(b, 0), sample()
	buf := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		buf = r.Append(buf[:0], &in)
		if _, err := r.Parse(buf); err != nil {
			b.Fatal(err)
		}
	}
}

// What says that a bid lost is of its token alone, and nobody makes it of a token.
func TestRing_ProofOfALoss(t *testing.T) {
	t.Parallel()
	r, one := ring(t, 3), sample()
	two := sample()
	two.Serial++
	text, other := r.Append(nil, &one), r.Append(nil, &two)
	loss := r.AppendLoss([]byte("/l/"), text)[len("/l/"):]
	got, err := r.Lost(loss)
	require.NoError(t, err)
	assert.Equal(t, text, got)
	proof := loss[len(text):]
	for name, bad := range map[string][]byte{
		"nothing": nil, "a dot": []byte("."), "the token": text, "no proof": append(bytes.Clone(text), '.'), "cut": loss[:len(loss)-1],
		"longer": append(bytes.Clone(loss), 'A'), "of another token": append(bytes.Clone(other), proof...), "twice": append(bytes.Clone(loss), proof...),
		"by another key": ring(t, 4).AppendLoss(nil, text), "very long": bytes.Repeat([]byte("A"), 3000),
	} {
		_, err := r.Lost(bad)
		require.ErrorIs(t, err, token.ErrToken, name)
	}
	got, err = ring(t, 5, 3).Lost(loss)
	require.NoError(t, err, "a key that no longer seals proves still")
	assert.Equal(t, text, got)
}
