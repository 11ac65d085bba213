// Package adclient is what a publisher's program uses of an ad server: it asks for the ads of a page within a deadline, hides ads, and has
// people forgotten.
//
//	ads, err := adclient.New(adclient.Config{URL: "https://ads.example", Publisher: "demo"})
//	answer, err := ads.Decide(ctx, adclient.Request{
//		Page:  adclient.Page{Kind: "home", Language: "en"},
//		Slots: []adclient.Slot{{ID: "s1", Placement: "home-banner", Count: 1}},
//	})
//	if err != nil { … } // show something of your own
//
// Guarantees: a call never takes longer than Config.Timeout or its context; a server that is down or slow is left alone for a while, so that
// calls fail at once and cost nothing; what an answer has is checked, so that an ad in it has addresses with http or https, a size within
// bounds and what its kind needs. A decision is never asked for twice: it reserves money of an advertiser.
//
// The package has types of its own and imports neither the ad server nor anything else of this repository.
package adclient
