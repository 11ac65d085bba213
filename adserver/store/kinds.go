package store

import (
	"context"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

var advertisers = kind[ads.AdvertiserID, ads.Advertiser]{
	name: "advertiser", owner: "id",
	id:       func(a *ads.Advertiser) *ads.AdvertiserID { return &a.ID },
	created:  func(a *ads.Advertiser) *time.Time { return &a.Created },
	validate: ads.Advertiser.Validate,
	kept:     func(before, a ads.Advertiser) error { return stays("currency", before.Currency, a.Currency) },
	refer:    func(context.Context, refs, ads.Advertiser) ([]any, error) { return nil, nil },
}

var campaigns = kind[ads.CampaignID, ads.Campaign]{
	name: "campaign", columns: []string{"advertiser", "state"}, owner: "advertiser", state: "state",
	id:       func(c *ads.Campaign) *ads.CampaignID { return &c.ID },
	created:  func(c *ads.Campaign) *time.Time { return &c.Created },
	validate: ads.Campaign.Validate,
	kept:     func(before, c ads.Campaign) error { return stays("advertiser", before.Advertiser, c.Advertiser) },
	refer: func(ctx context.Context, tx refs, c ads.Campaign) ([]any, error) {
		advertiser, err := ownerOf(ctx, tx, "advertiser", advertiserThere, uint32(c.Advertiser))
		return []any{advertiser, string(c.Status)}, err
	},
}

var lines = kind[ads.LineID, ads.Line]{
	name: "line", columns: []string{"campaign", "advertiser", "state"}, owner: "advertiser", parent: "campaign", state: "state",
	id:       func(l *ads.Line) *ads.LineID { return &l.ID },
	created:  func(l *ads.Line) *time.Time { return &l.Created },
	validate: ads.Line.Validate,
	kept:     func(before, l ads.Line) error { return stays("campaign", before.Campaign, l.Campaign) },
	refer: func(ctx context.Context, tx refs, l ads.Line) ([]any, error) {
		advertiser, err := ownerOf(ctx, tx, "campaign", "select advertiser from ad_campaign where id = $1", uint32(l.Campaign))
		if err != nil {
			return nil, err
		}
		return []any{uint32(l.Campaign), advertiser, string(l.Status)}, existing(ctx, tx, l.Placements)
	},
}

var creatives = kind[ads.CreativeID, ads.Creative]{
	name: "creative", columns: []string{"line", "advertiser", "state"}, owner: "advertiser", parent: "line", state: "state",
	id:       func(c *ads.Creative) *ads.CreativeID { return &c.ID },
	created:  func(c *ads.Creative) *time.Time { return &c.Created },
	validate: ads.Creative.Validate,
	kept:     func(before, c ads.Creative) error { return stays("line", before.Line, c.Line) },
	refer: func(ctx context.Context, tx refs, c ads.Creative) ([]any, error) {
		advertiser, err := ownerOf(ctx, tx, "line", "select advertiser from ad_line where id = $1", uint32(c.Line))
		return []any{uint32(c.Line), advertiser, string(c.Review)}, err
	},
}

var publishers = kind[ads.PublisherID, ads.Publisher]{
	name: "publisher", columns: []string{"slug"}, owner: "id",
	id:       func(p *ads.Publisher) *ads.PublisherID { return &p.ID },
	created:  func(p *ads.Publisher) *time.Time { return &p.Created },
	validate: ads.Publisher.Validate,
	kept:     func(before, p ads.Publisher) error { return stays("currency", before.Currency, p.Currency) },
	refer:    func(_ context.Context, _ refs, p ads.Publisher) ([]any, error) { return []any{p.Slug}, nil },
}

var placements = kind[ads.PlacementID, ads.Placement]{
	name: "placement", columns: []string{"publisher", "slug"}, owner: "publisher",
	id:       func(p *ads.Placement) *ads.PlacementID { return &p.ID },
	validate: ads.Placement.Validate,
	kept:     func(before, p ads.Placement) error { return stays("publisher", before.Publisher, p.Publisher) },
	refer: func(ctx context.Context, tx refs, p ads.Placement) ([]any, error) {
		publisher, err := ownerOf(ctx, tx, "publisher", publisherThere, uint32(p.Publisher))
		return []any{publisher, p.Slug}, err
	},
}

const (
	advertiserThere = "select id from ad_advertiser where id = $1"

	publisherThere = "select id from ad_publisher where id = $1"
)

// stays refuses a change of what postings and reports rest on.
func stays[V comparable](field string, before, v V) error {
	if before != v {
		return fault.Invalidf(field, "cannot be changed")
	}
	return nil
}

// ownerOf returns the owner of what a field refers to. Error: Invalid about the field, when it is not there. Nothing of the catalogue is ever
// deleted, so that what is there stays.
func ownerOf(ctx context.Context, tx refs, field, sql string, id uint32) (uint32, error) {
	var owner uint32
	there, err := found(tx.One(ctx, []any{&owner}, sql, id))
	if err == nil && !there {
		err = fault.Invalidf(field, "there is no %s %d", field, id)
	}
	return owner, err
}

// existing checks that the placements are there.
func existing(ctx context.Context, tx refs, list []ads.PlacementID) error {
	if len(list) == 0 {
		return nil
	}
	there := map[ads.PlacementID]bool{}
	err := tx.Each(ctx, func(r sqldb.Row) error {
		var id uint32
		err := r.Scan(&id)
		there[ads.PlacementID(id)] = true
		return err
	}, tx.sql.placements, sqldb.JSON(list))
	for i, id := range list {
		if err == nil && !there[id] {
			err = fault.Invalidf(fmt.Sprintf("placements[%d]", i), "there is no placement %d", id)
		}
	}
	return err
}
