package account_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/account"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// cheap is a cost that tests can pay.
var cheap = account.Cost{Memory: 64, Passes: 1}

const password = "correct horse battery"

func TestKeeper_OnlyTheSamePasswordIsRight(t *testing.T) {
	t.Parallel()
	k := account.NewKeeper(cheap)
	hash := k.Hash(password)
	assert.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$"), hash)
	for given, want := range map[string]bool{password: true, password + " ": false, "Correct horse battery": false, "": false} {
		ok, err := k.Verify(hash, given)
		require.NoError(t, err)
		assert.Equal(t, want, ok, "%q", given)
	}
}

func TestKeeper_EachHashHasItsOwnSalt(t *testing.T) {
	t.Parallel()
	k := account.NewKeeper(cheap)
	assert.NotEqual(t, k.Hash(password), k.Hash(password))
}

func TestKeeper_NobodysHashIsNeverRight(t *testing.T) {
	t.Parallel()
	k := account.NewKeeper(cheap)
	ok, err := k.Verify("", password)
	require.NoError(t, err)
	assert.False(t, ok)
}

func TestKeeper_TooLongAPasswordIsNotHashed(t *testing.T) {
	t.Parallel()
	k := account.NewKeeper(cheap)
	ok, err := k.Verify(k.Hash(password), strings.Repeat("x", account.MaxPassword+1))
	require.NoError(t, err)
	assert.False(t, ok)
}

func TestKeeper_DefaultCostIsThatOfOWASP(t *testing.T) {
	t.Parallel()
	k := account.NewKeeper(account.Cost{})
	hash := k.Hash(password)
	assert.Contains(t, hash, "$m=19456,t=2,p=1$")
	assert.False(t, k.Stale(hash))
	assert.True(t, k.Stale(account.NewKeeper(cheap).Hash(password)), "it was cheaper then")
	ok, err := k.Verify(account.NewKeeper(cheap).Hash(password), password)
	require.NoError(t, err)
	assert.True(t, ok, "the hash says its cost")
}

func TestKeeper_RefusesWhatIsNoHash(t *testing.T) {
	t.Parallel()
	k := account.NewKeeper(cheap)
	for _, hash := range []string{
		"x", "$2a$10$abcdefghijklmnopqrstuv", "$argon2id$v=18$m=64,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=99999,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=64,t=1,p=1$$AAAAAAAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$", "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$!!",
	} {
		_, err := k.Verify(hash, password)
		require.Error(t, err, hash)
		assert.False(t, k.Stale(hash))
	}
}

func FuzzKeeper_Verify(f *testing.F) {
	k := account.NewKeeper(account.Cost{Memory: 8, Passes: 1})
	f.Add(k.Hash(password))
	f.Add("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, hash string) {
		if strings.Contains(hash, "m=") && !strings.Contains(hash, "m=8,t=1,") {
			t.Skip("it may cost a second")
		}
		ok, err := k.Verify(hash, password)
		if err != nil {
			assert.False(t, ok)
		}
	})
}

func TestKeeper_ManyAtOnce(t *testing.T) {
	t.Parallel()
	k := account.NewKeeper(cheap)
	hash := k.Hash(password)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			ok, err := k.Verify(hash, password)
			assert.NoError(t, err)
			assert.True(t, ok)
		})
	}
	all.Wait()
}

func TestCheckPassword_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"":                      "at least 12",
		"short":                 "at least 12",
		strings.Repeat("é", 11): "at least 12",
		strings.Repeat("a", 20): "over and over",
		strings.Repeat("ab", account.MaxPassword): "at most",
		"my-Ashwini-secret":                       "e-mail",
	} {
		err := account.CheckPassword("password", given, "ashwini@example.com")
		require.Error(t, err, "%.20q", given)
		assert.Equal(t, "password", fault.Of(err).Field)
		assert.Contains(t, fault.Of(err).Message, want)
	}
	require.NoError(t, account.CheckPassword("password", password, "al@example.com"))
	require.NoError(t, account.CheckPassword("password", "al und zwei dazu", "al@example.com"), "a short name is in many words")
}

func TestToken_SumTellsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		token, sum := account.NewToken()
		require.Len(t, token, 26)
		require.Equal(t, sum, account.Sum(token))
		require.NotContains(t, string(sum[:]), token)
	})
}
