package api

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// accepts reports whether the exchange would take a creative for an impression at all. Floors of the auction are the auction's.
func (b *bidding) accepts(k *ask, o adserver.Offered, floor ads.Nano) bool {
	q, l := b.q, o.Line
	switch {
	case l.Tier == ads.House, l.Tier == ads.Guaranteed && l.PerImpression() < floor: // who bids nothing, or less than is asked, does not bid
		return false
	case !b.seated(strconv.Itoa(int(o.Advertiser.ID))):
		return false
	case slices.ContainsFunc(q.BlockedAdvertisers, func(d string) bool { return ads.Within(o.Landing, d) }):
		return false
	case slices.ContainsFunc(o.Creative.Categories, b.unwanted):
		return false
	}
	return k.shows(o)
}

// seated reports whether a seat, which is an advertiser's number, may bid.
func (b *bidding) seated(seat string) bool {
	return (len(b.q.Seats) == 0 || slices.Contains(b.q.Seats, seat)) && !slices.Contains(b.q.BlockedSeats, seat)
}

// unwanted reports whether a category is blocked, or its group is.
func (b *bidding) unwanted(category string) bool {
	return slices.ContainsFunc(b.q.BlockedCats, func(blocked string) bool {
		return category == blocked || strings.HasPrefix(category, blocked+"-") && blocked != ""
	})
}

// shows reports whether a creative is of a form that the impression takes.
func (k *ask) shows(o adserver.Offered) bool {
	c := o.Creative
	switch {
	case c.Format == ads.Video:
		return showsFilm(k.imp.Video, &c.Video)
	case k.kind == ads.Overlay:
		v := k.imp.Video
		return speaks(v, false) && (v.W == 0 || c.Size.Width <= v.W) && (v.H == 0 || c.Size.Height <= v.H)
	case c.Format == ads.Native:
		return k.native != nil && k.native.fits(c, o.Advertiser.Name, o.Landing)
	}
	const frame = 4 // AdCOM 1.0, "Creative Subtypes - Display" and OpenRTB 2.6, "Banner Ad Types": an iframe
	banner := k.imp.Banner
	return banner != nil && takes(banner, c.Size) && (c.Format != ads.HTML || !slices.Contains(banner.BType, frame))
}

func showsFilm(v *openrtb.Video, film *ads.VideoPart) bool {
	if v == nil || !speaks(v, film.Tag != "") {
		return false
	}
	if film.Tag != "" {
		return true // what it leads to is for the player to judge
	}
	long := time.Duration(film.Seconds) * time.Second
	return slices.Contains(v.Mimes, film.MIME) && long >= v.Min && (v.Max == 0 || long <= v.Max)
}

// speaks reports whether a player reads VAST 4 (AdCOM 1.0, "Creative Subtypes - Audio/Video"). One that does not say is taken to.
func speaks(v *openrtb.Video, wrapper bool) bool {
	inline, wrapped := []int{7, 11, 13, 15}, []int{8, 12, 14, 16}
	if wrapper {
		inline = wrapped
	}
	return len(v.Protocols) == 0 || slices.ContainsFunc(v.Protocols, func(p int) bool { return slices.Contains(inline, p) })
}
