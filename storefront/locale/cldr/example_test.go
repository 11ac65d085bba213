package cldr_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/storefront/locale/cldr"
)

// plain shows the spaces that do not break as others.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func ExampleFormat_Money() {
	price := money.New(118_000_00, "INR")
	for _, f := range []*cldr.Format{cldr.For("en", "IN"), cldr.For("en", "US"), cldr.For("hi", ""), cldr.For("de", "")} {
		fmt.Println(f.Tag(), plain(f.Money(price)))
	}
	// Output:
	// en-IN ₹1,18,000.00
	// en-US ₹118,000.00
	// hi-IN ₹1,18,000.00
	// de-DE 118.000,00 ₹
}

func ExampleFormat_When() {
	start := time.Date(2026, time.November, 22, 19, 30, 0, 0, time.FixedZone("IST", 19800))
	for _, language := range []string{"en", "hi", "ta", "es", "de", "ar"} {
		fmt.Println(plain(cldr.For(language, "IN").When(start)))
	}
	// Output:
	// Sunday, 22 November 2026 at 7:30 pm IST
	// रविवार, 22 नवंबर 2026 को 7:30 pm IST बजे
	// ஞாயிறு, 22 நவம்பர், 2026 அன்று 7:30 PM IST
	// domingo, 22 de noviembre de 2026, 19:30 GMT+5:30
	// Sonntag, 22. November 2026 um 19:30 GMT+5:30
	// الأحد، 22 نوفمبر 2026 في 7:30 م غرينتش+5:30
}

func ExampleFormat_Days() {
	from, to := time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC), time.Date(2026, time.November, 25, 0, 0, 0, 0, time.UTC)
	fmt.Println(cldr.For("en", "IN").Days(from, to))
	fmt.Println(cldr.For("de", "").Days(from, to))
	// Output:
	// 22–25 Nov 2026
	// 22.–25. Nov. 2026
}
