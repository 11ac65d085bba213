package store

import (
	"context"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// LeaseByReading leases as it must not be done, for negative controls: it reads what is left, and then takes it. between is called after the
// reading.
func (d *DB) LeaseByReading(ctx context.Context, node uint16, of Budget, limit ads.Nano, between func()) (granted ads.Nano, err error) {
	err = d.update(ctx, "lease", func(tx sqldb.Tx) error {
		var out ads.Nano
		err := tx.One(ctx, []any{&out}, "select spent + leased from ad_budget where kind = $1 and id = $2 and day = $3", int64(of.Kind), of.ID, of.Day)
		if err != nil {
			return err
		}
		granted = limit - out
		between()
		queue(tx, "update ad_budget set leased = leased + $4 where kind = $1 and id = $2 and day = $3", int64(of.Kind), of.ID, of.Day, int64(granted))
		queue(tx, addLease, int64(of.Kind), of.ID, of.Day, int64(node), int64(granted), int64(0))
		return nil
	})
	return granted, err
}

// ConvertByReading converts as it must not be done: it reads the click without locking it. between is called after the reading.
func (d *DB) ConvertByReading(ctx context.Context, c Conversion, between func()) error {
	return d.update(ctx, "convert a click", func(tx sqldb.Tx) error {
		k := c.Click
		sql := "select uid from ad_click where node = $1 and epoch = $2 and serial = $3"
		if err := tx.One(ctx, []any{new(int64)}, sql, int64(k.Node), int64(k.Epoch), int64(k.Serial)); err != nil {
			return err
		}
		between()
		queue(tx, addConversion, int64(k.Node), int64(k.Epoch), int64(k.Serial), c.Kind, 1, c.Order, int64(c.Value), micros(c.At))
		return nil
	})
}
