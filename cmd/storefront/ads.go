package main

import (
	"context"
	"log/slog"

	"github.com/marquee-tickets/marquee/cmd/storefront/internal/sponsors"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// advertising is where ads come from, and where they are shown.
type advertising struct {
	AdsURL       string   `name:"ads-url" env:"MARQUEE_ADS_URL" help:"Ad server that is asked for ads, such as http://127.0.0.1:8090. Without it pages have no places for ads." placeholder:"URL"`
	AdsPublisher string   `name:"ads-publisher" default:"demo" env:"MARQUEE_ADS_PUBLISHER" help:"Name that the ad server knows this storefront by. Default: ${default}." placeholder:"NAME"`
	AdsKey       string   `name:"ads-key" env:"MARQUEE_ADS_KEY" help:"Key of the publisher at the ad server." placeholder:"KEY"`
	AdsOrigins   []string `name:"ads-origin" env:"MARQUEE_ADS_ORIGIN" help:"Where browsers reach the ad server: the base URL of each of its nodes, such as https://ads1.example,https://ads2.example. Ads with addresses elsewhere are not shown. Default: as in --ads-url." placeholder:"URL,…"`
	AdsPictures  []string `name:"ads-pictures" env:"MARQUEE_ADS_PICTURES" help:"Further origins that pictures of ads come from. Ads with pictures from elsewhere are not shown." placeholder:"https://pictures.example,…"`
	AdsBrands    []string `name:"ads-brands" env:"MARQUEE_ADS_BRANDS" help:"Brands that show ads, by host name (* is every other), with the places or all of them: kino.example, arena.example=footer+home-banner. Default: the brands of the demo programme, and with --no-demo none. The storefront of no brand shows them in any case." placeholder:"HOST[=PLACE+…],…"`
}

// ads are those of the ad server; none without one.
func (a advertising) ads(secret func(context.Context, string) ([]byte, error), demo bool, log *slog.Logger) (sponsor.Config, error) {
	if a.AdsURL == "" {
		return sponsor.Config{}, nil
	}
	brands, err := sponsors.ParseBrands(a.AdsBrands)
	if err != nil {
		return sponsor.Config{}, &advice{err: err, try: "Check --ads-brands, such as kino.example,arena.example=footer."}
	}
	brands[""] = sponsor.Placements()
	if demo && len(a.AdsBrands) == 0 {
		brands["*"] = sponsor.Placements()
	}
	source, err := sponsors.New(sponsors.Config{
		URL: a.AdsURL, Origins: a.AdsOrigins, Pictures: a.AdsPictures, Publisher: a.AdsPublisher, Key: a.AdsKey, Secret: secret, Logger: log,
	})
	if err != nil {
		return sponsor.Config{}, &advice{err: err, try: "Check --ads-url and --ads-publisher, or leave them out: pages have no places for ads then."}
	}
	cfg := source.Config(brands.Where)
	if err := cfg.Validate(); err != nil {
		return sponsor.Config{}, &advice{err: err, try: "Check --ads-origin and --ads-pictures: each is a scheme and a host, such as https://ads.example."}
	}
	return cfg, nil
}
