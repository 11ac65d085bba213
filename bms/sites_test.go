package bms_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// witness is a renderer that notes what it is given.
type witness struct {
	notify.Renderer
	mu      sync.Mutex
	locales []string
	data    []notify.Data
}

func (w *witness) Render(kind notify.Kind, locale string, d notify.Data) (notify.Content, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.locales, w.data = append(w.locales, locale), append(w.data, d)
	return w.Renderer.Render(kind, locale, d)
}

// palace is a brand of a kit's partner, at two host names.
func palace(t *testing.T, kit *bmstest.Kit, status catalog.BrandStatus) catalog.Brand {
	t.Helper()
	b := brandOf(kit, "7", "palace.example", "www.palace.example")
	b.Name, b.Status, b.SupportEmail, b.Locales = "The Palace", status, "help@palace.example", []string{"hi", "en"}
	b.Colours = catalog.Colours{"accent": "#8c1c33"}
	require.NoError(t, kit.Catalog.PutBrand(t.Context(), b))
	return b
}

// bookAt makes a booking at a brand.
func bookAt(t *testing.T, kit *bmstest.Kit, brand catalog.BrandID, h bms.Hold) bms.Booking {
	t.Helper()
	b, err := kit.Bookings.Create(t.Context(), bms.BookingRequest{HoldID: h.ID, Secret: h.Secret, Buyer: bmstest.Ada, Brand: brand})
	require.NoError(t, err)
	return b
}

// renewed has a mail sent about a booking and returns it.
func renewed(t *testing.T, kit *bmstest.Kit, b bms.Booking) notify.Mail {
	t.Helper()
	_, err := kit.Bookings.RenewLink(t.Context(), bms.RenewLinkRequest{BookingID: b.ID, Link: b.Link})
	require.NoError(t, err)
	require.NoError(t, kit.Drain(t.Context()))
	return lastMail(t, kit, notify.LinkRenewed)
}

func TestMails_AreFromTheBrandThatWasBoughtAt(t *testing.T) {
	onEngines(t, bmstest.Options{Config: bms.Config{BaseURL: "https://tickets.example:8443", From: "tickets@tickets.example"}}, func(t *testing.T, kit *bmstest.Kit) {
		brand := palace(t, kit, catalog.BrandLive)
		b := bookAt(t, kit, brand.ID, kit.Hold("stalls-A-1"))
		assert.Equal(t, string(brand.ID), b.BrandID)
		m := renewed(t, kit, b)
		assert.Equal(t, "The Palace", m.FromName)
		assert.Equal(t, "tickets@tickets.example", m.From, "whose mails a server lets out, is the operator's")
		assert.Contains(t, m.Text, "https://palace.example:8443/bookings/"+string(b.ID)+"?t=")
		assert.NotContains(t, m.Text, "tickets.example")
		assert.Contains(t, m.Text, "Write to help@palace.example.")
		assert.True(t, strings.HasSuffix(m.Text, "\n\nThe Palace\n"))
		assert.Contains(t, m.HTML, "background-color:#8c1c33")

		plain := renewed(t, kit, bookAt(t, kit, "", kit.Hold("stalls-A-2")))
		assert.Equal(t, kit.Programme.Partner.Name, plain.FromName)
		assert.Contains(t, plain.Text, "https://tickets.example:8443/bookings/")
		kit.MustBeClean()
	})
}

// Nobody answers at the host names of a draft, whose bookings are made in previews.
func TestMails_OfADraftLeadToTheBaseURL(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		m := renewed(t, kit, bookAt(t, kit, palace(t, kit, catalog.BrandDraft).ID, kit.Hold("stalls-A-1")))
		assert.Equal(t, "The Palace", m.FromName)
		assert.Contains(t, m.Text, "http://shop.example/bookings/")
		assert.NotContains(t, m.Text, "//palace.example")
	})
}

func TestMails_LinkToAHostNameOfTheirBrand(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{
		"http://shop.example":             "http://palace.example",
		"https://127.0.0.1:8080":          "https://palace.example:8080",
		"http://[::1]:8080":               "http://palace.example:8080",
		"https://www.palace.example:8443": "https://www.palace.example:8443", // one of the brand's
	} {
		seen := &witness{Renderer: notify.English()}
		kit := bmstest.New(t, bmstest.Options{Config: bms.Config{BaseURL: base, Renderer: seen}})
		renewed(t, kit, bookAt(t, kit, palace(t, kit, catalog.BrandLive).ID, kit.Hold("stalls-A-1")))
		got := seen.data[len(seen.data)-1].Site.URL
		assert.Equal(t, want, got)
		_, err := url.Parse(got)
		require.NoError(t, err)
	}
}

func TestMails_TellTheRendererTheReadersLanguageAndTheSites(t *testing.T) {
	t.Parallel()
	seen := &witness{Renderer: notify.English()}
	kit := bmstest.New(t, bmstest.Options{Config: bms.Config{Renderer: seen}})
	brand, held := palace(t, kit, catalog.BrandLive), kit.Hold("stalls-A-1")
	buyer := bmstest.Ada
	buyer.Locale = "de-AT"
	b, err := kit.Bookings.Create(t.Context(), bms.BookingRequest{HoldID: held.ID, Secret: held.Secret, Buyer: buyer, Brand: brand.ID})
	require.NoError(t, err)
	renewed(t, kit, b)
	assert.Equal(t, []string{"de-AT"}, seen.locales)
	d := seen.data[0]
	assert.Equal(t, []string{"hi", "en"}, d.Site.Languages)
	assert.Equal(t, "IN", d.Country)
	assert.Equal(t, "2026-11-24T17:30:00+05:30", d.Start.Format("2006-01-02T15:04:05-07:00"), "by the venue's clock")
	assert.Equal(t, notify.Ticket{
		Place: "Stalls, row A, seat 1", Section: "Stalls", Row: "A", Seat: "1", BuyerType: "adult", BuyerName: "Adult", Price: b.Tickets[0].Price,
	}, d.Tickets[0])
	assert.Equal(t, "/mumbai/events/the-general", d.EventPath)
	assert.Equal(t, b.Total, d.Quote.Total)
}

func TestBooking_OfABrandThatIsNotThereIsRefused(t *testing.T) {
	onEngines(t, bmstest.Options{}, func(t *testing.T, kit *bmstest.Kit) {
		brand, held := palace(t, kit, catalog.BrandLive), kit.Hold("stalls-A-1")
		for _, id := range []catalog.BrandID{"brd_none", "\x00", catalog.BrandID(strings.Repeat("x", 1000))} {
			_, err := kit.Bookings.Create(t.Context(), bms.BookingRequest{HoldID: held.ID, Secret: held.Secret, Buyer: bmstest.Ada, Brand: id})
			require.True(t, fault.Is(err, fault.Invalid), "%v", err)
			assert.Equal(t, "brand_id", fault.Of(err).Field)
			_, err = kit.Waitlists.Join(t.Context(), bms.WaitRequest{
				ShowID: kit.Programme.Show.ID, Person: waitlist.Person{Name: "Ada", Email: "ada@example.com"}, Wish: waitlist.Wish{Places: 1}, Brand: id,
			})
			assert.Equal(t, "brand_id", fault.Of(err).Field)
		}
		b := bookAt(t, kit, brand.ID, held)
		again := bookAt(t, kit, "", held)
		assert.Equal(t, b.ID, again.ID)
		assert.Equal(t, string(brand.ID), again.BrandID, "where it was made first")
		kit.MustBeClean()
	})
}

func TestWaitlistMails_AreFromTheBrandThatWasJoinedAt(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		brand := palace(l.T, l.Kit, catalog.BrandLive)
		ask := l.ask("Ada", waitlist.Wish{Places: 2})
		ask.Brand = brand.ID
		ada, err := l.Waitlists.Join(l.Context(), ask)
		require.NoError(l, err)
		l.drain()
		m := lastMail(l.T, l.Kit, notify.WaitlistJoined)
		assert.Equal(l, "The Palace", m.FromName)
		assert.Contains(l, m.Text, "http://palace.example/waitlist/"+string(ada.ID)+"?t="+ada.Link)
		l.release(held)
		l.drain()
		assert.Contains(l, lastMail(l.T, l.Kit, notify.WaitlistOffer).Text, "http://palace.example/waitlist/")
		l.leave(ada)
		l.Hold(strings.Fields(seats4)...)
		ask.Brand = ""
		_, err = l.Waitlists.Join(l.Context(), ask)
		require.NoError(l, err)
		l.drain()
		m = lastMail(l.T, l.Kit, notify.WaitlistJoined)
		assert.Equal(l, l.Programme.Partner.Name, m.FromName)
		assert.Contains(l, m.Text, "http://shop.example/waitlist/", "where it was joined last")
	})
}
