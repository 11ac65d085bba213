package booking_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func buyer() booking.Buyer {
	return booking.Buyer{
		Name: "Zoë O’Brien", Email: "zoe.obrien+tickets@mail.example.co.uk", Phone: "+44 (0)20 7946-0018",
		Locale: "en-GB", Company: "Größe & Söhne", TaxID: "DE 123.456/789",
	}
}

func TestBuyer_WhatPeopleAreCalled(t *testing.T) {
	t.Parallel()
	require.NoError(t, buyer().Validate())
	for _, name := range []string{"X", "李小龍", "Nguyễn Thị Minh Khai", "d'Artagnan", "أحمد", strings.Repeat("é", 120)} {
		b := buyer()
		b.Name = name
		assert.NoError(t, b.Validate(), name)
	}
	optional := booking.Buyer{Name: "Asha", Email: "a@b.example"}
	assert.NoError(t, optional.Validate())
}

func TestBuyer_NamesTheField(t *testing.T) {
	t.Parallel()
	for field, values := range map[string][]string{
		"name":    {"", strings.Repeat("é", 121), "a\nb", "a\x00b", " a", "a ", "a\u2028b", "a\u202eb", "\xff"},
		"company": {strings.Repeat("x", 161), "a\tb"},
		"phone":   {"1234", "1234567890123456", "12345a", "+1+2345", "12345678901234" + strings.Repeat("-", 19), "٠١٢٣٤٥٦"},
		"locale":  {"e", "english", "en_GB", "en-", "-en", "en-x", strings.Repeat("en-", 12) + "en"},
		"tax_id":  {strings.Repeat("1", 33), "12\n34", "Ünï"},
	} {
		for _, value := range values {
			b := buyer()
			*map[string]*string{"name": &b.Name, "company": &b.Company, "phone": &b.Phone, "locale": &b.Locale, "tax_id": &b.TaxID}[field] = value
			err := b.Validate()
			require.Equal(t, fault.Invalid, fault.CodeOf(err), "%s %q", field, value)
			assert.Equal(t, field, fault.Of(err).Field, "%q", value)
		}
	}
}

func TestBuyer_MailAddresses(t *testing.T) {
	t.Parallel()
	for _, email := range []string{
		"a@b.co", "o'hara@example.com", "a+b@example.com", "1@1.example", "用户@例子.广告", "x@xn--fsqu00a.example",
		strings.Repeat("a", 64) + "@example.com",
	} {
		b := buyer()
		b.Email = email
		assert.NoError(t, b.Validate(), email)
	}
	for _, email := range []string{
		"", "a", "@b.co", "a@", "a@b", "a@@b.co", "a@b@c.co", "a b@c.co", "a@b c.co", "a@.co", "a@b.", "a@b..co", ".a@b.co", "a.@b.co",
		"a..b@c.co", "a@-b.co", "a@b-.co", "a@b.1", "a@10.0.0.1", `"a"@b.co`, "a<b@c.co", "a,b@c.co", "a@b.co\r\nBcc: x@y.z", "a\x00@b.co",
		"Asha <a@b.co>", "a@[10.0.0.1]", strings.Repeat("a", 65) + "@b.co", "a@" + strings.Repeat("b", 64) + ".co",
		"a@" + strings.Repeat("b.", 127) + "co", "\xff@b.co",
	} {
		b := buyer()
		b.Email = email
		err := b.Validate()
		require.Equal(t, fault.Invalid, fault.CodeOf(err), "%q", email)
		assert.Equal(t, "email", fault.Of(err).Field)
	}
}

func TestBuyer_Clean(t *testing.T) {
	t.Parallel()
	b := booking.Buyer{Name: " Asha\t", Email: "a@b.example\n", Phone: " 12345 ", Locale: " en", Company: "C ", TaxID: " 1"}
	require.Error(t, b.Validate())
	assert.Equal(t, booking.Buyer{Name: "Asha", Email: "a@b.example", Phone: "12345", Locale: "en", Company: "C", TaxID: "1"}, b.Clean())
	assert.NoError(t, b.Clean().Validate())
}

func FuzzBuyer(f *testing.F) {
	f.Add("Asha", "a@b.example", "+91 98200 12345", "en-IN")
	f.Add("a\r\nb", "a@b@c", "", "x")
	f.Fuzz(func(t *testing.T, name, email, phone, locale string) {
		b := booking.Buyer{Name: name, Email: email, Phone: phone, Locale: locale}
		if err := b.Validate(); err != nil {
			assert.Equal(t, fault.Invalid, fault.CodeOf(err))
			assert.NotEmpty(t, fault.Of(err).Field)
			return
		}
		for _, line := range []string{name, email, phone, locale} {
			assert.False(t, strings.ContainsAny(line, "\r\n\x00"), "%q could break a header", line)
		}
		assert.Equal(t, 1, strings.Count(email, "@"))
		assert.Equal(t, b, b.Clean())
	})
}
