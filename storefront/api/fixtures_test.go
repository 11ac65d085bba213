package api_test

import (
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
	bmspayment "github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func intentID(p payment) bmspayment.IntentID { return bmspayment.IntentID(p.ID) }

// halfOff is a voucher of a partner.
func halfOff(partner catalog.PartnerID) pricing.Voucher {
	return pricing.Voucher{
		ID: pricing.NewVoucherID(bmstest.Start), PartnerID: string(partner), Code: "MONSOON50", Kind: pricing.PercentOff,
		Scope: pricing.EachTicket, Percent: 500_000, Version: 1,
	}
}

// freeProgramme is a programme whose places cost nothing.
func freeProgramme() bmstest.Programme {
	p := bmstest.Small(bmstest.Start)
	for i := range p.Prices.Prices {
		p.Prices.Prices[i].Amount = money.New(0, "INR")
	}
	p.Prices.Fees = nil
	return p
}

// untaxed is the rule of a class that is not taxed.
func untaxed() pricing.TaxRule {
	return pricing.TaxRule{Class: "none", Slabs: []pricing.Slab{{Rate: 0}}}
}

// richProgramme is a programme that fills fields which most leave empty.
func richProgramme() bmstest.Programme {
	p := bmstest.Small(bmstest.Start)
	p.Venue.Lat, p.Venue.Lng, p.Venue.Accessibility = 18.9322, 72.8374, "Ramp at the side door"
	p.Event.OriginalTitle, p.Event.Synopsis = "The General", "An engineer, his locomotive and the love of his life."
	p.Event.Certificate = catalog.Certificate{System: "CBFC", Rating: "U"}
	p.Event.Genres, p.Event.Tags = []string{"comedy", "action"}, []string{"silent"}
	p.Event.People = []catalog.Person{{Name: "Buster Keaton", Role: catalog.RoleCast, Character: "Johnnie Gray"}}
	p.Event.Media = []catalog.Media{
		{Kind: catalog.Backdrop, URL: "/posters/the-general-wide.jpg"},
		{Kind: catalog.Poster, URL: "/posters/the-general.jpg", Alt: "A man on a locomotive", License: "public domain"},
	}
	p.Show.DoorsAt, p.Show.Subtitles = p.Show.StartsAt.Add(-30*time.Minute), []string{"hi"}
	p.Show.SalesFrom, p.Show.SalesUntil = bmstest.Start.Add(-time.Hour), p.Show.StartsAt.Add(-time.Minute)
	most := money.New(5000, "INR")
	p.Prices.Fees[0].Max, p.Prices.Fees[0].Percent = &most, 10_000
	p.Prices.Dynamic = &pricing.Dynamic{
		Floor: 800_000, Ceiling: 1_500_000, Rounding: money.HalfUp, TimeToShow: []pricing.TimeStep{{WithinMinutes: 3 * 24 * 60, Adjust: 100_000}},
	}
	return p
}

// long is a text of so many letters.
func long(n int) string { return strings.Repeat("x", n) }

// shows puts copies of the programme's show on sale, each an hour after the one before, and
// returns them. change may make each of them different.
func (s *shop) shows(n int, change func(i int, show *catalog.Show)) []catalog.Show {
	s.t.Helper()
	list := make([]catalog.Show, n)
	for i := range list {
		list[i] = s.Programme.Show
		list[i].ID = id.New[catalog.ShowID](catalog.ShowPrefix, bmstest.Start)
		list[i].StartsAt = list[i].StartsAt.Add(time.Duration(i+1) * time.Hour)
		list[i].EndsAt = list[i].EndsAt.Add(time.Duration(i+1) * time.Hour)
		if change != nil {
			change(i, &list[i])
		}
		local, err := list[i].Local()
		require.NoError(s.t, err)
		list[i].LocalDate = local.Format(time.DateOnly)
	}
	require.NoError(s.t, s.Shows.PutAll(s.t.Context(), list))
	return list
}
