package vast_test

import (
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/vast"
)

func ExampleAppend() {
	ad := vast.Ad{
		System: "Marquee", ServingID: "s1", Title: "Dune", Impressions: []string{"https://ads.example/v"},
		Creatives: []vast.Creative{{
			UniversalIDs: []vast.UniversalID{{Registry: "unknown", Code: "unknown"}},
			Linear: &vast.Linear{
				Duration: 20 * time.Second,
				Media:    []vast.MediaFile{{URL: "https://cdn.example/dune.mp4", Type: "video/mp4", Width: 1280, Height: 720}},
			},
		}},
	}
	doc, err := vast.Append(nil, vast.Document{Ads: []vast.Ad{ad}})
	fmt.Println(len(doc) > 500, err)

	ad.Creatives[0].Linear.Media[0].URL = "dune.mp4"
	_, err = vast.Append(nil, vast.Document{Ads: []vast.Ad{ad}})
	fmt.Println(err)

	doc, _ = vast.Append(nil, vast.Document{})
	fmt.Printf("%s", doc)
	// Output:
	// true <nil>
	// ads[0].creatives[0].linear.media[0].url: must begin with https:// or http://
	// <?xml version="1.0" encoding="UTF-8"?>
	// <VAST version="4.2" xmlns="http://www.iab.com/VAST"/>
}
