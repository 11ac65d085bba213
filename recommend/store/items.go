package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
)

// docRow is a row of rec_item or rec_user.
type docRow struct {
	ID     string `json:"id"`
	Tenant string `json:"tenant"`
	Doc    string `json:"doc"`
}

// docRows returns a row for each id, sorted by it, of the last in the list that has the id. Sorted rows are locked in
// one order by all, so that two writers do not wait for each other.
func docRows[T any](list []T, key func(T) (id, tenant string)) ([]docRow, error) {
	last := make(map[string]docRow, len(list))
	for _, v := range list {
		doc, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		id, tenant := key(v)
		last[id] = docRow{ID: id, Tenant: tenant, Doc: string(doc)}
	}
	rows := make([]docRow, 0, len(last))
	for _, row := range last {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b docRow) int { return cmp.Compare(a.ID, b.ID) })
	return rows, nil
}

// changedDocs writes the rows and returns those that were not there so before.
func changedDocs(ctx context.Context, tx sqldb.Tx, rows []docRow, sql string) ([]docRow, error) {
	changed := map[string]bool{}
	err := put(ctx, tx, rows, func(r sqldb.Row) error {
		var id string
		err := r.Scan(&id)
		changed[id] = true
		return err
	}, sql)
	return slices.DeleteFunc(slices.Clone(rows), func(row docRow) bool { return !changed[row.ID] }), err
}

// PutItems stores items, each as a whole; of two with one id the last counts. An item that is stored already writes nothing. Errors:
// a fault that names the field of the first item at fault, and then nothing is stored.
func (d *DB) PutItems(ctx context.Context, items []recommend.Item) error {
	if err := checked(items); err != nil || len(items) == 0 {
		return err
	}
	utc := slices.Clone(items)
	for i := range utc {
		utc[i].Added, utc[i].First, utc[i].Last = whole(utc[i].Added), whole(utc[i].First), whole(utc[i].Last)
	}
	rows, err := docRows(utc, func(i recommend.Item) (id, tenant string) { return string(i.ID), string(i.Tenant) })
	if err != nil {
		return fmt.Errorf("store items: %w", err)
	}
	return d.write(ctx, "store items", func(tx sqldb.Tx) ([]entry, error) {
		changed, err := changedDocs(ctx, tx, rows, d.sql.putItems)
		var list []entry
		for _, row := range changed {
			list = append(list, entry{What: ofItem, Doc: row.Doc})
		}
		return list, err
	})
}

const listItems = "select doc from rec_item order by id"

// Items returns all items, sorted by id.
func (d *DB) Items(ctx context.Context) ([]recommend.Item, error) {
	items, err := collect(ctx, d.back, slowTimeout, func(r sqldb.Row, i *recommend.Item) error { return r.Scan(sqldb.IntoJSON(i)) }, listItems)
	return items, attempted("list items", err)
}

// PutUsers stores people, each as a whole; of two with one id the last counts. Who is stored already writes nothing. Errors: as of
// PutItems.
func (d *DB) PutUsers(ctx context.Context, users []recommend.User) error {
	if err := checked(users); err != nil || len(users) == 0 {
		return err
	}
	rows, err := docRows(users, func(u recommend.User) (id, tenant string) { return string(u.ID), string(u.Tenant) })
	if err != nil {
		return fmt.Errorf("store people: %w", err)
	}
	return d.write(ctx, "store people", func(tx sqldb.Tx) ([]entry, error) {
		changed, err := changedDocs(ctx, tx, rows, d.sql.putUsers)
		var list []entry
		for _, row := range changed {
			list = append(list, entry{What: ofUser, User: row.ID, Doc: row.Doc})
		}
		return list, err
	})
}

const oneUser = "select doc from rec_user where id = $1"

// User returns what the person has said of themselves; false when nothing is known.
func (d *DB) User(ctx context.Context, id recommend.UserID) (recommend.User, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	var u recommend.User
	err := d.db.Read(ctx, func(tx sqldb.Tx) error { return tx.One(ctx, []any{sqldb.IntoJSON(&u)}, oneUser, string(id)) })
	if errors.Is(err, sqldb.ErrNoRows) {
		return recommend.User{}, false, nil
	}
	return u, err == nil, attempted("find a person", err)
}
