package letters_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/notify/notifytest"
	"github.com/marquee-tickets/marquee/storefront/letters"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

// each runs a test on every mail in every language.
func each(t *testing.T, test func(t *testing.T, l locale.Language, s notifytest.Sample, c notify.Content)) {
	t.Helper()
	r := letters.New(localetest.New(t))
	for _, l := range locale.Languages() {
		t.Run(l.Tag, func(t *testing.T) {
			t.Parallel()
			for _, s := range notifytest.Samples() {
				c, err := r.Render(s.Kind, l.Tag, s.Data)
				require.NoError(t, err)
				test(t, l, s, c)
			}
		})
	}
}

func render(t *testing.T, kind notify.Kind, tag string, d notify.Data) notify.Content {
	t.Helper()
	c, err := letters.New(localetest.New(t)).Render(kind, tag, d)
	require.NoError(t, err)
	return c
}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// asked fills the placeholders of a text with themselves, so that it comes back as it is in its file.
func asked(text string) []notify.Arg {
	var args []notify.Arg
	for _, name := range placeholder.FindAllStringSubmatch(text, -1) {
		if name[1] != "count" {
			args = append(args, notify.Arg{Name: name[1], Value: name[0]})
		}
	}
	return args
}

// The English of mails stands twice: in package notify, which is all that a program without a storefront has, and beside its translations.
func TestEnglish_TextsAreThoseOfNotify(t *testing.T) {
	t.Parallel()
	p, words := localetest.New(t).Printer("en", ""), notify.EnglishWords()
	found := 0
	for _, prefix := range []string{"mail.", "policy.", "why."} {
		for name, raw := range p.Words(prefix) {
			found++
			id := prefix + name
			switch text := raw.(type) {
			case string:
				assert.Equal(t, text, words.Text(id, asked(text)...), id)
			case map[string]string:
				assert.Equal(t, strings.ReplaceAll(text["one"], "{count}", "1"), words.Count(id, 1, asked(text["one"])...), id)
				assert.Equal(t, strings.ReplaceAll(text["other"], "{count}", "7"), words.Count(id, 7, asked(text["other"])...), id)
			default:
				assert.Fail(t, "what is this", "%s: %T", id, raw)
			}
		}
	}
	assert.Greater(t, found, 90)
}

func TestNew_NoMailLacksAText(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ locale.Language, s notifytest.Sample, c notify.Content) {
		_, body, _ := strings.Cut(c.HTML, "<body")
		for _, part := range []string{c.Subject, c.Text, body} {
			assert.NotRegexp(t, `\{[a-z]|mail\.[a-z]|policy\.[a-z]|why\.[a-z]|buyer\.[a-z]`, part, s.Name)
			assert.NotContains(t, part, "0001", s.Name)
		}
		assert.NotEmpty(t, c.Subject, s.Name)
	})
}

// scripts are what most of a mail's letters are of, where titles and names are Latin.
var scripts = map[string]*unicode.RangeTable{"hi": unicode.Devanagari, "ta": unicode.Tamil, "ar": unicode.Arabic}

// What a mail says in English it says in another language otherwise, but for what partners and buyers wrote.
func TestNew_NothingIsLeftInEnglish(t *testing.T) {
	t.Parallel()
	english := notify.English()
	each(t, func(t *testing.T, l locale.Language, s notifytest.Sample, c notify.Content) {
		if l.Tag == "en" {
			return
		}
		plain, err := english.Render(s.Kind, "en", s.Data)
		require.NoError(t, err)
		assert.NotEqual(t, plain.Subject, c.Subject)
		for line := range strings.Lines(plain.Text) {
			word := strings.TrimSpace(line)
			own := word == s.Data.Site.Name || word == s.Data.Reason || strings.HasSuffix(line, ".ics\n") ||
				strings.HasPrefix(line, "Booking fee") || strings.HasPrefix(line, "Two for one")
			if !own && strings.ContainsFunc(line, unicode.IsLetter) {
				assert.NotContains(t, "\n"+c.Text, "\n"+line, s.Name)
			}
		}
		for _, word := range []string{"row C", "Adult,", "Child,", " and ", "Cancel ", "refund", "English"} {
			assert.NotContains(t, c.Text, word, s.Name)
		}
		if script := scripts[l.Tag]; script != nil {
			in := func(r rune) bool { return unicode.Is(script, r) }
			for row := range strings.SplitSeq(c.Text, "\n\n") {
				if strings.Trim(row, "\u2068\u2069\n") != s.Data.Site.Name && row != s.Data.Reason {
					assert.True(t, strings.ContainsFunc(row, in), "%s: %s", s.Name, row)
				}
			}
			assert.True(t, strings.ContainsFunc(c.Subject, in), s.Name)
		}
	})
}

func TestNew_SaysItsLanguageAndDirection(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l locale.Language, s notifytest.Sample, c notify.Content) {
		assert.Contains(t, c.HTML, `<html lang="`+l.Tag+`" dir="`+string(l.Direction)+`">`, s.Name)
		assert.Equal(t, l.Direction == locale.RTL, l.Tag == "ar")
		assert.Equal(t, strings.Count(c.HTML, "\u2068"), strings.Count(c.HTML, "\u2069"), "%s: what is begun is ended", s.Name)
		if l.Direction == locale.LTR {
			assert.NotContains(t, c.HTML, "\u2068", "%s: nothing of another direction is in these", s.Name)
		} else {
			assert.NotContains(t, c.HTML, `align="right"`, s.Name)
			assert.Contains(t, c.Text, "\u2068K7QX-2MRA\u2069", s.Name)
		}
	})
}

var address = regexp.MustCompile(`https?://[^\s"<]+`)

// Links lead to pages in the language of the mail, at the site that it is from.
func TestNew_LinksLeadToPagesOfTheLanguage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, l locale.Language, s notifytest.Sample, c notify.Content) {
		for _, part := range []string{c.Text, c.HTML} {
			for _, link := range address.FindAllString(part, -1) {
				if link == s.Data.WatchURL || link == s.Data.CalendarURL {
					continue
				}
				assert.True(t, strings.HasPrefix(link, "https://aurora.example/"+l.Tag+"/"), "%s: %s", s.Name, link)
			}
		}
		for _, path := range []string{s.Data.BookingPath, s.Data.EventPath, s.Data.WaitlistPath} {
			assert.NotContains(t, c.Text, "https://aurora.example"+path, s.Name)
		}
	})
	c := render(t, notify.BookingConfirmed, "hi", notifytest.Metropolis())
	assert.Contains(t, c.Text, ": https://aurora.example/hi/bookings/bkg_1?t=abc&v=1\n")
	assert.Contains(t, c.HTML, `href="https://aurora.example/hi/bookings/bkg_1?t=abc&amp;v=1"`)
}

func TestNew_WritesAmountsAndTimesAsTheLanguageDoesByTheVenuesClock(t *testing.T) {
	t.Parallel()
	d := notifytest.Metropolis()
	d.Refund = &notify.Refund{Amount: money.New(118_000_00, "INR")}
	for tag, want := range map[string][]string{
		"en": {"₹1,18,000.00", "Friday, 21 November 2025 at 7:30\u00a0pm\u00a0IST"},
		"hi": {"₹1,18,000.00", "शुक्रवार, 21 नवंबर 2025 को 7:30\u00a0pm\u00a0IST बजे"},
		"ta": {"₹1,18,000.00", "வெள்ளி, 21 நவம்பர், 2025 அன்று 7:30\u00a0PM\u00a0IST"},
		"es": {"118.000,00\u00a0INR", "viernes, 21 de noviembre de 2025, 19:30\u00a0GMT+5:30"},
		"de": {"118.000,00\u00a0₹", "Freitag, 21. November 2025 um 19:30\u00a0GMT+5:30"},
		"ar": {"\u200f118,000.00\u00a0₹", "الجمعة، 21 نوفمبر 2025 في 7:30\u00a0م\u00a0غرينتش+5:30"},
	} {
		text := strings.Join(strings.Fields(render(t, notify.RefundSent, tag, d).Text), " ")
		for _, s := range want {
			assert.Contains(t, text, strings.Join(strings.Fields(s), " "), tag)
		}
	}
	d.Country = "US"
	assert.Contains(t, render(t, notify.RefundSent, "en", d).HTML, "Friday, November 21, 2025 at 7:30\u00a0PM", "English is written as it is at the venue")
}

func TestNew_CountsAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	d := notifytest.Metropolis()
	ticket := d.Tickets[0]
	for n, want := range map[int]string{1: "تذكرتك لـ", 2: "تذكرتاك لـ", 3: "لديك 3 تذاكر لـ", 11: "لديك 11 تذكرة لـ", 100: "لديك 100 تذكرة لـ"} {
		d.Tickets = nil
		for range n {
			d.Tickets = append(d.Tickets, ticket)
		}
		assert.True(t, strings.HasPrefix(render(t, notify.BookingConfirmed, "ar", d).Subject, want), n)
	}
}

// The language is that of the reader, of those that the site offers.
func TestNew_ChoosesTheLanguage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		reader  string
		offered []string
		want    string
	}{
		{"de-AT", nil, "de"},
		{"DE", nil, "de"},
		{"hi", nil, "hi"},
		{"ar-EG", nil, "ar"},
		{"", nil, "en"},
		{"fr", nil, "en"},
		{"de-AT", []string{"en-GB", "de-DE"}, "de"},
		{"ta", []string{"hi", "en"}, "hi"},
		{"", []string{"es", "en"}, "es"},
		{"fr", []string{"fr", "de"}, "de"}, // none of ours comes first
		{"fr", []string{"fr"}, "en"},
		{"hi", []string{"fr"}, "hi"},
	} {
		d := notifytest.Metropolis()
		d.Site.Languages = row.offered
		c := render(t, notify.RefundSent, row.reader, d)
		assert.Contains(t, c.HTML, `<html lang="`+row.want+`"`, "%+v", row)
		assert.Contains(t, c.Text, "https://aurora.example/"+row.want+"/bookings/", "%+v", row)
	}
}

// A buyer type that is not a usual one is called as its price list calls it.
func TestNew_NamesBuyerTypes(t *testing.T) {
	t.Parallel()
	d := notifytest.Metropolis()
	d.Tickets[0].BuyerType, d.Tickets[0].BuyerName = "member", "Friend of the house"
	d.Tickets[1].BuyerType, d.Tickets[1].BuyerName = "nobody", ""
	text := render(t, notify.BookingConfirmed, "de", d).Text
	assert.Contains(t, text, "* Stalls, Reihe C, Platz 12, Friend of the house, 350,00\u00a0₹\n")
	assert.Contains(t, text, "* Stalls, Reihe C, Platz 13, nobody, 250,00\u00a0₹\n")
	assert.Contains(t, render(t, notify.BookingConfirmed, "de", notifytest.Metropolis()).Text, "Platz 12, Erwachsene, ")
}

func TestNew_AnUnknownKindIsRefused(t *testing.T) {
	t.Parallel()
	_, err := letters.New(localetest.New(t)).Render("birthday", "hi", notify.Data{})
	assert.ErrorIs(t, err, notify.ErrKind)
}

// What others wrote can neither begin an element nor turn the text around, in any language.
func TestNew_IsAsSafeAsEnglish(t *testing.T) {
	t.Parallel()
	r := letters.New(localetest.New(t))
	for _, l := range locale.Languages() {
		for _, s := range notifytest.Samples() {
			d := s.Data
			d.Event, d.BuyerName, d.Reason, d.Site.Name = "<b>\u202eEve\r\nBcc: x", "\u2069Eve\u2069", "</p><script>", "\u2067\u2067"
			c, err := r.Render(s.Kind, l.Tag, d)
			require.NoError(t, err)
			for _, part := range []string{c.Subject, c.Text, c.HTML} {
				assert.NotContains(t, part, "\u202e")
				assert.NotContains(t, part, "\u2067")
				assert.NotContains(t, part, "\r")
				assert.NotContains(t, part, "\nBcc")
				assert.Equal(t, strings.Count(part, "\u2068"), strings.Count(part, "\u2069"), "%s %s", l.Tag, s.Name)
			}
			assert.NotContains(t, c.HTML, "<b>")
			assert.NotContains(t, c.HTML, "<script")
		}
	}
}

func BenchmarkRender(b *testing.B) {
	c, err := locale.New(locale.Config{})
	require.NoError(b, err)
	r, d := letters.New(c), notifytest.Metropolis()
	for _, tag := range []string{"en", "ta", "ar"} {
		b.Run(tag, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Render(notify.BookingConfirmed, tag, d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Each reason has words of its own in each language, and says what it is about.
func TestNew_EveryReasonIsSaid(t *testing.T) {
	t.Parallel()
	renderer := letters.New(localetest.New(t))
	for _, l := range locale.Languages() {
		said := map[string]bool{}
		for _, why := range notifytest.Whys() {
			d := notifytest.Metropolis()
			d.Suggestions = []notify.Suggestion{{Event: "Nosferatu", Path: "/mumbai/events/nosferatu", Why: why}}
			c, err := renderer.Render(notify.BookingConfirmed, l.Tag, d)
			require.NoError(t, err)
			_, after, found := strings.Cut(c.Text, "/"+l.Tag+"/mumbai/events/nosferatu\n")
			require.True(t, found, "%s: the link is to a page in the language", l.Tag)
			line, _, _ := strings.Cut(after, "\n")
			for _, name := range []string{why.Event, why.City} {
				assert.Contains(t, line, name, l.Tag)
			}
			said[line] = true
		}
		assert.Len(t, said, len(notifytest.Whys()), l.Tag)
	}
}
