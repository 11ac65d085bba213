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
		queue(tx, addLease, int64(of.Kind), of.ID, of.Day, int64(node), int64(granted))
		return nil
	})
	return granted, err
}
