package pricing_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

func TestVoucher_Usable(t *testing.T) {
	t.Parallel()
	v := percentVoucher("v", 100_000)
	v.ValidFrom, v.ValidUntil = now, now.Add(time.Hour)
	v.MaxUses, v.MaxPerBuyer = 10, 2
	v.Events, v.Shows = []string{"evt_1"}, []string{"shw_1", "shw_2"}
	here := pricing.VoucherUse{Event: "evt_1", Show: "shw_2", Uses: 9, BuyerUses: 1}

	assert.NoError(t, v.Usable(now, here), "from the first moment on, one use left")
	assert.ErrorIs(t, v.Usable(now.Add(-1), here), pricing.ErrVoucherNotYet)
	assert.ErrorIs(t, v.Usable(now.Add(time.Hour), here), pricing.ErrVoucherOver)
	for want, use := range map[*fault.Error]pricing.VoucherUse{
		pricing.ErrVoucherElsewhere:  {Event: "evt_2", Show: "shw_1"},
		pricing.ErrVoucherExhausted:  {Event: "evt_1", Show: "shw_1", Uses: 10},
		pricing.ErrVoucherBuyerLimit: {Event: "evt_1", Show: "shw_1", Uses: 2, BuyerUses: 2},
	} {
		assert.ErrorIs(t, v.Usable(now, use), want)
	}
	assert.ErrorIs(t, v.Usable(now, pricing.VoucherUse{Event: "evt_1", Show: "shw_3"}), pricing.ErrVoucherElsewhere)
	assert.NoError(t, percentVoucher("v", 1).Usable(now, pricing.VoucherUse{Uses: 1_000_000}), "no bounds, no refusal")
}

func TestVoucher_ValidateNamesTheField(t *testing.T) {
	t.Parallel()
	require.NoError(t, percentVoucher("v", 100_000).Validate())
	require.NoError(t, amountVoucher("v", pricing.SetPrice, pricing.WholeBooking, money.Zero("EUR")).Validate(), "free by code")
	for name, row := range map[string]struct {
		field  string
		change func(*pricing.Voucher)
	}{
		"no id":            {"id", func(v *pricing.Voucher) { v.ID = "" }},
		"no partner":       {"partner_id", func(v *pricing.Voucher) { v.PartnerID = "" }},
		"bad code":         {"code", func(v *pricing.Voucher) { v.Code = "ÄB" }},
		"no kind":          {"kind", func(v *pricing.Voucher) { v.Kind = "" }},
		"no scope":         {"scope", func(v *pricing.Voucher) { v.Scope = "all" }},
		"no percent":       {"percent", func(v *pricing.Voucher) { v.Percent = 0 }},
		"over 100 percent": {"percent", func(v *pricing.Voucher) { v.Percent = money.Whole + 1 }},
		"no currency":      {"amount.currency", func(v *pricing.Voucher) { v.Kind = pricing.AmountOff }},
		"nothing off":      {"amount", func(v *pricing.Voucher) { v.Kind, v.Amount = pricing.AmountOff, money.Zero("EUR") }},
		"negative":         {"amount", func(v *pricing.Voucher) { v.Kind, v.Amount = pricing.SetPrice, money.New(-1, "EUR") }},
		"huge":             {"amount", func(v *pricing.Voucher) { v.Kind, v.Amount = pricing.SetPrice, money.New(pricing.MaxMinor+1, "EUR") }},
		"never valid":      {"valid_until", func(v *pricing.Voucher) { v.ValidFrom, v.ValidUntil = now, now }},
		"max uses":         {"max_uses", func(v *pricing.Voucher) { v.MaxUses = -1 }},
		"max per buyer":    {"max_per_buyer", func(v *pricing.Voucher) { v.MaxPerBuyer = -1 }},
		"min tickets":      {"min_tickets", func(v *pricing.Voucher) { v.MinTickets = 201 }},
		"max tickets":      {"max_tickets_per_use", func(v *pricing.Voucher) { v.MaxTicketsPerUse = -1 }},
		"empty event":      {"events[0]", func(v *pricing.Voucher) { v.Events = []string{""} }},
		"show twice":       {"shows[1]", func(v *pricing.Voucher) { v.Shows = []string{"a", "a"} }},
		"empty category":   {"categories[1]", func(v *pricing.Voucher) { v.Categories = []string{"a", ""} }},
		"buyer type twice": {"buyer_types[1]", func(v *pricing.Voucher) { v.BuyerTypes = []string{"a", "a"} }},
	} {
		v := percentVoucher("v", 100_000)
		row.change(&v)
		checkField(t, name, row.field, v.Validate())
	}
}

// checkField asserts that err is an Invalid fault about field that says
// something.
func checkField(t *testing.T, name, field string, err error) {
	t.Helper()
	require.Error(t, err, name)
	require.Equal(t, fault.Invalid, fault.CodeOf(err), name)
	assert.Equal(t, field, fault.Of(err).Field, name)
	assert.NotEmpty(t, fault.Of(err).Message, name)
}

func TestNormalizeCode_Table(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"SUMMER26":             "SUMMER26",
		"s u m mer 26":         "SUMMER26",
		"sum-mer_26":           "SUMMER26",
		"SUM\u2011MER\u201326": "SUMMER26", // a non-breaking hyphen and a dash
		"ＳＵＭＭＥＲ２６":             "SUMMER26", // full width
		"HELLO":                "HE110",
		"he11o":                "HE110",
		"B00KlNG":              "B00K1NG",
		"a\u00a0b\u3000c":      "ABC", // spaces that keyboards make
	} {
		got, err := pricing.NormalizeCode(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, bad := range []string{"", "  ", "AB", "A-B", "SUMMЕR", "CAFÉ", "50%", "a\x00b", "\xff\xfe\xfd", strings.Repeat("A", 33)} {
		_, err := pricing.NormalizeCode(bad)
		checkField(t, bad, "code", err)
	}
	v := percentVoucher("v", 1)
	v.Code = "Summer-Oil"
	assert.Equal(t, "SUMMER011", v.Key())
	v.Code = "!"
	assert.Empty(t, v.Key())
}

func FuzzNormalizeCode(f *testing.F) {
	for _, seed := range []string{"SUMMER-26", "ＡＢＣ", "o0iIlL1", "é", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := pricing.NormalizeCode(text)
		if err != nil {
			require.Equal(t, "code", fault.Of(err).Field)
			return
		}
		require.Regexp(t, `^[0-9A-HJKM-NP-Z]{3,32}$`, key)
		again, err := pricing.NormalizeCode(strings.ToLower(key))
		require.NoError(t, err)
		require.Equal(t, key, again)
	})
}

// What a voucher says is the same after it was stored, whatever its kind.
func TestVoucher_JSONKeepsEverything(t *testing.T) {
	t.Parallel()
	free, off := percentVoucher("v", 0), percentVoucher("v", 100_000)
	free.Kind, free.Amount = pricing.SetPrice, money.Zero("INR")
	for _, v := range []pricing.Voucher{free, off} {
		require.NoError(t, v.Validate())
		raw, err := json.Marshal(v)
		require.NoError(t, err)
		var back pricing.Voucher
		require.NoError(t, json.Unmarshal(raw, &back))
		assert.Equal(t, v, back)
		require.NoError(t, back.Validate())
	}
	var old pricing.Voucher
	require.NoError(t, json.Unmarshal([]byte(`{"code":"TEN","kind":"percent","percent":100000}`), &old), "as it was written before")
	assert.Equal(t, money.Amount{}, old.Amount)
}

func TestVoucher_TextsAreOneLine(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"\x00", "two\nlines", "caf\xe9", strings.Repeat("x", 201)} {
		v := percentVoucher("v", 100_000)
		v.Name = bad
		assert.Equal(t, "name", fault.Of(v.Validate()).Field, "%q", bad)
	}
	v := percentVoucher("v", 100_000)
	v.Code = "T-E-N" + strings.Repeat("-", 200)
	assert.Equal(t, "code", fault.Of(v.Validate()).Field, "as many hyphens as you like is too many")
}
