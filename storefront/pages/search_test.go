package pages_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/pages"
)

func TestReadSearch_AnAddressStaysItself(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":  "/x",
		"q": "/x", "q=++a++b+": "/x?q=a+b", "page=2&q=a": "/x?q=a&page=2", "page=0": "/x", "page=201": "/x", "page=x": "/x",
		"sort=relevance": "/x", "sort=title": "/x?sort=title", "sort=price": "/x", "kind=opera": "/x", "kind=film&genre=Drama": "/x?kind=film&genre=drama",
		"format=IMAX+3D&language=hi&venue=v&access=wheelchair&date=2026-11-22": "/x?date=2026-11-22&language=hi&format=IMAX+3D&venue=v&access=wheelchair",
		"sort=title&price=200-500&kind=film&date=2026-11-22&genre=drama":       "/x?date=2026-11-22&kind=film&price=200-500&genre=drama&sort=title",
		"price=0-": "/x", "price=0200-500": "/x", "price=cheap": "/x", "price=500-": "/x?price=500-",
		"genre=" + strings.Repeat("x", 61): "/x", "q=%26%3D%23": "/x?q=%26%3D%23",
	} {
		values, err := url.ParseQuery(query)
		require.NoError(t, err)
		got, err := pages.SearchAddress("/x", values.Get)
		require.NoError(t, err)
		assert.Equal(t, want, got, query)
	}
	_, err := pages.SearchAddress("/x", url.Values{"date": {"tomorrow"}}.Get)
	require.Error(t, err)
}

// FuzzReadSearch looks for addresses that do not lead back to themselves.
func FuzzReadSearch(f *testing.F) {
	f.Add("a", "film", "drama", "2026-11-22", "title", "2", "200-500")
	f.Add("&=?#", "x", "İ", "", "soonest", "-1", "0-")
	f.Fuzz(func(t *testing.T, q, kind, genre, date, sort, page, price string) {
		if !utf8.ValidString(q + kind + genre) {
			t.Skip("refused before")
		}
		values := url.Values{"q": {q}, "kind": {kind}, "genre": {genre}, "date": {date}, "sort": {sort}, "page": {page}, "price": {price}}
		once, err := pages.SearchAddress("/x", values.Get)
		if err != nil {
			return
		}
		u, err := url.Parse(once)
		require.NoError(t, err)
		require.Equal(t, "/x", u.Path)
		again, err := pages.SearchAddress("/x", u.Query().Get)
		require.NoError(t, err)
		require.Equal(t, once, again)
	})
}
