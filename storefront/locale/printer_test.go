package locale_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

func TestPrinter_IsMadeOnce(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	assert.Same(t, c.Printer("hi", "IN"), c.Printer("hi", "US"), "Hindi has one region")
	assert.Same(t, c.Printer("en", "IN"), c.Printer("en", "IN"))
	assert.NotSame(t, c.Printer("en", "IN"), c.Printer("en", "US"))
	assert.Same(t, c.Printer("en", ""), c.Printer("en", "nowhere"))
	assert.Equal(t, "Your reservation", c.Printer("fr", "FR").T("hold.heading"), "a language that is not ours is English")
	assert.Equal(t, "en-IN", c.Printer("en", "IN").Tag())

	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			p := c.Printer("en", string([]byte{'A', byte('A' + i)}))
			assert.Equal(t, "3 shows", p.N("card.shows", 3))
		})
	}
	all.Wait()
}

func TestT_PutsValuesWhereTheLanguageHasThem(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	for tag, want := range map[string]string{
		"en": "What is on in Mumbai", "de": "Programm in Mumbai", "es": "Cartelera de Mumbai",
		"hi": "Mumbai में क्या चल रहा है", "ta": "Mumbai நகரில் நடப்பவை", "ar": "العروض في \u2068Mumbai\u2069",
	} {
		assert.Equal(t, want, c.Printer(tag, "").T("city.title", locale.With("city", "Mumbai")), tag)
	}
	p := c.Printer("hi", "")
	assert.Equal(t, "{free} खाली", p.T("seats.row", locale.With("row", "{free} खाली"))[len("पंक्ति "):], "what a value contains is not read")
	assert.Equal(t, "300 में से 120 खाली, ₹500 से", p.T("seats.free_of_from",
		locale.With("free", p.Number(120)), locale.With("all", p.Number(300)), locale.With("from", p.T("price.from", locale.With("price", "₹500")))))
}

func TestN_HasTheFormOfTheNumber(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	for _, row := range []struct {
		tag  string
		n    int
		want string
	}{
		{"en", 0, "0 places left"},
		{"en", 1, "1 place left"},
		{"en", 2, "2 places left"},
		{"en", 1000, "1,000 places left"},
		{"de", 1, "Noch 1 Platz"},
		{"de", 12345, "Noch 12.345 Plätze"},
		{"es", 1, "Queda 1 plaza"},
		{"es", 0, "Quedan 0 plazas"},
		{"es", 1_000_000, "Quedan 1.000.000 de plazas"},
		{"es", 1_000_001, "Quedan 1.000.001 plazas"},
		{"hi", 0, "0 जगह बची है"},
		{"hi", 1, "1 जगह बची है"},
		{"hi", 2, "2 जगहें बची हैं"},
		{"hi", 123456, "1,23,456 जगहें बची हैं"},
		{"ta", 1, "1 இடம் மீதி"},
		{"ta", 0, "0 இடங்கள் மீதி"},
		{"ar", 0, "لم يبقَ أي مكان"},
		{"ar", 1, "بقي مكان واحد"},
		{"ar", 2, "بقي مكانان"},
		{"ar", 3, "بقيت 3 أماكن"},
		{"ar", 10, "بقيت 10 أماكن"},
		{"ar", 11, "بقي 11 مكانًا"},
		{"ar", 99, "بقي 99 مكانًا"},
		{"ar", 100, "بقي 100 مكان"},
		{"ar", 102, "بقي 102 مكان"},
		{"ar", 103, "بقيت 103 أماكن"},
		{"ar", 111, "بقي 111 مكانًا"},
		{"ar", 200, "بقي 200 مكان"},
		{"ar", 1003, "بقيت 1,003 أماكن"},
		{"ar", 1011, "بقي 1,011 مكانًا"},
	} {
		assert.Equal(t, row.want, c.Printer(row.tag, "").N("show.few_left", row.n), "%s %d", row.tag, row.n)
	}
}

// All that there is can be written for every number, in every language.
func TestN_EveryTextHasEveryNumber(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	values := []locale.Arg{
		locale.With("category", "Gold"), locale.With("sum", "1"), locale.With("seats", "A 1"), locale.With("places", "A 1"), locale.With("n", "1"),
		locale.With("event", "Metropolis"), locale.With("wish", "1"),
	}
	for _, l := range locale.Languages() {
		p := c.Printer(l.Tag, "")
		_, entries := load(t, l.Tag)
		for id, e := range entries {
			if len(e) == 1 {
				continue
			}
			for _, n := range []int{-1, 0, 1, 2, 3, 7, 11, 26, 100, 101, 199, 200, 201, 999, 1_000_000} {
				s, err := p.LookupN(id, n, values...)
				require.NoError(t, err, "%s %s %d", l.Tag, id, n)
				assert.NotContains(t, s, "{")
			}
		}
	}
}

func TestT_WhatIsMissingIsSaidAndStillShown(t *testing.T) {
	t.Parallel()
	var said []string
	c, err := locale.New(locale.Config{Missing: func(tag, id string) { said = append(said, tag+": "+id) }})
	require.NoError(t, err)
	p := c.Printer("de", "")
	assert.Equal(t, "no.such_text", p.T("no.such_text"))
	assert.Equal(t, "no.such_number", p.N("no.such_number", 2))
	assert.Equal(t, "Programm in {city}", p.T("city.title"))
	assert.Equal(t, "Programm in {city}", p.T("city.title", locale.With("town", "Berlin")))
	assert.Equal(t, []string{": no.such_text", ": no.such_number", "de: city.title {city}", "de: city.title {city}"}, said)

	_, err = p.Lookup("no.such_text")
	require.ErrorIs(t, err, locale.ErrMissing)
	require.EqualError(t, err, "no.such_text is no text that there is")
	_, err = p.LookupN("no.such_number", 2)
	require.ErrorIs(t, err, locale.ErrMissing)
	_, err = p.Lookup("city.title")
	require.EqualError(t, err, "city.title {city} is missing in de")
	s, err := p.LookupN("hold.heading", 3)
	require.NoError(t, err, "a text of one form has it for every number")
	assert.Equal(t, "Ihre Reservierung", s)

	quiet, err := locale.New(locale.Config{})
	require.NoError(t, err)
	assert.Equal(t, "no.such_text", quiet.Printer("de", "").T("no.such_text"))
}

func TestAround_LeavesRoomForMarkup(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	for tag, want := range map[string][2]string{
		"en": {"Reference ", ""}, "ar": {"رمز الحجز ", ""},
	} {
		before, after := c.Printer(tag, "").Around("booking.reference", "reference")
		assert.Equal(t, want, [2]string{before, after})
	}
	before, after := c.Printer("hi", "").Around("hold.kept_until", "time")
	assert.Equal(t, "आपकी जगहें ", before)
	assert.Equal(t, " तक आपके लिए रखी गई हैं।", after)
	before, after = c.Printer("en", "").Around("inbox.from_to", "to", locale.With("from", "a@example.com"), locale.With("time", "now"))
	assert.Equal(t, "From a@example.com to ", before)
	assert.Equal(t, ", now", after)

	var said []string
	told, err := locale.New(locale.Config{Missing: func(_, id string) { said = append(said, id) }})
	require.NoError(t, err)
	before, after = told.Printer("en", "").Around("hold.heading", "time")
	assert.Equal(t, "Your reservation", before)
	assert.Empty(t, after)
	assert.Equal(t, []string{"hold.heading {time}"}, said)
}

func TestWords_HaveTheFormsOfTheLanguage(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	words := c.Printer("ar", "").Words("script.")
	assert.Equal(t, "انتهى الوقت.", words["time_over"])
	assert.Len(t, words["minutes_left"], 6)
	assert.NotContains(t, words, "heading")
	english := c.Printer("en", "IN").Words("script.")
	assert.Equal(t, map[string]string{"one": "{count} minute left.", "other": "{count} minutes left."}, english["minutes_left"])
	assert.Len(t, english, len(words))
	text, err := json.Marshal(english)
	require.NoError(t, err)
	assert.Less(t, len(text), 2_000, "it is on every page with seats")
	assert.Empty(t, c.Printer("en", "").Words("nothing."))
}

// The element's own words are English; ours are the same, and there is one for each of its keys.
func TestWords_OfTheSeatMapAreThoseThatItHas(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	own, err := os.ReadFile(filepath.Join("..", "seatview", "english.json"))
	require.NoError(t, err)
	ours, err := json.Marshal(c.Printer("en", "").Words("map."))
	require.NoError(t, err)
	assert.JSONEq(t, string(own), string(ours), "the ids map.* follow storefront/seatview/english.json")
	for _, l := range locale.Languages() {
		assert.Len(t, c.Printer(l.Tag, "").Words("map."), len(c.Printer("en", "").Words("map.")))
	}
}

func TestCheck_FindsWhatIsUnknownAndWhatIsUnused(t *testing.T) {
	t.Parallel()
	c := localetest.New(t)
	all := c.IDs()
	require.Contains(t, all, "hold.heading")
	unknown, unused := c.Check(all)
	assert.Empty(t, unknown)
	assert.Empty(t, unused)
	unknown, unused = c.Check(append([]string{"z.z", "a.a", "a.a", "nothing."}, all[1:]...))
	assert.Equal(t, []string{"a.a", "nothing.", "z.z"}, unknown)
	assert.Equal(t, all[:1], unused)
	_, unused = c.Check([]string{"fault.", "script."})
	assert.False(t, strings.HasPrefix(strings.Join(unused, " "), "fault."))
}

func Example() {
	catalog, err := locale.New(locale.Config{})
	if err != nil {
		panic(err)
	}
	for _, l := range locale.Languages() {
		p := catalog.Printer(l.Tag, "IN")
		fmt.Println(p.T("city.title", locale.With("city", "Mumbai")), "/", p.N("show.few_left", 3))
	}
	// Output:
	// What is on in Mumbai / 3 places left
	// Mumbai में क्या चल रहा है / 3 जगहें बची हैं
	// Mumbai நகரில் நடப்பவை / 3 இடங்கள் மீதி
	// Cartelera de Mumbai / Quedan 3 plazas
	// Programm in Mumbai / Noch 3 Plätze
	// العروض في ⁨Mumbai⁩ / بقيت 3 أماكن
}
