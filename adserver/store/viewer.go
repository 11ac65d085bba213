package store

import (
	"context"
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
)

// erasures delete all that is known of the viewer $1. A table that holds viewers is named here, or the suite finds it.
var erasures = []string{
	"delete from ad_preference where uid = $1",
	"delete from ad_hidden where uid = $1",
	"update ad_click set uid = uid where uid = $1 and uid <> 0", // who converts one of them now is waited for, who does so later finds none
	"delete from ad_conversion where (node, epoch, serial) in (select node, epoch, serial from ad_click where uid = $1 and uid <> 0)",
	"delete from ad_click where uid = $1 and uid <> 0",
}

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
// not known is no error. Clicks that a node has not handed over yet come after: it erases its own first. Error: Invalid for nobody.
func (d *DB) Erase(ctx context.Context, user uint64) error {
	uid, err := asUID(user)
	if err != nil {
		return err
	}
	return d.update(ctx, "erase a viewer", func(tx sqldb.Tx) error {
		for _, sql := range erasures {
			queue(tx, sql, uid)
		}
		return nil
	})
}
