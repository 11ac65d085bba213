package bms

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

// TopicCatalogChanged is the topic of the messages that changes of the catalogue write. Their key is empty.
const TopicCatalogChanged = store.TopicCatalogChanged

// CatalogNews is the body of a message about the catalogue.
type CatalogNews struct {
	// Tags name what changed, by the functions whose names end in Tag. Sorted, each once.
	Tags []string `json:"tags"`
}

// PartnerTag names a partner in CatalogNews, its cancellation policies included.
func PartnerTag(id catalog.PartnerID) string { return "partner:" + string(id) }

// BrandTag names a brand in CatalogNews.
func BrandTag(id catalog.BrandID) string { return "brand:" + string(id) }

// EventTag names an event in CatalogNews. It is there when a show of the event changed as well.
func EventTag(id catalog.EventID) string { return "event:" + string(id) }

// VenueTag names a venue in CatalogNews, its halls included, and it is there when a show in it changed.
func VenueTag(id catalog.VenueID) string { return "venue:" + string(id) }

// ShowTag names a show in CatalogNews.
func ShowTag(id catalog.ShowID) string { return "show:" + string(id) }

// CityTag names a city in CatalogNews, by its slug: one of its venues or of the shows in them changed.
func CityTag(slug string) string { return "city:" + slug }

// VenuesTag stands in CatalogNews for the list of all venues, and so of all cities.
const VenuesTag = "venues"

// PricesTag stands in CatalogNews for all price lists and tax tables.
const PricesTag = "prices"

// changed queues the message about a change; nobody needs to know of one without tags.
func (c *Client) changed(ctx context.Context, tx store.Tx, tags ...string) error {
	if len(tags) == 0 {
		return nil
	}
	slices.Sort(tags)
	m, err := outbox.New(TopicCatalogChanged, "", CatalogNews{Tags: slices.Compact(tags)}, tx.Now())
	if err != nil {
		return err
	}
	return tx.AddMessages(ctx, m)
}

// showTags are the tags of a show and of where it is listed.
func showTags(show catalog.Show, city string) []string {
	tags := []string{ShowTag(show.ID), EventTag(show.EventID), VenueTag(show.VenueID)}
	if city != "" {
		tags = append(tags, CityTag(city))
	}
	return tags
}

// Change is news of the catalogue.
type Change struct {
	Tags   []string  // what changed; empty when nothing did
	Missed bool      // changes may have been missed: anything may have changed
	AsOf   time.Time // all changes up to then are known
}

const (
	// changesEvery is how often a node looks for what others changed. What it changed itself it sees at once.
	changesEvery = 300 * time.Millisecond

	// changesOverlap is how long after its time a message is still looked for: units of work commit later than they
	// begin.
	changesOverlap = 30 * time.Second

	// changesAtOnce is how many messages are read at a time.
	changesAtOnce = 500
)

// Changes calls fn with what changed in the catalogue, by whichever node on the database, from the time of the call on until ctx
// ends, and then returns nil. It looks several times a second and calls fn each time, so that AsOf tells how far behind the
// node is. fn is called by one goroutine.
func (s *CatalogService) Changes(ctx context.Context, fn func(Change)) error {
	f := &changeFeed{c: s.c, seen: map[outbox.MessageID]time.Time{}, from: s.c.db.Now()}
	for {
		own := s.c.changes.next()
		if change, err := f.look(ctx); err == nil {
			fn(change)
		} else if ctx.Err() == nil {
			s.c.log.WarnContext(ctx, "changes of the catalogue not read", logErr(err))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-own:
		case <-time.After(changesEvery):
		}
	}
}

// changeFeed is how far one caller of Changes is.
type changeFeed struct {
	c    *Client
	from time.Time                      // looked for up to then
	seen map[outbox.MessageID]time.Time // messages of the overlap that have been told
}

// look returns what came since the last look.
func (f *changeFeed) look(ctx context.Context) (Change, error) {
	now := f.c.db.Now()
	change := Change{AsOf: now}
	since := f.from.Add(-changesOverlap)
	for more := true; more; {
		news, err := view(ctx, f.c.back, func(tx store.Tx) ([]outbox.Message, error) { return tx.CatalogNews(ctx, since, changesAtOnce) })
		if err != nil {
			return Change{}, err
		}
		tags, err := f.tags(news)
		if err != nil {
			f.c.log.ErrorContext(ctx, "message about the catalogue not understood", slog.String("error", err.Error()))
			change.Missed = true
		}
		change.Tags = append(change.Tags, tags...)
		if more = len(news) == changesAtOnce; more {
			if last := news[len(news)-1].CreatedAt; last.After(since) {
				since = last
			} else { // more in one instant than are read at a time
				change.Missed, more = true, false
			}
		}
	}
	slices.Sort(change.Tags)
	change.Tags = slices.Compact(change.Tags)
	// Who could not look for longer than delivered messages are kept does not know what there was.
	change.Missed = change.Missed || now.Sub(f.from) > keepMessages-changesOverlap
	f.from = now
	for id, at := range f.seen {
		if at.Before(now.Add(-2 * changesOverlap)) {
			delete(f.seen, id)
		}
	}
	return change, nil
}

// tags are those of the messages that are new.
func (f *changeFeed) tags(news []outbox.Message) ([]string, error) {
	var tags []string
	for _, m := range news {
		if _, told := f.seen[m.ID]; told {
			continue
		}
		f.seen[m.ID] = m.CreatedAt
		var body CatalogNews
		if err := json.Unmarshal(m.Body, &body); err != nil {
			return tags, fmt.Errorf("message %s: %w", m.ID, err)
		}
		tags = append(tags, body.Tags...)
	}
	return tags, nil
}

// bell wakes all who wait for it.
type bell struct {
	mu   sync.Mutex
	rung chan struct{}
}

// next returns a channel that is closed at the next ring.
func (b *bell) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}
