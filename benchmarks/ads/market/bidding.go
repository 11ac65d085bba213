package market

import (
	"context"
	"errors"
	"fmt"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// Bidding is the ad server as one who bids on requests of OpenRTB, without the network.
type Bidding struct {
	db       *store.DB
	engine   *adserver.Engine
	api      *api.API
	requests []*fasthttp.RequestCtx
	next     int
	asked    int
	bids     int
	err      error
}

// NewBidding opens the engine and makes requests beforehand.
func NewBidding(ctx context.Context, dir string) (*Bidding, error) {
	db, err := Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	b := &Bidding{db: db}
	if b.engine, err = OpenEngine(ctx, db, dir); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	b.api = api.New(api.Config{Engine: b.engine, BaseURL: base, Secret: secret(5)})
	c := NewCrowd(9)
	for n := range 512 {
		b.requests = append(b.requests, c.bidRequest(n))
	}
	return b, nil
}

// bidRequest is what an exchange asks for somebody's page.
func (c *Crowd) bidRequest(n int) *fasthttp.RequestCtx {
	r := c.request()
	city := cityOf(c.r.Uint32())
	q := &openrtb.Request{
		ID: fmt.Sprintf("auction-%d", n), At: 2, Cur: []string{"USD"}, BlockedCats: []string{"IAB25", "IAB26", "IAB7-39"}, BlockedAdvertisers: []string{"rival.example", "other.example"},
		Imps: []openrtb.Imp{{
			ID: "1", TagID: r.Slots[0].Placement, Secure: true, Floor: 50_000_000, FloorCur: "USD",
			Banner: &openrtb.Banner{Formats: []openrtb.Format{{W: 970, H: 250}, {W: 300, H: 250}, {W: 728, H: 90}, {W: 320, H: 50}}, Pos: 1},
		}},
		Site: &openrtb.Site{
			ID: "site-1", Domain: "news.example", Page: "https://news.example/2026/11/30/what-is-on", Cat: r.Page.Categories,
			Publisher: openrtb.Publisher{ID: "p-1", Name: "News"}, Content: openrtb.Content{Genre: r.Page.Genres[0], Language: r.Page.Language},
		},
		Device: openrtb.Device{
			UA: string(r.Visitor.Agent), IP: r.Visitor.IP.String(), Language: r.Page.Language, Type: 2, W: 1920, H: 1080,
			Geo: openrtb.Geo{City: cityName(city), Located: true, Lat: 39.8, Lon: -89.6, Type: 2},
		},
		User:   openrtb.User{ID: r.User.ID, YOB: 1990, Gender: "F", Keywords: "music,theatre", Consent: agrees},
		Regs:   openrtb.Regs{GDPR: openrtb.Yes},
		Source: openrtb.Source{TID: "t", Complete: true, Ver: "1.0", Nodes: []openrtb.Node{{System: "ssp.example", Seller: "1"}}},
	}
	var message fasthttp.Request
	message.Header.SetMethod(fasthttp.MethodPost)
	message.SetRequestURI("/openrtb2/bid/" + r.Publisher)
	message.Header.Set(fasthttp.HeaderAuthorization, "Bearer "+api.Key(secret(5), r.Publisher))
	message.SetBody(openrtb.AppendRequest(nil, q))
	rc := new(fasthttp.RequestCtx)
	rc.Init(&message, nil, nil)
	return rc
}

// Offered reports whether the API answers exchanges at all.
func (b *Bidding) Offered() bool { return b.api.Serve(b.requests[0]) }

// Bid reads, decides on and answers the next request.
func (b *Bidding) Bid() {
	rc := b.requests[b.next%len(b.requests)]
	b.next++
	rc.Response.Reset()
	b.api.Serve(rc)
	b.asked++
	switch status := rc.Response.StatusCode(); status {
	case fasthttp.StatusOK:
		b.bids++
	case fasthttp.StatusNoContent:
	default:
		b.err = fmt.Errorf("status %d: %s", status, rc.Response.Body())
	}
}

// Filled is the share of requests that got a bid.
func (b *Bidding) Filled() float64 { return float64(b.bids) / float64(b.asked) }

// Close closes the engine. Errors: also of requests that were not answered as they should be.
func (b *Bidding) Close(ctx context.Context) error {
	return errors.Join(b.err, b.engine.Close(ctx), b.db.Close())
}
