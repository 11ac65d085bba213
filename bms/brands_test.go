package bms_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// brandOf is a brand of a kit's partner with the last letter of its id and its hosts.
func brandOf(kit *bmstest.Kit, letter string, hosts ...string) catalog.Brand {
	fresh := string(kit.Programme.Partner.ID)
	return catalog.Brand{
		ID: catalog.BrandID(catalog.BrandPrefix + fresh[len(catalog.PartnerPrefix):len(fresh)-1] + letter), PartnerID: kit.Programme.Partner.ID,
		Name: "Brand " + letter, Hosts: hosts, Locales: []string{"en"}, Currency: "INR",
	}
}

func TestPutBrand_AHostNameLeadsToOneLiveBrand(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	ctx := t.Context()
	first := brandOf(kit, "1", "a.example", "b.example")
	require.NoError(t, kit.Catalog.PutBrand(ctx, first))
	require.NoError(t, kit.Catalog.PutBrand(ctx, first), "again")

	second := brandOf(kit, "2", "c.example", "b.example")
	err := kit.Catalog.PutBrand(ctx, second)
	require.ErrorContains(t, err, "Brand 1")
	assert.Equal(t, fault.Conflict, fault.CodeOf(err))
	assert.Equal(t, "hosts[1]", fault.Of(err).Field)

	second.Status = catalog.BrandDraft
	require.NoError(t, kit.Catalog.PutBrand(ctx, second), "a draft may be made of what replaces a live one")
	second.Status = catalog.BrandLive
	require.Error(t, kit.Catalog.PutBrand(ctx, second))
	first.Hosts = []string{"a.example"}
	require.NoError(t, kit.Catalog.PutBrand(ctx, first))
	require.NoError(t, kit.Catalog.PutBrand(ctx, second), "the name was given up")
	stored, err := kit.Catalog.Brands(ctx)
	require.NoError(t, err)
	assert.Equal(t, []catalog.Brand{first, second}, stored)
}

func TestProgramme_OfAPartner(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	ctx, p := t.Context(), kit.Programme
	stranger := catalog.PartnerID("ptn_none")

	venues, err := kit.Catalog.VenuesOf(ctx, p.Partner.ID, p.Venue.CitySlug)
	require.NoError(t, err)
	assert.Equal(t, []catalog.Venue{p.Venue}, venues)
	cities, err := kit.Catalog.CitiesOf(ctx, p.Partner.ID)
	require.NoError(t, err)
	assert.Equal(t, []catalog.City{catalog.CityOf(p.Venue)}, cities)
	on, err := kit.Shows.WhatsOnOf(ctx, p.Partner.ID, p.Venue.CitySlug, kit.Now())
	require.NoError(t, err)
	require.Len(t, on, 1)
	assert.Equal(t, p.Event.ID, on[0].Event.ID)

	for name, found := range map[string]func() (int, error){
		"venues": func() (int, error) { v, err := kit.Catalog.VenuesOf(ctx, stranger, ""); return len(v), err },
		"cities": func() (int, error) { v, err := kit.Catalog.CitiesOf(ctx, stranger); return len(v), err },
		"events": func() (int, error) {
			v, err := kit.Shows.WhatsOnOf(ctx, stranger, p.Venue.CitySlug, kit.Now())
			return len(v), err
		},
	} {
		n, err := found()
		require.NoError(t, err, name)
		assert.Zero(t, n, name)
	}
}

func TestSecret_IsTheSameOnAllNodesAndForOnePurposeAlone(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{})
	mine, err := kit.Secret(t.Context(), "links")
	require.NoError(t, err)
	assert.Len(t, mine, 32)
	theirs, err := kit.Another(kit.Bank).Secret(t.Context(), "links")
	require.NoError(t, err)
	assert.Equal(t, mine, theirs)
	other, err := kit.Secret(t.Context(), "cookies")
	require.NoError(t, err)
	assert.NotEqual(t, mine, other)
	elsewhere, err := bmstest.New(t, bmstest.Options{}).Secret(t.Context(), "links")
	require.NoError(t, err)
	assert.NotEqual(t, mine, elsewhere)
}
