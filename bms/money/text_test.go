package money_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// currencies has one currency for each exponent.
var currencies = []money.Currency{"EUR", "JPY", "KWD", "CLF"}

func TestCurrency_Table(t *testing.T) {
	t.Parallel()
	for code, exponent := range map[money.Currency]int{
		"EUR": 2, "INR": 2, "XCG": 2, "ZWG": 2, "JPY": 0, "KRW": 0, "XAF": 0, "KWD": 3, "BHD": 3, "CLF": 4, "UYW": 4,
	} {
		assert.True(t, code.Valid(), code)
		assert.Equal(t, exponent, code.Exponent(), code)
	}
	for _, bad := range []string{"", "eur", "EURO", "EU", " EUR", "XAU", "XXX", "XTS", "ANG", "BGN", "CUC", "HRK", "ZWL"} {
		c, err := money.ParseCurrency(bad)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), bad)
		assert.Equal(t, "currency", fault.Of(err).Field)
		assert.Empty(t, c)
		assert.Zero(t, money.Currency(bad).Exponent(), bad)
	}
}

// List one of 2024-06-25 has 166 codes with a minor unit; three were withdrawn
// (ANG, CUC, BGN) and two added (XCG, XAD) since. The count notices a code lost
// in an edit.
func TestCurrency_ListIsComplete(t *testing.T) {
	t.Parallel()
	count := map[int]int{}
	for _, code := range allCodes() {
		if code.Valid() {
			count[code.Exponent()]++
		}
	}
	assert.Equal(t, map[int]int{0: 17, 2: 139, 3: 7, 4: 2}, count)
}

// allCodes returns the 17,576 words of three capital letters.
func allCodes() []money.Currency {
	codes := make([]money.Currency, 0, 26*26*26)
	for i := range 26 * 26 * 26 {
		codes = append(codes, money.Currency([]byte{byte('A' + i/676), byte('A' + i/26%26), byte('A' + i%26)}))
	}
	return codes
}

func TestParse_Table(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text     string
		currency money.Currency
		want     int64
	}{
		{"12.50", "EUR", 1250},
		{"12.5", "EUR", 1250},
		{"12", "EUR", 1200},
		{"-0.01", "EUR", -1},
		{"0", "EUR", 0},
		{"-0", "EUR", 0},
		{"007", "JPY", 7},
		{"1.234", "KWD", 1234},
		{"92233720368547758.07", "EUR", math.MaxInt64},
		{"-92233720368547758.08", "EUR", math.MinInt64},
	} {
		got, err := money.Parse(row.text, row.currency)
		require.NoError(t, err, row.text)
		assert.Equal(t, money.New(row.want, row.currency), got, row.text)
	}
}

func TestParse_RefusesWhatIsNotPlain(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"", "-", ".", ".5", "5.", "1,000", "1,5", "1.2.3", "+1", "--1", " 1", "1 ", "1e3", "0x10", "1_000", "12.505",
		"١٢", "EUR 1", "NaN", "- 1", "1.-5",
	} {
		_, err := money.Parse(bad, "EUR")
		require.Equal(t, fault.Invalid, fault.CodeOf(err), bad)
		assert.Equal(t, "amount", fault.Of(err).Field, bad)
	}
	_, err := money.Parse("1.0", "JPY")
	assert.ErrorContains(t, err, "1 decimals, at most 0")
	_, err = money.Parse("1", "EURO")
	assert.Equal(t, "currency", fault.Of(err).Field)
	_, err = money.Parse("92233720368547758.08", "EUR")
	assert.ErrorIs(t, err, money.ErrOverflow)
}

func TestDecimal_ParsesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(anyMinor.Draw(t, "minor"), rapid.SampledFrom(currencies).Draw(t, "currency"))
		back, err := money.Parse(a.Decimal(), a.Currency)
		require.NoError(t, err)
		require.Equal(t, a, back)
		require.Equal(t, string(a.Currency)+" "+a.Decimal(), a.String())
	})
	assert.Equal(t, "0", money.Amount{}.String())
	assert.Equal(t, "KWD -0.005", money.New(-5, "KWD").String())
}

func TestRate_ParsesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := money.Rate(anyMinor.Draw(t, "parts"))
		back, err := money.ParseRate(r.String())
		require.NoError(t, err)
		require.Equal(t, r, back)
	})
	for text, want := range map[string]money.Rate{
		"8.875%": 88_750, "18 %": 180_000, "0%": 0, "-5%": -50_000, "100%": money.Whole, "0.0001%": 1,
	} {
		got, err := money.ParseRate(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
}

func TestParseRate_RefusesWhatIsNoPercentage(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "%", "18", "0.18", "18  %", " 18%", "1.23456%", "18%%", "18.%", "1,5%", "½%"} {
		_, err := money.ParseRate(bad)
		require.Equal(t, fault.Invalid, fault.CodeOf(err), bad)
		assert.Equal(t, "rate", fault.Of(err).Field, bad)
	}
	_, err := money.ParseRate("99999999999999999999%")
	assert.ErrorIs(t, err, money.ErrOverflow)
}

func TestJSON_RoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(anyMinor.Draw(t, "minor"), rapid.SampledFrom(currencies).Draw(t, "currency"))
		data, err := json.Marshal(a)
		require.NoError(t, err)
		var back money.Amount
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, a, back)
	})
	data, err := json.Marshal(money.New(1250, "EUR"))
	require.NoError(t, err)
	assert.Equal(t, `{"minor":1250,"currency":"EUR"}`, string(data))
	for text, want := range map[string]money.Amount{
		"{ \"currency\" : \"\" ,\n\t\"minor\" : 0 } ": {},
		`{"currency": "EUR", "minor": -5}`:            money.New(-5, "EUR"),
		`{"minor": 1250, "currency": "EUR"}`:          money.New(1250, "EUR"), // as jsonb gives it back
	} {
		back := money.New(1, "EUR")
		require.NoError(t, json.Unmarshal([]byte(text), &back), text)
		assert.Equal(t, want, back, text)
	}
}

func TestJSON_IsStrict(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		`null`, `{}`, `12`, `"EUR 12"`, `[]`,
		`{"minor":1}`, `{"currency":"EUR"}`, `{"minor":null,"currency":"EUR"}`,
		`{"minor":1.5,"currency":"EUR"}`, `{"minor":"1","currency":"EUR"}`, `{"minor":1e3,"currency":"EUR"}`,
		`{"minor":1,"currency":"eur"}`, `{"minor":1,"currency":""}`, `{"minor":1,"currency":"XXX"}`,
		`{"minor":9223372036854775808,"currency":"EUR"}`, `{"minor":-,"currency":"EUR"}`, `{"minor":007,"currency":"EUR"}`,
		`{"minor":1,"minor":2,"currency":"EUR"}`, `{"minor":1,"currency":"EUR","minor":1}`, `{"Minor":1,"currency":"EUR"}`, `{"minor":1,"currency":"EUR","scale":2}`,
	} {
		untouched := money.New(7, "EUR")
		err := untouched.UnmarshalJSON([]byte(bad))
		require.Equal(t, fault.Invalid, fault.CodeOf(err), bad)
		assert.Equal(t, money.New(7, "EUR"), untouched, bad)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"12.50", "-0.01", "1.2.3", "", "92233720368547758.08"} {
		f.Add(seed, "EUR")
	}
	f.Add("1", "JPY")
	f.Fuzz(func(t *testing.T, text, currency string) {
		a, err := money.Parse(text, money.Currency(currency))
		if err != nil {
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			return
		}
		back, err := money.Parse(a.Decimal(), a.Currency)
		require.NoError(t, err)
		require.Equal(t, a, back)
	})
}

func FuzzParseRate(f *testing.F) {
	for _, seed := range []string{"8.875%", "18 %", "-5%", "%", "1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := money.ParseRate(text)
		if err != nil {
			require.Equal(t, fault.Invalid, fault.CodeOf(err))
			return
		}
		require.True(t, strings.HasSuffix(text, "%"))
		back, err := money.ParseRate(r.String())
		require.NoError(t, err)
		require.Equal(t, r, back)
	})
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"minor":1250,"currency":"EUR"}`, `{"minor":0,"currency":""}`, `{}`, `null`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var a money.Amount
		if a.UnmarshalJSON(data) != nil {
			return
		}
		require.True(t, json.Valid(data), "only JSON is read")
		require.True(t, a.Currency.Valid() || a == money.Amount{})
		written, err := json.Marshal(a)
		require.NoError(t, err)
		var back money.Amount
		require.NoError(t, json.Unmarshal(written, &back))
		require.Equal(t, a, back)
	})
}

func BenchmarkAmount_UnmarshalJSON(b *testing.B) {
	data := []byte(`{"minor": 1250, "currency": "EUR"}`)
	var a money.Amount
	for b.Loop() {
		if err := a.UnmarshalJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}
