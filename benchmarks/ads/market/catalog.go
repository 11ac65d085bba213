package market

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
)

// Files below the folder of a market.
const (
	databaseFile = "ads.db"
	networksFile = "networks.mmdb"
)

// Open opens the database of a market that was filled.
func Open(ctx context.Context, dir string) (*store.DB, error) {
	return sqlite.Open(ctx, filepath.Join(dir, databaseFile))
}

// Fill makes the catalogue of so many lines, and the database of networks in a folder.
func Fill(ctx context.Context, dir string, lines int) error {
	db, err := Open(ctx, dir)
	if err != nil {
		return err
	}
	f := filler{db: db, r: seed(), aims: seed(), count: lines}
	err = f.fill(ctx)
	if closing := db.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return writeNetworks(filepath.Join(dir, networksFile))
}

// filler makes a catalogue.
type filler struct {
	db    *store.DB
	r     *rand.Rand
	aims  *rand.Rand // what lines ask for is drawn apart, so that Matching has the same
	count int        // of lines
}

func seed() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// Shape of the catalogue.
const (
	advertisers = 400
	campaigns   = 2000
	atOnce      = 128 // of what is stored: the database writes together what waits
)

var sizes = []ads.Size{{Width: 970, Height: 250}, {Width: 300, Height: 250}, {Width: 728, Height: 90}, {Width: 320, Height: 50}}

var kinds = []ads.PlacementKind{ads.HomeBanner, ads.CategoryBanner, ads.MidScroll, ads.Sidebar, ads.Footer}

func (f *filler) fill(ctx context.Context) error {
	if err := f.pages(ctx); err != nil {
		return err
	}
	owners, err := create(ctx, f.db.Advertisers, f.advertisers())
	if err != nil {
		return err
	}
	for _, a := range owners {
		if err := f.pay(ctx, a); err != nil {
			return err
		}
	}
	plans, err := create(ctx, f.db.Campaigns, f.campaigns(owners))
	if err != nil {
		return err
	}
	items, err := create(ctx, f.db.Lines, f.lines(plans))
	if err != nil {
		return err
	}
	_, err = create(ctx, f.db.Creatives, f.creatives(items))
	return err
}

// create stores a list, many at a time; the answer is in the same order.
func create[ID ~uint32, T any](ctx context.Context, t store.Table[ID, T], list []T) ([]T, error) {
	made, errs := make([]T, len(list)), make([]error, len(list))
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i := range list {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			var kept store.Kept[T]
			kept, errs[i] = t.Create(ctx, 0, list[i])
			made[i] = kept.Value
		})
	}
	all.Wait()
	return made, errors.Join(errs...)
}

func publisherSlug(n int) string { return fmt.Sprintf("house-%d", n) }
func placeSlug(n int) string     { return fmt.Sprintf("place-%d", n) }

// pages makes publishers and their placements.
func (f *filler) pages(ctx context.Context) error {
	for n := range publishers {
		p, err := f.db.Publishers.Create(ctx, 0, ads.Publisher{
			Slug: publisherSlug(n), Name: fmt.Sprintf("House %d", n), Currency: "USD", TimeZone: "Asia/Kolkata", Share: 700_000,
			Hosts: []string{publisherSlug(n) + ".example"}, Blocked: []string{"IAB25"},
		})
		if err != nil {
			return err
		}
		for i := range placements {
			if _, err := f.db.Placements.Create(ctx, 0, ads.Placement{
				Publisher: p.Value.ID, Slug: placeSlug(i), Name: fmt.Sprintf("Place %d", i), Kind: kinds[i%len(kinds)],
				Sizes: []ads.Size{sizes[i%len(sizes)], sizes[(i+1)%len(sizes)]}, Most: 3, Floor: ads.Unit / 10,
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *filler) advertisers() []ads.Advertiser {
	list := make([]ads.Advertiser, advertisers)
	for i := range list {
		list[i] = ads.Advertiser{
			Name: fmt.Sprintf("Maker %d", i), Currency: "USD", TimeZone: countries[i%len(countries)].zone,
			Domains: []ads.AdvertiserDomain{{Name: "maker.example", Verified: time.Unix(1, 0).UTC()}},
		}
		if f.r.IntN(10) == 0 {
			list[i].Caps = []ads.Cap{{Times: 20, Per: ads.PerDay}}
		}
	}
	return list
}

// pay gives an advertiser more than it can spend.
func (f *filler) pay(ctx context.Context, a ads.Advertiser) error {
	const amount = 1_000_000 * ads.Unit
	_, err := f.db.Post(ctx, ledger.Entry{Ref: fmt.Sprintf("top-up/%d", a.ID), Kind: ledger.TopUp, At: time.Now(), Postings: []ledger.Posting{
		{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(a.ID), Currency: "USD"}, Amount: amount},
		{Account: ledger.Account{Kind: ledger.OfGateway, Currency: "USD"}, Amount: -amount},
	}})
	return err
}

func (f *filler) campaigns(owners []ads.Advertiser) []ads.Campaign {
	list := make([]ads.Campaign, campaigns)
	for i := range list {
		list[i] = ads.Campaign{
			Advertiser: owners[i%len(owners)].ID, Name: fmt.Sprintf("Campaign %d", i), Status: ads.Active,
			Budget: ads.Budget{Total: 500_000 * ads.Unit, Daily: 100_000 * ads.Unit},
		}
		if f.r.IntN(10) < 3 {
			list[i].Caps = []ads.Cap{{Times: 10, Per: ads.PerDay}}
		}
	}
	return list
}

// lines are of all tiers and prices, half of them with caps and half of them spread over the day.
func (f *filler) lines(plans []ads.Campaign) []ads.Line {
	dims := twelve()
	list := make([]ads.Line, f.count)
	for i := range list {
		cents := 20 + int64(300*f.r.ExpFloat64())
		l := ads.Line{
			Campaign: plans[i%len(plans)].ID, Name: fmt.Sprintf("Line %d", i), Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPM,
			Bid: ads.Nano(cents) * ads.Unit / 100, Pace: ads.ASAP, Targeting: aim(f.aims, dims).String(),
			Budget: ads.Budget{Total: 200_000 * ads.Unit, Daily: 50_000 * ads.Unit},
		}
		switch n := f.r.IntN(100); {
		case n < 15:
			l.Pricing = ads.CPC
		case n < 17:
			l.Tier = ads.Guaranteed
		case n < 19:
			l.Tier, l.Bid = ads.House, 0
		}
		if f.r.IntN(2) == 0 {
			l.Pace = ads.Even
		}
		if f.r.IntN(2) == 0 {
			l.Caps = []ads.Cap{{Times: 3 + f.r.IntN(5), Per: ads.PerDay}, {Times: 2, Per: ads.PerHour}}
		}
		if f.r.IntN(2) == 0 {
			l.Product = fmt.Sprintf("product %d", f.r.IntN(200))
		}
		list[i] = l
	}
	return list
}

// creatives are one or two for each line.
func (f *filler) creatives(items []ads.Line) (list []ads.Creative) {
	for _, l := range items {
		size := f.r.IntN(len(sizes))
		for n := range 1 + f.r.IntN(2) {
			list = append(list, ads.Creative{
				Line: l.ID, Name: fmt.Sprintf("Version %d", n), Format: ads.Image, Size: sizes[size], Landing: fmt.Sprintf("https://maker.example/p/%d", l.ID), Weight: 1,
				Image: ads.ImagePart{URL: fmt.Sprintf("https://cdn.maker.example/%d/%d.webp", l.ID, n), Alt: "A new thing that people want"}, Review: ads.Approved,
				Categories: []string{categories[f.r.IntN(len(categories))]},
			})
		}
	}
	return list
}
