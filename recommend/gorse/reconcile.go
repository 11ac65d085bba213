package gorse

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/marquee-tickets/marquee/recommend"
)

// Reconciled is what a Reconcile changed at the server, in items.
type Reconciled struct {
	Added  int // were missing, or known by their feedback alone
	Hidden int // are gone from the catalogue, or nothing of them can be bought
	Shown  int // can be bought again
	Seen   int // items of the server that were compared
}

// Reconcile makes the server's items those of the catalogue: what the catalogue does not have is hidden, what the server does not have
// is stored, and what is hidden at one of them alone becomes as in the catalogue. Nothing else changes, and a second run changes nothing.
//
// The server is read before the catalogue, so that an item which comes in between is not taken for one that is gone. An error of
// the catalogue changes nothing, as half of one would hide the other half.
func (e *Engine) Reconcile(ctx context.Context, catalogue iter.Seq2[recommend.Item, error]) (Reconciled, error) {
	there, err := e.there(ctx)
	if err != nil {
		return Reconciled{}, fmt.Errorf("reconcile: read the items of gorse: %w", err)
	}
	diff, err := differences(there, catalogue)
	if err != nil {
		return Reconciled{}, fmt.Errorf("reconcile: read the catalogue: %w", err)
	}
	done, err := e.settle(ctx, diff)
	done.Seen = len(there)
	if err != nil {
		return done, fmt.Errorf("reconcile: %w", err)
	}
	return done, nil
}

// stored is what is compared of an item at the server.
type stored struct{ hidden, bare bool }

// there reads all items of the server.
func (e *Engine) there(ctx context.Context) (map[string]stored, error) {
	all := map[string]stored{}
	for i, err := range e.client.Items(ctx) {
		if err != nil {
			return nil, err
		}
		// Feedback makes items that have nothing but an id.
		all[i.ID] = stored{hidden: i.Hidden, bare: len(i.Categories) == 0 && i.Comment == ""}
	}
	return all, nil
}

// difference is what there is to do.
type difference struct {
	missing    []recommend.Item
	hide, show []string
}

func differences(there map[string]stored, catalogue iter.Seq2[recommend.Item, error]) (difference, error) {
	var d difference
	left := maps.Clone(there)
	for i, err := range catalogue {
		if err != nil {
			return d, err
		}
		s, ok := there[string(i.ID)]
		delete(left, string(i.ID))
		switch bare := s.bare && len(categoriesOf(i)) > 0; {
		case !ok || bare:
			d.missing = append(d.missing, i)
		case s.hidden && !i.Hidden:
			d.show = append(d.show, string(i.ID))
		case !s.hidden && i.Hidden:
			d.hide = append(d.hide, string(i.ID))
		}
	}
	for id, s := range left {
		if !s.hidden && checkID("item", id) == nil { // of others no list has any
			d.hide = append(d.hide, id)
		}
	}
	slices.Sort(d.hide)
	return d, nil
}

// settle does it. What is hidden comes first: it is what may be shown wrongly.
func (e *Engine) settle(ctx context.Context, d difference) (Reconciled, error) {
	var done Reconciled
	for _, id := range d.hide {
		if err := e.setHidden(ctx, id, true); err != nil {
			return done, err
		}
		done.Hidden++
	}
	for _, id := range d.show {
		if err := e.setHidden(ctx, id, false); err != nil {
			return done, err
		}
		done.Shown++
	}
	for part := range slices.Chunk(d.missing, batch) {
		if err := e.UpsertItems(ctx, part); err != nil {
			return done, err
		}
		done.Added += len(part)
	}
	return done, nil
}

func (e *Engine) setHidden(ctx context.Context, id string, hidden bool) error {
	return e.client.PatchItem(ctx, id, ItemPatch{Hidden: &hidden})
}
