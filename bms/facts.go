package bms

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// showFacts is everything about a show that selling needs besides its inventory.
// It is never changed once made.
type showFacts struct {
	show   catalog.Show
	plan   *seatmap.Plan
	zone   *time.Location
	rules  seating.Rules
	quotas []seating.Quota
	list   pricing.PriceList
	tax    pricing.TaxTable
	policy booking.Policy
	unsold []string // keys of the categories that list has no price for
}

// findUnsold fills in unsold: a category without a price is shown, and nobody is given a place of it.
func (f *showFacts) findUnsold() {
	daypart := f.list.DaypartAt(f.show.StartsAt.In(f.zone))
	table := PriceTable{BuyerTypes: f.list.BuyerTypes}
	for _, c := range f.plan.Categories {
		before := len(table.Rows)
		if err := table.addCategory(f.list, c.Key, daypart); err == nil && len(table.Rows) == before {
			f.unsold = append(f.unsold, c.Key)
		}
	}
}

// input is what prices of the show depend on, whichever places they are of, for who buys on the web.
func (f *showFacts) input(now time.Time, m marketNow) pricing.Input {
	return pricing.Input{
		Now: now, ShowStart: f.show.StartsAt, Zone: f.zone, Show: string(f.show.ID), Event: string(f.show.EventID),
		List: f.list, Tax: f.tax, TaxFreeState: f.show.TaxFree, Channel: "web",
		Sold: m.sold, Held: m.held, Capacity: m.capacity, RecentDemand: m.recent,
	}
}

// mustSell refuses a category that is not sold. field is where the request names it, or a place of it.
func (f *showFacts) mustSell(field, category string) error {
	if slices.Contains(f.unsold, category) {
		return fault.Invalidf(field, "the category %.64q is not sold for this show", category)
	}
	return nil
}

// checkSold refuses places of categories that are not sold. seats are the numbers of r.Seats.
func (r HoldRequest) checkSold(show *showFacts, seats []int32) error {
	if len(show.unsold) == 0 {
		return nil
	}
	for i, n := range seats {
		if err := show.mustSell("seats["+strconv.Itoa(i)+"].seat", show.plan.Categories[show.plan.Seats[n].Category].Key); err != nil {
			return err
		}
	}
	for i, a := range r.Areas {
		at, ok := show.plan.Area(a.Area)
		if !ok {
			continue // the judge refuses it
		}
		if err := show.mustSell("areas["+strconv.Itoa(i)+"].area", show.plan.Areas[at].Category); err != nil {
			return err
		}
	}
	if r.Best != nil {
		for i, key := range r.Best.Categories {
			if err := show.mustSell("best.categories["+strconv.Itoa(i)+"]", key); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameInventory reports whether an inventory made for f is right for g too.
func (f *showFacts) sameInventory(g *showFacts) bool {
	return f == g || f.plan == g.plan && f.rules == g.rules && reflect.DeepEqual(f.quotas, g.quotas)
}

// inventory builds the show's inventory from what is stored.
func (f *showFacts) inventory(l store.Loaded) (*seating.Inventory, error) {
	v, err := seating.New(f.plan, f.rules, f.quotas)
	if err != nil {
		return nil, fmt.Errorf("rules of %s: %w", f.show.ID, err)
	}
	if err := v.Load(l.Holds, l.Claims, l.Quotas); err != nil {
		return nil, fmt.Errorf("inventory of %s: %w", f.show.ID, err)
	}
	return v, nil
}

// showCache keeps the facts of shows that sell and the plans they sell from. An
// entry is right for the versions it was read at; the judge learns the current
// versions with its lock.
type showCache struct {
	grace time.Duration

	mu    sync.Mutex
	shows map[catalog.ShowID]cachedShow
	plans map[catalog.SeatMapID]cachedPlan
	round int // raised by forget: what was read before is not kept
}

type cachedShow struct {
	facts             *showFacts
	showVersion, list int
}

// cachedPlan is a compiled seat map and the hall that it is of.
type cachedPlan struct {
	plan *seatmap.Plan
	hall catalog.HallID
}

// Bounds of the cache: facts of a show share everything but the show itself, a
// plan of 10,000 seats is about 1 MB.
const (
	maxShowFacts = 8192
	maxPlans     = 256
)

func newShowCache(grace time.Duration) *showCache {
	return &showCache{grace: grace, shows: map[catalog.ShowID]cachedShow{}, plans: map[catalog.SeatMapID]cachedPlan{}}
}

// at returns the facts of the show as of the versions that the judge saw.
func (c *showCache) at(ctx context.Context, tx store.Tx, id catalog.ShowID, l store.Locked) (*showFacts, error) {
	c.mu.Lock()
	known, ok := c.shows[id]
	c.mu.Unlock()
	if ok && known.showVersion == l.ShowVersion && known.list == l.ListVersion {
		return known.facts, nil
	}
	return c.load(ctx, tx, id)
}

// load reads the facts of the show and keeps them. It is not for a snapshot on which something was read before: a tax table
// that has been replaced since is still the old one there, and nobody would forget it any more.
func (c *showCache) load(ctx context.Context, tx store.Tx, id catalog.ShowID) (*showFacts, error) {
	round := c.current()
	f, err := c.read(ctx, tx, id)
	if err == nil {
		c.keep(id, f, round)
	}
	return f, err
}

// read reads the facts of the show.
func (c *showCache) read(ctx context.Context, tx store.Tx, id catalog.ShowID) (*showFacts, error) {
	f := &showFacts{}
	var err error
	if f.show, err = tx.Show(ctx, id); err != nil {
		return nil, err
	}
	if f.plan, err = c.plan(ctx, tx, f.show.SeatMapID); err != nil {
		return nil, err
	}
	if f.list, err = tx.PriceList(ctx, pricing.PriceListID(f.show.PriceListID)); err != nil {
		return nil, err
	}
	if f.tax, err = tx.TaxTable(ctx, f.list.TaxTable); err != nil {
		return nil, err
	}
	if f.show.PolicyID != "" {
		if f.policy, err = tx.Policy(ctx, f.show.PolicyID); err != nil {
			return nil, err
		}
	}
	if f.zone, err = time.LoadLocation(f.show.TimeZone); err != nil {
		return nil, fmt.Errorf("time zone of %s: %w", id, err)
	}
	f.findUnsold()
	f.rules, f.quotas = c.seating(f.show)
	return f, nil
}

// current is the round in which something is about to be read, for keep.
func (c *showCache) current() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.round
}

// forget drops the facts of all shows: a tax table or a policy, which have no version that the judge sees, has been replaced.
func (c *showCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.round++
	clear(c.shows)
}

func (c *showCache) keep(id catalog.ShowID, f *showFacts, round int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if round != c.round {
		return
	}
	if len(c.shows) >= maxShowFacts {
		clear(c.shows)
	}
	c.shows[id] = cachedShow{facts: f, showVersion: f.show.Version, list: f.list.Version}
}

// plan returns the compiled plan of a stored seat map, which never changes.
func (c *showCache) plan(ctx context.Context, tx store.Tx, id catalog.SeatMapID) (*seatmap.Plan, error) {
	known, err := c.seatMap(ctx, tx, id)
	return known.plan, err
}

// seatMap is plan with the hall.
func (c *showCache) seatMap(ctx context.Context, tx store.Tx, id catalog.SeatMapID) (cachedPlan, error) {
	c.mu.Lock()
	known, ok := c.plans[id]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	stored, err := tx.SeatMap(ctx, id)
	if err != nil {
		return cachedPlan{}, err
	}
	plan, err := seatmap.Compile(stored.Map)
	if err != nil {
		return cachedPlan{}, fmt.Errorf("seat map %s: %w", id, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.plans) >= maxPlans {
		clear(c.plans)
	}
	c.plans[id] = cachedPlan{plan: plan, hall: stored.HallID}
	return c.plans[id], nil
}

// seating turns the show's rules into those of the inventory.
func (c *showCache) seating(s catalog.Show) (seating.Rules, []seating.Quota) {
	r := s.Seating.WithDefaults()
	rules := seating.Rules{
		Orphans: seating.OrphanRule(r.Orphan), MaxPerBuyer: r.MaxPerBuyer, MaxPerHold: r.MaxPerHold,
		HoldFor: r.HoldFor, HoldTotal: r.HoldTotal, HighDemand: r.HighDemand, Grace: c.grace,
	}
	if !r.WheelchairNeedsRequest {
		rules.ReleaseAccessibleAt = s.CreatedAt
		if rules.ReleaseAccessibleAt.IsZero() {
			rules.ReleaseAccessibleAt = time.Unix(0, 0).UTC()
		}
	}
	quotas := make([]seating.Quota, len(r.Quotas))
	for i, q := range r.Quotas {
		quotas[i] = seating.Quota{Key: q.Key, Capacity: q.Capacity, Areas: q.Areas}
	}
	return rules, quotas
}
