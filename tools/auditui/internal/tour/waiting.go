package tour

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/shop"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

// soldOut keeps what others have bought of the shows that are sold out.
type soldOut struct {
	mu    sync.Mutex
	sales map[string][]shop.Sale // by show
}

// of returns what others have bought of a show, and has them buy all of it when nobody has yet.
func (s *soldOut) of(ctx context.Context, api *shop.API, show string) ([]shop.Sale, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sales, ok := s.sales[show]; ok {
		return sales, nil
	}
	sales, err := api.SellOut(ctx, show)
	if err == nil {
		s.sales[show] = sales
	}
	return sales, err
}

// small is the sold out show of the visitor's language: who waits there is alone in the line.
func (w *Walker) small() string {
	return w.Programme.Small[max(slices.Index([]string{English, Arabic}, w.Lang), 0)]
}

// WaitingLists is how many shows are to be sold out: in as many languages their pages are seen.
const WaitingLists = 2

// openSoldOut goes to a show of which nothing is left.
func openSoldOut(w *Walker) error {
	if _, err := w.soldOut.of(w.Tab.Context(), w.API, w.small()); err != nil {
		return err
	}
	return w.Take(openShowAnd(""))
}

// openShowAnd goes to a page of that show.
func openShowAnd(rest string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.url("/shows/" + w.small() + rest)) }
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

// awaitOffer has somebody give a place back, and waits until it is offered.
func awaitOffer(w *Walker) error {
	sales, err := w.soldOut.of(w.Tab.Context(), w.API, w.small())
	if err != nil {
		return err
	}
	if err := w.API.GiveBack(w.Tab.Context(), sales[0]); err != nil {
		return err
	}
	if err := w.awaitMail(w.notes["mail"]); err != nil {
		return err
	}
	return w.Take(openNoted("place"))
}
