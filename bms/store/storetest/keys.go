package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/store"
)

var keyTests = map[string]func(*suite){
	"Keys_ClaimAndMeet":         testKeyClaim,
	"Keys_TwiceInOneBatch":      testKeyTwiceInBatch,
	"Keys_LeaseRunsOut":         testKeyLease,
	"Keys_AnswerIsReplayed":     testKeyAnswer,
	"Keys_FinishOnlyInFlight":   testKeyFinish,
	"Keys_Drop":                 testKeyDrop,
	"Keys_OnlyTheOwnerFinishes": testKeyOwner,
	"Keys_FinishRacesTakeover":  testKeyTakeover,
	"Keys_Read":                 testKeyRead,
	"Keys_Prune":                testKeyPrune,
	"Keys_OneClaimantOfMany":    testKeyRace,
	"Keys_BatchesInAnyOrder":    testKeyBatchesCross,
	"Keys_NoClaimsAreNoProblem": testKeyNone,
}

// keyClaim returns a claim with a lease of a minute and a life of a day.
func (s *suite) keyClaim(key string) store.KeyClaim {
	return store.KeyClaim{Scope: "holds.create", Key: key, Hash: "hash of " + key, LeaseUntil: s.db.Now().Add(time.Minute), ExpiresAt: s.db.Now().Add(24 * time.Hour)}
}

func (s *suite) claimKeys(claims ...store.KeyClaim) map[int]store.KeyRow {
	s.Helper()
	var inWay map[int]store.KeyRow
	s.must(func(tx store.Tx) error {
		var err error
		inWay, err = tx.ClaimKeys(s.Context(), claims)
		return err
	})
	return inWay
}

func (s *suite) finishKey(c store.KeyClaim, answer string) error {
	return s.try(func(tx store.Tx) error { return tx.FinishKey(s.Context(), c, json.RawMessage(answer)) })
}

func (s *suite) dropKey(c store.KeyClaim) {
	s.Helper()
	s.must(func(tx store.Tx) error { return tx.DropKey(s.Context(), c) })
}

// keyRow is what is stored of a key of the scope of keyClaim.
func (s *suite) keyRow(key string) store.KeyRow {
	s.Helper()
	return read(s, func(tx store.Tx) (store.KeyRow, error) { return tx.Key(s.Context(), "holds.create", key) })
}

func testKeyNone(s *suite) {
	assert.Empty(s, s.claimKeys())
}

func testKeyClaim(s *suite) {
	a, odd := s.keyClaim("a"), full[store.KeyClaim]()
	odd.LeaseUntil, odd.ExpiresAt = a.LeaseUntil, a.ExpiresAt
	assert.Empty(s, s.claimKeys(a, odd))
	other := a
	other.Scope = "bookings.create"
	again := a
	again.Hash, again.ExpiresAt = "another body", a.ExpiresAt.Add(time.Hour)
	assert.Equal(s, map[int]store.KeyRow{0: {KeyClaim: odd}, 2: {KeyClaim: a}}, s.claimKeys(odd, s.keyClaim("b"), again, other))
}

func testKeyTwiceInBatch(s *suite) {
	a, twin := s.keyClaim("a"), s.keyClaim("a")
	twin.Hash = "another body"
	assert.Equal(s, map[int]store.KeyRow{1: {KeyClaim: a}, 3: {KeyClaim: a}}, s.claimKeys(a, twin, s.keyClaim("b"), a))
	require.NoError(s, s.finishKey(a, `{"n":1}`))
	stored := store.KeyRow{KeyClaim: a, Done: true, Answer: json.RawMessage(`{"n":1}`)}
	assert.Equal(s, map[int]store.KeyRow{0: stored, 1: stored}, s.claimKeys(a, twin), "both meet the row that is stored")
}

func testKeyLease(s *suite) {
	a := s.keyClaim("a")
	s.claimKeys(a)
	s.clock.advance(time.Minute)
	assert.Len(s, s.claimKeys(s.keyClaim("a")), 1, "until then, not before")
	s.clock.advance(time.Microsecond)
	taken := s.keyClaim("a")
	taken.Hash = "another body"
	assert.Empty(s, s.claimKeys(taken), "abandoned")
	assert.Equal(s, map[int]store.KeyRow{0: {KeyClaim: taken}}, s.claimKeys(a))
}

func testKeyAnswer(s *suite) {
	a := s.keyClaim("a")
	s.claimKeys(a)
	answer := `{"id":"hld_1","note":"ž <b> 🎭"}`
	require.NoError(s, s.finishKey(a, answer))
	want := map[int]store.KeyRow{0: {KeyClaim: a, Done: true, Answer: json.RawMessage(answer)}}
	s.clock.advance(24 * time.Hour)
	assert.Equal(s, want, s.claimKeys(s.keyClaim("a")), "a lease does not end an answer")
	s.clock.advance(time.Microsecond)
	assert.Empty(s, s.claimKeys(s.keyClaim("a")), "expired")
	in := s.claimKeys(s.keyClaim("a"))
	assert.False(s, in[0].Done)
	assert.Nil(s, in[0].Answer)
}

func testKeyFinish(s *suite) {
	a := s.keyClaim("a")
	require.ErrorIs(s, s.finishKey(a, `1`), store.ErrKeyLost, "nobody claimed it")
	s.claimKeys(a)
	require.NoError(s, s.finishKey(a, `1`))
	require.ErrorIs(s, s.finishKey(a, `2`), store.ErrKeyLost, "done")
	assert.Equal(s, json.RawMessage(`1`), s.claimKeys(s.keyClaim("a"))[0].Answer)
}

func testKeyDrop(s *suite) {
	a, b := s.keyClaim("a"), s.keyClaim("b")
	s.dropKey(s.keyClaim("none"))
	s.claimKeys(a, b)
	s.dropKey(a)
	assert.Empty(s, s.claimKeys(a))
	require.NoError(s, s.finishKey(b, `1`))
	s.dropKey(b)
	assert.Len(s, s.claimKeys(b), 1, "an answer is not forgotten")
}

func testKeyRead(s *suite) {
	a := s.keyClaim("a")
	missing(s, func(tx store.Tx) (store.KeyRow, error) { return tx.Key(s.Context(), a.Scope, a.Key) })
	s.claimKeys(a)
	assert.Equal(s, store.KeyRow{KeyClaim: a}, s.keyRow("a"))
	missing(s, func(tx store.Tx) (store.KeyRow, error) { return tx.Key(s.Context(), "bookings.create", a.Key) })
	require.NoError(s, s.finishKey(a, `1`))
	assert.Equal(s, store.KeyRow{KeyClaim: a, Done: true, Answer: json.RawMessage(`1`)}, s.keyRow("a"))
}

// Whoever worked for longer than the lease can neither answer for the one who took the key over nor drop it,
// and what it wrote with its answer is undone.
func testKeyOwner(s *suite) {
	slow := s.keyClaim("a")
	s.claimKeys(slow)
	s.clock.advance(time.Minute)
	require.NoError(s, s.finishKey(slow, `1`), "nobody has taken it over")

	slow = s.keyClaim("b")
	s.claimKeys(slow)
	s.clock.advance(time.Minute + time.Microsecond)
	twin := s.keyClaim("b")
	require.Equal(s, slow.Hash, twin.Hash)
	assert.Empty(s, s.claimKeys(twin))
	s.refused(store.ErrKeyLost, func(tx store.Tx) error {
		return firstOf(tx.SeeEvent(s.Context(), "bank", "evt_1"), tx.FinishKey(s.Context(), slow, json.RawMessage(`"slow"`)))
	})
	s.must(func(tx store.Tx) error { return tx.SeeEvent(s.Context(), "bank", "evt_1") })
	s.dropKey(slow)
	assert.Equal(s, store.KeyRow{KeyClaim: twin}, s.keyRow("b"))

	other := twin
	other.Hash = "another body"
	require.ErrorIs(s, s.finishKey(other, `"other"`), store.ErrKeyLost)
	s.dropKey(other)
	require.NoError(s, s.finishKey(twin, `"twin"`))
	require.ErrorIs(s, s.finishKey(slow, `"slow"`), store.ErrKeyLost)
	assert.Equal(s, json.RawMessage(`"twin"`), s.keyRow("b").Answer)
}

// One of two finishes: who claimed first, or who takes the key over at that moment.
func testKeyTakeover(s *suite) {
	slow := s.keyClaim("a")
	s.claimKeys(slow)
	s.clock.advance(time.Minute + time.Microsecond)
	twin := s.keyClaim("a")
	twin.Hash = "another body"
	took := false
	errs := together(2, func(i int) error {
		if i == 0 {
			return s.finishKey(slow, `"slow"`)
		}
		return s.try(func(tx store.Tx) error {
			inWay, err := tx.ClaimKeys(s.Context(), []store.KeyClaim{twin})
			took = len(inWay) == 0
			return err
		})
	})
	require.NoError(s, errs[1])
	if took {
		require.ErrorIs(s, errs[0], store.ErrKeyLost)
		assert.Equal(s, store.KeyRow{KeyClaim: twin}, s.keyRow("a"))
		return
	}
	require.NoError(s, errs[0])
	assert.Equal(s, store.KeyRow{KeyClaim: slow, Done: true, Answer: json.RawMessage(`"slow"`)}, s.keyRow("a"))
}

func testKeyPrune(s *suite) {
	old, young := s.keyClaim("old"), s.keyClaim("young")
	young.ExpiresAt = old.ExpiresAt.Add(time.Microsecond)
	s.claimKeys(old, young)
	s.must(func(tx store.Tx) error { return tx.PruneKeys(s.Context(), young.ExpiresAt) })
	assert.Equal(s, map[int]store.KeyRow{1: {KeyClaim: young}}, s.claimKeys(old, young))
}

func testKeyRace(s *suite) {
	won := make([]bool, 12)
	for _, err := range together(len(won), func(i int) error {
		claim := s.keyClaim("a")
		claim.Hash = fmt.Sprint(i)
		return s.try(func(tx store.Tx) error {
			inWay, err := tx.ClaimKeys(s.Context(), []store.KeyClaim{claim})
			won[i] = len(inWay) == 0
			return err
		})
	}) {
		require.NoError(s, err)
	}
	assert.Len(s, winners(won), 1)
	in := s.claimKeys(s.keyClaim("a"))
	assert.Equal(s, fmt.Sprint(winners(won)[0]), in[0].Hash)
}

func winners(won []bool) []int {
	var list []int
	for i, w := range won {
		if w {
			list = append(list, i)
		}
	}
	return list
}

// Batches that have the same keys in another order do not stop each other for good.
func testKeyBatchesCross(s *suite) {
	const n = 8
	for _, err := range together(n, func(i int) error {
		claims := make([]store.KeyClaim, 20)
		for j := range claims {
			claims[j] = s.keyClaim(fmt.Sprint((j * (2*i + 1)) % len(claims)))
		}
		return s.try(func(tx store.Tx) error {
			_, err := tx.ClaimKeys(s.Context(), claims)
			return err
		})
	}) {
		require.NoError(s, err)
	}
}
