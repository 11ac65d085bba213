package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// MemberID is the identifier of a member of the portal. Zero is none: the program itself.
type MemberID uint32

// Act is a line of the log of who did what. It is never changed.
type Act struct {
	Seq    int64 // given by the database; later acts have higher ones
	At     time.Time
	By     MemberID
	What   string // a word: "create", "change", "approve", "sign_in"
	Kind   string // what it was done to: "campaign", "payout", "member"
	ID     uint32
	Before json.RawMessage // nil for what was not there
	After  json.RawMessage // nil for what has no document
}

const addAct = `insert into ad_act (at, by, what, kind, thing, doc_before, doc_after) values ($1, $2, $3, $4, $5, $6, $7)`

// act writes an act with the unit of work that it tells of.
func act(tx sqldb.Tx, a Act) error {
	if err := cmp.Or(word("what", a.What, 40), word("kind", a.Kind, 40)); err != nil {
		return err
	}
	queue(tx, addAct, micros(tx.Now()), uint32(a.By), a.What, a.Kind, a.ID, string(a.Before), string(a.After))
	return nil
}

// Note writes an act that is no change of what is stored here, such as a sign-in that failed. All methods that change something note it
// themselves. Seq and At are given. Errors: Invalid about what and kind.
func (d *DB) Note(ctx context.Context, a Act) error {
	return d.update(ctx, "note an act", func(tx sqldb.Tx) error { return act(tx, a) })
}

// ActFilter says which acts are listed; its zero fields mean any.
type ActFilter struct {
	By     MemberID
	Kind   string
	ID     uint32 // needs Kind
	Before int64  // Seq that the page before ended with; zero for the newest
	Most   int    // 1 to 1000; zero means 100
}

// Acts returns a page of the log, the newest first. It is for staff: it is not limited to one owner's things.
func (d *DB) Acts(ctx context.Context, f ActFilter) ([]Act, error) {
	page := Page{Most: f.Most}
	if err := page.validate(); err != nil {
		return nil, err
	}
	c := &conditions{}
	if f.By != 0 {
		c.add("by = ?", uint32(f.By))
	}
	if f.Kind != "" {
		c.add("kind = ?", f.Kind)
	}
	if f.ID != 0 {
		c.add("thing = ?", f.ID)
	}
	if f.Before != 0 {
		c.add("seq < ?", f.Before)
	}
	sql := "select seq, at, by, what, kind, thing, doc_before, doc_after from ad_act" + c.where() +
		fmt.Sprintf(" order by seq desc limit $%d", len(c.args)+1)
	acts, err := list(ctx, d.db, scanAct, sql, append(c.args, page.most())...)
	return acts, attempted("list acts", err)
}

func scanAct(r sqldb.Row, a *Act) error {
	var at int64
	var before, after string
	err := r.Scan(&a.Seq, &at, &a.By, &a.What, &a.Kind, &a.ID, &before, &after)
	a.At = ofMicros(at)
	if before != "" {
		a.Before = json.RawMessage(before)
	}
	if after != "" {
		a.After = json.RawMessage(after)
	}
	return err
}
