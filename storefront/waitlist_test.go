package storefront_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/waitlist"
	"github.com/marquee-tickets/marquee/storefront"
)

// sellOut keeps every place of the shop's show, and returns what gives seats back.
func (s *shop) sellOut(t *testing.T) func(seats ...string) {
	t.Helper()
	snap, err := s.Seats.Snapshot(t.Context(), s.Programme.Show.ID)
	require.NoError(t, err)
	all := bms.BlockRequest{ShowID: s.Programme.Show.ID, Reason: "everything", Areas: []seating.Places{{Area: "floor", N: 40}}}
	for _, seat := range snap.Plan.Seats {
		all.Seats = append(all.Seats, seat.Name)
	}
	block, err := s.Seats.Block(t.Context(), all)
	require.NoError(t, err)
	return func(seats ...string) {
		t.Helper()
		_, err := s.Seats.Unblock(t.Context(), bms.UnblockRequest{ShowID: s.Programme.Show.ID, HoldID: block.ID, Seats: seats})
		require.NoError(t, err)
		require.NoError(t, s.Drain(t.Context()))
	}
}

var waitLink = regexp.MustCompile(`/waitlist/wle_[0-9a-z]+\?t=[a-z2-7]+`)

// mailed is the path of the link that the mails to somebody have.
func (s *shop) mailed(t *testing.T, email string) string {
	t.Helper()
	require.NoError(t, s.Drain(t.Context()))
	for _, m := range s.Mails.Mails() {
		if path := waitLink.FindString(m.Text); m.To == email && path != "" {
			return path
		}
	}
	require.Fail(t, "no link was mailed")
	return ""
}

// join fills in the form for the waiting list.
func (p *page) join(name, places string) *page {
	p.t.Helper()
	return p.form("Join the waiting list").set("name", name, "email", strings.ToLower(name)+"@example.com", "places", places).send()
}

func TestWaitlist_FromASoldOutShowToTheCheckout(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	giveBack := s.sellOut(t)
	b := s.visit(t)
	show := "/en/shows/" + string(s.Programme.Show.ID)
	joined := b.get(show).follow("Join the waiting list").join("Ada", "2")
	assert.Equal(t, show+"/waitlist/joined", joined.url.Path)
	assert.Contains(t, joined.text(), "We have written to you.")
	assert.NotContains(t, joined.body, "wle_", "anybody can name any address")
	b.get(show+"/waitlist").join("Bob", "1")

	mine := b.get(s.mailed(t, "ada@example.com"))
	require.True(t, strings.HasPrefix(mine.url.Path, "/en/w/wle_"))
	assert.Empty(t, mine.url.RawQuery, "the link is not in the address")
	assert.Contains(t, mine.text(), "Your place in the line 1")
	bobs := s.visit(t).get(s.mailed(t, "bob@example.com"))
	assert.Contains(t, bobs.text(), "Your place in the line 2")
	assert.NotContains(t, bobs.body, "ada@example.com")

	giveBack("stalls-C-4", "stalls-C-5")
	offer := mine.get(mine.url.Path)
	assert.Contains(t, offer.text(), "There are places for you")
	assert.Contains(t, offer.text(), "Stalls, row C, seat 4")
	assert.Contains(t, offer.text(), "These places are kept for you until 6:00:00 pm IST")
	held := offer.form("Take these places").send()
	require.True(t, strings.HasPrefix(held.url.Path, "/en/holds/hld_"), held.url.Path)
	assert.Contains(t, held.text(), "₹625")
	again := offer.form("Take these places").set("key", "another-rendering-of-the-form").send()
	assert.Equal(t, held.url.Path, again.url.Path, "whoever has taken them goes on")
	elsewhere := s.visit(t).get(s.mailed(t, "ada@example.com")).form("Go on with the reservation").send()
	assert.Equal(t, held.url.Path, elsewhere.url.Path, "on another device, too")
	booked := held.ada()
	assert.True(t, strings.Contains(booked.url.Path, "/b/"), booked.url.Path)
}

func TestWaitlist_TooLateLeavesAndComesBack(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	giveBack := s.sellOut(t)
	b := s.visit(t)
	b.get("/en/shows/"+string(s.Programme.Show.ID)+"/waitlist").join("Ada", "1")
	mine := b.get(s.mailed(t, "ada@example.com"))
	giveBack("stalls-C-4")
	offer := mine.get(mine.url.Path)
	s.Clock.Advance(30 * time.Minute)
	late := offer.form("Take these places").send()
	assert.Equal(t, 410, late.status)
	assert.Contains(t, late.text(), "Your time has run out")
	require.NoError(t, s.Drain(t.Context()))
	ended := mine.get(mine.url.Path)
	assert.Contains(t, ended.text(), "The places that we kept for you went to the next")
	free := ended.form("Join again at the end").send()
	assert.Equal(t, 409, free.status, "the place is free")
	s.Hold("stalls-C-4")
	back := mine.get(mine.url.Path).form("Join again at the end").send()
	assert.Contains(t, back.text(), "Your place in the line 1")
	left := back.form("Leave the waiting list").send()
	assert.Contains(t, left.text(), "You have left the waiting list")
}

func TestWaitlist_ErrorsAreBesideTheirFields(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	form := b.get("/en/shows/" + string(s.Programme.Show.ID)).follow("Join the waiting list")
	wrong := form.form("Join the waiting list").set("name", "", "email", "ada").send()
	assert.Equal(t, 400, wrong.status)
	for _, id := range []string{"buyer-name-problem", "buyer-email-problem"} {
		assert.Contains(t, wrong.body, `id="`+id+`"`)
	}
	many := form.form("Join the waiting list").set("name", "Ada", "email", "ada@example.com", "places", "11").send()
	assert.Contains(t, many.body, `id="places-problem"`)
	assert.Contains(t, many.text(), "Must be between 1 and 10")
	assert.Contains(t, many.body, `value="ada@example.com"`, "nothing has to be typed again")
	free := form.join("Ada", "2")
	assert.Equal(t, 409, free.status)
	assert.Contains(t, free.text(), "There are places at the moment")
	assert.Equal(t, "/en/shows/"+string(s.Programme.Show.ID), free.follow("Choose your seats now").url.Path)
}

func TestWaitlist_OnlyTheLinkOpensAPlace(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	s.sellOut(t)
	b := s.visit(t)
	b.get("/en/shows/"+string(s.Programme.Show.ID)+"/waitlist").join("Ada", "1")
	mine := b.get(s.mailed(t, "ada@example.com"))
	stranger := s.visit(t)
	for _, path := range []string{mine.url.Path, strings.Replace(mine.url.Path, "/en/w/", "/waitlist/", 1) + "?t=abc", "/en/w/wle_none", "/waitlist/none"} {
		assert.Equal(t, 404, stranger.get(path).status, path)
	}
	for _, verb := range []string{"/claim", "/leave", "/rejoin"} {
		assert.Equal(t, 404, stranger.post(mine.url.Path+verb, nil).status, verb)
	}
	_, err := s.Shows.SetStatus(t.Context(), s.Programme.Show.ID, catalog.Cancelled)
	require.NoError(t, err)
	require.NoError(t, s.Drain(t.Context()))
	assert.Contains(t, mine.get(mine.url.Path).text(), "The waiting list is closed")
	assert.Contains(t, b.get("/en/shows/"+string(s.Programme.Show.ID)+"/waitlist").text(), "Cancelled")
}

// In whatever language somebody waits, every page says everything in it, the mails are for a reader of it, and a switch of
// languages keeps the place.
func TestWaitlist_SpeaksEveryLanguage(t *testing.T) {
	t.Parallel()
	for tag, says := range map[string][4]string{ // the button of the form, the heading, the place in the line, the offer
		"de": {"Auf die Warteliste setzen", "Sie stehen auf der Warteliste", "Ihr Platz in der Reihe 1", "Es gibt Plätze für Sie"},
		"es": {"Apuntarme a la lista de espera", "Estás en la lista de espera", "Tu puesto en la cola 1", "Hay plazas para ti"},
		"hi": {"प्रतीक्षा सूची में शामिल हों", "आप प्रतीक्षा सूची में हैं", "कतार में आपका स्थान 1", "आपके लिए जगहें हैं"},
		"ta": {"காத்திருப்புப் பட்டியலில் சேரவும்", "நீங்கள் காத்திருப்புப் பட்டியலில் இருக்கிறீர்கள்", "வரிசையில் உங்கள் இடம் 1", "உங்களுக்கு இடங்கள் உள்ளன"},
		"ar": {"الانضمام إلى قائمة الانتظار", "أنت في قائمة الانتظار", "دورك في الطابور 1", "هناك أماكن لك"},
	} {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			s := open(t, bmstest.Options{}, storefront.Config{})
			giveBack := s.sellOut(t)
			b := s.visit(t)
			form := b.get("/" + tag + "/shows/" + string(s.Programme.Show.ID) + "/waitlist")
			s.speaks(t, form, tag)
			wrong := form.form(says[0]).set("name", "", "email", "ada", "places", "99").send()
			assert.Equal(t, 400, wrong.status)
			s.speaks(t, wrong, tag)
			many := form.form(says[0]).set("name", "Ada", "email", "ada@example.com", "places", "11").send()
			assert.NotContains(t, many.text(), "between")
			joined := form.form(says[0]).set("name", "Ada", "email", "ada@example.com", "places", "2", "category", "gold", "apart", "1").send()
			assert.Equal(t, "/"+tag+"/shows/"+string(s.Programme.Show.ID)+"/waitlist/joined", joined.url.Path)
			s.speaks(t, joined, tag)

			mine := b.get("/language/" + tag + "?to=%2F").get(s.mailed(t, "ada@example.com"))
			assert.True(t, strings.HasPrefix(mine.url.Path, "/"+tag+"/w/wle_"), mine.url.Path)
			s.speaks(t, mine, tag)
			assert.Contains(t, plainText(mine), says[1])
			assert.Contains(t, plainText(mine), says[2])
			giveBack("stalls-C-4", "stalls-C-5")
			offer := mine.get(mine.url.Path)
			s.speaks(t, offer, tag)
			assert.Contains(t, plainText(offer), says[3])
			other := mine.get("/en" + strings.TrimPrefix(mine.url.Path, "/"+tag))
			assert.Contains(t, other.text(), "There are places for you", "the place is the same in another language")
			e, err := s.Waitlists.Get(t.Context(), waitlist.EntryID(mine.url.Path[strings.LastIndexByte(mine.url.Path, '/')+1:]), linkIn(s.mailed(t, "ada@example.com")))
			require.NoError(t, err)
			assert.Equal(t, tag, e.Person.Locale, "its mails are for a reader of the language")
			left := other.form("Leave the waiting list").send()
			s.speaks(t, left.get(strings.Replace(left.url.Path, "/en/", "/"+tag+"/", 1)), tag)
		})
	}
}

// linkIn is the proof in the address of a mail.
func linkIn(path string) string {
	_, link, _ := strings.Cut(path, "?t=")
	return link
}

// A browser opens all of its places, up to a number of them.
func TestWaitlist_SeveralPlacesInOneBrowser(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	s.sellOut(t)
	b := s.visit(t)
	var pages []*page
	for i := range 7 {
		email := fmt.Sprintf("ada%d@example.com", i)
		b.get("/en/shows/"+string(s.Programme.Show.ID)+"/waitlist").form("Join the waiting list").set("name", "Ada", "email", email, "places", "1").send()
		pages = append(pages, b.get(s.mailed(t, email)))
		s.Clock.Advance(time.Second)
	}
	assert.Equal(t, 404, b.get(pages[0].url.Path).status, "the oldest goes first")
	for _, p := range pages[1:] {
		assert.Equal(t, 200, b.get(p.url.Path).status)
	}
}

func TestAxe_PagesOfAWaitingList(t *testing.T) {
	t.Parallel()
	ctx := chrome(t)
	s, base := flowShop(t)
	giveBack := s.sellOut(t)
	b := newTab(t, ctx, base)
	show := "/en/shows/" + string(s.Programme.Show.ID)
	b.accessibleAt(show, "a sold-out show")
	b.press(link("Join the waiting list"))
	b.accessible("a form for the waiting list")
	b.press(button("Join the waiting list"))
	b.accessible("a form for the waiting list with wrong details")
	b.enter("#buyer-name", "Ada Lovelace")
	b.enter("#buyer-email", "ada@example.com")
	b.press(button("Join the waiting list"))
	b.accessible("joined")
	path := s.mailed(t, "ada@example.com")
	b.accessibleAt(path, "a place in the line")
	giveBack("stalls-C-4", "stalls-C-5")
	b.accessibleAt(path, "an offer")
	b.holds(`!document.querySelector("[data-clock]").hidden`)
	b.press(button("Take these places"))
	b.sees("Your reservation")
	b.accessibleAt(path, "an offer that was taken")
	b.press(button("Go on with the reservation"))
	b.sees("Your reservation")
	b.quiet()
}
