package waitlist_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var ada = waitlist.Person{Name: "Ada Lovelace", Email: "Ada@Example.com", Locale: "en"}

func entry(t *testing.T, number int64, w waitlist.Wish) waitlist.Entry {
	t.Helper()
	e, err := waitlist.Join("shw_1", ada, w, now)
	require.NoError(t, err)
	return e.Numbered(number)
}

func offered(t *testing.T) waitlist.Entry {
	t.Helper()
	e, err := entry(t, 1, waitlist.Wish{Places: 2}).Offering("hld_house", now.Add(30*time.Minute), now)
	require.NoError(t, err)
	return e
}

func TestJoin_CleansAndChecksThePerson(t *testing.T) {
	t.Parallel()
	e, err := waitlist.Join("shw_1", waitlist.Person{Name: " Ada ", Email: " ada@example.com "}, waitlist.Wish{Places: 1}, now)
	require.NoError(t, err)
	assert.Equal(t, waitlist.Person{Name: "Ada", Email: "ada@example.com"}, e.Person)
	assert.Equal(t, waitlist.Waiting, e.State)
	assert.Equal(t, 1, e.Version)
	assert.True(t, strings.HasPrefix(string(e.ID), "wle_"))
	assert.Equal(t, "ada@example.com", ada.Key(), "one entry for an address")
	for field, p := range map[string]waitlist.Person{
		"name": {Email: "ada@example.com"}, "email": {Name: "Ada", Email: "ada"}, "locale": {Name: "Ada", Email: "ada@example.com", Locale: "!"},
	} {
		_, err := waitlist.Join("shw_1", p, waitlist.Wish{Places: 1}, now)
		require.True(t, fault.Is(err, fault.Invalid))
		assert.Equal(t, field, fault.Of(err).Field)
	}
}

func TestWish_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		field string
		wish  waitlist.Wish
	}{
		{"places", waitlist.Wish{}},
		{"places", waitlist.Wish{Places: 11}},
		{"places", waitlist.Wish{Places: -1}},
		{"wheelchairs", waitlist.Wish{Places: 2, Wheelchairs: 3}},
		{"wheelchairs", waitlist.Wish{Places: 2, Wheelchairs: -1}},
		{"companions", waitlist.Wish{Places: 2, Wheelchairs: 1, Companions: 2}},
		{"companions", waitlist.Wish{Places: 2, Companions: 1}},
		{"companions", waitlist.Wish{Places: 2, Companions: -1}},
	} {
		err := c.wish.Validate(10)
		require.True(t, fault.Is(err, fault.Invalid), "%+v", c.wish)
		assert.Equal(t, c.field, fault.Of(err).Field, "%+v", c.wish)
	}
	assert.NoError(t, waitlist.Wish{Places: 10, Wheelchairs: 2, Companions: 2}.Validate(10))
}

func TestWish_CompetesForPlacesThatBothCanHave(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b waitlist.Wish
		want bool
	}{
		{waitlist.Wish{Places: 1}, waitlist.Wish{Places: 4, Category: "gold"}, true},
		{waitlist.Wish{Places: 1, Category: "gold"}, waitlist.Wish{Places: 4, Category: "gold"}, true},
		{waitlist.Wish{Places: 1, Category: "gold"}, waitlist.Wish{Places: 4, Category: "silver"}, false},
		{waitlist.Wish{Places: 1, Wheelchairs: 1}, waitlist.Wish{Places: 1}, false},
		{waitlist.Wish{Places: 2, Wheelchairs: 1, Companions: 1}, waitlist.Wish{Places: 1}, false},
		{waitlist.Wish{Places: 3, Wheelchairs: 1, Companions: 1}, waitlist.Wish{Places: 1}, true},
		{waitlist.Wish{Places: 1, Wheelchairs: 1}, waitlist.Wish{Places: 2, Wheelchairs: 1}, true},
	} {
		assert.Equal(t, c.want, c.a.Competes(c.b), "%+v %+v", c.a, c.b)
		assert.Equal(t, c.want, c.b.Competes(c.a), "%+v %+v", c.b, c.a)
	}
}

func TestClaim_OnceAndInTime(t *testing.T) {
	t.Parallel()
	e := offered(t)
	end := e.Offer.Until
	claimed, err := e.Claim("hld_buyer", end.Add(-time.Microsecond))
	require.NoError(t, err)
	assert.Equal(t, waitlist.Claimed, claimed.State)
	assert.EqualValues(t, "hld_buyer", claimed.Hold)
	_, err = claimed.Claim("hld_other", now)
	require.ErrorIs(t, err, waitlist.ErrClaimed)
	_, err = e.Claim("hld_buyer", end)
	require.ErrorIs(t, err, waitlist.ErrOfferOver)
	_, err = e.Lapse(end).Claim("hld_buyer", end)
	require.ErrorIs(t, err, waitlist.ErrOfferOver)
	for _, other := range []waitlist.Entry{entry(t, 1, waitlist.Wish{Places: 1}), e.Leave(now), e.Close(now)} {
		_, err = other.Claim("hld_buyer", now)
		require.ErrorIs(t, err, waitlist.ErrNoOffer, other.State)
	}
}

func TestLapse_WaitsForTheEnd(t *testing.T) {
	t.Parallel()
	e := offered(t)
	assert.Equal(t, e, e.Lapse(e.Offer.Until.Add(-time.Microsecond)))
	assert.Equal(t, waitlist.Ended, e.Lapse(e.Offer.Until).State)
	assert.Equal(t, waitlist.Waiting, entry(t, 1, waitlist.Wish{Places: 1}).Lapse(e.Offer.Until).State)
}

func TestWithdraw_KeepsThePlaceInTheLine(t *testing.T) {
	t.Parallel()
	e := offered(t)
	e.Number = 7
	back := e.Withdraw(now)
	assert.Equal(t, waitlist.Waiting, back.State)
	assert.EqualValues(t, 7, back.Number)
	assert.Zero(t, back.Offer)
	left := e.Leave(now)
	assert.Equal(t, left, left.Withdraw(now))
}

func TestEnds_AreFinal(t *testing.T) {
	t.Parallel()
	claimed, err := offered(t).Claim("hld_buyer", now)
	require.NoError(t, err)
	for _, e := range []waitlist.Entry{claimed, offered(t).Leave(now), offered(t).Close(now), offered(t).Lapse(now.Add(time.Hour))} {
		assert.True(t, e.State.Valid())
		assert.False(t, e.State.Open())
		assert.Equal(t, e, e.Leave(now))
		assert.Equal(t, e, e.Close(now))
		_, err := e.Offering("hld_2", now.Add(time.Hour), now)
		require.ErrorIs(t, err, waitlist.ErrNoOffer)
	}
	assert.False(t, waitlist.State("gone").Valid())
	assert.False(t, waitlist.Answer("perhaps").Valid())
}

func TestAgain_ChangesNothingForWhoWaits(t *testing.T) {
	t.Parallel()
	e := entry(t, 3, waitlist.Wish{Places: 2})
	e.Passed = 2
	again := func(e waitlist.Entry, w waitlist.Wish, brand catalog.BrandID, now time.Time) waitlist.Entry {
		fresh := entry(t, 0, w)
		fresh.BrandID = brand
		return e.Again(fresh, 9, now)
	}
	assert.Equal(t, e, again(e, waitlist.Wish{Places: 2}, "", now.Add(time.Hour)))
	assert.Equal(t, e, again(e, waitlist.Wish{Places: 4, Category: "gold"}, "brd_1", now.Add(time.Hour)), "an address proves nobody")
	assert.Equal(t, offered(t).Wish, again(offered(t), waitlist.Wish{Places: 4}, "brd_1", now).Wish, "an offer stands")
	for _, ended := range []waitlist.Entry{e.Leave(now), e.Close(now), offered(t).Lapse(now.Add(time.Hour))} {
		anew := again(ended, waitlist.Wish{Places: 1}, "brd_1", now.Add(2*time.Hour))
		assert.Equal(t, waitlist.Waiting, anew.State)
		assert.EqualValues(t, 9, anew.Number)
		assert.Zero(t, anew.Passed)
		assert.Zero(t, anew.Offer)
		assert.Equal(t, ended.ID, anew.ID)
		assert.Equal(t, catalog.BrandID("brd_1"), anew.BrandID)
	}
}

// fitting gives to whoever needs at most so many places of what is left.
func fitting(t *testing.T, free *int, served *[]int64) func(*waitlist.Entry) (waitlist.Answer, error) {
	return func(e *waitlist.Entry) (waitlist.Answer, error) {
		if e.Wish.Places > *free {
			return waitlist.NoRoom, nil
		}
		*free -= e.Wish.Places
		next, err := e.Offering("hld_house", now.Add(time.Hour), now)
		require.NoError(t, err)
		*e = next
		*served = append(*served, e.Number)
		return waitlist.Given, nil
	}
}

func TestRenewLink_OnlyWhileSomethingMayComeOfIt(t *testing.T) {
	t.Parallel()
	later := now.Add(time.Minute)
	for _, e := range []waitlist.Entry{entry(t, 1, waitlist.Wish{Places: 2}), offered(t)} {
		after, err := e.RenewLink(later)
		require.NoError(t, err)
		want := e
		want.LinkGeneration, want.Version, want.ChangedAt = 1, e.Version+1, later
		assert.Equal(t, want, after)
	}
	left := entry(t, 1, waitlist.Wish{Places: 2}).Leave(now)
	same, err := left.RenewLink(later)
	require.ErrorIs(t, err, waitlist.ErrEnded)
	assert.Equal(t, left, same)
}

func TestServe_InOrder(t *testing.T) {
	t.Parallel()
	line := []waitlist.Entry{entry(t, 1, waitlist.Wish{Places: 2}), entry(t, 2, waitlist.Wish{Places: 2}), entry(t, 3, waitlist.Wish{Places: 2})}
	free, served := 4, []int64(nil)
	passed, err := waitlist.Serve(line, fitting(t, &free, &served))
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2}, served)
	assert.Empty(t, passed)
}

func TestServe_PassesOverALargePartyOnlySoOften(t *testing.T) {
	t.Parallel()
	line := []waitlist.Entry{entry(t, 1, waitlist.Wish{Places: 4})}
	for n := range int64(waitlist.MaxPassed + 2) {
		line = append(line, entry(t, n+2, waitlist.Wish{Places: 1}))
	}
	var served []int64
	for range line { // a place comes back each time
		free := 1
		_, err := waitlist.Serve(line, fitting(t, &free, &served))
		require.NoError(t, err)
	}
	assert.Equal(t, []int64{2, 3, 4}, served, "after that the others wait for the large party")
	assert.Equal(t, waitlist.MaxPassed, line[0].Passed)
	free := 6
	passed, err := waitlist.Serve(line, fitting(t, &free, &served))
	require.NoError(t, err)
	assert.Equal(t, []int64{2, 3, 4, 1, 5, 6}, served)
	assert.Empty(t, passed)
}

func TestServe_WaitsForNobodyWhoWantsSomethingElse(t *testing.T) {
	t.Parallel()
	stuck := entry(t, 1, waitlist.Wish{Places: 4, Category: "gold"})
	stuck.Passed = waitlist.MaxPassed
	line := []waitlist.Entry{stuck, entry(t, 2, waitlist.Wish{Places: 1, Category: "silver"}), entry(t, 3, waitlist.Wish{Places: 1})}
	free, served := 2, []int64(nil)
	passed, err := waitlist.Serve(line, fitting(t, &free, &served))
	require.NoError(t, err)
	assert.Equal(t, []int64{2}, served)
	assert.Empty(t, passed, "who wants gold has not been overtaken")
}

func TestServe_NobodyWaitsForWhatCanNeverBe(t *testing.T) {
	t.Parallel()
	never := entry(t, 1, waitlist.Wish{Places: 4})
	never.Passed = waitlist.MaxPassed
	line := []waitlist.Entry{never, entry(t, 2, waitlist.Wish{Places: 1})}
	free, served := 1, []int64(nil)
	fits := fitting(t, &free, &served)
	passed, err := waitlist.Serve(line, func(e *waitlist.Entry) (waitlist.Answer, error) {
		if e.Number == 1 {
			return waitlist.Never, nil
		}
		return fits(e)
	})
	require.NoError(t, err)
	assert.Equal(t, []int64{2}, served)
	assert.Empty(t, passed)
}

func TestServe_StopsAtAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database is gone")
	asked := 0
	_, err := waitlist.Serve([]waitlist.Entry{entry(t, 1, waitlist.Wish{Places: 1}), entry(t, 2, waitlist.Wish{Places: 1})},
		func(*waitlist.Entry) (waitlist.Answer, error) { asked++; return waitlist.NoRoom, broken })
	require.ErrorIs(t, err, broken)
	assert.Equal(t, 1, asked)
}
