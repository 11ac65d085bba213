package api

import (
	"context"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/search"
)

// Suggester completes what people type in a search.
type Suggester interface {
	Suggest(ctx context.Context, q search.SuggestQuery) ([]search.Suggestion, error)
}

const (
	// suggestMost is how many suggestions are answered: as many as one takes in at a glance.
	suggestMost = 8

	// keepSuggestions is how long caches may keep suggestions, in seconds.
	keepSuggestions = 60
)

type suggestion struct {
	Type search.Type `json:"type"`
	Text string      `json:"text"`
	City string      `json:"city"`
	Href string      `json:"href"`
}

func (a *API) suggest(ctx context.Context, c *call) error {
	q := c.query()
	text, city := q.text("q", 4*search.MaxText), q.text("city", catalog.MaxSlug)
	if err := q.end(); err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return fault.Invalidf("q", "must say what has been typed")
	}
	out := page[suggestion]{Items: []suggestion{}}
	if a.cfg.Suggest != nil {
		found, err := a.cfg.Suggest.Suggest(ctx, search.SuggestQuery{Text: text, City: city, Partner: c.site().Partner, Limit: suggestMost})
		if err != nil {
			return err
		}
		out.Items = each(found, suggestionOf)
	}
	return c.send(fasthttp.StatusOK, public(keepSuggestions), out)
}

// suggestionOf is a suggestion with the page that shows it.
func suggestionOf(s search.Suggestion) suggestion {
	wire := suggestion{Type: s.Type, Text: s.Text, City: s.City, Href: "/" + s.City}
	found := func(name, value string) { wire.Href += "/search?" + name + "=" + url.QueryEscape(value) }
	switch s.Type {
	case search.Event:
		wire.Href += "/events/" + s.Slug
	case search.Venue:
		found("venue", s.Slug)
	case search.Person:
		found("q", s.Text)
	case search.Genre:
		found("genre", strings.ToLower(s.Text))
	case search.City:
	}
	return wire
}
