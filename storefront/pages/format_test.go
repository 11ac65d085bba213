package pages_test

import (
	"testing"
	_ "time/tzdata"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
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

func TestFeeName_IsTheLanguagesOwnForTheUsualFees(t *testing.T) {
	t.Parallel()
	texts := localetest.New(t)
	booking, odd := pricing.Fee{Key: "booking", Name: "Booking fee", Per: pricing.PerTicket, Fixed: money.New(90, "EUR")}, pricing.Fee{Key: "roof", Name: "Roof fee", Per: pricing.PerBooking, Fixed: money.New(100, "EUR")}
	assert.Equal(t, "Buchungsgebühr: 0,90\u00a0€ pro Ticket ist enthalten.", pages.FeeNote(texts.Printer("de", ""), booking))
	assert.Contains(t, pages.FeeNote(texts.Printer("de", ""), odd), "Roof fee:")
	booking.Name = "Box office fee"
	assert.Contains(t, pages.FeeNote(texts.Printer("en", ""), booking), "Box office fee:", "in English it is the partner's own")

	q := pricing.Quote{Currency: "EUR", Total: money.New(90, "EUR"), Subtotal: money.New(0, "EUR"), Fees: []pricing.FeeLine{{Key: "booking", Name: "Booking fee", Net: money.New(90, "EUR"), Gross: money.New(90, "EUR")}}}
	assert.Contains(t, pages.BreakdownOf(texts.Printer("de", ""), q, pages.Names(nil, nil)).Extras[0].Label, "Buchungsgebühr")
}

func TestGenreName_IsTheLanguagesOwnForTheUsualGenres(t *testing.T) {
	t.Parallel()
	texts := localetest.New(t)
	german := texts.Printer("de", "")
	assert.Equal(t, "science fiction", pages.GenreName(texts.Printer("en", ""), "science fiction"), "in English it is the organizer's own")
	for own, want := range map[string]string{"science fiction": "Science-Fiction", "Comedy": "Komödie", "Mumblecore": "Mumblecore", "": ""} {
		assert.Equal(t, want, pages.GenreName(german, own))
	}
	e := catalog.Event{Kind: catalog.Film, Genres: []string{"Comedy", "Adventure"}}
	assert.Equal(t, "Komödie", pages.MetaOf(german, e))
	assert.Contains(t, pages.Describe(german, e).Facts, pages.Fact{Label: "Genres", Text: "Komödie, Abenteuer"})
	assert.Contains(t, pages.Describe(texts.Printer("ar", ""), e).Facts, pages.Fact{Label: "التصنيف", Text: "كوميديا، مغامرة"})
	assert.Equal(t, "Genre Komödie", pages.WhyText(german, notify.Why{Code: "genre", Name: "comedy"}))
}
