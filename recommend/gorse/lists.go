package gorse

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Ask says which part of a list is wanted.
type Ask struct {
	N          int      // at most so many; above zero
	Offset     int      // how many to leave out first
	Categories []string // an item is in all of them
}

// bound is a query for n records.
func bound(n int) url.Values { return url.Values{"n": {strconv.Itoa(n)}} }

func (a Ask) query() url.Values {
	q := bound(a.N)
	if a.Offset > 0 {
		q.Set("offset", strconv.Itoa(a.Offset))
	}
	if len(a.Categories) > 0 {
		q["category"] = a.Categories
	}
	return q
}

// validate keeps from the server what it takes for something else: it answers no bound with whole lists, and pages without end.
func (a Ask) validate() error {
	if a.N <= 0 {
		return fault.Invalidf("n", "must be above zero, not %d", a.N)
	}
	if a.Offset < 0 {
		return fault.Invalidf("offset", "must not be below zero, not %d", a.Offset)
	}
	if slices.Contains(a.Categories, "") {
		return fault.Invalidf("categories", "must not be empty")
	}
	return nil
}

// Recommend returns the list of a user. One who is not known gets what the server's configuration has for such; scores of different
// parts of the list cannot be compared.
func (c *Client) Recommend(ctx context.Context, user string, ask Ask) (Scores, error) {
	if err := checkID("user", user); err != nil {
		return Scores{}, err
	}
	return c.list(ctx, "recommend", ask, "recommend", user)
}

// ItemToItem returns what is like an item in the named way. An item or a name that is not known has none.
func (c *Client) ItemToItem(ctx context.Context, name, item string, ask Ask) (Scores, error) {
	if err := checkName("name", name); err != nil {
		return Scores{}, err
	}
	if err := checkID("item", item); err != nil {
		return Scores{}, err
	}
	return c.list(ctx, "recommend items like another", ask, "item-to-item", name, item)
}

// NonPersonalized returns a named list that is the same for everybody. A name that is not known has an empty one.
func (c *Client) NonPersonalized(ctx context.Context, name string, ask Ask) (Scores, error) {
	if err := checkName("name", name); err != nil {
		return Scores{}, err
	}
	return c.list(ctx, "recommend the same to everybody", ask, "non-personalized", name)
}

// Latest returns items by their time, the newest first. Its scores are seconds since 1970.
func (c *Client) Latest(ctx context.Context, ask Ask) (Scores, error) {
	return c.list(ctx, "recommend what is new", ask, "latest")
}

// list fetches a list as a call of its own.
func (c *Client) list(ctx context.Context, what string, ask Ask, path ...string) (Scores, error) {
	var found Scores
	err := c.guarded(ctx, what, func(ctx context.Context) error {
		var err error
		found, err = c.scores(ctx, ask, path...)
		return err
	})
	return found, err
}

// scores fetches a list inside of a call.
func (c *Client) scores(ctx context.Context, ask Ask, path ...string) (Scores, error) {
	if err := ask.validate(); err != nil {
		return Scores{}, err
	}
	a, err := c.get(ctx, ask.query(), path...)
	if err != nil {
		return Scores{}, err
	}
	list, err := decodeScores(a.body)
	return Scores{List: list[:min(len(list), ask.N)], Made: a.made}, err
}
