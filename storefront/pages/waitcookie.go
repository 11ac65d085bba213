package pages

import (
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/waitlist"
	"github.com/marquee-tickets/marquee/internal/web"
)

// A place in a waiting list is proved by its link, which the pages keep in a cookie for each entry. It is the link of a mail: the page
// that somebody joins on gets none, because anybody can name any address.

// waitCookie begins the names of these cookies; the id of the entry follows.
const waitCookie = "w_"

// maxWaitCookies bounds what a browser sends along; the oldest entries go first.
const maxWaitCookies = 6

// waitCookieFor is how long a browser may open an entry; after that the link in the mail opens it.
const waitCookieFor = 7 * 24 * time.Hour

// waitHref is the address of an entry's page without its language. It opens the entry for nobody.
func waitHref(id waitlist.EntryID) string { return "/w/" + string(id) }

// keepWait gives the browser the cookie of an entry.
func keepWait(rc *fasthttp.RequestCtx, e bms.WaitEntry) {
	var others []string // they begin with the time at which they were made
	for name := range rc.Request.Header.Cookies() {
		if id, ours := strings.CutPrefix(string(name), waitCookie); ours && id != string(e.ID) {
			others = append(others, string(name))
		}
	}
	slices.Sort(others)
	for ; len(others) >= maxWaitCookies; others = others[1:] {
		web.SetCookie(rc, web.Cookie{Name: others[0], MaxAge: -1})
	}
	web.SetCookie(rc, web.Cookie{Name: waitCookie + string(e.ID), Value: e.Link, MaxAge: waitCookieFor})
}

// waitLink is what the browser has to show for the entry of the address.
func waitLink(r *request) (waitlist.EntryID, string) {
	cookie := string(r.rc.Request.Header.Cookie(waitCookie + r.param(0)))
	if !web.IsWord(cookie, maxParam) {
		cookie = ""
	}
	return waitlist.EntryID(r.param(0)), cookie
}
