package pages_test

import (
	"testing"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
	"github.com/marquee-tickets/marquee/storefront/pages"
)

// en writes English as India does. The test fails when a page asks it for a text that there is not.
func en(t *testing.T) *locale.Printer {
	t.Helper()
	return localetest.New(t).Printer("en", "IN")
}

func TestFormatWords(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "1 seat", pages.Plural(1, "seat", "seats"))
	assert.Equal(t, "0 seats", pages.Plural(0, "seat", "seats"))
	assert.Equal(t, "/a?b=c&d=e", pages.WithQuery("/a", "b", "c", "x", "", "d", "e"))
	assert.Equal(t, "/a?b=c&d=%26", pages.WithQuery("/a?b=c", "d", "&"))
}

func TestBuyerName_SaysTheAgesOnce(t *testing.T) {
	t.Parallel()
	p := en(t)
	for want, b := range map[string]pricing.BuyerType{
		"Adult":               {Key: "adult", Name: "Adult"},
		"Child (up to 12)":    {Key: "child", Name: "Child", MaxAge: 12},
		"Child, up to 12":     {Key: "child", Name: "Child, up to 12", MaxAge: 12},
		"Senior (from 60)":    {Key: "senior", Name: "Senior", MinAge: 60},
		"Teenager (13 to 17)": {Key: "teen", Name: "Teenager", MinAge: 13, MaxAge: 17},
		"Student":             {Key: "student", Name: "Student", NeedsProof: true},
		"":                    {},
	} {
		assert.Equal(t, want, pages.BuyerName(p, b))
	}
}

func TestUsualName_IsTheLanguagesOwnForTheUsualTypes(t *testing.T) {
	t.Parallel()
	texts := localetest.New(t)
	child, crew := pricing.BuyerType{Key: "child", Name: "Kids"}, pricing.BuyerType{Key: "crew", Name: "Crew"}
	assert.Equal(t, "Kids", pages.UsualName(texts.Printer("en", ""), child), "in English it is the partner's own")
	assert.NotEqual(t, "Kids", pages.UsualName(texts.Printer("ar", ""), child))
	assert.Equal(t, "Crew", pages.UsualName(texts.Printer("ar", ""), crew))
}
