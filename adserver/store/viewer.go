package store

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Hidden is that a viewer does not want to see a creative, or anything of an advertiser: one of the two is named.
type Hidden struct {
	User       uint64
	Creative   ads.CreativeID
	Advertiser ads.AdvertiserID
	Until      time.Time
}

const (
	setPreference = `insert into ad_preference (uid, personalised, at) values ($1, $2, $3)
on conflict (uid) do update set personalised = excluded.personalised, at = excluded.at`

	readPreferences = "select uid, personalised from ad_preference where at >= $1 order by uid"

	onePreference = "select uid, personalised from ad_preference where uid = $1"

	addHidden = `insert into ad_hidden (uid, creative, advertiser, until) values ($1, $2, $3, $4)
on conflict (uid, creative, advertiser) do update set until = excluded.until`

	readHidden = "select uid, creative, advertiser, until from ad_hidden where until > $1 order by uid, creative, advertiser"

	// The row stays locked until the commit, so that numbers are in the order of the commits: who has heard of one has missed none before it.
	nextErasure = "update ad_erasure_count set number = number + 1 returning number"

	addErasure = `insert into ad_erasure (uid, number, at) values ($1, $2, $3)
on conflict (uid) do update set number = excluded.number, at = excluded.at`

	readErasures = "select uid, number from ad_erasure where number > $1 or at > $2 order by number"

	readHeard = "select number from ad_heard where node = $1"

	setHeard = "insert into ad_heard (node, number) values ($1, $2) on conflict (node) do update set number = excluded.number"
)

// erasures delete, with eraseClicks, all that is known of the viewer $1. A table that holds viewers is named here, or the suite finds it.
var erasures = []string{
	"delete from ad_preference where uid = $1",
	"delete from ad_hidden where uid = $1",
}

const eraseClicks = "delete from ad_click where uid = $1 and uid <> 0 returning node, epoch, serial"

// asUID is a viewer as the tables hold it. Zero is nobody.
func asUID(user uint64) (int64, error) {
	if user == 0 {
		return 0, fault.Invalidf("user", "is missing")
	}
	return int64(user), nil
}

// SetPersonalised stores whether a viewer wants ads that fit what they did. Error: Invalid for nobody.
func (d *DB) SetPersonalised(ctx context.Context, user uint64, personalised bool) error {
	uid, err := asUID(user)
	if err != nil {
		return err
	}
	return d.update(ctx, "set a preference", func(tx sqldb.Tx) error {
		queue(tx, setPreference, uid, bit(personalised), micros(tx.Now()))
		return nil
	})
}

// Preference is what a viewer has chosen.
type Preference struct {
	User         uint64
	Personalised bool
}

func scanPreference(r sqldb.Row, p *Preference) error {
	var uid, personalised int64
	err := r.Scan(&uid, &personalised)
	p.User, p.Personalised = uint64(uid), personalised != 0
	return err
}

// Personalised returns what a viewer has chosen; ok is false when they have chosen nothing.
func (d *DB) Personalised(ctx context.Context, user uint64) (personalised, ok bool, err error) {
	p, ok, err := one(ctx, d.db, scanPreference, onePreference, int64(user))
	return p.Personalised, ok, attempted("read a preference", err)
}

// Preferences returns what viewers have chosen since the time, in no particular order; the zero time means all.
func (d *DB) Preferences(ctx context.Context, since time.Time) ([]Preference, error) {
	all, err := list(ctx, d.back, scanPreference, readPreferences, micros(since))
	return all, attempted("read preferences", err)
}

// Hide stores what a viewer does not want to see, and until when. Errors: Invalid for nobody, for both or neither of a creative and an
// advertiser, and for a time that is over.
func (d *DB) Hide(ctx context.Context, h Hidden) error {
	uid, err := asUID(h.User)
	switch {
	case err != nil:
		return err
	case (h.Creative != 0) == (h.Advertiser != 0):
		return fault.Invalidf("creative", "or an advertiser must be named, and not both")
	case !h.Until.After(d.db.Now()):
		return fault.Invalidf("until", "must be later than now")
	}
	return d.update(ctx, "hide an ad", func(tx sqldb.Tx) error {
		queue(tx, addHidden, uid, uint32(h.Creative), uint32(h.Advertiser), micros(h.Until))
		return nil
	})
}

// Hidden returns all that is still hidden, sorted by viewer.
func (d *DB) Hidden(ctx context.Context) ([]Hidden, error) {
	all, err := list(ctx, d.back, func(r sqldb.Row, h *Hidden) error {
		var uid, until int64
		err := r.Scan(&uid, &h.Creative, &h.Advertiser, &until)
		h.User, h.Until = uint64(uid), ofMicros(until)
		return err
	}, readHidden, micros(d.db.Now()))
	return all, attempted("read what is hidden", err)
}

// Erase deletes all that is known of a viewer: what they chose and hid, their clicks and what came of them. Facts name nobody and stay. Who is
// not known is no error. That it was asked for is kept for 90 days, with the number that is returned, so that each node hears of it: what a node
// has not handed over yet comes after, and EraseClicks deletes it. Error: Invalid for nobody.
func (d *DB) Erase(ctx context.Context, user uint64) (number uint64, err error) {
	uid, err := asUID(user)
	if err != nil {
		return 0, err
	}
	err = d.update(ctx, "erase a viewer", func(tx sqldb.Tx) error {
		for _, sql := range erasures {
			queue(tx, sql, uid)
		}
		if _, err := d.dropClicks(ctx, tx, eraseClicks, uid); err != nil {
			return err
		}
		if err := tx.One(ctx, []any{&number}, nextErasure); err != nil {
			return err
		}
		queue(tx, addErasure, uid, int64(number), micros(tx.Now()))
		return nil
	})
	return number, err
}

// Erasure is that a viewer was erased. A higher Number is a later one; of a viewer who was erased again, the last is known.
type Erasure struct {
	User   uint64
	Number uint64
}

// Erasures returns those after a number, and, unless within is zero, those that are no older than that, sorted by their numbers. They are known for
// 90 days.
func (d *DB) Erasures(ctx context.Context, after uint64, within time.Duration) ([]Erasure, error) {
	since := int64(math.MaxInt64)
	if within > 0 {
		since = micros(d.db.Now().Add(-within))
	}
	all, err := list(ctx, d.back, func(r sqldb.Row, e *Erasure) error {
		var uid int64
		err := r.Scan(&uid, &e.Number)
		e.User = uint64(uid)
		return err
	}, readErasures, int64(after), since)
	return all, attempted("read erasures", err)
}

// HeardErasures returns up to which number a node has carried out erasures; 0 when it has none.
func (d *DB) HeardErasures(ctx context.Context, node uint16) (upto uint64, err error) {
	upto, _, err = one(ctx, d.db, func(r sqldb.Row, v *uint64) error { return r.Scan(v) }, readHeard, int64(node))
	return upto, attempted("read which erasures are carried out", err)
}

// HearErasures notes up to which number a node has carried out erasures.
func (d *DB) HearErasures(ctx context.Context, node uint16, upto uint64) error {
	return attempted("note erasures", d.back.Update(ctx, func(tx sqldb.Tx) error {
		queue(tx, setHeard, int64(node), int64(upto))
		return nil
	}))
}

// EraseClicks deletes the clicks of viewers that a node has handed over, and what came of them: for those that came after Erase.
func (d *DB) EraseClicks(ctx context.Context, node uint16, users []uint64) error {
	for part := range slices.Chunk(users, rowsAtOnce) {
		uids := make([]int64, len(part))
		for i, user := range part {
			uids[i] = int64(user)
		}
		err := d.back.Update(ctx, func(tx sqldb.Tx) error {
			_, err := d.dropClicks(ctx, tx, d.sql.eraseHanded, sqldb.JSON(uids), int64(node))
			return err
		})
		if err != nil {
			return attempted("erase clicks", err)
		}
	}
	return nil
}
