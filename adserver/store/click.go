package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// ClickKey says which click it is: the serial of the ad's token, of one epoch of one node.
type ClickKey struct {
	Node   uint16
	Epoch  uint32
	Serial uint64
}

// Click is a click that counted, kept so that what comes of it can be told.
type Click struct {
	Key   ClickKey
	User  uint64 // zero when nobody is known
	Place ledger.Place
	At    time.Time
	Gross ads.Nano // what it cost, or the view before it
}

// Conversion is something that came of a click.
type Conversion struct {
	Click ClickKey
	By    ads.AdvertiserID // who tells it, and whose the click must be then; zero for anybody's
	Kind  string           // the advertiser's word: "booking"; 1 to 40 letters and digits of ASCII, - and _
	Order string           // the advertiser's reference, so that an order counts once; empty for none, at most 200 bytes
	Value ads.Nano         // what it was worth to the advertiser, in its currency, at most MaxWorth; zero when not said
	At    time.Time
}

const (
	// MaxKinds is how many kinds of conversion one click has at most: what is told of one is bounded, whatever words are made up for it.
	MaxKinds = 4

	// MaxWorth is the most that one conversion is worth: more is a mistake, of minor units say.
	MaxWorth = 100_000_000 * ads.Unit
)

var errKinds = fault.Invalidf("kind", "is a new one, and this click has %d already", MaxKinds)

func (c Conversion) validate() error {
	if err := cmp.Or(word("kind", c.Kind, 40), plain("order", c.Order, 200)); err != nil {
		return err
	}
	switch {
	case strings.Trim(c.Kind, kindLetters) != "":
		return fault.Invalidf("kind", "must be of letters, digits, - and _")
	case c.Value < 0 || c.Value > MaxWorth:
		return fault.Invalidf("value", "must be between 0 and %s", MaxWorth)
	case c.Click.Serial > math.MaxInt64:
		return errNoClick
	}
	return nil
}

const kindLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

var errNoClick = fault.NotFoundf("there is no such click")

// clickRow is a row of ad_click.
type clickRow struct {
	Node       uint16 `json:"node"`
	Epoch      uint32 `json:"epoch"`
	Serial     uint64 `json:"serial"`
	UID        int64  `json:"uid"`
	At         int64  `json:"at"`
	Gross      int64  `json:"gross"`
	Advertiser uint32 `json:"advertiser"`
	Doc        string `json:"doc"`
}

func (a clickRow) compare(b clickRow) int {
	return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.Serial, b.Serial))
}

// Clicks stores clicks, each once for its key: what is there stays as it is, so that they may be handed over twice. Error: Invalid about a
// serial of more than 63 bits.
func (d *DB) Clicks(ctx context.Context, clicks []Click) error {
	rows := make([]clickRow, len(clicks))
	for i, c := range clicks {
		doc, err := json.Marshal(c.Place)
		switch {
		case err != nil:
			return err
		case c.Key.Serial > math.MaxInt64:
			return fault.Invalidf(fmt.Sprintf("[%d].serial", i), "has more than 63 bits")
		}
		rows[i] = clickRow{
			c.Key.Node, c.Key.Epoch, c.Key.Serial, int64(c.User), micros(c.At), int64(c.Gross), uint32(c.Place.Advertiser), string(doc),
		}
	}
	slices.SortStableFunc(rows, clickRow.compare)
	return attempted("store clicks", d.back.Update(ctx, func(tx sqldb.Tx) error {
		put(tx, rows, d.sql.addClicks)
		return nil
	}))
}

const (
	// It locks the click, so that nothing is left of it when its viewer is erased meanwhile.
	oneClick = "update ad_click set gross = gross where node = $1 and epoch = $2 and serial = $3 returning at, doc"

	oneCampaign = "select doc from ad_campaign where id = $1"

	addConversion = `insert into ad_conversion (node, epoch, serial, kind, advertiser, order_ref, value, at)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`

	otherKinds = "select count(*) from ad_conversion where node = $1 and epoch = $2 and serial = $3 and kind <> $4"
)

// ErrTooLate means that a conversion is not within the time after its click, or before it.
var ErrTooLate = fault.New(fault.Expired, "too_late", "this is not within the time after the click")

// Convert stores what came of a click within the time that its campaign gives, with the fact for reports, and returns where the ad was seen. It counts once
// for each click and kind, and once for each order of the advertiser and kind: counted is otherwise false. Errors: Invalid about the first field that is
// wrong, or about a kind after MaxKinds others, NotFound for a click that is not there or not the teller's, ErrTooLate.
func (d *DB) Convert(ctx context.Context, c Conversion) (place ledger.Place, counted bool, err error) {
	if err := c.validate(); err != nil {
		return ledger.Place{}, false, err
	}
	k := c.Click
	err = d.update(ctx, "convert a click", func(tx sqldb.Tx) error {
		var err error
		counted = false
		if place, err = convertible(ctx, tx, c); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, addConversion, int64(k.Node), int64(k.Epoch), int64(k.Serial), c.Kind, uint32(place.Advertiser), c.Order, int64(c.Value), micros(c.At))
		counted = n == 1
		if counted { // last: whoever counts at the same place waits for as short as can be
			put(tx, sumFacts([]ledger.Fact{{Kind: ledger.Conversion, Place: place, Quarter: ledger.QuarterOf(c.At), Count: 1, Value: c.Value}}), d.sql.addFacts)
		}
		return err
	})
	return place, counted && err == nil, err
}

// convertible locks the click of a conversion and returns where the ad was seen, if something may come of it now.
func convertible(ctx context.Context, tx sqldb.Tx, c Conversion) (place ledger.Place, err error) {
	var at, kinds int64
	k := c.Click
	err = tx.One(ctx, []any{&at, sqldb.IntoJSON(&place)}, oneClick, int64(k.Node), int64(k.Epoch), int64(k.Serial))
	if errors.Is(err, sqldb.ErrNoRows) || err == nil && c.By != 0 && c.By != place.Advertiser {
		return ledger.Place{}, errNoClick
	}
	if err != nil {
		return place, err
	}
	var campaign ads.Campaign // what is not there gives what is usual
	if _, err := found(tx.One(ctx, []any{sqldb.IntoJSON(&campaign)}, oneCampaign, uint32(place.Campaign))); err != nil {
		return place, err
	}
	if after := c.At.Sub(ofMicros(at)); after < -time.Microsecond || after > campaign.Attributed() {
		return place, ErrTooLate
	}
	err = tx.One(ctx, []any{&kinds}, otherKinds, int64(k.Node), int64(k.Epoch), int64(k.Serial), c.Kind)
	if err == nil && kinds >= MaxKinds {
		err = errKinds
	}
	return place, err
}

// keepClicks is for how long clicks, and what came of them, are kept; and that somebody was erased.
const keepClicks = ads.MaxAttribution * 24 * time.Hour

const (
	pruneClicks = `delete from ad_click where (node, epoch, serial) in (select node, epoch, serial from ad_click where at < $1 order by at limit $2)
returning node, epoch, serial`

	pruneHidden = "delete from ad_hidden where until <= $1"

	pruneSessions = "delete from ad_session where expires <= $1"

	pruneErasures = "delete from ad_erasure where at < $1"
)

// Prune deletes clicks of more than 90 days ago with what came of them, what is hidden no longer, sessions that have expired, and the numbers of who was
// erased more than 90 days ago. It works in small steps, each a transaction.
func (d *DB) Prune(ctx context.Context) error {
	now := d.db.Now()
	err := d.back.Update(ctx, func(tx sqldb.Tx) error {
		queue(tx, pruneHidden, micros(now))
		queue(tx, pruneSessions, micros(now))
		queue(tx, pruneErasures, micros(now.Add(-keepClicks)))
		return nil
	})
	for n := rowsAtOnce; err == nil && n == rowsAtOnce; {
		err = d.back.Update(ctx, func(tx sqldb.Tx) error {
			var err error
			n, err = d.dropClicks(ctx, tx, pruneClicks, micros(now.Add(-keepClicks)), rowsAtOnce)
			return err
		})
	}
	return attempted("prune what is old", err)
}

// dropClicks deletes the clicks that a statement says, and then what came of just those: who converts one of them now is waited for, and who does so later
// finds none. It returns how many clicks there were.
func (d *DB) dropClicks(ctx context.Context, tx sqldb.Tx, sql string, args ...any) (int, error) {
	gone, err := collect(ctx, tx, func(r sqldb.Row, c *clickRow) error { return r.Scan(&c.Node, &c.Epoch, &c.Serial) }, sql, args...)
	put(tx, gone, d.sql.dropConversions)
	return len(gone), err
}
