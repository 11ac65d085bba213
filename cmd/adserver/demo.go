package main

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
)

const demoGreeting = `Ads of the demo campaigns on a storefront: storefront --ads-url URL --ads-publisher demo --ads-key "$(adserver key demo)"
`

// program is who changes the catalogue when nobody is signed in.
const program = store.MemberID(0)

const demoCurrency = "GBP"

// loadDemo loads a demo set of advertisers and placements into an empty database.
func loadDemo(ctx context.Context, db *store.DB) error {
	version, err := db.Version(ctx)
	if err != nil || version > 0 {
		return err
	}
	d := demo{ctx: ctx, db: db, places: map[string]ads.PlacementID{}}
	d.publisher()
	for _, a := range demoAdvertisers(d.at) {
		d.advertiser(a)
	}
	return d.err
}

// demo loads things until one fails.
type demo struct {
	ctx context.Context //nolint:containedctx // it lives as long as the loading
	db  *store.DB
	err error

	places map[string]ads.PlacementID // by slug
}

// create stores a thing of the catalogue, unless something failed before.
func create[ID ~uint32, T any](d *demo, in store.Table[ID, T], v T) T {
	if d.err != nil {
		return v
	}
	kept, err := in.Create(d.ctx, program, v)
	d.err = err
	return kept.Value
}

// publisher makes the demo storefront with the placements that a storefront has.
func (d *demo) publisher() {
	p := create(d, d.db.Publishers, ads.Publisher{
		Slug: "demo", Name: "Marquee", Currency: demoCurrency, TimeZone: "Europe/London", Share: 700_000,
		Hosts: []string{"localhost", "127.0.0.1"}, Blocked: []string{"IAB7", "IAB25", "IAB26"},
	})
	for _, v := range []ads.Placement{
		{Slug: "home-banner", Name: "Home, below the first shelf", Kind: ads.HomeBanner, Sizes: []ads.Size{wide}, Floor: 2 * ads.Unit},
		{Slug: "category-banner", Name: "City and search", Kind: ads.CategoryBanner, Sizes: []ads.Size{wide}, Floor: ads.Unit},
		{Slug: "listing", Name: "Among the events of a list", Kind: ads.SponsoredListing, Floor: 3 * ads.Unit},
		{Slug: "event-mid", Name: "Event, below its shows", Kind: ads.MidScroll, Sizes: []ads.Size{wide}, Floor: ads.Unit},
		{Slug: "event-side", Name: "Event, beside it", Kind: ads.Sidebar, Sizes: []ads.Size{box}, Floor: ads.Unit},
		{Slug: "footer", Name: "Above the foot", Kind: ads.Footer, Sizes: []ads.Size{flat}, Floor: ads.Unit / 2},
		{Slug: "pre-roll", Name: "Before a trailer", Kind: ads.PreRoll, Floor: 5 * ads.Unit},
		{Slug: "overlay", Name: "Over a trailer", Kind: ads.Overlay, Sizes: []ads.Size{flat}, Floor: ads.Unit},
	} {
		v.Publisher, v.Most = p.ID, 1
		d.places[v.Slug] = create(d, d.db.Placements, v).ID
	}
}

// at are some of the placements.
func (d *demo) at(slugs ...string) (list []ads.PlacementID) {
	for _, s := range slugs {
		list = append(list, d.places[s])
	}
	return list
}

// The sizes of the demo's pictures.
var (
	wide = ads.Size{Width: 970, Height: 250}
	box  = ads.Size{Width: 300, Height: 250}
	flat = ads.Size{Width: 728, Height: 90}
)

// demoAdvertiser is an advertiser with one campaign.
type demoAdvertiser struct {
	name, domain, product string
	category              string
	colours               [2]uint32 // RGB
	title, body, action   string
	lines                 []ads.Line
}

// demoAdvertisers have lines with a frequency cap, which are only for who may be known, and for each place some without, which go by the page alone.
func demoAdvertisers(at func(slugs ...string) []ads.PlacementID) []demoAdvertiser {
	daily := []ads.Cap{{Times: 4, Per: ads.PerHour}, {Times: 12, Per: ads.PerDay}}
	return []demoAdvertiser{
		{
			"Northwind Rail", "northwind.example", "travel", "IAB20",
			[2]uint32{0x0b3d5c, 0x1f7a8c},
			"The last train waits for the encore", "Late trains home every night that has a show.", "See the times",
			[]ads.Line{
				{
					Name: "Evenings in the cities", Tier: ads.Auction, Pricing: ads.CPM, Bid: 6 * ads.Unit, Pace: ads.Even, Caps: daily,
					Budget: ads.Budget{Total: 4000 * ads.Unit, Daily: 200 * ads.Unit}, Targeting: "device in (desktop, phone, tablet)",
				},
				{
					Name: "Music, by the click", Tier: ads.Auction, Pricing: ads.CPC, Bid: 2 * ads.Unit, Pace: ads.Even, Caps: daily,
					Budget: ads.Budget{Daily: 100 * ads.Unit}, Targeting: "genre in (concert, music, festival)",
				},
				{
					Name: "Beside what is on", Tier: ads.Auction, Pricing: ads.CPM, Bid: 4 * ads.Unit, Pace: ads.Even,
					Budget: ads.Budget{Daily: 80 * ads.Unit}, Placements: at("category-banner", "event-mid", "event-side", "listing"),
				},
			},
		},
		{
			"Halcyon Coffee", "halcyon.example", "coffee", "IAB8-6",
			[2]uint32{0x4a2c2a, 0xb5651d},
			"An interval worth standing up for", "Coffee that is ready when the curtain falls.", "Find a bar",
			[]ads.Line{
				{
					Name: "Everywhere", Tier: ads.Auction, Pricing: ads.CPM, Bid: 5 * ads.Unit, Pace: ads.Even, Caps: daily,
					Budget: ads.Budget{Daily: 150 * ads.Unit},
				},
				{
					Name: "The foot, agreed", Tier: ads.Guaranteed, Pricing: ads.CPM, Bid: 3 * ads.Unit, Pace: ads.Even,
					Budget: ads.Budget{Daily: 60 * ads.Unit}, Targeting: "size = 728x90",
				},
				{
					Name: "The first page", Tier: ads.Auction, Pricing: ads.CPM, Bid: 3 * ads.Unit, Pace: ads.Even,
					Budget: ads.Budget{Daily: 40 * ads.Unit}, Placements: at("home-banner", "event-side"),
				},
			},
		},
		{
			"Lumen Cameras", "lumen.example", "cameras", "IAB9-23",
			[2]uint32{0x2b1055, 0x7597de},
			"Remember it sharper than it was", "Small cameras that halls let you bring.", "Look at them",
			[]ads.Line{
				{
					Name: "People who like film", Tier: ads.Auction, Pricing: ads.CPM, Bid: 8 * ads.Unit, Pace: ads.Even, Caps: daily,
					Budget: ads.Budget{Daily: 120 * ads.Unit}, Targeting: `interest = "genre:drama" or genre = drama`,
				},
				{
					Name: "The first page and lists, by the click", Tier: ads.Auction, Pricing: ads.CPC, Bid: 3 * ads.Unit, Pace: ads.Even,
					Budget: ads.Budget{Daily: 60 * ads.Unit}, Placements: at("home-banner", "listing", "footer"),
				},
			},
		},
		{
			"Marquee Gift Cards", "marquee.example", "", "IAB1",
			[2]uint32{0x3a0ca3, 0xf72585},
			"Give an evening", "Gift cards for every hall, chosen by whoever gets one.", "Choose a card",
			[]ads.Line{{Name: "House", Tier: ads.House, Pricing: ads.CPM, Pace: ads.ASAP}},
		},
	}
}

// advertiser makes an advertiser that has paid in, with its lines and a creative for each place.
func (d *demo) advertiser(a demoAdvertiser) {
	now := time.Now().UTC()
	owner := create(d, d.db.Advertisers, ads.Advertiser{
		Name: a.name, Currency: demoCurrency, TimeZone: "Europe/London",
		Domains: []ads.AdvertiserDomain{{Name: a.domain, Proof: "demo", Verified: now.Truncate(time.Microsecond)}},
	})
	d.payIn(owner, 5000*ads.Unit, now)
	campaign := create(d, d.db.Campaigns, ads.Campaign{Advertiser: owner.ID, Name: a.title, Status: ads.Active})
	pictures := map[ads.Size]string{}
	for _, size := range []ads.Size{wide, box, flat, card} {
		pictures[size] = d.picture(a, size)
	}
	for _, l := range a.lines {
		l.Campaign, l.Status, l.Product = campaign.ID, ads.Active, a.product
		l = create(d, d.db.Lines, l)
		for _, size := range []ads.Size{wide, box, flat} {
			d.creative(a, l, ads.Creative{
				Name: fmt.Sprintf("%d × %d", size.Width, size.Height), Format: ads.Image, Size: size, Image: ads.ImagePart{URL: pictures[size], Alt: a.name + ": " + a.title},
			})
		}
		d.creative(a, l, ads.Creative{Name: "Card", Format: ads.Native, Native: ads.NativePart{
			Title: a.title, Body: a.body, Action: a.action, Image: ads.ImagePart{URL: pictures[card], Alt: a.name},
		}})
	}
}

// card is the picture of a native ad.
var card = ads.Size{Width: 600, Height: 400}

func (d *demo) creative(a demoAdvertiser, l ads.Line, c ads.Creative) {
	c.Line, c.Landing, c.Weight, c.Review, c.Categories = l.ID, "https://"+a.domain+"/evenings", 1, ads.Approved, []string{a.category}
	create(d, d.db.Creatives, c)
}

// picture draws one and uploads it.
func (d *demo) picture(a demoAdvertiser, size ads.Size) string {
	if d.err != nil {
		return ""
	}
	content, err := draw(a, size)
	if err != nil {
		d.err = err
		return ""
	}
	name, err := d.db.PutAsset(d.ctx, program, "image/png", "png", content)
	d.err = err
	return ads.AssetPath + name
}

// payIn books what an advertiser has paid.
func (d *demo) payIn(a ads.Advertiser, amount ads.Nano, at time.Time) {
	if d.err != nil {
		return
	}
	account := ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(a.ID), Currency: a.Currency}
	_, d.err = d.db.Post(d.ctx, ledger.Entry{
		Ref: fmt.Sprintf("demo/%d", a.ID), Kind: ledger.TopUp, At: at.Truncate(time.Microsecond), Note: "Demo balance", Postings: []ledger.Posting{
			{Account: account, Amount: amount},
			{Account: ledger.Account{Kind: ledger.OfGateway, Currency: a.Currency}, Amount: -amount},
		},
	})
}
