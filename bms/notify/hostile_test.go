package notify_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

// poison sets every string in v, at any depth, to s.
func poison(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), s)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				poison(field, s)
			}
		}
	}
}

// hostile returns the facts of an occasion with every string replaced.
func hostile(o occasion, s string) notify.Data {
	d := o.data
	d.Tickets = append([]notify.Ticket(nil), d.Tickets...)
	d.Cancelled = append([]notify.Ticket(nil), d.Cancelled...)
	fresh := metropolis()
	quote, policy := *fresh.Quote, *fresh.Policy
	quote.Fees, quote.Taxes = slices.Clone(quote.Fees), slices.Clone(quote.Taxes)
	quote.Taxes[0].Parts = slices.Clone(quote.Taxes[0].Parts)
	quote.Discounts = []pricing.Discount{{Kind: pricing.FromOffer, Amount: rupees(1)}, {Kind: pricing.FromVoucher, Amount: rupees(1)}}
	d.Quote, d.Policy = &quote, &policy
	poison(reflect.ValueOf(&d).Elem(), s)
	return d
}

func TestRender_EscapesEverything(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</title><script>`, `&lt;b&gt;`, `javascript:alert(1)`,
	} {
		for _, o := range occasions() {
			plain, c := render(t, o.kind, hostile(o, "Ada")), render(t, o.kind, hostile(o, s))
			assert.NotContains(t, c.HTML, "<script", o.name)
			assert.NotContains(t, c.HTML, "<img src=x", o.name)
			assert.NotContains(t, c.HTML, `href="javascript`, o.name)
			assert.LessOrEqual(t, strings.Count(c.HTML, "<"), strings.Count(plain.HTML, "<"), "%s: no element more", o.name)
			assert.LessOrEqual(t, strings.Count(c.HTML, `"`), strings.Count(plain.HTML, `"`), "%s: no attribute more", o.name)
		}
	}
}

func TestRender_KeepsLinesApart(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		d := hostile(o, "Ada\r\nBcc: eve@example.com\u2028Total: 0\x00\u202e\u2069\u2068")
		c := render(t, o.kind, d)
		assert.NotContains(t, c.Subject, "\n")
		assert.NotContains(t, c.Text, "\nBcc", "%s: no line begins as the data wishes", o.name)
		for _, bad := range []string{"\r", "\x00", "\u2028", "\u202e", "\u2068", "\u2069"} {
			assert.NotContains(t, c.Subject+c.Text+c.HTML, bad, o.name)
		}
	}
}

func TestRender_LeavesOutWhatIsNoWebAddress(t *testing.T) {
	t.Parallel()
	for _, u := range []string{
		"javascript:alert(1)", "data:text/html,x", "//example.com", "https://", "ftp://example.com", "https://a b", "https://a\"b", "https://exa\nmple.com", "HTTPS://ex",
	} {
		d := metropolis()
		d.Site.URL, d.CalendarURL = u, u
		c := render(t, notify.BookingConfirmed, d)
		assert.NotContains(t, c.HTML, "<a ", u)
		assert.NotContains(t, c.Text, "View your booking", u)
	}
	d := metropolis()
	d.Site.URL, d.BookingPath = "http://localhost:8080", "/b?x=1&y=2"
	c := render(t, notify.BookingConfirmed, d)
	assert.Contains(t, c.HTML, `href="http://localhost:8080/b?x=1&amp;y=2"`)
	assert.Contains(t, c.Text, "View your booking: http://localhost:8080/b?x=1&y=2\n")
}

func TestRender_GreetsByNameUnlessItIsALink(t *testing.T) {
	t.Parallel()
	for name, greeting := range map[string]string{
		"Asha D’Souza":            "Hello Asha D’Souza,\n",
		"J.R. Smith":              "Hello J.R. Smith,\n",
		"  Ada \n Lovelace ":      "Hello Ada Lovelace,\n",
		"डॉ. आशा":                 "Hello डॉ. आशा,\n",
		"":                        "Hello,\n",
		"Win at https://evil.com": "Hello,\n",
		"evil.com":                "Hello,\n",
		"WWW.evil":                "Hello,\n",
		"eve@evil.com":            "Hello,\n",
	} {
		d := metropolis()
		d.BuyerName = name
		assert.Contains(t, render(t, notify.RefundSent, d).Text, greeting, name)
	}
}

func TestRender_ShortensLongSubjects(t *testing.T) {
	t.Parallel()
	d := metropolis()
	d.Event = strings.Repeat("Ω", 5000)
	subject := render(t, notify.BookingConfirmed, d).Subject
	assert.Equal(t, 200, utf8.RuneCountInString(subject))
	assert.True(t, strings.HasSuffix(subject, "…"))
}

func FuzzRender(f *testing.F) {
	f.Add("Metropolis")
	f.Add("<b>\r\n\u202e\xff&amp;\"'")
	f.Fuzz(func(t *testing.T, s string) {
		for _, o := range occasions() {
			plain := render(t, o.kind, hostile(o, "Ada"))
			c, err := notify.English().Render(o.kind, s, hostile(o, s))
			require.NoError(t, err)
			for _, part := range []string{c.Subject, c.Text, c.HTML} {
				require.True(t, utf8.ValidString(part))
				require.NotContains(t, part, "\r")
			}
			require.NotContains(t, c.Subject, "\n")
			require.LessOrEqual(t, strings.Count(c.HTML, "<"), strings.Count(plain.HTML, "<")+4, "links may be links")
		}
	})
}
