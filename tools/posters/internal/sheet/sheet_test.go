package sheet_test

import (
	"bytes"
	"image/png"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/demo"
	"github.com/marquee-tickets/marquee/storefront/poster"
	"github.com/marquee-tickets/marquee/tools/posters/internal/sheet"
)

func programme(t *testing.T) (*poster.Studio, demo.Catalogue) {
	t.Helper()
	studio, err := poster.New()
	require.NoError(t, err)
	c, err := demo.Programme(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	return studio, c
}

func TestContact_IsASmallPicture(t *testing.T) {
	t.Parallel()
	studio, c := programme(t)
	data, err := sheet.Contact(studio, c.Events)
	require.NoError(t, err)
	assert.Less(t, len(data), 150<<10)
	picture, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	assert.Greater(t, picture.Bounds().Dx(), picture.Bounds().Dy())
}

func TestWrite_HasEverythingThatIsDrawn(t *testing.T) {
	t.Parallel()
	studio, c := programme(t)
	dir := filepath.Join(t.TempDir(), "new")
	require.NoError(t, sheet.Write(dir, studio, c))
	for _, name := range []string{"index.html", "hamlet.svg", "hamlet.png", "kino.localhost.png", "kino.localhost-4.png"} {
		assert.FileExists(t, filepath.Join(dir, name))
	}
}
