package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/check"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

func TestScreens_PicturesAndTheirIndex(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	gone := filepath.Join(folder, "en", "gone-390.webp")
	require.NoError(t, os.MkdirAll(filepath.Dir(gone), 0o755))
	require.NoError(t, os.WriteFile(gone, nil, 0o600))
	other := filepath.Join(folder, "ads", "report-390.webp")
	require.NoError(t, os.MkdirAll(filepath.Dir(other), 0o755))
	require.NoError(t, os.WriteFile(other, nil, 0o600))
	s, err := check.NewScreens(folder, true)
	require.NoError(t, err)
	assert.FileExists(t, other, "of another program")
	assert.NoFileExists(t, gone, "of a page that there is no more")
	_, err = check.NewScreens(folder, false)
	require.NoError(t, err)

	b := newTab(t)
	page(t, b, "", `<h1>A page</h1><p style="height: 4000px">that is long</p>`)
	for _, lang := range []string{"en", "ta"} {
		_, detail, err := s.Look(&tour.Visit{Page: tour.Page{Name: "home"}, Lang: lang, Tab: b})
		require.NoError(t, err)
		assert.Contains(t, detail, map[string]string{"en": "3 pictures", "ta": "1 pictures"}[lang])
	}
	require.NoError(t, s.Finish())
	index, err := os.ReadFile(filepath.Join(folder, "README.md"))
	require.NoError(t, err)
	assert.Contains(t, string(index), `| home | [<img src="en/home-390.webp" width="65" alt="home, 390 pixels wide">](en/home-390.webp) |`)
	assert.Contains(t, string(index), "| home | | | [ta](ta/home-390.webp) | | |\n")
	assert.NotContains(t, string(index), "city", "which was not looked at")
	for _, width := range []string{"390", "820", "1440"} {
		picture, err := os.ReadFile(filepath.Join(folder, "en", "home-"+width+".webp"))
		require.NoError(t, err)
		assert.Equal(t, "WEBP", string(picture[8:12]))
	}
	require.NoError(t, b.Show(tab.Phone))
}
