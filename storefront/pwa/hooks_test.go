package pwa_test

import (
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
	"github.com/marquee-tickets/marquee/storefront/pwa"
)

// scripts is the text of the scripts of the app.
func scripts(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	source := os.DirFS("../assets/src/pwa")
	require.NoError(t, fs.WalkDir(source, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".ts") {
			return err
		}
		text, err := fs.ReadFile(source, path)
		all.Write(text)
		return err
	}))
	return all.String()
}

func TestParts_HaveWhatTheScriptsLookFor(t *testing.T) {
	t.Parallel()
	p := localetest.New(t).Printer("en", "")
	source := scripts(t)
	page := rendered(pwa.OfflineContent(p))
	for _, mark := range []string{"data-lost hidden", "data-kept hidden", "data-kept-list>"} {
		assert.Equal(t, 1, strings.Count(page, mark), mark)
		assert.Contains(t, source, `"`+mark+`"`)
	}
	for mark, part := range map[string]string{
		"[data-offline]": page, "[data-offline-ready]": rendered(pwa.OfflineReady(p)), "form[data-forget]": rendered(pwa.ForgetForm(p, "/en/forget")),
		"link[rel=manifest]": rendered(pwa.Head("/en/app.webmanifest", "#ffffff", "#000000")),
	} {
		assert.Contains(t, source, mark)
		name := regexp.MustCompile(`\[([a-z-]+)`).FindStringSubmatch(mark)[1]
		assert.Contains(t, part, " "+name, mark)
	}
	assert.Contains(t, rendered(pwa.OfflineReady(p)), " hidden", "nothing is promised without a script")
	assert.Contains(t, rendered(pwa.ForgetForm(p, "/en/forget")), `method="post" action="/en/forget"`)
	assert.NotContains(t, rendered(pwa.ForgottenContent(p)), "<form")
	assert.Contains(t, source, "`/${language}"+pwa.OfflinePath+"`")
}

func TestKeep_IsATimeThatScriptsRead(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 11, 22, 19, 30, 0, 0, time.FixedZone("IST", 19800)).Add(pwa.KeptFor)
	assert.Equal(t, templ.Attributes{"data-keep-until": "2026-11-23T14:00:00Z"}, pwa.Keep(until))
	for name := range maps.Keys(pwa.Keep(until)) {
		assert.Contains(t, scripts(t), `<main[^>]* `+name+`="`)
	}
	for name := range maps.Keys(pwa.Pending()) {
		assert.Contains(t, scripts(t), `<main[^>]* `+name)
	}
}

func TestTexts_AreThoseThatAreUsed(t *testing.T) {
	t.Parallel()
	texts := localetest.New(t)
	unknown, unused := texts.Check(localetest.Used(t, "."))
	assert.Empty(t, unknown)
	for _, id := range unused {
		assert.False(t, strings.HasPrefix(id, "pwa."), id)
	}
	used := regexp.MustCompile(`"(pwa_[a-z_]+)"`).FindAllStringSubmatch(scripts(t), -1)
	var names []string
	for _, found := range used {
		names = append(names, found[1])
	}
	slices.Sort(names)
	for _, l := range locale.Languages() {
		words := slices.Sorted(maps.Keys(texts.Printer(l.Tag, "").Words("script.pwa_")))
		for i := range words {
			words[i] = "pwa_" + words[i]
		}
		assert.Equal(t, words, slices.Compact(slices.Clone(names)), l.Tag)
	}
}
