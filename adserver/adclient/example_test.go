package adclient_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/marquee-tickets/marquee/adserver/adclient"
)

func ExampleClient_Decide() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"request":"r1","slots":[{"id":"s1","ads":[{"creative":14,"kind":"native","label":"Sponsored","advertiser":"Acme",
			"native":{"title":"Shoes for dancing"},"click":"https://ads.example/c/T","view":"https://ads.example/v/T"}]}]}`)
	}))
	defer server.Close()

	ads, err := adclient.New(adclient.Config{URL: server.URL, Publisher: "demo", Timeout: time.Minute})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer ads.Close()
	answer, err := ads.Decide(context.Background(), adclient.Request{
		Page:  adclient.Page{Kind: "home", Language: "en"},
		Slots: []adclient.Slot{{ID: "s1", Placement: "home-banner", Count: 1}},
	})
	for _, ad := range answer.Ads("s1") {
		fmt.Println(ad.Label+":", ad.Native.Title, err)
	}
	// Output: Sponsored: Shoes for dancing <nil>
}
