package gorse

import (
	"context"
	"iter"
	"net/http"
	"slices"
)

// PutItems stores items, each as a whole: what is left out of one is cleared. They go in batches; when one fails, those before it
// are stored, and all can be sent again. Of two with the same id the last counts.
func (c *Client) PutItems(ctx context.Context, items []Item) error {
	for _, i := range items {
		if err := checkID("item", i.ID); err != nil {
			return err
		}
	}
	return inBatches(batchItems, lastOf(items, func(i Item) string { return i.ID }), func(part []Item) error {
		return c.write(ctx, "store items", http.MethodPost, part, "items")
	})
}

// PatchItem changes some fields of an item. Lists follow a changed Hidden and changed categories at once. That an item is not known is
// no error, and does not make one.
func (c *Client) PatchItem(ctx context.Context, item string, patch ItemPatch) error {
	if err := checkID("item", item); err != nil {
		return err
	}
	return c.write(ctx, "change item "+item, http.MethodPatch, patch, "item", item)
}

// Item returns an item. One that is not known is a fault.NotFound.
func (c *Client) Item(ctx context.Context, item string) (Item, error) {
	var found Item
	return found, c.read(ctx, "fetch item "+item, &found, "item", item)
}

// DeleteItem erases an item and its feedback. That it is not known is no error.
func (c *Client) DeleteItem(ctx context.Context, item string) error {
	if err := checkID("item", item); err != nil {
		return err
	}
	return c.write(ctx, "delete item "+item, http.MethodDelete, nil, "item", item)
}

// Items walks through all items in the byte order of their ids. An error ends it.
func (c *Client) Items(ctx context.Context) iter.Seq2[Item, error] {
	return every(func(cursor string) ([]Item, string, error) { return c.ItemPage(ctx, batch, cursor) })
}

// ItemPage returns up to n items from a cursor on, and the cursor of the next page; the first and the last are empty.
func (c *Client) ItemPage(ctx context.Context, n int, cursor string) (items []Item, next string, err error) {
	p, err := c.fetch(ctx, n, cursor, "items")
	return p.Items, p.Cursor, err
}

// AddCategory puts an item into a category. An item that is not known is a fault.NotFound.
func (c *Client) AddCategory(ctx context.Context, item, category string) error {
	return c.categorize(ctx, http.MethodPut, item, category)
}

// RemoveCategory takes an item out of a category. An item that is not known is a fault.NotFound.
func (c *Client) RemoveCategory(ctx context.Context, item, category string) error {
	return c.categorize(ctx, http.MethodDelete, item, category)
}

func (c *Client) categorize(ctx context.Context, method, item, category string) error {
	if err := checkID("item", item); err != nil {
		return err
	}
	if err := checkName("category", category); err != nil {
		return err
	}
	return c.write(ctx, "change the categories of item "+item, method, nil, "item", item, "category", category)
}

// read fetches one record, whose id is the last of the path.
func (c *Client) read(ctx context.Context, what string, into any, path ...string) error {
	if err := checkID(path[0], path[len(path)-1]); err != nil {
		return err
	}
	return c.guarded(ctx, what, func(ctx context.Context) error {
		a, err := c.get(ctx, nil, path...)
		if err != nil {
			return err
		}
		return decode(a.body, into)
	})
}

// inBatches hands over a list part by part, until one fails.
func inBatches[T any](size int, list []T, send func(part []T) error) error {
	for part := range slices.Chunk(list, size) {
		if err := send(part); err != nil {
			return err
		}
	}
	return nil
}

// lastOf returns the list with the last alone of those that share a key, in order: of records with the same key in one request the
// server takes the first.
func lastOf[T any, K comparable](list []T, key func(T) K) []T {
	last := make(map[K]int, len(list))
	for n, record := range list {
		last[key(record)] = n
	}
	if len(last) == len(list) {
		return list
	}
	kept := make([]T, 0, len(last))
	for n, record := range list {
		if last[key(record)] == n {
			kept = append(kept, record)
		}
	}
	return kept
}

// checkIDs checks both: with an empty one the path would be that of another call.
func checkIDs(user, item string) error {
	if err := checkID("user", user); err != nil {
		return err
	}
	return checkID("item", item)
}
