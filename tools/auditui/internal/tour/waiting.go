package tour

import (
	"errors"
	"regexp"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/shop"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

// soldOut is the show that others have bought out, once for all journeys.
type soldOut struct {
	once  sync.Once
	err   error
	mu    sync.Mutex
	sales []shop.Sale
}

func small(p shop.Programme) string { return p.Small }

// openSoldOut goes to a show of which nothing is left.
func openSoldOut(w *Walker) error {
	w.soldOut.once.Do(func() { w.soldOut.sales, w.soldOut.err = w.API.SellOut(w.Tab.Context(), w.Programme.Small) })
	if w.soldOut.err != nil {
		return w.soldOut.err
	}
	return w.Take(openShow(small))
}

// openShowAnd goes to a page of that show.
func openShowAnd(rest string) Step {
	return openIn(func(p shop.Programme) string { return "/shows/" + p.Small + rest })
}

// join fills in the form of the waiting list.
func join(w *Walker) error {
	for _, field := range []struct{ name, text string }{{"places", "1"}, {"name", "Ada Lovelace"}, {"email", w.email()}} {
		if err := w.Tab.Fill(`form[action$="/waitlist"] input[name="`+field.name+`"]`, field.text); err != nil {
			return err
		}
	}
	return w.Tab.Press(`form[action$="/waitlist"] [type="submit"]`)
}

// placeLink is the address in a mail that leads to a place in the waiting list.
var placeLink = regexp.MustCompile(`https?://\S+/waitlist/[^\s?]+\?t=[^\s&]+`)

var errNoLink = errors.New("the mail has no link to the waiting list")

// openPlace follows the link of the mail.
func openPlace(w *Walker) error {
	if err := w.Take(openInbox, openMail); err != nil {
		return err
	}
	text, err := tab.Ask[string](w.Tab, `document.querySelector("main pre").textContent`)
	if err != nil {
		return err
	}
	link := placeLink.FindString(text)
	if link == "" {
		return errNoLink
	}
	if err := w.Tab.Open(link); err != nil {
		return err
	}
	return w.note("place")
}

var errNothingSold = errors.New("nobody has bought anything that could be given back")

// awaitOffer has somebody give places back, and waits until they are offered.
func awaitOffer(w *Walker) error {
	w.soldOut.mu.Lock()
	if len(w.soldOut.sales) == 0 {
		w.soldOut.mu.Unlock()
		return errNothingSold
	}
	back := w.soldOut.sales[0]
	w.soldOut.sales = slices.Delete(w.soldOut.sales, 0, 1)
	w.soldOut.mu.Unlock()
	if err := w.API.Cancel(w.Tab.Context(), back); err != nil {
		return err
	}
	if err := w.awaitMail(w.notes["mail"]); err != nil {
		return err
	}
	return w.Take(openNoted("place"))
}
