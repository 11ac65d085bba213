package brand_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront/brand"
)

var now = time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC)

func previews(secret string) *brand.Previews {
	return brand.NewPreviews(func(context.Context) ([]byte, error) { return []byte(secret), nil })
}

func TestPreviews_ATokenOpensItsBrandUntilItsTime(t *testing.T) {
	t.Parallel()
	p, until := previews("secret"), now.Add(time.Hour)
	token, err := p.Token(t.Context(), "brd_1", now, until)
	require.NoError(t, err)
	id, end, err := p.Open(t.Context(), token, now)
	require.NoError(t, err)
	assert.Equal(t, catalog.BrandID("brd_1"), id)
	assert.Equal(t, until, end)
	_, _, err = p.Open(t.Context(), token, until.Add(-time.Second))
	require.NoError(t, err)
	_, _, err = p.Open(t.Context(), token, until)
	require.ErrorIs(t, err, brand.ErrOver)
	_, _, err = previews("other").Open(t.Context(), token, now)
	assert.ErrorIs(t, err, brand.ErrPreview)
}

func TestPreviews_NothingElseOpensOne(t *testing.T) {
	t.Parallel()
	p := previews("secret")
	token, err := p.Token(t.Context(), "brd_1", now, now.Add(time.Hour))
	require.NoError(t, err)
	parts := strings.Split(token, ".")
	for _, bad := range []string{
		"", ".", "..", "brd_1", token + "x", token[:len(token)-1], "brd_2." + parts[1] + "." + parts[2], parts[0] + ".9999999999." + parts[2],
		parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[2], strings.Repeat("x", 1000) + "." + parts[2],
	} {
		_, _, err := p.Open(t.Context(), bad, now)
		assert.ErrorIs(t, err, brand.ErrPreview, bad)
	}
}

func TestPreviews_AreForATime(t *testing.T) {
	t.Parallel()
	p := previews("secret")
	for _, until := range []time.Time{now, now.Add(-time.Hour), now.Add(brand.MaxPreview + time.Second), {}} {
		_, err := p.Token(t.Context(), "brd_1", now, until)
		require.Error(t, err)
		assert.Equal(t, "until", fault.Of(err).Field)
	}
}

func TestPreviews_WithoutASecretThereAreNone(t *testing.T) {
	t.Parallel()
	asked := 0
	p := brand.NewPreviews(func(context.Context) ([]byte, error) {
		if asked++; asked < 3 {
			return nil, errors.New("no database")
		}
		return []byte("secret"), nil
	})
	_, err := p.Token(t.Context(), "brd_1", now, now.Add(time.Hour))
	require.ErrorContains(t, err, "no database")
	_, _, err = p.Open(t.Context(), "brd_1.1.x", now)
	require.ErrorContains(t, err, "no database")
	token, err := p.Token(t.Context(), "brd_1", now, now.Add(time.Hour))
	require.NoError(t, err)
	_, _, err = p.Open(t.Context(), token, now)
	require.NoError(t, err)
	assert.Equal(t, 3, asked, "asked for once")
}

func TestPreviews_TheCookie(t *testing.T) {
	t.Parallel()
	rc := ask("/")
	assert.False(t, brand.Previewing(rc))
	assert.Empty(t, brand.TokenOf(rc))
	brand.Keep(rc, "token.of.it", now, now.Add(time.Hour))
	cookie := string(rc.Response.Header.PeekCookie("preview"))
	for _, want := range []string{"preview=token.of.it", "HttpOnly", "SameSite=Lax", "max-age=3600"} {
		assert.Contains(t, cookie, want)
	}
	rc.Request.Header.SetCookie("visitor", "me")
	assert.False(t, brand.Previewing(rc))
	rc.Request.Header.SetCookie("preview", "token.of.it")
	assert.True(t, brand.Previewing(rc))
	assert.Equal(t, "token.of.it", brand.TokenOf(rc))
	brand.Drop(rc)
	assert.NotContains(t, string(rc.Response.Header.PeekCookie("preview")), "token.of.it")
}

// FuzzPreviews_Open: no token that was not made is good.
func FuzzPreviews_Open(f *testing.F) {
	p := previews("secret")
	token, err := p.Token(context.Background(), "brd_1", now, now.Add(time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("brd_1.1.x")
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, err := p.Open(t.Context(), s, now); err == nil && s != token {
			t.Fatalf("%q opens a preview", s)
		}
	})
}
