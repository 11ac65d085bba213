package gorse

import (
	"context"
	"fmt"
	"iter"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// page is one page of records as Gorse answers it; one of its lists has something.
type page struct {
	Cursor   string
	Items    []Item
	Users    []User
	Feedback []Feedback
}

// fetch gets a page of up to n records from a cursor on, which comes from the page before; the first and the last are empty.
func (c *Client) fetch(ctx context.Context, n int, cursor string, path ...string) (page, error) {
	if n <= 0 {
		return page{}, fault.Invalidf("n", "must be above zero, not %d", n)
	}
	query := bound(n)
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	var p page
	err := c.guarded(ctx, "fetch a page of "+path[0], func(ctx context.Context) error {
		a, err := c.get(ctx, query, path...)
		if err != nil {
			return err
		}
		p = page{}
		return decode(a.body, &p)
	})
	return p, err
}

// every walks through all pages. A cursor that comes a second time ends the walk with an error, as it would not end by itself.
func every[T any](fetch func(cursor string) ([]T, string, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		seen := map[string]bool{}
		for cursor := ""; ; {
			list, next, err := fetch(cursor)
			if err == nil && seen[next] {
				err = fmt.Errorf("%w: its pages lead back", errNonsense)
			}
			if err != nil {
				yield(none, err)
				return
			}
			for _, record := range list {
				if !yield(record, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			cursor, seen[next] = next, true
		}
	}
}
