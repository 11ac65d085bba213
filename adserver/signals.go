package adserver

import (
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/targeting"
	"github.com/marquee-tickets/marquee/internal/geo"
)

// sense fills in what is known of a request but for where on the page it asks.
func (w *work) sense(r *Request, p *publisher, at *geo.Place, d *device.Device) {
	s := &w.signals
	add := func(dim targeting.Dim, value string) {
		if value != "" {
			s.Add(dim, value)
		}
	}
	add(targeting.Publisher, p.Slug)
	add(targeting.Currency, string(p.Currency))
	add(targeting.Country, or(r.Page.Country, at.Country))
	add(targeting.Region, or(r.Page.Region, at.Part))
	add(targeting.City, w.city)
	add(targeting.Device, string(d.Type))
	add(targeting.OS, string(d.OS))
	add(targeting.Browser, string(d.Browser))
	add(targeting.Language, r.Page.Language)
	add(targeting.Event, r.Page.Event)
	add(targeting.Venue, r.Page.Venue)
	s.At(w.now.In(w.zone))
	all := func(dim targeting.Dim, values []string) {
		for _, v := range values {
			s.Add(dim, v)
		}
	}
	all(targeting.Category, r.Page.Categories)
	all(targeting.Genre, r.Page.Genres)
	for word := range strings.FieldsSeq(r.Page.Query) {
		s.Add(targeting.Query, word)
	}
	all(targeting.Interest, r.User.Interests)
	all(targeting.Followed, r.User.Followed)
	all(targeting.Booked, r.User.Booked)
	all(targeting.Searched, r.User.Searched)
	add(targeting.Age, r.User.Age)
	add(targeting.Gender, r.User.Gender)
}

// stand says where on the page is asked for.
func (w *work) stand(pl *place) {
	s := &w.signals
	s.Add(targeting.Placement, pl.signal)
	s.MarkUnknown(targeting.Format)
	for _, f := range pl.formats {
		s.Add(targeting.Format, f)
	}
	s.MarkUnknown(targeting.Size)
	for _, size := range pl.sizes {
		s.Add(targeting.Size, size)
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func formatsOf(p ads.Placement) (list []string) {
	for _, f := range p.Kind.Formats() {
		list = append(list, string(f))
	}
	return list
}

func sizesOf(p ads.Placement) (list []string) {
	for _, s := range p.Sizes {
		list = append(list, strconv.Itoa(s.Width)+"x"+strconv.Itoa(s.Height))
	}
	return list
}
