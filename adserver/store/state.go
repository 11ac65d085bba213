package store

import (
	"cmp"
	"context"
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// step is a change of state of something that money depends on.
type step struct {
	table string // "ad_payout"
	name  string // "payout"
	id    uint32
	from  string
	to    string
	by    MemberID
}

// take moves the thing, once, and notes who did it. It is false for what is there already. Errors: NotFound, Conflict for what is in a state
// that does not lead there.
func (s step) take(ctx context.Context, tx sqldb.Tx) (bool, error) {
	n, err := tx.Exec(ctx, "update "+s.table+" set state = $3, settled = $4 where id = $1 and state = $2", s.id, s.from, s.to, micros(tx.Now()))
	if err != nil {
		return false, err
	}
	if n == 1 {
		return true, act(tx, Act{By: s.by, What: s.to, Kind: s.name, ID: s.id})
	}
	var now string
	there, err := found(tx.One(ctx, []any{&now}, "select state from "+s.table+" where id = $1", s.id))
	switch {
	case err != nil:
		return false, err
	case !there:
		return false, fault.NotFoundf("there is no %s %d", s.name, s.id)
	case now == s.to:
		return false, nil
	case now == s.from: // it came there since the first statement; no state comes twice
		return s.take(ctx, tx)
	}
	return false, fault.New(fault.Conflict, "wrong_state", fmt.Sprintf("this %s is %s and cannot be %s", s.name, now, s.to))
}

// move takes a step that books one entry, in one transaction. It is false when the step was taken before.
func (d *DB) move(ctx context.Context, s step, entry func(tx sqldb.Tx) (ledger.Entry, error)) (moved bool, err error) {
	err = d.update(ctx, "make a "+s.name+" "+s.to, func(tx sqldb.Tx) error {
		var err error
		if moved, err = s.take(ctx, tx); err != nil || !moved {
			return err
		}
		e, err := entry(tx)
		if err != nil {
			return err
		}
		if _, err := d.book(ctx, tx, []ledger.Entry{e}); err != nil {
			return err
		}
		d.raise(tx)
		return solvent(ctx, tx, e)
	})
	if moved && err == nil {
		d.changed.fire()
	}
	return moved && err == nil, err
}

// readOne returns the thing with that id. Error: NotFound.
func readOne[T any](ctx context.Context, tx sqldb.Tx, scan func(sqldb.Row, *T) error, sql, name string, id uint32) (T, error) {
	all, err := collect(ctx, tx, scan, sql+" where id = $1", id)
	if err == nil && len(all) == 0 {
		err = fault.NotFoundf("there is no %s %d", name, id)
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// pageOf returns a page of things that have an owner and a state.
func pageOf[T any](ctx context.Context, db sqldb.DB, scan func(sqldb.Row, *T) error, sql, owner string, f Filter) ([]T, error) {
	if err := cmp.Or(f.validate(), plain("state", f.State, 40), owned(f.Owner, f.All)); err != nil {
		return nil, err
	}
	c := &conditions{}
	c.add("id > ?", f.After)
	c.narrow(owner, f.Owner)
	if f.State != "" {
		c.add("state = ?", f.State)
	}
	return list(ctx, db, scan, sql+c.where()+fmt.Sprintf(" order by id limit $%d", len(c.args)+1), append(c.args, f.most())...)
}
