package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
)

const (
	// partBytes is how much of a model one row holds: neither engine likes larger ones.
	partBytes = 1 << 20

	// maxModel is how large a model may be, in bytes.
	maxModel = 256 << 20
)

// Model is what an engine has learnt, in its own format.
type Model = recommend.Model

const (
	putModel = `insert into rec_model (tenant, version, at, bytes) values ($1, $2, $3, $4)
on conflict (tenant) do update set version = excluded.version, at = excluded.at, bytes = excluded.bytes`

	dropParts = "delete from rec_model_part where tenant = $1"

	addPart = "insert into rec_model_part (tenant, part, doc) values ($1, $2, $3)"

	oneModel = "select version, at, bytes from rec_model where tenant = $1"

	modelParts = "select doc from rec_model_part where tenant = $1 order by part"
)

// SaveModel replaces the tenant's model: who reads gets the one or the other, whole. It holds ids of people only if its engine put them
// there, and Forget does not look into it.
func (d *DB) SaveModel(ctx context.Context, tenant recommend.Tenant, version string, at time.Time, model []byte) error {
	switch {
	case version == "":
		return fault.Invalidf("version", "must not be empty")
	case len(model) > maxModel:
		return fault.Invalidf("model", "must have at most %d bytes, not %d", maxModel, len(model))
	}
	err := d.back.Update(ctx, func(tx sqldb.Tx) error {
		// First the row that all savers of this tenant lock.
		tx.Queue(sqldb.Stmt{SQL: putModel, Args: []any{string(tenant), version, micros(at), len(model)}})
		tx.Queue(sqldb.Stmt{SQL: dropParts, Args: []any{string(tenant)}})
		part := 0
		for piece := range slices.Chunk(model, partBytes) {
			if _, err := tx.Exec(ctx, addPart, string(tenant), part, piece); err != nil {
				return err
			}
			part++
		}
		return nil
	})
	return attempted("save a model", err)
}

// LoadModel returns the tenant's model; false when there is none.
func (d *DB) LoadModel(ctx context.Context, tenant recommend.Tenant) (Model, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, slowTimeout)
	defer cancel()
	var m Model
	err := d.back.View(ctx, func(tx sqldb.Tx) error {
		var err error
		m, err = readModel(ctx, tx, tenant)
		return err
	})
	if errors.Is(err, sqldb.ErrNoRows) {
		return Model{}, false, nil
	}
	return m, err == nil, attempted("load a model", err)
}

func readModel(ctx context.Context, tx sqldb.Tx, tenant recommend.Tenant) (Model, error) {
	var m Model
	var at, size int64
	if err := tx.One(ctx, []any{&m.Version, &at, &size}, oneModel, string(tenant)); err != nil {
		return Model{}, err
	}
	var all bytes.Buffer
	all.Grow(int(size))
	err := tx.Each(ctx, func(r sqldb.Row) error {
		var part []byte
		err := r.Scan(&part)
		all.Write(part)
		return err
	}, modelParts, string(tenant))
	if err == nil && int64(all.Len()) != size {
		err = fmt.Errorf("it should have %d bytes and has %d", size, all.Len())
	}
	m.At, m.Bytes = ofMicros(at), all.Bytes()
	return m, err
}
