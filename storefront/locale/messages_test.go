package locale_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale"
)

// plural are the categories of whole numbers that each language has. Source: CLDR 48, cardinal plural rules.
var plural = map[string][]string{
	"en": {"one", "other"}, "hi": {"one", "other"}, "ta": {"one", "other"}, "de": {"one", "other"},
	"es": {"many", "one", "other"}, "ar": {"few", "many", "one", "other", "two", "zero"},
}

// entry is a message as its file has it: the texts by category, "other" alone for one form.
type entry map[string]string

// load reads a message file by itself, in its order.
func load(t *testing.T, tag string) (ids []string, entries map[string]entry) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("messages", tag+".json"))
	require.NoError(t, err)
	d := json.NewDecoder(bytes.NewReader(data))
	_, err = d.Token() // {
	require.NoError(t, err)
	entries = map[string]entry{}
	for d.More() {
		key, err := d.Token()
		require.NoError(t, err)
		var raw json.RawMessage
		require.NoError(t, d.Decode(&raw))
		e := entry{}
		if raw[0] == '"' {
			var s string
			require.NoError(t, json.Unmarshal(raw, &s))
			e["other"] = s
		} else {
			require.NoError(t, json.Unmarshal(raw, &e), "%s", key)
			delete(e, "description")
		}
		ids, entries[key.(string)] = append(ids, key.(string)), e
	}
	return ids, entries
}

func TestMessages_EveryLanguageHasEveryTextOnceAndInTheSameOrder(t *testing.T) {
	t.Parallel()
	english, _ := load(t, "en")
	require.NotEmpty(t, english)
	for _, l := range locale.Languages() {
		ids, _ := load(t, l.Tag)
		assert.Equal(t, english, ids, l.Tag)
		sorted := slices.Sorted(slices.Values(ids))
		assert.Equal(t, len(ids), len(slices.Compact(sorted)), "%s has an id twice", l.Tag)
	}
	for _, id := range english {
		assert.Regexp(t, `^[a-z]+(\.[a-z_]+)+$|^map\.[a-zA-Z]+$`, id)
	}
}

func TestMessages_FormsAreThoseOfThePluralRules(t *testing.T) {
	t.Parallel()
	_, english := load(t, "en")
	for _, l := range locale.Languages() {
		_, texts := load(t, l.Tag)
		for id, e := range texts {
			want := []string{"other"}
			if len(english[id]) > 1 {
				want = plural[l.Tag]
			}
			assert.Equal(t, want, keys(e), "%s: %s", l.Tag, id)
		}
	}
}

func keys(e entry) []string {
	var list []string
	for k := range e {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// Every form of every text has the placeholders of the English one. The number alone may be in words, where a form
// is for one number or, in Arabic, for none.
func TestMessages_PlaceholdersAreThoseOfEnglish(t *testing.T) {
	t.Parallel()
	_, english := load(t, "en")
	for _, l := range locale.Languages() {
		_, texts := load(t, l.Tag)
		for id, e := range texts {
			for category, text := range e {
				want, got := placeholders(english[id]["other"]), placeholders(text)
				if slices.Contains([]string{"zero", "one", "two"}, category) {
					want = slices.DeleteFunc(want, func(name string) bool { return isNumber(name) && !slices.Contains(got, name) })
				}
				assert.ElementsMatch(t, want, got, "%s: %s (%s)", l.Tag, id, category)
			}
		}
	}
}

// isNumber reports whether a placeholder is for the number that the form is chosen by: {n} in the words of the seat map.
func isNumber(name string) bool { return name == "{count}" || name == "{n}" }

func placeholders(s string) []string {
	list := placeholder.FindAllString(s, -1)
	slices.Sort(list)
	return slices.Compact(list)
}

// Of the scripts that the languages are written in, a text has some: none was left in English by mistake.
func TestMessages_AreTranslated(t *testing.T) {
	t.Parallel()
	scripts := map[string]*unicode.RangeTable{"hi": unicode.Devanagari, "ta": unicode.Tamil, "ar": unicode.Arabic}
	_, english := load(t, "en")
	for _, l := range locale.Languages()[1:] {
		_, texts := load(t, l.Tag)
		same := 0
		for id, e := range texts {
			bare := placeholder.ReplaceAllString(e["other"], "")
			if !strings.ContainsFunc(bare, unicode.IsLetter) {
				continue // {heading}: {event}
			}
			if script := scripts[l.Tag]; script != nil {
				assert.True(t, strings.ContainsFunc(bare, func(r rune) bool { return unicode.Is(script, r) }), "%s: %s", l.Tag, id)
			} else if e["other"] == english[id]["other"] && !strings.HasPrefix(id, "genre.") { // many languages say Thriller
				same++
			}
		}
		assert.Less(t, same, 35, "%s: words such as Ticket and Festival are the same, whole pages are not", l.Tag)
	}
}

// Texts end as the English ones do, so that a page can rely on it: with a full stop, a question mark, a colon, or nothing.
func TestMessages_EndAsTheEnglishOnesDo(t *testing.T) {
	t.Parallel()
	ends := strings.NewReplacer("।", ".", "؟", "?")
	end := func(s string) string {
		s = ends.Replace(s)
		for _, mark := range []string{".", "?", ":"} {
			if strings.HasSuffix(s, mark) {
				return mark
			}
		}
		return ""
	}
	_, english := load(t, "en")
	for _, l := range locale.Languages() {
		_, texts := load(t, l.Tag)
		for id, e := range texts {
			for category, text := range e {
				assert.Equal(t, end(english[id]["other"]), end(text), "%s: %s (%s)", l.Tag, id, category)
				assert.Equal(t, strings.TrimSpace(text), text, "%s: %s (%s)", l.Tag, id, category)
				assert.NotContains(t, text, "  ", "%s: %s (%s)", l.Tag, id, category)
			}
		}
	}
}
