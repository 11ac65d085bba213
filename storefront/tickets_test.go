package storefront_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/storefront"
)

func TestTickets_ABrowserWithoutBookingsIsToldWhatToDo(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	p := b.get("/").follow("My tickets")
	assert.Equal(t, "/en/tickets", p.url.Path)
	assert.Contains(t, p.text(), "This browser has no tickets yet.")
	assert.Equal(t, "/en/bookings", p.follow("Find a booking").url.Path)
	assert.Equal(t, "no-store", p.header.Get("Cache-Control"))
	assert.Empty(t, p.header.Values("Set-Cookie"))
}

// rows are the bookings of a list, as its page says them.
func rows(p *page, within string) []string {
	var list []string
	for _, part := range all(p.doc, within) {
		for _, li := range all(part, "li") {
			if attr(li, "class") == "booked-row" {
				list = append(list, strings.Join(strings.Fields(textOf(li)), " "))
			}
		}
	}
	return list
}

func TestTickets_WhatIsComingUpIsFirstAndTheRestFolded(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	sherlock := s.Programme.Event
	sherlock.ID, sherlock.Slug, sherlock.Title = id.New[catalog.EventID](catalog.EventPrefix, s.Now()), "sherlock-jr", "Sherlock Jr."
	require.NoError(t, s.Catalog.PutEvent(t.Context(), sherlock))
	later := s.another(t, 24, func(show *catalog.Show) { show.EventID = sherlock.ID })
	b := s.visit(t)
	second := b.get("/shows/"+string(later.ID)).form("Reserve and go on").add("seat", "stalls-A-1").send().ada().pay("pay")
	first := b.reserve("stalls-A-1", "stalls-A-2").ada().pay("pay")
	cancelled := b.reserve("stalls-B-1").ada().pay("pay")
	cancelled = cancelled.follow("Cancel tickets").form("See what you get back").send().form("Cancel these tickets").send()
	unpaid := b.reserve("stalls-B-2").ada()

	p := b.get("/tickets")
	upcoming := rows(p, "main")
	require.Len(t, upcoming, 4)
	assert.Contains(t, upcoming[0], "The General Tuesday, 24 November 2026 at 5:30 pm IST Aurora Fort, Screen 1, Mumbai")
	assert.Contains(t, strings.Join(upcoming[:2], " "), "Booked 2 tickets "+referenceOn(first))
	assert.Contains(t, strings.Join(upcoming[:2], " "), "Not paid yet 1 ticket "+referenceOn(unpaid))
	assert.Contains(t, upcoming[2], "Sherlock Jr.")
	assert.Contains(t, upcoming[2], referenceOn(second))
	past := rows(p, "details")
	require.Len(t, past, 1)
	assert.Contains(t, past[0], "Cancelled 1 ticket "+referenceOn(cancelled))
	assert.Equal(t, second.url.Path, p.follow("Sherlock Jr.").url.Path)
	assert.Contains(t, p.follow("Sherlock Jr.").text(), "You are booked.")

	s.Clock.Advance(49*time.Hour + 30*time.Minute) // the first show is over
	require.NoError(t, s.Drain(t.Context()))
	p = b.get("/tickets")
	assert.Len(t, rows(p, "details"), 3)
	assert.Contains(t, strings.Join(rows(p, "details"), " "), "Over 2 tickets "+referenceOn(first))
	assert.Contains(t, strings.Join(rows(p, "details"), " "), "Not completed 1 ticket "+referenceOn(unpaid))
	s.Clock.Advance(48 * time.Hour)
	assert.Contains(t, b.get("/tickets").text(), "Nothing is coming up.")
}

func TestTickets_NobodyElsesAreListed(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	paid := s.visit(t).reserve("stalls-A-1").ada().pay("pay")
	booked, err := s.Bookings.ByReference(t.Context(), referenceOn(paid), "ada@example.com")
	require.NoError(t, err)
	stranger := s.visit(t)
	for _, value := range []string{"", "x", string(booked.ID), string(booked.ID) + ".", string(booked.ID) + "." + strings.Repeat("a", 26)} {
		answer, body := stranger.raw(http.MethodGet, "/en/tickets", map[string]string{"Cookie": bookingCookie(paid) + "=" + value}, "")
		assert.Equal(t, 200, answer.StatusCode)
		assert.Contains(t, string(body), "This browser has no tickets yet.")
		assert.NotContains(t, string(body), referenceOn(paid))
		require.Len(t, answer.Cookies(), 1, "what proves nothing is not sent along for ever")
		assert.Equal(t, bookingCookie(paid), answer.Cookies()[0].Name)
		assert.True(t, answer.Cookies()[0].Expires.Before(bmstest.Start))
	}
	answer, body := stranger.raw(http.MethodGet, "/en/tickets", map[string]string{"Cookie": bookingCookie(paid) + "=" + string(booked.ID) + "." + booked.Link}, "")
	assert.Equal(t, 200, answer.StatusCode)
	assert.Contains(t, string(body), referenceOn(paid))
	assert.NotContains(t, string(body), booked.Link)
}

func TestTickets_AnotherPartnersAreNotListed(t *testing.T) {
	t.Parallel()
	kit, _, n := twoBrands(t)
	b := kit.Book(kit.Hold("stalls-A-1"))
	cookie := "b_" + string(b.Reference) + "=" + string(b.ID) + "." + b.Link
	for host, listed := range map[string]bool{"own.example": true, "rival.example": false, "anywhere.example": true} {
		answer := n.at(host, "/en/tickets", "Cookie", cookie)
		require.Equal(t, 200, answer.StatusCode())
		assert.Equal(t, listed, strings.Contains(string(answer.Body()), b.Reference.Display()), host)
	}
}

func TestTickets_TheCalendarGetsTheShowAndNoSecret(t *testing.T) {
	t.Parallel()
	s := open(t, bmstest.Options{}, storefront.Config{})
	b := s.visit(t)
	unpaid := b.reserve("stalls-C-4", "stalls-C-5").ada()
	assert.Equal(t, 404, b.get(unpaid.url.Path+"/calendar.ics").status, "nothing is booked yet")
	paid := unpaid.pay("pay")
	link := s.linkOf(paid)
	file := paid.follow("Add to calendar")
	assert.Equal(t, "text/calendar; charset=utf-8", file.header.Get("Content-Type"))
	assert.Equal(t, `attachment; filename="`+referenceOn(paid)+`.ics"`, file.header.Get("Content-Disposition"))
	assert.Equal(t, "no-store", file.header.Get("Cache-Control"))
	text := strings.ReplaceAll(file.body, "\r\n ", "")
	for _, line := range []string{
		"SUMMARY:The General", "DTSTART:20261124T120000Z", "DTEND:20261124T131900Z", `LOCATION:Aurora Fort\, Screen 1\, 1 Mint Road\, Mumbai`,
		`DESCRIPTION:Reference ` + referenceOn(paid) + `\nStalls\, row C\, seat 4\nStalls\, row C\, seat 5`, "URL:" + host + "/en/b/" + referenceOn(paid),
	} {
		assert.Contains(t, text, line+"\r\n")
	}
	assert.NotContains(t, text, link)
	codes, err := s.Tickets.Codes(t.Context(), s.bookingOf(paid).Booking)
	require.NoError(t, err)
	require.Len(t, codes, 2)
	for _, code := range codes {
		assert.NotContains(t, text, code)
	}
	assert.Equal(t, 403, s.visit(t).get(paid.url.Path+"/calendar.ics").status)
}

// bookingOf is the booking that a page shows.
func (s *shop) bookingOf(p *page) bms.Booking {
	p.t.Helper()
	b, err := s.Bookings.ByReference(p.t.Context(), referenceOn(p), "ada@example.com")
	require.NoError(p.t, err)
	return b
}
