package storefront_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/locale"
	"github.com/marquee-tickets/marquee/storefront/locale/localetest"
)

// stepsOn are the steps that a page shows: "done", "current" or nothing, and where they lead.
func stepsOn(p *page) []string {
	var list []string
	for _, nav := range all(p.doc, "nav") {
		if attr(nav, "class") != "steps" {
			continue
		}
		for _, li := range all(nav, "li") {
			text := strings.Fields(textOf(li))[0]
			if attr(li, "aria-current") == "step" {
				text += "*"
			}
			if attr(li, "class") == "done" {
				text += " done"
			}
			for _, a := range all(li, "a") {
				text += " " + attr(a, "href")
			}
			list = append(list, text)
		}
	}
	return list
}

func TestSteps_SayHowFarOneIsAndLeadBack(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	held := b.reserve("stalls-A-1")
	assert.Equal(t, []string{"Seats done", "Details*", "Payment", "Tickets"}, stepsOn(held))
	unpaid := held.ada()
	assert.Equal(t, []string{"Seats done", "Details done " + held.url.Path, "Payment*", "Tickets"}, stepsOn(unpaid))
	assert.Equal(t, "Ada Lovelace", unpaid.follow("Details").form("Go on to payment").fields.Get("name"), "and the way back works")
	declined := unpaid.pay("declined")
	assert.Equal(t, []string{"Seats done", "Details done", "Payment*", "Tickets"}, stepsOn(declined), "who has tried to pay changes nothing any more")
	paid := declined.pay("pay")
	assert.Equal(t, []string{"Seats done", "Details done", "Payment done", "Tickets* done"}, stepsOn(paid))
	assert.Empty(t, stepsOn(b.get(paid.url.Path)), "who looks at his tickets later is on no way")
	cancelled := paid.follow("Cancel tickets").form("See what you get back").send().form("Cancel these tickets").send()
	assert.Empty(t, stepsOn(cancelled))
}

func TestSteps_AFreeBookingEndsThemToo(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	require.NoError(t, s.Prices.PutVoucher(t.Context(), freeEntry(s)))
	require.NoError(t, s.Prices.PutList(t.Context(), withoutFees(s)))
	unpaid := s.visit(t).reserve("stalls-A-1").form("Use code").set("code", "GUEST-LIST").send().ada()
	assert.Contains(t, stepsOn(unpaid), "Payment*")
	assert.Contains(t, stepsOn(unpaid.form("Book for free").send()), "Tickets* done")
}

// TestSteps_AreFewScreens counts what a buyer has to look at, from the city to the ticket.
func TestSteps_AreFewScreens(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	city := s.visit(t).get("/mumbai")
	event := city.follow("The General")
	seats := event.follow("5:30 pm")
	details := seats.form("Reserve the best seats").set("count", "2").send()
	payment := details.ada()
	tickets := payment.pay("pay") // by way of the bank, whose screens are its own
	assert.Contains(t, tickets.text(), "You are booked.")
	ours := map[string]bool{}
	for _, p := range []*page{city, event, seats, details, payment, tickets} {
		ours[p.url.Path] = true
	}
	assert.Len(t, ours, 5, "the page for paying becomes that of the tickets")
}

func TestClock_IsExtendedWhereItIsSeen(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	unpaid := b.reserve("stalls-A-1").ada()
	assert.Contains(t, unpaid.text(), "kept until 5:38:00 pm IST . 8:00 I need more time At most until 5:50:00 pm IST")
	s.Clock.Advance(7 * time.Minute)
	longer := unpaid.form("I need more time").send()
	assert.Equal(t, unpaid.url.Path, longer.url.Path, "one stays on the page")
	assert.Contains(t, longer.text(), "kept until 5:46:00 pm IST")
	declined := longer.pay("declined").form("I need more time").send()
	assert.Equal(t, unpaid.url.Path, declined.url.Path)
	assert.Contains(t, declined.text(), "kept until 5:50:00 pm IST", "after a payment that came to nothing, too")
	assert.NotContains(t, declined.text(), "I need more time", "that is all there is")
	paying := declined.form("Pay ").send().form("Continue").set("delay", "60").send()
	assert.Contains(t, paying.text(), "kept until 5:52:00 pm IST", "the payment has a deadline of its own")

	stranger := s.visit(t).get("/bookings").form("Find it").set("reference", referenceOn(unpaid), "email", "ada@example.com").send()
	assert.NotContains(t, stranger.text(), "I need more time", "only who made the reservation extends it")
}

func TestConfirmation_SaysWhatWasPaidAndWhereToGo(t *testing.T) {
	t.Parallel()
	programme := bmstest.Small(bmstest.Start)
	programme.Venue.Lat, programme.Venue.Lng = 18.9322, 72.8264
	s := open(t, bmstest.Options{Programme: programme}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1").ada().pay("pay")
	assert.Contains(t, paid.text(), "You are booked. Show the code of each ticket")
	assert.Contains(t, paid.text(), "Paid on Sunday, 22 November 2026 at 5:30 pm IST: ₹225.00, Test bank (no money moves)")
	assert.Contains(t, paid.body, `href="https://www.openstreetmap.org/directions?to=18.9322%2C72.8264"`)
	cancelled := paid.follow("Cancel tickets").form("See what you get back").send().form("Cancel these tickets").send()
	assert.Contains(t, cancelled.text(), "Refunds ₹200.00: on its way")
	for _, gone := range []string{"Add to calendar", "Directions", "Save or print"} {
		assert.NotContains(t, cancelled.text(), gone)
	}
}

// foreign is what the pages of these tests say in Latin letters in every language: names of people, places, works and taxes, the
// partner's own words, and the afternoon, which is pm in Hindi and Tamil, too. A title may end within a name.
var foreign = regexp.MustCompile(`Ada Lovelace|Ada King|ada@example\.com|name@example\.com|The( General|…)|Aurora (Cinemas|Fort)|Screen 1|Mint Road|Mumbai|Stalls|Silver|Gold|Floor|Convenience fee|` +
	`Marquee|[CS]GST|TEN-OFF|NO-SUCH|OpenStreetMap|[A-Z0-9]{4}-[A-Z0-9]{4}|2D|IST|\d (pm|PM)`)

var latin = regexp.MustCompile(`[A-Za-z]{2,}`)

// said are the words of a page's main part and title: text, and what is read out instead of it.
func said(p *page) string {
	words := []string{rawText(all(p.doc, "title")[0])}
	main := all(p.doc, "main")[0]
	for n := range main.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && !mail(n) {
			words = append(words, n.Data)
		}
		for _, name := range []string{"aria-label", "alt", "title", "placeholder"} {
			words = append(words, attr(n, name))
		}
	}
	return strings.Join(strings.Fields(strings.Join(words, "\n")), " ")
}

// mail reports whether a text is the subject of a mail, which is written in English.
func mail(n *html.Node) bool {
	for a := range n.Ancestors() {
		if a.Data == "a" && strings.Contains(attr(a, "href"), "/inbox/") {
			return true
		}
	}
	return false
}

// purse buys in a language: every button and link is found by its words there.
type purse struct {
	*browser
	p    *locale.Printer
	seen []*page
}

func (b *purse) keep(p *page) *page {
	b.seen = append(b.seen, p)
	return p
}

// form is the form of the page itself with a button that says a text.
func (b *purse) form(p *page, id string) *form {
	b.t.Helper()
	for _, f := range all(all(p.doc, "main")[0], "form") {
		for _, button := range p.owned(f, "button") {
			if strings.TrimSpace(textOf(button)) == b.p.T(id) {
				return p.read(f, button)
			}
		}
	}
	require.Fail(b.t, "no form", "no button says %s on %s: %s", id, p.url, p.text())
	return nil
}

func (b *purse) send(p *page, id string, pairs ...string) *page {
	b.t.Helper()
	return b.keep(b.form(p, id).set(pairs...).send())
}

// pay goes to the test bank, which speaks English, and has it say what is wanted.
func (b *purse) pay(p *page, choice ...string) *page {
	b.t.Helper()
	for _, f := range all(all(p.doc, "main")[0], "form") {
		if form := p.read(f, all(f, "button")[0]); form.fields.Get("gateway") != "" {
			return b.keep(form.send().form("Continue").set(choice...).send())
		}
	}
	require.Fail(b.t, "no way to pay", p.text())
	return nil
}

func (b *purse) follow(p *page, id string) *page {
	b.t.Helper()
	return b.keep(p.follow(b.p.T(id)))
}

// buyAndCancel goes through all pages around money, with what goes wrong on the way.
func (b *purse) buyAndCancel(s *shop) {
	b.t.Helper()
	prefix := "/" + b.p.Lang()
	b.keep(b.get(prefix + "/tickets"))
	seats := b.get(prefix + "/shows/" + string(s.Programme.Show.ID))
	held := b.keep(b.form(seats, "seats.reserve").add("seat", "stalls-C-4", "stalls-C-5").set("n.child", "1", "area.floor.adult", "1").send())
	b.send(held, "voucher.use", "code", "NO-SUCH")
	held = b.send(held, "voucher.use", "code", "TEN-OFF")
	b.send(held, "hold.to_payment", "name", "", "email", "x", "phone", "y")
	unpaid := b.send(held, "hold.to_payment", "name", "Ada Lovelace", "email", "ada@example.com")
	declined := b.pay(unpaid, "outcome", "expired_card")
	b.pay(declined, "delay", "60")
	s.Clock.Advance(61 * time.Second)
	paid := b.keep(b.get(unpaid.url.Path + "/return"))
	b.keep(b.get(prefix + "/tickets"))
	b.keep(s.visit(b.t).get(paid.url.Path))
	b.keep(s.visit(b.t).get(paid.url.Path + "/return"))
	find := b.keep(b.get(prefix + "/bookings"))
	b.send(find, "find.submit", "reference", "nonsense")
	b.send(find, "find.submit", "reference", "K7PW-XF3X", "email", "eve@example.com")
	preview := b.send(b.follow(paid, "booking.cancel_tickets"), "cancel.preview")
	b.send(preview, "cancel.do_it")
	b.keep(b.get(prefix + "/tickets"))
	over := b.send(seats, "seats.reserve_best", "count", "2")
	s.Clock.Advance(time.Hour)
	b.keep(b.get(over.url.Path))
	require.NoError(b.t, s.Drain(b.t.Context()))
	b.keep(b.get(prefix + "/inbox"))
}

func TestLanguages_NothingAboutMoneyIsLeftInEnglish(t *testing.T) {
	t.Parallel()
	english := sentences(t)
	for _, l := range locale.Languages() {
		t.Run(l.Tag, func(t *testing.T) {
			t.Parallel()
			s := open(t, bmstest.Options{}, storefront.Config{Inbox: true})
			require.NoError(t, s.Prices.PutVoucher(t.Context(), tenPercent(s)))
			b := &purse{browser: s.visit(t), p: localetest.New(t).Printer(l.Tag, "IN")}
			b.buyAndCancel(s)
			require.Greater(t, len(b.seen), 20)
			for _, p := range b.seen {
				root := all(p.doc, "html")[0]
				assert.Equal(t, l.Tag, attr(root, "lang"), p.url)
				assert.Equal(t, string(l.Direction), attr(root, "dir"), p.url)
				assert.True(t, strings.HasPrefix(p.url.Path, "/"+l.Tag+"/"), p.url)
				checkLanguage(t, p, l, english)
			}
			assert.Equal(t, l.Tag, s.bookingOf(b.seen[6]).Buyer.Locale, "and mails know it")
			s.MustBeClean()
		})
	}
}

// checkLanguage wants nothing on a page that is English, and every address on it to be in its language.
func checkLanguage(t *testing.T, p *page, l locale.Language, english []string) {
	t.Helper()
	text := foreign.ReplaceAllString(said(p), "")
	if l != locale.Default() {
		for _, sentence := range english {
			assert.NotContains(t, text, sentence, p.url)
		}
	}
	if slices.Contains([]string{"hi", "ta", "ar"}, l.Tag) {
		assert.Empty(t, latin.FindAllString(text, -1), "%s: %s", p.url, text)
	}
	main := all(p.doc, "main")[0]
	for _, n := range append(all(main, "a"), all(main, "form")...) {
		address := attr(n, "href") + attr(n, "action")
		if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "/sandbox/") {
			assert.True(t, strings.HasPrefix(address, "/"+l.Tag), "%s leads to %s", p.url, address)
		}
	}
}

// sentences are the English texts that no other language shares: those of several words, up to their first placeholder.
func sentences(t *testing.T) []string {
	t.Helper()
	texts := localetest.New(t)
	encoded, err := json.Marshal(texts.Printer("en", "").Words(""))
	require.NoError(t, err)
	var words map[string]any
	require.NoError(t, json.Unmarshal(encoded, &words))
	var list []string
	for _, word := range words {
		if s, ok := word.(string); ok {
			if before, _, _ := strings.Cut(s, "{"); strings.Count(before, " ") >= 2 {
				list = append(list, strings.TrimSpace(before))
			}
		}
	}
	require.Greater(t, len(list), 100)
	return list
}
