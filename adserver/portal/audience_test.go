package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/targeting"
)

func TestAudience_EveryListIsOfADimension(t *testing.T) {
	t.Parallel()
	for _, name := range portal.Dimensions() {
		_, ok := targeting.DimOf(name)
		assert.True(t, ok, name)
	}
}

// Whatever is in the lists: the ad server reads it, and the form shows lists that say the same.
func TestAudience_ListsAreReadAndShownAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fields := map[string]string{}
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(portal.Dimensions()), rapid.ID[string]).Draw(t, "dimensions") {
			value := rapid.StringMatching(`[a-z"\\' é(){}=-]{1,8}`).Filter(func(s string) bool { return strings.TrimSpace(s) == s })
			if name == "hour" {
				value = rapid.SampledFrom([]string{"mon", "mon-fri 9-17", "18-23", "sat", "sun 0-4"})
			}
			fields[rapid.SampledFrom([]string{"in.", "not."}).Draw(t, "kind")+name] = strings.Join(rapid.SliceOfN(value, 1, 4).Draw(t, name), ", ")
		}
		text, again := portal.Audience(fields)
		want, err := targeting.Parse(text)
		require.NoError(t, err, text)
		back, _ := portal.Audience(again)
		got, err := targeting.Parse(back)
		require.NoError(t, err, back)
		require.Equal(t, want.String(), got.String())
	})
}

func TestAudience_WhatListsCannotSayStaysText(t *testing.T) {
	t.Parallel()
	text := "country = IN or city = chennai"
	expression, again := portal.Audience(map[string]string{"targeting": text})
	assert.Equal(t, text, expression)
	assert.Equal(t, map[string]string{"targeting": text}, again)
	none, again := portal.Audience(map[string]string{"targeting": "", "in.city": " , ;"})
	assert.Empty(t, none)
	assert.Empty(t, again)
}

func TestAudience_ProblemsAreSaidBesideTheirFields(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	line := form{"name", "x", "tier", "auction", "pricing", "cpm", "bid", "1", "pace", "even"}
	for want, f := range map[string]form{
		`Hours of the week "someday" is no day of the week`: {"in.hour", "someday"},
		"Not: Countries is too long":                        {"not.country", strings.Repeat("x", 2000)},
		"Expression column 1":                               {"targeting", "= IN"},
	} {
		got := b.post("/advertisers/1/campaigns/1/lines", append(line, f...)...)
		assert.Equal(t, http.StatusBadRequest, got.Status, want)
		assert.Contains(t, got.text(), want)
	}
}
