package catalog_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func ExampleLocalStart() {
	at, err := catalog.LocalStart("2026-11-22", "19:30", "Asia/Kathmandu", "")
	fmt.Println(at.Format(time.RFC3339), err)

	// Nobody can come at a time that the clock skips.
	_, err = catalog.LocalStart("2026-03-29", "02:30", "Europe/Berlin", "")
	fmt.Println(err)
	// Output:
	// 2026-11-22T13:45:00Z <nil>
	// clock: 2026-03-29 02:30 does not exist in Europe/Berlin: the clock goes from 2026-03-29 02:00 to 2026-03-29 03:00; choose another time
}

func ExampleLocalStart_twice() {
	_, err := catalog.LocalStart("2026-10-25", "02:30", "Europe/Berlin", "")
	fmt.Println(fault.Of(err).Reason)
	fmt.Println(fault.Of(err).Message)

	at, _ := catalog.LocalStart("2026-10-25", "02:30", "Europe/Berlin", catalog.Second)
	fmt.Println(at.Format(time.RFC3339))
	// Output:
	// time_twice
	// 2026-10-25 02:30 happens twice in Europe/Berlin, at UTC+02:00 and again at UTC+01:00: say whether the first or the second is meant
	// 2026-10-25T01:30:00Z
}

func ExampleShow_OnSaleAt() {
	s := show()
	ok, reason := s.OnSaleAt(s.SalesFrom.Add(-time.Hour))
	var notYet *catalog.NotYetError
	if !ok && errors.As(reason, &notYet) {
		fmt.Println("sales begin", notYet.From.Format("2 January 15:04 UTC"))
	}
	ok, reason = s.OnSaleAt(s.StartsAt)
	fmt.Println(ok, reason)
	// Output:
	// sales begin 12 November 18:30 UTC
	// false sales for this show have ended
}

func ExampleShow_To() {
	s := show()
	paused, err := s.To(catalog.Paused, s.StartsAt.Add(-time.Hour))
	fmt.Println(paused.Status, err)
	_, err = s.To(catalog.Past, s.StartsAt)
	fmt.Println(err)
	// Output:
	// paused <nil>
	// the show ends at 2026-11-22T21:03:00Z: the show cannot change to this status
}

func ExampleShow_Local() {
	s := show()
	local, err := s.Local()
	fmt.Println(local.Format("Monday 15:04 MST"), err)
	// Output: Sunday 19:30 CET <nil>
}

func ExampleSlugify() {
	fmt.Println(catalog.Slugify("Das Cabinet des Dr. Caligari"))
	fmt.Println(catalog.Slugify("Броненосец «Потёмкин»"))
	fmt.Println(catalog.Slugify("Żółć & Søn"))
	// Output:
	// das-cabinet-des-dr-caligari
	// bronenosets-potyomkin
	// zolc-and-son
}

func ExampleCities() {
	lyon := venue()
	lyon.City, lyon.CitySlug = "Lyon", "lyon"
	for _, c := range catalog.Cities([]catalog.Venue{lyon, venue(), venue()}) {
		fmt.Println(c.Name, c.Slug)
	}
	// Output:
	// Berlin berlin
	// Lyon lyon
}

func ExampleSeatingRules_WithDefaults() {
	rules := catalog.SeatingRules{MaxPerHold: 4, HoldFor: 5 * time.Minute}.WithDefaults()
	fmt.Println(rules.Orphan, rules.MaxPerHold, rules.MaxPerBuyer, rules.HoldFor, rules.HoldTotal)
	// Output: lenient 4 20 5m0s 20m0s
}
