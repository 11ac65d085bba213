package localetest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

// recorder is a test that takes down what it is told.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Errorf(_ string, args ...any) { r.said = append(r.said, args[0].(string)) }

func TestNew_FailsTheTestWhenATextIsMissing(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	p := localetest.New(r).Printer("de", "")
	assert.Equal(t, "Ihre Reservierung", p.T("hold.heading"))
	assert.Empty(t, r.said)
	p.T("no.such_text")
	p.T("city.title")
	p.T("city.title", locale.With("city", "Berlin"))
	assert.Equal(t, []string{"no.such_text", "city.title {city}"}, r.said)
}

func TestUsed_FindsWhatSourcesAskFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	write("a.templ", `<h1>{ f.P.T("hold.heading") }</h1><p>{ p.N("show.few_left", v.Free) }</p>`)
	write("below/b.go", `p.T("kind." + string(kind)); before, after := p.Around( "booking.reference", "reference"); s, err := p.LookupN("nobody.knows", 1); w := p.Words("script.")`)
	write("a_templ.go", `p.T("generated.id")`)
	write("a_test.go", `p.T("test.id")`)
	write("notes.md", `p.T("notes.id")`)
	used := localetest.Used(t, dir)
	assert.Equal(t, []string{"booking.reference", "hold.heading", "kind.", "nobody.knows", "script.", "show.few_left"}, used)

	unknown, unused := localetest.New(t).Check(used)
	assert.Equal(t, []string{"nobody.knows"}, unknown)
	assert.NotContains(t, unused, "hold.heading")
	assert.NotContains(t, unused, "kind.film", "an id that is put together stands for all that begin so")
	assert.Contains(t, unused, "kinds.film")
}
