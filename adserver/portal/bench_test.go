package portal_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// BenchmarkPages is how long the pages take that people look at most, of an advertiser with two months of traffic.
func BenchmarkPages(b *testing.B) {
	k := open(b)
	mine := k.tenant("ALPHA")
	for d := range 60 {
		k.serve(mine, traffic{at: time.Now().AddDate(0, 0, -d), city: "chennai", views: 1000, clicks: 9, gross: ads.Unit / 100, share: ads.Unit / 200})
	}
	buyer := k.buyer(mine)
	for name, path := range map[string]string{
		"campaigns": "/advertisers/1", "line": "/advertisers/1/lines/1", "report": "/advertisers/1/reports", "form": "/advertisers/1/lines/1/edit",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				require.Equal(b, http.StatusOK, buyer.get(path).Status)
			}
		})
	}
}
