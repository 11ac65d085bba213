package api_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// BenchmarkBid is what one request of an exchange costs: it is read, decided and answered, without the network. The catalogue has 1,000 lines, of which
// one in twenty matches; the request says what such requests do of page, device and person.
func BenchmarkBid(b *testing.B) {
	s := newStand(b, nil)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	engine := s.engine
	s.engine = nil // so that the catalogue is read once
	for i := range 1000 {
		s.line(func(l *ads.Line, _ *ads.Creative) {
			l.Name, l.Bid = fmt.Sprint(i), 2*ads.Unit+ads.Nano(i)*ads.Unit/1000
			l.Targeting = fmt.Sprintf(`country = "US" and region = "US-%c%c" and device in (desktop, phone)`, 'A'+rune(i%4), 'A'+rune(i/4%5))
		})
	}
	s.engine = engine
	s.reload()
	q := outside(func(q *openrtb.Request) {
		q.Site = &openrtb.Site{
			ID: "site-1", Domain: "news.example", Page: "https://news.example/a/b", Cat: []string{"IAB1-5", "IAB9"}, Publisher: openrtb.Publisher{ID: "p-1", Name: "News"},
			Content: openrtb.Content{Genre: "Drama", Language: "en"},
		}
		q.Device.Geo = openrtb.Geo{Country: "USA", Region: "BB", City: "Springfield", Located: true, Lat: 39.8, Lon: -89.6, Type: 2}
		q.Device.Language, q.Device.Type, q.Device.W, q.Device.H = "en", 2, 1920, 1080
		q.User = openrtb.User{ID: "0123456789abcdef", YOB: 1990, Gender: "F", Keywords: "music,theatre"}
		q.BlockedCats, q.BlockedAdvertisers = []string{"IAB25", "IAB26", "IAB7-39"}, []string{"rival.example", "other.example"}
		q.Source = openrtb.Source{TID: "t", Complete: true, Ver: "1.0", Nodes: []openrtb.Node{{System: "ssp.example", Seller: "1"}}}
	})
	rc := s.request("POST", "/openrtb2/bid/demo", string(openrtb.AppendRequest(nil, q)), "Authorization", "Bearer "+api.Key(standSecret, "demo"))
	b.ReportAllocs()
	for b.Loop() {
		rc.Response.Reset()
		s.Serve(rc)
	}
	require.Equal(b, 200, rc.Response.StatusCode(), "%s", rc.Response.Body())
}
