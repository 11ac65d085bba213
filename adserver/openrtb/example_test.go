package openrtb_test

import (
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

func ExampleParseRequest() {
	asked, err := openrtb.ParseRequest([]byte(`{"id":"r1","imp":[{"id":"1","bidfloor":0.35,"banner":{"w":300,"h":250}}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	bid := openrtb.Bid{ID: "b1", ImpID: asked.Imps[0].ID, Price: asked.Imps[0].Floor + 10_000_000, AdM: "<b>Dune</b>", CrID: "c9", ADomain: []string{"film.example"}}
	fmt.Printf("%s\n", openrtb.AppendResponse(nil, openrtb.Response{ID: asked.ID, Seats: []openrtb.Seat{{Seat: "marquee", Bids: []openrtb.Bid{bid}}}}))

	_, err = openrtb.ParseRequest([]byte(`{"id":"r2","imp":[{"id":"1","banner":{"w":"wide"}}]}`))
	fmt.Println(err)
	// Output:
	// {"id":"r1","seatbid":[{"seat":"marquee","bid":[{"id":"b1","impid":"1","price":0.36,"adm":"<b>Dune</b>","adomain":["film.example"],"crid":"c9"}]}]}
	// imp[0].banner.w: must be a number from 0 to 20000
}

func ExampleParseResponse() {
	asked, _ := openrtb.ParseRequest([]byte(`{"id":"r1","imp":[{"id":"1","bidfloor":0.35,"banner":{"w":300,"h":250}}],"badv":["casino.example"]}`))
	answer, _ := openrtb.ParseResponse([]byte(`{"id":"r1","seatbid":[{"bid":[
		{"id":"a","impid":"1","price":0.9,"adm":"x","crid":"1","adomain":["casino.example"]},
		{"id":"b","impid":"1","price":0.5,"adm":"x","crid":"2","adomain":["film.example"]},
		{"id":"c","impid":"1","price":0.2,"adm":"x","crid":"3","adomain":["film.example"]}]}]}`), asked)
	for _, o := range answer.Offers {
		fmt.Println(o.ID, o.Price)
	}
	for _, r := range answer.Refused {
		fmt.Println(r.ID, "refused:", r.Reason)
	}
	// Output:
	// b 500000000
	// a refused: 205
	// c refused: 100
}

func ExampleMacros() {
	m := openrtb.Macros{Price: 1_250_000_000, Currency: "EUR", ImpID: "1"}
	fmt.Println(m.URL("https://dsp.example/win?p=${AUCTION_PRICE}&c=${AUCTION_CURRENCY}"))
	// Output: https://dsp.example/win?p=1.25&c=EUR
}
