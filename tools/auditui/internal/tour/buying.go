package tour

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"time"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/shop"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
)

// How often, and how long apart, the inbox is looked into for a mail. Mails are delivered in the background.
const (
	mailTries = 60
	mailPause = 250 * time.Millisecond
)

var errNoMail = errors.New("no mail has come")

// The shows of the programme.
func cinema(p shop.Programme) string { return p.Cinema }
func arena(p shop.Programme) string  { return p.Arena }
func lawn(p shop.Programme) string   { return p.Lawn }

// openShow goes to where places of a show are chosen.
func openShow(which func(shop.Programme) string) Step {
	return openIn(func(p shop.Programme) string { return "/shows/" + which(p) })
}

// partLink is an address of a part of a hall in the source of its page, where the map's element takes its place.
var partLink = regexp.MustCompile(`href="([^"]*\?section=[^"]+)"`)

var errNoPart = errors.New("the page of the hall leads to none of its parts")

// openPart goes from a hall to one of its parts, as who has no script does.
func openPart(w *Walker) error {
	if err := w.Take(openShow(arena)); err != nil {
		return err
	}
	source, err := w.Tab.Source()
	if err != nil {
		return err
	}
	found := partLink.FindStringSubmatch(source)
	if found == nil {
		return errNoPart
	}
	return w.Tab.Open(w.Site.Plain(html.UnescapeString(found[1])))
}

// chooseSeats chooses the first two seats of a row that is free, on the map's list or in the page's.
func chooseSeats(w *Walker) error {
	if err := w.Tab.Until(seatsReady); err != nil {
		return err
	}
	count, err := tab.Ask[int](w.Tab, pickSeats)
	if err == nil && count != 2 {
		err = fmt.Errorf("%d seats could be chosen instead of 2", count)
	}
	if err != nil {
		return err
	}
	return w.Tab.Settle()
}

// seatsReady says that seats can be chosen: the map's element has its hall, or the page lists the seats.
const seatsReady = `(() => {
	const map = document.querySelector("bms-seatmap");
	return map?.shadowRoot ? map.shadowRoot.querySelector("details") !== null : document.querySelector('input[name="seat"]') !== null;
})()`

// pickSeats opens row after row until the first two seats of one can be chosen, and returns how many are. Some are kept for others.
const pickSeats = `(async () => {
	const map = document.querySelector("bms-seatmap"), root = map?.shadowRoot ?? document;
	const seats = map?.shadowRoot ? 'input[type="checkbox"]' : 'input[name="seat"]';
	for (const row of root.querySelectorAll("details")) {
		row.open = true;
		await new Promise((done) => setTimeout(done, 100));
		const boxes = [...row.querySelectorAll(seats)];
		if (boxes.length < 4 || boxes.some((box) => box.disabled || box.checked)) continue;
		const [one, two] = boxes;
		for (const box of [one, two]) box.click();
		if (one.checked && two.checked) return 2;
		for (const box of [one, two]) if (box.checked) box.click();
	}
	return 0;
})()`

// chosenSeats are the names of the seats that are chosen.
const chosenSeats = `(() => {
	const map = document.querySelector("bms-seatmap");
	if (map?.selection) return map.selection.seats.map((seat) => seat.name);
	return [...document.querySelectorAll('input[name="seat"]:checked')].map((box) => box.value);
})()`

// best is the form that asks for the best seats, and chosen the one that asks for those that were chosen.
const (
	bestForm   = `form[action$="/holds"]:has([name="mode"][value="best"])`
	chosenForm = `form[action$="/holds"]:not(:has([name="mode"][value="best"]))`
)

// reserveBest has the storefront choose the seats.
func reserveBest(w *Walker) error {
	if err := w.Tab.Press(bestForm + ` [type="submit"]`); err != nil {
		return err
	}
	return w.note("hold")
}

// reserveChosen reserves what was chosen, and remembers what that was.
func reserveChosen(w *Walker) error {
	names, err := tab.Ask[[]string](w.Tab, chosenSeats)
	if err != nil {
		return err
	}
	w.seats = names
	if err := w.Tab.Press(chosenForm + ` [type="submit"]`); err != nil {
		return err
	}
	return w.note("hold")
}

// voucher tries a code that there is not.
func voucher(w *Walker) error {
	if err := w.Tab.Fill(`#code`, "NONE"); err != nil {
		return err
	}
	return w.Tab.Press(`button[formaction$="/voucher"]`)
}

// extend asks for more time.
func extend(w *Walker) error {
	if err := w.Take(openNoted("hold")); err != nil {
		return err
	}
	return w.Tab.Press(`button[formaction$="/extend"]`)
}

// endHold gives the places back, as another tab would, and comes back to the reservation with the cookies of before.
func endHold(w *Walker) error {
	if err := w.Take(openNoted("hold")); err != nil {
		return err
	}
	cookies, err := w.Tab.Cookies(w.notes["hold"])
	if err != nil {
		return err
	}
	if err := w.Tab.Press(`form[action$="/release"] [type="submit"]`); err != nil {
		return err
	}
	if err := w.Tab.SetCookies(cookies); err != nil {
		return err
	}
	return w.Take(openNoted("hold"))
}

// loseSeats asks for the same places again when somebody else has them.
func loseSeats(w *Walker) error {
	if _, err := w.API.HoldSeats(w.Tab.Context(), w.Programme.Cinema, w.seats); err != nil {
		return err
	}
	return w.Tab.Press(`form[action$="/again"] [type="submit"]`)
}

// details says who buys.
func details(w *Walker) error {
	for _, field := range []struct{ name, text string }{{"name", "Ada Lovelace"}, {"email", w.email()}} {
		if err := w.Tab.Fill(`form[action$="/booking"] input[name="`+field.name+`"]`, field.text); err != nil {
			return err
		}
	}
	if err := w.Tab.Press(`form[action$="/booking"] [type="submit"]`); err != nil {
		return err
	}
	return w.note("booking")
}

// pay goes on to the test bank.
func pay(w *Walker) error {
	return w.Tab.Press(`form[action$="/payment"]:has([name="gateway"][value="sandbox"]) [type="submit"]`)
}

// bank has the test bank say something after so many seconds, and comes back.
func bank(outcome, delay string) Step {
	return func(w *Walker) error {
		if err := w.Tab.Click(`input[name="outcome"][value="` + outcome + `"]`); err != nil {
			return err
		}
		if err := w.Tab.Fill(`input[name="delay"]`, delay); err != nil {
			return err
		}
		return w.Tab.Press(`form [type="submit"]:not([name="cancel"])`)
	}
}

// TicketShown finds the picture of a ticket's code.
const TicketShown = `main svg.qr`

// ticketsShown checks that tickets are on the page.
func ticketsShown(w *Walker) error {
	return w.Tab.Until(`document.querySelector("` + TicketShown + `") !== null`)
}

// BookingListed finds what leads to a booking.
const BookingListed = `main a[href*="/b/"]`

// bookingsListed checks that the page leads to a booking.
func bookingsListed(w *Walker) error {
	return w.Tab.Until(`document.querySelector('` + BookingListed + `') !== null`)
}

// openBooking goes to a page of the booking.
func openBooking(rest string) Step {
	return func(w *Walker) error { return w.Tab.Open(w.notes["booking"] + rest) }
}
