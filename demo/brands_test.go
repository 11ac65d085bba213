package demo_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// What a show is sold from belongs to one partner.
func TestProgramme_NothingIsSharedBetweenPartners(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	owner := map[string]catalog.PartnerID{}
	for _, v := range c.Venues {
		owner[string(v.ID)] = v.PartnerID
	}
	for _, h := range c.Halls {
		owner[string(h.ID)] = h.PartnerID
	}
	for _, m := range c.SeatMaps {
		owner[string(m.ID)] = m.PartnerID
	}
	for _, l := range c.PriceLists {
		owner[string(l.ID)] = catalog.PartnerID(l.PartnerID)
	}
	for _, p := range c.Policies {
		owner[p.ID] = p.PartnerID
	}
	for _, e := range c.Events {
		if e.Kind != catalog.Film { // films are everybody's
			owner[string(e.ID)] = e.PartnerID
		}
	}
	for _, s := range c.Shows {
		for _, id := range []string{string(s.VenueID), string(s.HallID), string(s.SeatMapID), s.PriceListID, s.PolicyID, string(s.EventID)} {
			if of, known := owner[id]; known {
				require.Equal(t, s.PartnerID, of, "%s of show %s", id, s.ID)
			}
		}
		require.Contains(t, owner, s.PolicyID)
	}
}

func TestProgramme_EveryBrandHasSomethingToSell(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	require.Len(t, c.Brands, len(c.Partners))
	var hosts, looks []string
	for _, b := range c.Brands {
		assert.True(t, b.Live(), b.Name)
		assert.True(t, slices.ContainsFunc(c.Partners, func(p catalog.Partner) bool { return p.ID == b.PartnerID }), b.Name)
		assert.True(t, slices.ContainsFunc(c.Shows, func(s catalog.Show) bool { return s.PartnerID == b.PartnerID }), b.Name)
		for _, name := range []string{"imprint", "privacy", "terms"} {
			assert.NotEmpty(t, b.Legal[name], b.Name)
		}
		hosts, looks = append(hosts, b.Hosts...), append(looks, b.Colours["accent"]+string(b.Font)+string(b.Corners))
	}
	for _, list := range [][]string{hosts, looks} {
		slices.Sort(list)
		assert.Len(t, slices.Compact(list), len(c.Brands), "no two are alike")
	}
}

// A brand's own words are in its first language: pages in others say so for screen readers.
func TestBrands_WriteInTheirFirstLanguage(t *testing.T) {
	t.Parallel()
	c := programme(t, moments()[0])
	words := map[string]string{"en": "Cancelling", "de": "Stornieren"}
	for _, b := range c.Brands {
		assert.Contains(t, b.Legal["terms"], "# "+words[b.Locales[0]], b.Name)
	}
}
