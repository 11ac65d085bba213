package tour

// Journeys lists all pages, each with the way to it from the one before. A journey is one visitor's, who begins without cookies.
func Journeys() []Journey {
	return []Journey{browsing(), halls(), seats(), buying(), keeping(), slowBank(), waitlist(), brand(), operator()}
}

// Names are the names of all pages, in the order of the journeys.
func Names() []string {
	var names []string
	for _, j := range Journeys() {
		for _, p := range j.Pages {
			names = append(names, p.Name)
		}
	}
	return names
}

// Everywhere are the names of the pages that are seen in each language.
func Everywhere() []string {
	var names []string
	for _, j := range Journeys() {
		for _, p := range j.Pages {
			if p.Every {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

func browsing() Journey {
	return Journey{Name: "browsing", Loose: true, Pages: []Page{
		{Name: "home", Class: Browse, Every: true, Public: true, Routes: []string{"GET /"}, Go: open("")},
		{Name: "city", Class: Browse, Every: true, Public: true, Routes: []string{"GET /*"}, Go: openCity("")},
		{Name: "search", Class: Browse, Every: true, Routes: []string{"GET /*/search", "GET /search"}, Go: openCity("/search?q=the")},
		{Name: "event", Class: Browse, Every: true, Public: true, Routes: []string{"GET /*/events/*"}, Go: openEvent("")},
		{Name: "seat-map-first", Class: SeatMap, Every: true, Routes: []string{"GET /shows/*"}, Go: steps(openEvent(""), followShow)},
		{Name: "city-empty-day", Class: Browse, Public: true, Go: openCity("?date={far}")},
		{Name: "search-empty", Class: Browse, Go: openCity("/search?q=zzyzzxq")},
		{Name: "search-suggestions", Class: Browse, Public: true, Go: suggest},
		{Name: "event-empty-day", Class: Browse, Public: true, Go: openEvent("?date={far}")},
		{Name: "not-found", Class: Browse, Status: 404, Go: open("/atlantis")},
		{Name: "find", Class: Checkout, Public: true, Routes: []string{"GET /bookings"}, Go: open("/bookings")},
		{Name: "find-wrong", Class: Checkout, Status: 400, Routes: []string{"POST /bookings"}, Go: steps(open("/bookings"), find("", ""))},
		{Name: "find-none", Class: Checkout, Status: 404, Go: steps(open("/bookings"), find("K7PW-XF3X", "ada@example.com"))},
		{Name: "stranger", Class: Checkout, Status: 403, Routes: []string{"GET /b/*"}, Go: open("/b/K7PW-XF3X")},
		{Name: "stranger-returned", Class: Checkout, Routes: []string{"GET /b/*/return"}, Go: open("/b/K7PW-XF3X/return")},
		{Name: "tickets-none", Class: Ticket, Routes: []string{"GET /tickets"}, Go: open("/tickets")},
		{Name: "for-you", Class: Browse, Routes: []string{"GET /for-you"}, Go: open("/for-you")},
		{Name: "offline", Class: Ticket, Routes: []string{"GET /offline"}, Go: open("/offline")},
	}}
}

func halls() Journey {
	return Journey{Name: "halls", Loose: true, Pages: []Page{
		{Name: "arena", Class: SeatMap, Go: openShow(arena)},
		{Name: "arena-part", Class: SeatMap, Go: openPart},
		{Name: "lawn", Class: SeatMap, Go: openShow(lawn)},
	}}
}

func seats() Journey {
	return Journey{Name: "seats", Pages: []Page{
		{Name: "seat-map", Class: SeatMap, Routes: []string{"GET /shows/*"}, Go: openShow(cinema)},
		{Name: "seats-chosen", Class: SeatMap, Go: chooseSeats},
		{Name: "hold", Class: Checkout, Routes: []string{"POST /shows/*/holds", "GET /holds/*"}, Go: reserveChosen},
		{Name: "hold-wrong", Class: Checkout, Status: 400, Routes: []string{"POST /holds/*/booking"}, Go: press(`form[action$="/booking"] [type="submit"]`)},
		{Name: "hold-voucher", Class: Checkout, Status: 404, Routes: []string{"POST /holds/*/voucher"}, Go: voucher},
		{Name: "hold-extended", Class: Checkout, Routes: []string{"POST /holds/*/extend"}, Go: extend},
		{Name: "hold-over", Class: Checkout, Routes: []string{"POST /holds/*/release"}, Go: endHold},
		{Name: "seats-taken", Class: SeatMap, Status: 409, Routes: []string{"POST /holds/*/again"}, Go: loseSeats},
	}}
}

func buying() Journey {
	return Journey{Name: "buying", Pages: []Page{
		{Name: "payment", Class: Checkout, Go: steps(openShow(cinema), reserveBest, details)},
		{Name: "bank", Class: Foreign, Routes: []string{"POST /b/*/payment"}, Go: pay},
		{Name: "payment-declined", Class: Checkout, Go: bank("insufficient_funds", "0")},
		{Name: "confirmation", Class: Ticket, Go: steps(pay, bank("pay", "0"), ticketsShown)},
		{Name: "inbox", Class: Checkout, Routes: []string{"GET /inbox"}, Go: openInbox},
		{Name: "mail", Class: Checkout, Routes: []string{"GET /inbox/*"}, Go: openMail},
		{Name: "mail-itself", Class: Foreign, Routes: []string{"GET /inbox/*/html"}, Go: openMailItself},
		{Name: "cancel", Class: Checkout, Routes: []string{"GET /b/*/cancel"}, Go: openBooking("/cancel")},
		{Name: "cancel-preview", Class: Checkout, Go: press(`form[method="get"][action$="/cancel"] [type="submit"]`)},
		{Name: "cancelled", Class: Checkout, Routes: []string{"POST /b/*/cancel"}, Go: press(`form[method="post"][action$="/cancel"] [type="submit"]`)},
	}}
}

// keeping is somebody who comes back to the tickets, and has the browser forget them.
func keeping() Journey {
	return Journey{Name: "tickets", Pages: []Page{
		{Name: "tickets", Class: Ticket, Go: steps((*Walker).Buy, open("/tickets"), bookingsListed)},
		{Name: "forgotten", Class: Checkout, Routes: []string{"POST /forget"}, Go: press(`form[action$="/forget"] [type="submit"]`)},
	}}
}

func slowBank() Journey {
	return Journey{Name: "slow bank", Pages: []Page{
		{Name: "payment-awaited", Class: Checkout, Go: steps(openShow(cinema), reserveBest, details, pay, bank("pay", "3600"), still)},
	}}
}

func waitlist() Journey {
	return Journey{Name: "waiting list", Pages: []Page{
		{Name: "sold-out", Class: SeatMap, Go: openSoldOut},
		{Name: "waitlist", Class: Checkout, Routes: []string{"GET /shows/*/waitlist"}, Go: openShowAnd("/waitlist")},
		{Name: "waitlist-wrong", Class: Checkout, Status: 400, Routes: []string{"POST /shows/*/waitlist"}, Go: press(`form[action$="/waitlist"] [type="submit"]`)},
		{Name: "waitlist-joined", Class: Checkout, Routes: []string{"GET /shows/*/waitlist/joined"}, Go: join},
		{Name: "waitlist-place", Class: Checkout, Routes: []string{"GET /waitlist/*", "GET /w/*"}, Go: openPlace},
		{Name: "waitlist-offer", Class: Checkout, Go: awaitOffer},
		{Name: "waitlist-hold", Class: Checkout, Routes: []string{"POST /w/*/claim"}, Go: press(`form[action$="/claim"] [type="submit"]`)},
		{Name: "waitlist-claimed", Class: Checkout, Go: openNoted("place")},
	}}
}

func brand() Journey {
	return Journey{Name: "a brand", English: true, Own: true, Pages: []Page{
		{Name: "brand-home", Class: Browse, Public: true, Go: openBrand("")},
		{Name: "legal", Class: Browse, Public: true, Routes: []string{"GET /legal/*"}, Go: openBrand("/legal/imprint")},
		{Name: "privacy", Class: Browse, Public: true, Go: openBrand("/legal/privacy")},
		{Name: "kino-home", Class: Browse, Public: true, Go: openDemo("kino.localhost")},
		{Name: "arena-home", Class: Browse, Public: true, Go: openDemo("arena.localhost")},
	}}
}

func operator() Journey {
	return Journey{Name: "the operator", English: true, Own: true, Pages: []Page{
		{Name: "operator-sign-in", Class: Dashboard, Status: 401, Routes: []string{"GET /operator"}, Go: openPlain("/operator")},
		{Name: "operator-cache", Class: Dashboard, Routes: []string{"POST /operator/sign-in", "GET /operator/cache"}, Go: signIn},
		{Name: "operator-bookings", Class: Dashboard, Routes: []string{"GET /operator/bookings"}, Go: openPlain("/operator/bookings")},
		{Name: "operator-refunds", Class: Dashboard, Routes: []string{"GET /operator/refunds"}, Go: openPlain("/operator/refunds")},
		{Name: "operator-messages", Class: Dashboard, Routes: []string{"GET /operator/messages"}, Go: openPlain("/operator/messages")},
		{Name: "operator-experiments", Class: Dashboard, Routes: []string{"GET /operator/experiments"}, Go: openPlain("/operator/experiments")},
	}}
}

// unseen are routes of storefront/pages and of the operator's desk that answer with no page of their own, with the reason.
func unseen() map[string]string {
	return map[string]string{
		"POST /for-you":                  "answers a script with a part of a page, which is seen on the home page, on that of a city and of an event",
		"POST /for-you/choice":           "comes back to the suggestions",
		"POST /for-you/seen":             "answers a script with nothing",
		"POST /for-you/like":             "comes back to the suggestions",
		"POST /for-you/hide":             "comes back to the suggestions",
		"POST /for-you/forget":           "comes back to the suggestions",
		"POST /b/*/link":                 "leads to the form that asks a stranger for the email address, which is seen",
		"GET /app.webmanifest":           "a file that makes an app of the site",
		"GET /b/*/calendar.ics":          "a file for calendars",
		"GET /events/*":                  "leads to the event in a city",
		"GET /bookings/*":                "leads from a mail to the booking",
		"POST /holds/*":                  "is the reservation, with what was typed on it",
		"POST /holds/*/voucher/remove":   "comes back to the reservation",
		"POST /w/*/leave":                "comes back to the place in the waiting list",
		"POST /w/*/rejoin":               "comes back to the place in the waiting list",
		"GET /operator/":                 "the same as without the slash",
		"GET /operator/metrics":          "figures for Prometheus",
		"POST /operator/sign-out":        "leads to where one signs in, which is seen",
		"POST /operator/cache/purge":     "comes back to the page cache",
		"POST /operator/refunds/retry":   "comes back to the refunds",
		"POST /operator/bookings/link":   "shows the bookings again, with a sentence",
		"POST /operator/messages/resend": "comes back to the messages",
	}
}
