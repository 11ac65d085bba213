package pages_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/storefront/pages"
)

func TestDocumentTitle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, title, site, want string }{
		{"both fit", "Tickets", "Marquee", "Tickets · Marquee"},
		{
			"cut between words", "Your 2 tickets for The Unreasonable Effectiveness of Very Long Names of Concerts", "Marquee",
			"Your 2 tickets for The Unreasonable Effectiveness of Very… · Marquee",
		},
		{"no words to cut between", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "Marquee", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefg… · Marquee"},
		{
			"a site's name that leaves no room", "An evening with a string quartet from far away", "The Very Long Name of a Festival in the Mountains",
			"An evening with a string quartet from far away",
		},
		{"nothing dangles", "The story of the lighthouse keepers of the northern coast - a play", "Marquee", "The story of the lighthouse keepers of the northern coast… · Marquee"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, pages.DocumentTitle(c.title, c.site))
		})
	}
}

func TestDocumentTitle_IsNeverTooLong(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		title, site := rapid.String().Draw(t, "title"), rapid.String().Draw(t, "site")
		got := pages.DocumentTitle(title, site)
		assert.LessOrEqual(t, utf8.RuneCountInString(got), 70)
	})
}
