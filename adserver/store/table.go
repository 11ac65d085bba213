package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// ErrChanged means that a revision is not the newest: read the thing again.
var ErrChanged = fault.New(fault.Conflict, "changed_meanwhile", "someone else changed this meanwhile")

// Table is the things of one kind in the catalogue.
type Table[ID ~uint32, T any] struct {
	d   *DB
	k   kind[ID, T]
	sql tableStatements
}

// Kept is a thing of the catalogue as it is stored.
type Kept[T any] struct {
	Value    T
	Owner    uint32 // the advertiser or publisher whose it is
	Revision int64  // what Update has to be given; 1 for what was never changed
}

// Filter says which things are listed.
type Filter struct {
	Owner  uint32 // the advertiser or publisher whose things are listed
	All    bool   // those of all owners, for staff; Owner is then zero
	Parent uint32 // the campaign of lines, the line of creatives; zero means any
	State  string // the status of campaigns and lines, the review of creatives; empty means any
	Page
}

// kind is what the statements and checks of a table depend on.
type kind[ID ~uint32, T any] struct {
	name    string   // "campaign": the table is ad_campaign
	columns []string // beside id, revision and doc, in the order of refer's values
	owner   string   // the column of the owner
	parent  string   // the column of what it is a part of, when it is not the owner
	state   string   // the column of its state

	id       func(*T) *ID
	created  func(*T) *time.Time // nil for what has none
	validate func(T) error
	kept     func(before, v T) error // refuses a change of what stays as it is
	refer    func(ctx context.Context, tx refs, v T) ([]any, error)
}

// refs is a unit of work that looks for what a thing refers to.
type refs struct {
	sqldb.Tx
	sql statements
}

// tableStatements are the texts for one table.
type tableStatements struct{ insert, update, get, all string }

func newTable[ID ~uint32, T any](d *DB, k kind[ID, T]) Table[ID, T] {
	table := "ad_" + k.name
	var names, values, sets strings.Builder
	for i, c := range k.columns {
		names.WriteString(c + ", ")
		fmt.Fprintf(&values, "$%d, ", i+1)
		fmt.Fprintf(&sets, "%s = $%d, ", c, i+1)
	}
	n := len(k.columns)
	read := "select id, " + k.owner + ", revision, doc from " + table
	return Table[ID, T]{d: d, k: k, sql: tableStatements{
		insert: fmt.Sprintf("insert into %s (%sdoc, revision) values (%s$%d, 1) returning id", table, names.String(), values.String(), n+1),
		update: fmt.Sprintf("update %s set %sdoc = $%d, revision = revision + 1 where id = $%d and revision = $%d",
			table, sets.String(), n+1, n+2, n+3),
		get: read + " where id = $1",
		all: read,
	}}
}

// Create stores a thing and returns it with the identifier that it was given. by is who does it, zero for the program itself. Errors:
// Invalid about the first field that is wrong or names what is not there, Conflict about a slug that is taken.
func (t Table[ID, T]) Create(ctx context.Context, by MemberID, v T) (Kept[T], error) {
	if err := t.k.validate(v); err != nil {
		return Kept[T]{}, err
	}
	var made Kept[T]
	err := t.d.change(ctx, "create a "+t.k.name, func(tx sqldb.Tx) error {
		made = Kept[T]{Value: v, Revision: 1}
		if t.k.created != nil {
			*t.k.created(&made.Value) = tx.Now()
		}
		args, doc, err := t.row(ctx, tx, made.Value)
		if err != nil {
			return err
		}
		var id uint32
		if err := tx.One(ctx, []any{&id}, t.sql.insert, args...); err != nil {
			return err
		}
		*t.k.id(&made.Value) = ID(id)
		made.Owner = t.ownerOf(args, id)
		return act(tx, Act{By: by, What: "create", Kind: t.k.name, ID: id, After: doc})
	})
	return made, taken(err, "slug", "is taken already")
}

// Update stores a thing that was read at a revision, and returns the next one. by is who does it, zero for the program itself. Errors:
// NotFound, ErrChanged, and those of Create; Invalid about a field that cannot be changed: the currency, and what it is a part of.
func (t Table[ID, T]) Update(ctx context.Context, by MemberID, v T, revision int64) (Kept[T], error) {
	if err := t.k.validate(v); err != nil {
		return Kept[T]{}, err
	}
	id := uint32(*t.k.id(&v))
	var made Kept[T]
	err := t.d.change(ctx, "change a "+t.k.name, func(tx sqldb.Tx) error {
		before, err := t.stored(ctx, tx, id)
		if err != nil {
			return err
		}
		if before.Revision != revision {
			return ErrChanged
		}
		if err := t.k.kept(before.Value, v); err != nil {
			return err
		}
		made = Kept[T]{Value: v, Owner: before.Owner, Revision: revision + 1}
		if t.k.created != nil {
			*t.k.created(&made.Value) = *t.k.created(&before.Value)
		}
		return t.replace(ctx, tx, by, before.Value, made)
	})
	return made, taken(err, "slug", "is taken already")
}

// replace writes the new revision and notes it.
func (t Table[ID, T]) replace(ctx context.Context, tx sqldb.Tx, by MemberID, before T, made Kept[T]) error {
	args, doc, err := t.row(ctx, tx, made.Value)
	if err != nil {
		return err
	}
	old, err := t.doc(before)
	if err != nil {
		return err
	}
	id := uint32(*t.k.id(&made.Value))
	args = append(args, id, made.Revision-1)
	tx.Queue(sqldb.Stmt{SQL: t.sql.update, Args: args, Want: 1, Miss: ErrChanged})
	return act(tx, Act{By: by, What: "change", Kind: t.k.name, ID: id, Before: old, After: doc})
}

// row returns the values of the columns and the document.
func (t Table[ID, T]) row(ctx context.Context, tx sqldb.Tx, v T) (args []any, doc json.RawMessage, err error) {
	if args, err = t.k.refer(ctx, refs{tx, t.d.sql}, v); err != nil {
		return nil, nil, err
	}
	doc, err = t.doc(v)
	return append(args, doc), doc, err
}

// doc is the thing without its identifier, which is a column.
func (t Table[ID, T]) doc(v T) (json.RawMessage, error) {
	*t.k.id(&v) = 0
	return json.Marshal(v)
}

// ownerOf reads the owner out of the values of the columns.
func (t Table[ID, T]) ownerOf(args []any, id uint32) uint32 {
	for i, c := range t.k.columns {
		if owner, ok := args[i].(uint32); ok && c == t.k.owner {
			return owner
		}
	}
	return id
}

func (t Table[ID, T]) stored(ctx context.Context, tx sqldb.Tx, id uint32) (Kept[T], error) {
	all, err := collect(ctx, tx, t.scan, t.sql.get, id)
	if err != nil {
		return Kept[T]{}, err
	}
	if len(all) == 0 {
		return Kept[T]{}, fault.NotFoundf("there is no %s %d", t.k.name, id)
	}
	return all[0], nil
}

func (t Table[ID, T]) scan(r sqldb.Row, k *Kept[T]) error {
	var id uint32
	err := r.Scan(&id, &k.Owner, &k.Revision, sqldb.IntoJSON(&k.Value))
	*t.k.id(&k.Value) = ID(id)
	return err
}

// Get returns the thing, whoever's it is: compare Owner before it is shown. Error: NotFound.
func (t Table[ID, T]) Get(ctx context.Context, id ID) (Kept[T], error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	var v Kept[T]
	err := t.d.db.Read(ctx, func(tx sqldb.Tx) error {
		var err error
		v, err = t.stored(ctx, tx, uint32(id))
		return err
	})
	return v, attempted("find a "+t.k.name, err)
}

// List returns a page, sorted by identifier. Error: Invalid about what is missing or wrong in the filter.
func (t Table[ID, T]) List(ctx context.Context, f Filter) ([]Kept[T], error) {
	c, err := t.conditions(f)
	if err != nil {
		return nil, err
	}
	sql := t.sql.all + c.where() + fmt.Sprintf(" order by id limit $%d", len(c.args)+1)
	all, err := list(ctx, t.d.db, t.scan, sql, append(c.args, f.most())...)
	return all, attempted("list each "+t.k.name, err)
}

func (t Table[ID, T]) conditions(f Filter) (*conditions, error) {
	c := &conditions{}
	c.add("id > ?", f.After)
	if err := cmp.Or(f.validate(), plain("state", f.State, 40), owned(f.Owner, f.All)); err != nil {
		return nil, err
	}
	if !f.All {
		c.add(t.k.owner+" = ?", f.Owner)
	}
	if f.Parent != 0 {
		if t.k.parent == "" {
			return nil, fault.Invalidf("parent", "is not for a %s", t.k.name)
		}
		c.add(t.k.parent+" = ?", f.Parent)
	}
	if f.State != "" {
		if t.k.state == "" {
			return nil, fault.Invalidf("state", "is not for a %s", t.k.name)
		}
		c.add(t.k.state+" = ?", f.State)
	}
	return c, nil
}

// owned refuses what names neither an owner nor all of them, or both, so that a zero that was forgotten shows nobody's things.
func owned(owner uint32, all bool) error {
	if (owner != 0) == all {
		return fault.Invalidf("owner", "must be named, unless all are asked for")
	}
	return nil
}
