package adserver_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// Nothing is seen that nobody has approved, or that its advertiser has paused.
func TestReview_OnlyWhatIsApprovedIsServed(t *testing.T) {
	t.Parallel()
	for _, review := range []ads.Review{ads.Unsent, ads.Submitted, ads.Rejected, ads.Approved} {
		m := newMarket(t, ads.Unit, nil)
		l, approved := m.line(m.campaign(nil), nil)
		m.creative(l, func(c *ads.Creative) { c.Review, c.Weight, c.Name = review, 100, "Other" })
		m.creative(l, func(c *ads.Creative) { c.Paused, c.Weight, c.Name = true, 100, "Paused" })
		m.open()
		others := 0
		for n := range 20 {
			if m.one(userName(n)).Creative.ID != approved.ID {
				others++
			}
		}
		assert.Equal(t, review == ads.Approved, others > 0, review)
	}
}
