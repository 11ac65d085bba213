package storefront_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/storefront"
)

func TestRefusal_AddressesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	for path, says := range map[string]string{
		"/atlantis":                        "We sell no tickets in a city of this name.",
		"/atlantis/events/the-general":     "We sell no tickets in a city of this name.",
		"/mumbai/events/none":              "We know no event at this address",
		"/events/none":                     "We know no event at this address",
		"/shows/shw_none":                  "We know no show at this address",
		"/holds/hld_none":                  "made in another browser",
		"/bookings/bkg_none?t=x":           "This link leads to no booking",
		"/b/none":                          "This link leads to no booking",
		"/b/none/cancel":                   "This link leads to no booking",
		"/b/none/return":                   "This link leads to no booking",
		"/posters/none.svg":                "We know no event at this address",
		"/posters/the-general":             "There is no page at this address",
		"/a/b/c/d/e":                       "There is no page at this address",
		"/assets/app.css":                  "There is nothing at this address",
		"/inbox/1/html":                    "There is no page at this address", // this shop shows no mails
		"/shows/" + strings.Repeat("x", 9): "We know no show at this address",
	} {
		p := b.get(path)
		assert.Equal(t, 404, p.status, path)
		assert.Contains(t, p.text(), says, path)
		assert.NotEmpty(t, p.follow("See what is on"), path)
	}
}

func TestRefusal_WhatIsNoDayOrKind(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	for _, path := range []string{"/mumbai?date=tomorrow", "/mumbai/events/the-general?date=2026-13-40"} {
		p := b.get(path)
		assert.Equal(t, 400, p.status, path)
		assert.Contains(t, p.text(), "is not a day", path)
	}
	assert.Contains(t, b.get("/mumbai?kind=%22%3E%3Cscript%3E").text(), "The General", "what is no kind hides nothing")
}

func TestEmpty_DaysAndKindsWithNothingOn(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	day := b.get("/mumbai?date=2026-11-23")
	assert.Contains(t, day.text(), "Nothing is on that day.")
	assert.Contains(t, day.follow("Show everything in Mumbai").text(), "The General")
	assert.Contains(t, b.get("/mumbai?kind=concert").text(), "Nothing of this kind is on at the moment.")
	assert.Contains(t, b.get("/mumbai?kind=concert&date=2026-11-24").text(), "Nothing of this kind is on that day.")
	event := b.get("/mumbai/events/the-general?date=2026-11-23")
	assert.Contains(t, event.text(), "There is no show on this day.")
	assert.Contains(t, event.follow("Next shows: Tue, 24 Nov").text(), "5:30 pm")
}

func TestEmpty_BeforeAnythingIsStored(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	_, err := s.Shows.SetStatus(t.Context(), s.Programme.Show.ID, catalog.Cancelled)
	require.NoError(t, err)
	b := s.visit(t)
	assert.Contains(t, b.get("/mumbai").text(), "Nothing is on here at the moment.")
	assert.Contains(t, b.get("/mumbai/events/the-general").text(), "Cancelled")
	assert.Contains(t, b.get("/events/the-general").text(), "No more shows of this event are planned.")
	assert.Contains(t, b.get("/shows/"+string(s.Programme.Show.ID)).text(), "Cancelled")
}

func TestEvent_ALinkWithoutACityFindsOne(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	assert.Equal(t, "/en/mumbai/events/the-general", s.visit(t).get("/events/the-general").url.Path)
}

func TestRefusal_TheSeatHasJustBeenTaken(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	mine := s.visit(t).seats()
	s.visit(t).reserve("stalls-C-5")
	refused := mine.form("Reserve and go on").add("seat", "stalls-C-4", "stalls-C-5").set("n.child", "1").send()
	assert.Equal(t, 409, refused.status)
	assert.Contains(t, refused.text(), "Somebody was faster Just taken: Stalls, row C, seat 5.")
	assert.Equal(t, []string{"stalls-C-4"}, refused.form("Reserve and go on").fields["seat"])
	instead := refused.form("Take the best 2 seats in Gold").send()
	assert.Contains(t, instead.text(), "Your reservation")
	assert.Contains(t, instead.text(), "Child ₹150.00", "who sits there comes along")
}

func TestRefusal_ASingleSeatWouldBeLeft(t *testing.T) {
	t.Parallel()
	programme := bmstest.Small(bmstest.Start)
	programme.Show.Seating.Orphan = catalog.OrphanStrict
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	refused := s.visit(t).reserve("stalls-A-2", "stalls-A-3")
	assert.Equal(t, 409, refused.status)
	assert.Contains(t, refused.text(), "Please move along a seat")
	assert.Contains(t, refused.text(), "single seat between taken ones: Stalls, row A, seat 1")
	assert.Contains(t, refused.text(), "Free and fine: Stalls, row A, seat")
	assert.Contains(t, refused.form("Take these seats").send().text(), "Your reservation")
}

func TestRefusal_NotEnoughTogether(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	seats := s.visit(t).seats()
	refused := seats.form("Reserve the best seats").set("count", "7", "category", seats.option("category", "Silver")).send()
	assert.Equal(t, 409, refused.status)
	assert.Contains(t, refused.text(), "Not enough places are left")
	assert.Equal(t, "7", refused.form("Reserve the best seats").fields.Get("count"), "what was asked is kept")
	assert.Contains(t, refused.form("Take the best 7 seats").send().text(), "Your reservation")
}

func TestRefusal_WhatIsWrongInTheChoice(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	for name, row := range map[string]struct {
		form   string
		fields []string
		says   string
	}{
		"nothing":             {"Reserve and go on", nil, "Choose at least one seat or place."},
		"no such seat":        {"Reserve and go on", []string{"seat", "stalls-Z-99"}, "There is no seat"},
		"too many reduced":    {"Reserve and go on", []string{"seat", "stalls-A-1", "n.child", "2"}, "You asked for 2 reduced tickets but chose 1 seat."},
		"no number":           {"Reserve and go on", []string{"area.floor.adult", "some"}, "must be a whole number"},
		"no such area":        {"Reserve and go on", []string{"area.roof.adult", "1"}, "has no such area"},
		"no such buyer":       {"Reserve and go on", []string{"seat", "stalls-A-1", "type.stalls-A-1", "alien"}, "no price for the buyer type"},
		"no count":            {"Reserve the best seats", []string{"count", "0"}, "Say how many seats you want."},
		"negative":            {"Reserve the best seats", []string{"count", "-2"}, "must be a whole number"},
		"more than one may":   {"Reserve the best seats", []string{"count", "11"}, "10"},
		"more reduced people": {"Reserve the best seats", []string{"count", "1", "n.child", "2"}, "You asked for 2 reduced tickets but chose 1 seat."},
		"wheelchairs beyond":  {"Reserve the best seats", []string{"count", "1", "wheelchairs", "2"}, "part of the 1 places"},
		"no such category":    {"Reserve the best seats", []string{"category", "platinum"}, "categor"},
	} {
		refused := s.visit(t).seats().form(row.form).set(row.fields...).send()
		assert.Contains(t, []int{400, 404, 409}, refused.status, name)
		assert.Contains(t, refused.text(), row.says, name)
		assert.Contains(t, refused.text(), "Choose your seats", name)
	}
	counts, err := s.Seats.Snapshot(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)
	assert.Zero(t, counts.Counts().Held, "nothing was changed")
}

func TestRefusal_TheBuyersDetailsAreLinkedAndKept(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	held := s.visit(t).reserve("stalls-A-1")
	refused := held.form("Go on to payment").set("name", "", "email", "ada@", "phone", "call me").send()
	assert.Equal(t, 400, refused.status)
	assert.Contains(t, rawText(all(refused.doc, "title")[0]), "Error: ")
	for _, field := range []string{"name", "email", "phone"} {
		assert.Contains(t, refused.body, `href="#buyer-`+field+`"`, "the summary leads to the field")
		assert.Contains(t, refused.body, `aria-describedby="buyer-`+field+`-problem"`)
	}
	fields := refused.form("Go on to payment").fields
	assert.Equal(t, "ada@", fields.Get("email"))
	assert.Equal(t, "call me", fields.Get("phone"))
	assert.Contains(t, refused.form("Go on to payment").set("name", "Ada", "email", "ada@example.com", "phone", "").send().text(), "Pay for your tickets")
}

func TestRefusal_AHoldOfAnotherBrowser(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	held := s.visit(t).reserve("stalls-A-1")
	stranger := s.visit(t)
	for _, action := range []string{"", "/extend", "/release", "/again", "/booking", "/voucher", "/voucher/remove"} {
		p := stranger.get(held.url.Path)
		if action != "" {
			p = stranger.post(held.url.Path+action, url.Values{"name": {"Eve"}, "email": {"eve@example.com"}})
		}
		assert.Equal(t, 404, p.status, action)
		assert.Contains(t, p.text(), "made in another browser", action)
	}
}

func TestRefusal_ABookingWithoutItsLink(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1").ada().pay("pay")
	stranger := s.visit(t)
	b, err := s.Bookings.ByReference(t.Context(), referenceOn(paid), "ada@example.com")
	require.NoError(t, err)
	for _, link := range []string{"", "?t=", "?t=aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		assert.Equal(t, 404, stranger.get("/bookings/"+string(b.ID)+link).status, link)
	}
	for name, row := range map[string][2]string{
		"another address":  {referenceOn(paid), "eve@example.com"},
		"no such booking":  {"K7PWXF3X", "ada@example.com"},
		"no reference":     {"hello", "ada@example.com"},
		"nothing":          {"", ""},
		"an injected name": {`"><script>`, "ada@example.com"},
	} {
		p := stranger.get("/bookings").form("Find it").set("reference", row[0], "email", row[1]).send()
		assert.Contains(t, []int{400, 404}, p.status, name)
		assert.Equal(t, row[0], p.form("Find it").fields.Get("reference"), name)
	}
}

func TestRefusal_AFormFromAnotherSite(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	held := b.reserve("stalls-A-1")
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, host+held.url.Path+"/release", nil)
	require.NoError(t, err)
	q.Header.Set("Origin", "https://evil.example")
	q.Header.Set("Sec-Fetch-Site", "cross-site")
	p := b.send(q)
	assert.Equal(t, 403, p.status)
	assert.Contains(t, p.text(), "This request came from another site")
	assert.Contains(t, b.get(held.url.Path).text(), "Your places are kept until", "nothing has happened")
}

func TestRefusal_MethodsThatAPageDoesNotHave(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	p := b.post("/mumbai", nil)
	assert.Equal(t, 405, p.status)
	assert.Equal(t, "GET", p.header.Get("Allow"))
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodOptions} {
		answer, _ := b.raw(method, "/en/mumbai", nil, "")
		assert.Equal(t, 405, answer.StatusCode, method)
		assert.Equal(t, "GET", answer.Header.Get("Allow"), method)
	}
}

func TestRefusal_AFormThatIsTooLarge(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	answer, body := s.visit(t).raw(http.MethodPost, "/en/bookings", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.Repeat("x", 100_000))
	assert.Equal(t, 413, answer.StatusCode)
	assert.Contains(t, string(body), "This form has more in it than we can take")
}

func TestIcon_OfWhoHasReadNoPage(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	answer, body := s.visit(t).raw(http.MethodGet, "/favicon.ico", nil, "")
	assert.Equal(t, 200, answer.StatusCode)
	assert.Equal(t, "image/png", answer.Header.Get("Content-Type"))
	assert.Contains(t, string(body[:8]), "PNG")
}

// The answer to a form that was refused has the address of the form: who loads it anew, or wants it in another language, gets the
// page that has the form.
func TestRefusal_TheAddressOfAFormLeadsToItsPage(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	show := "/en/shows/" + string(s.Programme.Show.ID)
	assert.Equal(t, show, b.get(show+"/holds").url.Path)
	refused := b.seats().form("Reserve and go on").send()
	assert.Equal(t, 400, refused.status)
	assert.Equal(t, "/de"+show[3:], refused.follow("Deutsch").url.Path)

	held := b.get("/language/en?to=%2F").reserve("stalls-A-1")
	details := held.form("Go on to payment").set("name", "").send()
	assert.Equal(t, 400, details.status)
	for _, form := range []string{"/booking", "/voucher", "/voucher/remove", "/extend", "/release", "/again"} {
		assert.Equal(t, held.url.Path, b.get(held.url.Path+form).url.Path, form)
	}
	assert.Contains(t, details.follow("Deutsch").url.Path, "/de/holds/")
	sale := details.form("Go on to payment").set("name", "Ada", "email", "ada@example.com").send()
	assert.Equal(t, sale.url.Path, b.get(sale.url.Path+"/payment").url.Path)
}

// What has gone wrong is the first that one hears of a page.
func TestRefusal_IsInTheTitle(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	title := func(p *page) string { return rawText(all(p.doc, "title")[0]) }
	assert.NotContains(t, title(b.seats()), "Error")
	assert.Contains(t, title(b.seats().form("Reserve and go on").send()), "Error: Choose your seats")
	held := b.reserve("stalls-A-1")
	assert.Contains(t, title(held.form("Use code").set("code", "NONE").send()), "Error: Your reservation")
	sale := held.ada().pay("pay")
	cancel := sale.follow("Cancel tickets")
	assert.Contains(t, title(b.get(cancel.url.Path+"?preview=1")), "Error: Cancel tickets")
}

func TestRefusal_AShowThatDoesNotSell(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	seats := b.seats()
	_, err := s.Shows.SetStatus(t.Context(), s.Programme.Show.ID, catalog.Paused)
	require.NoError(t, err)
	refused := seats.form("Reserve the best seats").send()
	assert.Equal(t, 409, refused.status)
	assert.Contains(t, refused.text(), "Sales for this show are paused")
	s.Clock.Advance(time.Second) // by then a change is seen
	assert.Contains(t, b.get("/mumbai/events/the-general").text(), "Sales paused")
}

func TestRefusal_ADraftIsNobodysBusiness(t *testing.T) {
	t.Parallel()
	programme := bmstest.Small(bmstest.Start)
	programme.Show.Status = catalog.Draft
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	b := s.visit(t)
	assert.Equal(t, 404, b.get("/shows/"+string(programme.Show.ID)).status)
	assert.Contains(t, b.get("/mumbai/events/the-general").text(), "No shows are planned here")
}

func TestShow_SoldOutAndOnSaleLater(t *testing.T) {
	t.Parallel()
	programme := bmstest.Small(bmstest.Start)
	programme.Show.SalesFrom = bmstest.Start.Add(24 * time.Hour)
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	b := s.visit(t)
	assert.Contains(t, b.get("/mumbai/events/the-general").text(), "On sale from 23 Nov, 5:30 pm")
	s.Clock.Advance(25 * time.Hour)
	everything := bms.BlockRequest{ShowID: programme.Show.ID, Reason: "private party"}
	for _, section := range programme.SeatMap.Map.Sections {
		for _, row := range section.Rows {
			for _, seat := range row.Seats {
				everything.Seats = append(everything.Seats, section.Key+"-"+row.Label+"-"+seat.Label)
			}
		}
	}
	_, err := s.Seats.Block(t.Context(), everything)
	require.NoError(t, err)
	for range 4 {
		b.t = t
		s.visit(t).seats().form("Reserve and go on").set("area.floor.adult", "10").send()
	}
	s.Clock.Advance(time.Second)
	event := b.get("/mumbai/events/the-general")
	assert.Contains(t, event.text(), "Sold out")
	assert.Contains(t, b.get("/shows/"+string(programme.Show.ID)).text(), "This show is sold out at the moment.")
}

func TestCancel_WhatCannotBeCancelled(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1").ada().pay("pay")
	cancel := paid.follow("Cancel tickets")
	none := cancel.form("See what you get back")
	none.fields.Del("ticket")
	assert.Contains(t, none.send().text(), "Choose at least one ticket to cancel.")
	preview := cancel.form("See what you get back").send()
	s.Clock.Advance(47 * time.Hour) // the last moment was two hours before the show
	late := preview.form("Cancel these tickets").send()
	assert.Equal(t, 410, late.status)
	assert.Contains(t, late.text(), "It is too late to cancel tickets for this show.")
	assert.NotContains(t, paid.get(paid.url.RequestURI()).text(), "Cancel tickets")
}

// A page that says what one gets back may be open for hours, and the policy gives less the nearer the show is.
func TestCancel_GivesBackWhatWasSeenOrAsksAgain(t *testing.T) {
	t.Parallel()
	programme := bmstest.Small(bmstest.Start)
	programme.Policy = booking.Policy{Tiers: []booking.Tier{{MinutesBefore: 24 * 60, Price: money.Whole}, {MinutesBefore: 60, Price: money.Whole / 2}}}
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1").ada().pay("pay")
	preview := paid.follow("Cancel tickets").form("See what you get back").send()
	assert.Contains(t, preview.text(), "You get back ₹200.00")
	s.Clock.Advance(30 * time.Hour) // the show is in 18 hours
	asked := preview.form("Cancel these tickets").send()
	assert.Equal(t, 409, asked.status)
	assert.Contains(t, asked.text(), "What you get back has changed since you looked")
	assert.Contains(t, asked.text(), "You get back ₹100.00")
	assert.Contains(t, paid.get(paid.url.RequestURI()).text(), "You are booked.", "nothing has happened")
	form := asked.form("Cancel these tickets")
	assert.Contains(t, form.send().text(), "₹100.00")
	assert.Contains(t, form.send().text(), "cancelled", "a form that is sent twice has the same answer")
}

// deadBank does not answer.
type deadBank struct{ payment.Gateway }

func (deadBank) Create(context.Context, payment.CreateRequest) (payment.Facts, error) {
	return payment.Facts{}, payment.ErrTemporary
}

func (deadBank) Name() string { return "dead" }

func TestPay_ABankThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{Config: bms.Config{Gateways: []payment.Gateway{deadBank{}}}}, storefront.Config{})
	unpaid := s.visit(t).reserve("stalls-A-1").ada()
	form := unpaid.form("Pay ").set("gateway", "dead")
	refused := form.send()
	assert.Equal(t, 503, refused.status)
	assert.Contains(t, refused.text(), "The payment service is busy")
	assert.Contains(t, refused.form("Pay ").set("gateway", sandbox.Name).send().text(), "Test bank", "the other way works")
	assert.Equal(t, 400, unpaid.form("Pay ").set("gateway", "none").send().status)
}

func TestServer_APanicIsAPage(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{Config: bms.Config{Gateways: []payment.Gateway{panickingBank{}}}}, storefront.Config{})
	unpaid := s.visit(t).reserve("stalls-A-1").ada()
	p := unpaid.form("Pay ").set("gateway", "panicking").send()
	assert.Equal(t, 500, p.status)
	assert.Contains(t, p.text(), "Something went wrong on our side")
	assert.Contains(t, p.text(), p.header.Get("X-Request-ID"), "the number to tell us")
	assert.NotContains(t, p.body, "vault")
}

// panickingBank fails in the worst way.
type panickingBank struct{ payment.Gateway }

func (panickingBank) Create(context.Context, payment.CreateRequest) (payment.Facts, error) {
	panic(errors.New("the vault is open"))
}

func (panickingBank) Name() string { return "panicking" }
