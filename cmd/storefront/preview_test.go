package main_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/sqlite"
)

// Identifiers of what is previewed.
const (
	partnerID = "ptn_00000000000000000000000001"
	liveID    = "brd_00000000000000000000000001"
	draftID   = "brd_00000000000000000000000002"
)

// twoBrands is a data folder with a brand that is live at live.example, and a draft at draft.example.
func twoBrands(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	db, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(folder, "marquee.db")})
	require.NoError(t, err)
	shop, err := bms.New(db, bms.Config{})
	require.NoError(t, err)
	defer func() { require.NoError(t, shop.Close()) }()
	partner := catalog.Partner{ID: partnerID, Slug: "house", Name: "House", LegalName: "House Ltd", Country: "IN", Currency: "INR", CreatedAt: shop.Now()}
	require.NoError(t, shop.Catalog.PutPartner(t.Context(), partner))
	live := catalog.Brand{ID: liveID, PartnerID: partnerID, Name: "Live House", Hosts: []string{"live.example"}, Locales: []string{"en"}, Currency: "INR"}
	live.Legal = map[string]string{"imprint": "Live House Ltd, 1 Mint Road"}
	draft := live
	draft.ID, draft.Name, draft.Hosts, draft.Status = draftID, "Secret House", []string{"draft.example"}, catalog.BrandDraft
	require.NoError(t, shop.Catalog.PutBrand(t.Context(), live))
	require.NoError(t, shop.Catalog.PutBrand(t.Context(), draft))
	return folder
}

// A link that the program prints shows a draft on the storefront that runs on the same data, and nobody else sees it.
func TestPreview_ThePrintedLinkShowsADraft(t *testing.T) {
	t.Parallel()
	data := twoBrands(t)
	s := launch(t, "serve", "--no-demo", "--data", data)
	_, body := s.get(t, "/en")
	assert.NotContains(t, body, "Secret House")
	for _, name := range []string{draftID, "DRAFT.example"} {
		code, out, errOut := program(t, "preview", name, "--data", data, "--base-url", s.base+"/")
		require.Equal(t, 0, code, errOut)
		assert.Contains(t, errOut, "Secret House is a draft.")
		link := strings.TrimSuffix(out, "\n")
		assert.True(t, strings.HasPrefix(link, s.base+"/preview?t="), link)
		assert.NotContains(t, link, "\n", "a program can read it")
		assert.Contains(t, open(t, link), "<span>Secret House</span>")
	}
	code, _, errOut := program(t, "preview", "live.example", "--data", data)
	assert.Equal(t, 0, code)
	assert.Contains(t, errOut, "Live House is live.")
}

// open is the page that a browser ends at.
func open(t *testing.T, link string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link, nil)
	require.NoError(t, err)
	answer, err := (&http.Client{Jar: jar}).Do(q)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(body)
}

func TestPreview_ASecretOfItsOwn(t *testing.T) {
	t.Parallel()
	data := twoBrands(t)
	s := launch(t, "serve", "--no-demo", "--data", data, "--preview-secret", "a secret of our own")
	linkWith := func(flags ...string) string {
		code, out, errOut := program(t, append([]string{"preview", draftID, "--data", data, "--base-url", s.base}, flags...)...)
		require.Equal(t, 0, code, errOut)
		return strings.TrimSpace(out)
	}
	assert.NotContains(t, open(t, linkWith()), "Secret House")
	assert.Contains(t, open(t, linkWith("--preview-secret", "a secret of our own")), "<span>Secret House</span>")
	for _, args := range [][]string{{"serve", "--no-demo", "--addr", "127.0.0.1:0", "--data", t.TempDir()}, {"preview", draftID, "--data", data}} {
		code, _, errOut := program(t, append(args, "--preview-secret", "short")...)
		assert.Equal(t, 1, code)
		assert.Contains(t, errOut, "must have at least 16 characters")
	}
}

func TestPreview_WhatThereIsNot(t *testing.T) {
	t.Parallel()
	data := twoBrands(t)
	code, out, errOut := program(t, "preview", "nowhere.example", "--data", data)
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Contains(t, errOut, `there is no brand "nowhere.example"`)
	assert.Contains(t, errOut, draftID+"  draft.example  Secret House")
	none := t.TempDir()
	code, _, errOut = program(t, "preview", draftID, "--data", none)
	assert.Equal(t, 1, code)
	assert.Contains(t, errOut, "there is no database at "+filepath.Join(none, "marquee.db"))
}

func TestServe_StrictHostsSellNothingElsewhere(t *testing.T) {
	t.Parallel()
	data := twoBrands(t)
	at := func(s started, host string) int {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.base+"/en", nil)
		require.NoError(t, err)
		q.Host = host
		answer, err := http.DefaultClient.Do(q)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		return answer.StatusCode
	}
	s := launch(t, "serve", "--no-demo", "--data", data)
	assert.Equal(t, 200, at(s, "other.example"))
	assert.Equal(t, 0, s.stop())
	strict := launch(t, "serve", "--no-demo", "--data", data, "--strict-hosts")
	assert.Equal(t, 404, at(strict, "other.example"))
	assert.Equal(t, 200, at(strict, "live.example"))
}

func TestServe_ABrandIsShownWhereNoneIs(t *testing.T) {
	t.Parallel()
	data := twoBrands(t)
	s := launch(t, "serve", "--no-demo", "--data", data, "--brand", "Live.example")
	_, body := s.get(t, "/en")
	assert.Contains(t, body, "<span>Live House</span>")
	assert.Contains(t, body, `href="/en/legal/imprint"`)
	_, body = s.get(t, "/en/legal/imprint")
	assert.Contains(t, body, "Live House Ltd")
	assert.Equal(t, 0, s.stop())
	for _, c := range []struct{ want, flag, value string }{
		{`there is no brand at "other.example"`, "--brand", "other.example"},
		{`the brand at "draft.example" is a draft`, "--brand", "draft.example"},
		{"brand: is for host names that no brand has", "--brand=live.example", "--strict-hosts"},
	} {
		code, _, errOut := program(t, "serve", "--addr", "127.0.0.1:0", "--no-demo", "--data", data, c.flag, c.value)
		assert.Equal(t, 1, code)
		assert.Contains(t, errOut, c.want)
	}
}
