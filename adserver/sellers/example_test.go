package sellers_test

import (
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/sellers"
)

func ExampleAdsTxt_Standing() {
	publisher := sellers.Publisher{ID: "p-12", Name: "Ring Lichtspiele", Domain: "kino.example", Kind: sellers.Owner}
	want := publisher.Record("marquee.example", "")
	fmt.Println("please add:", want)

	file := sellers.ParseAdsTxt([]byte("# our sellers\nmarquee.example, p-12, RESELLER\n"))
	fmt.Println(file.Standing(want))
	file = sellers.ParseAdsTxt([]byte("Marquee.example,p-12,direct # thanks\n"))
	fmt.Println(file.Standing(want))
	// Output:
	// please add: marquee.example, p-12, DIRECT
	// other_relation
	// listed
}
