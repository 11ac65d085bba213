package tour

import (
	"github.com/marquee-tickets/marquee/tools/auditui/internal/shop"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

// openCity goes to a page of the city.
func openCity(rest string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.url("/" + w.Programme.City + rest)) }
}

// openEvent goes to the event, with what follows its address.
func openEvent(rest string) Step {
	return openIn(func(p shop.Programme) string { return "/" + p.City + "/events/" + p.Event + rest })
}

// openIn goes to a page whose address has something of the programme in it.
func openIn(path func(shop.Programme) string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.url(path(w.Programme))) }
}

// followShow goes on to the first show that is on sale.
func followShow(w *Walker) error { return w.Tab.Press(`main a[href*="/shows/"]`) }

// suggest types into the search and waits for suggestions.
func suggest(w *Walker) error {
	if err := w.Take(openCity("")); err != nil {
		return err
	}
	if err := w.Tab.Type(`input[name="q"]`, "me"); err != nil {
		return err
	}
	return w.Tab.Until(`document.querySelector('[role="listbox"] [role="option"]') !== null`)
}

// find looks for a booking.
func find(reference, email string) Step {
	return func(w *Walker) error {
		if err := w.Tab.Fill(`main input[name="reference"]`, reference); err != nil {
			return err
		}
		if err := w.Tab.Fill(`main input[name="email"]`, email); err != nil {
			return err
		}
		return w.Tab.Press(`main form[action$="/bookings"] [type="submit"]`)
	}
}

// openBrand goes to a page of a brand's storefront.
func openBrand(path string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.Site.OnHost(w.Programme.Brand, w.Lang, path)) }
}

// openDemo goes to the home of another brand of the demo programme, which this computer finds by itself as well.
func openDemo(host string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.Site.OnHost(host, w.Lang, "")) }
}

// signIn is what the operator does.
func signIn(w *Walker) error {
	if err := w.Tab.Type(`input[name="token"]`, w.Site.Token); err != nil {
		return err
	}
	return w.Tab.Press(`form[action$="/sign-in"] [type="submit"]`)
}

// openInbox goes to the list of mails once that of the visitor is there.
func openInbox(w *Walker) error { return w.awaitMail("") }

// mailOf finds the link to the newest mail to an address that is not the one seen before.
const mailOf = `(email, seen) => {
	for (const row of document.querySelectorAll("main li")) {
		const link = row.querySelector('a[href*="/inbox/"]');
		if (link && row.textContent.includes(email) && link.href !== seen) return link.href;
	}
	return "";
}`

// awaitMail opens the inbox again and again until there is a mail to the visitor, other than the one seen before.
func (w *Walker) awaitMail(seen string) error {
	var err error
	for range mailTries {
		if err = w.Tab.Open(w.url("/inbox")); err != nil {
			return err
		}
		found, err := tab.Call[string](w.Tab, mailOf, w.email(), seen)
		if err != nil {
			return err
		}
		if found != "" {
			w.notes["mail"] = found
			return nil
		}
		if err := w.Tab.Pause(mailPause); err != nil {
			return err
		}
	}
	return errNoMail
}

// openMail goes to the mail that was found.
func openMail(w *Walker) error { return w.Tab.Open(w.notes["mail"]) }

// openMailItself shows the mail as a mail program does: in a page of its own, which no policy keeps from being looked at.
func openMailItself(w *Walker) error {
	if err := w.Tab.Open(w.notes["mail"] + "/html"); err != nil {
		return err
	}
	source, err := w.Tab.Source()
	if err != nil {
		return err
	}
	return w.Tab.Replace(source)
}
