package storefront_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/storefront/letters"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

// post sends JSON to a path at a host name.
func (n *node) post(host, path, secret string, body any) *fasthttp.Response {
	rc := requestTo(path)
	rc.Request.Header.SetMethod(fasthttp.MethodPost)
	rc.Request.Header.SetHost(host)
	rc.Request.Header.SetContentType("application/json")
	rc.Request.Header.Set("Authorization", "Bearer "+secret)
	raw, _ := json.Marshal(body) // of maps of texts
	rc.Request.SetBody(raw)
	n.handler(rc)
	return &rc.Response
}

// Who buys at a brand gets mails from there: in their language, under its name, with links to its host name.
func TestMails_AreOfTheBrandAndInTheLanguageOfWhoBought(t *testing.T) {
	t.Parallel()
	kit := bmstest.New(t, bmstest.Options{Config: bms.Config{Renderer: letters.New(localetest.New(t)), BaseURL: "http://shop.example:8080"}})
	own := brandOf(kit, kit.Programme.Partner.ID, "1", "Own House", "own.example")
	own.Locales = []string{"en", "hi", "ar"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), own))
	n := newNode(t, kit)
	for seat, row := range map[string]struct{ host, locale, from, link, title string }{
		"stalls-A-1": {"own.example", "hi-IN", "Own House", "http://own.example:8080/hi/bookings/", "आपकी बुकिंग हो गई है"},
		"stalls-A-2": {"own.example", "de-DE", "Own House", "http://own.example:8080/en/bookings/", "Your booking is confirmed"},
		"stalls-A-3": {"shop.example", "ar", kit.Programme.Partner.Name, "http://shop.example:8080/ar/bookings/", "تم تأكيد حجزك"},
	} {
		held := kit.Hold(seat)
		email := seat + "@example.com"
		answer := n.post(row.host, "/api/v1/bookings", held.Secret, map[string]any{
			"hold_id": held.ID, "buyer": map[string]string{"name": "Ada", "email": email, "locale": row.locale},
		})
		require.Equal(t, fasthttp.StatusCreated, answer.StatusCode(), string(answer.Body()))
		var b struct{ Reference string }
		require.NoError(t, json.Unmarshal(answer.Body(), &b))
		made, err := kit.Bookings.GetByReference(t.Context(), b.Reference)
		require.NoError(t, err)
		kit.Choose(kit.Start(made.ID), sandbox.Choice{Outcome: sandbox.Pay})
		require.NoError(t, kit.Drain(t.Context()))
		mails := kit.Mails.To(email, notify.BookingConfirmed)
		require.Len(t, mails, 1)
		assert.Equal(t, row.from, mails[0].FromName)
		assert.Contains(t, mails[0].Text, row.title)
		assert.Contains(t, mails[0].Text, row.link+string(made.ID)+"?t=")
		assert.Equal(t, strings.Count(mails[0].Text, "://"), strings.Count(mails[0].Text, "://"+strings.Split(row.link, "/")[2]), "all links lead there")
	}
}

// A place in a waiting list knows its brand, too.
func TestMails_AboutWaitingListsAreOfTheBrand(t *testing.T) {
	t.Parallel()
	p := bmstest.Small(bmstest.Start)
	kit := bmstest.New(t, bmstest.Options{Programme: p, Config: bms.Config{Renderer: letters.New(localetest.New(t))}})
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), brandOf(kit, p.Partner.ID, "1", "Own House", "own.example")))
	n := newNode(t, kit)
	var gold []string
	for seat := range 10 {
		gold = append(gold, fmt.Sprintf("stalls-C-%d", seat+1))
	}
	kit.Hold(gold...)
	answer := n.post("own.example", "/api/v1/waitlist", "", map[string]any{
		"show_id": p.Show.ID, "name": "Ada", "email": "ada@example.com", "places": 1, "category": "gold",
	})
	require.Equal(t, fasthttp.StatusAccepted, answer.StatusCode(), string(answer.Body()))
	require.NoError(t, kit.Drain(t.Context()))
	mails := kit.Mails.To("ada@example.com", notify.WaitlistJoined)
	require.Len(t, mails, 1)
	assert.Equal(t, "Own House", mails[0].FromName)
	assert.Contains(t, mails[0].Text, "http://own.example/en/waitlist/")
}
