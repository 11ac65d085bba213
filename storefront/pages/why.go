package pages

import (
	"fmt"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// why says why an event is suggested. An event that is none of the site's is not named.
func (p *Pages) why(r *request, reason Reason, events map[catalog.EventID]catalog.Event) (string, error) {
	w := notify.Why{Code: reason.Code, Name: reason.Name}
	if e, known := events[reason.Event]; known {
		sold, err := r.site.SellsEvent(r.ctx, p.client.Shows, e)
		if err != nil {
			return "", fmt.Errorf("event of a reason: %w", err)
		}
		if sold {
			w.Event = e.Title
		}
	}
	if reason.Code == "near" || reason.Code == "popular" {
		city, err := p.cityNamed(r, reason.Name)
		if err != nil {
			return "", err
		}
		w.City = city
	}
	return whyText(r.p, w), nil
}

// whyText is a reason in words.
func whyText(p *locale.Printer, w notify.Why) string {
	if w.Code == "genre" {
		w.Name = genreName(p, w.Name)
	}
	id, args := w.Text()
	values := make([]locale.Arg, len(args))
	for i, a := range args {
		values[i] = locale.With(a.Name, a.Value)
	}
	return p.T(id, values...)
}

// cityNamed is the name of a city of the site by its slug; empty when it has none of it.
func (p *Pages) cityNamed(r *request, slug string) (string, error) {
	if slug == "" {
		return "", nil
	}
	cities, err := p.client.Catalog.CitiesOf(r.ctx, r.site.Partner)
	if err != nil {
		return "", fmt.Errorf("cities: %w", err)
	}
	for _, c := range cities {
		if c.Slug == slug {
			return c.Name, nil
		}
	}
	return "", nil
}
