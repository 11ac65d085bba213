package store

import (
	"context"
	"math"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

const nextEpoch = `insert into ad_epoch (node, epoch) values ($1, 1)
on conflict (node) do update set epoch = ad_epoch.epoch + 1
returning epoch`

// NextEpoch returns a number that the node has never been given, from 1 on. It is on disk when it is returned, so that a token made with it
// is not made again after a crash. Error: Conflict when all four milliards are used.
func (d *DB) NextEpoch(ctx context.Context, node uint16) (uint32, error) {
	var epoch int64
	err := d.update(ctx, "begin an epoch", func(tx sqldb.Tx) error {
		if err := tx.One(ctx, []any{&epoch}, nextEpoch, int64(node)); err != nil {
			return err
		}
		if epoch > math.MaxUint32 {
			return fault.New(fault.Conflict, "epochs_used", "all epochs of this node are used")
		}
		return nil
	})
	return uint32(epoch), err
}
