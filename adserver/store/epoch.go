package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// ErrReplaced means that a later life of the node has begun: another program was started with its number.
var ErrReplaced = fault.New(fault.Conflict, "node_replaced", "another program was started with the number of this node")

// Life is one run of a node, from the start of the program to its end.
type Life struct {
	Epoch   uint32 // never given to the node before, from 1 on
	Applied uint64 // number after the last record of its journal that is booked
}

// Journal is what a life writes to.
type Journal struct {
	ID  string // of the folder
	New bool   // it has no records yet
}

const (
	nextEpoch = `insert into ad_epoch (node, epoch) values ($1, 1)
on conflict (node) do update set epoch = ad_epoch.epoch + 1
returning epoch`

	// It changes nothing, and locks the row: no later life begins meanwhile.
	sameEpoch = "update ad_epoch set epoch = epoch where node = $1 and epoch = $2"

	readJournal = "select upto, journal from ad_position where node = $1"

	setJournal = "update ad_position set journal = $2 where node = $1"

	lastSeen = "select seen from ad_node where node = $1 and gone = 0"

	addMarks = "insert into ad_mark (node, upto, at, marks) values ($1, $2, $3, $4)"

	forgetMarks = "delete from ad_mark where node = $1 and at < $2"

	readMarks = "select marks from ad_mark where node = $1 order by upto"
)

// alone is for how long a node must not have been heard of before it may go on with another journal.
const alone = 5 * time.Second

// Begin begins a life of a node: what lives before it would book is refused from then on. Its epoch is on disk when it is returned, so that
// a token made with it is not made again after a crash. Errors: Conflict when the node goes on with another journal that is not new, when it does while a
// program with its number was heard of lately, or when all four milliard epochs are used.
func (d *DB) Begin(ctx context.Context, node uint16, j Journal) (life Life, err error) {
	var epoch int64
	err = d.update(ctx, "begin a node", func(tx sqldb.Tx) error {
		if err := tx.One(ctx, []any{&epoch}, nextEpoch, int64(node)); err != nil {
			return err
		}
		if epoch > math.MaxUint32 {
			return fault.New(fault.Conflict, "epochs_used", "all epochs of this node are used")
		}
		queue(tx, makePosition, int64(node))
		var before string
		if err := tx.One(ctx, []any{&life.Applied, &before}, readJournal, int64(node)); err != nil {
			return err
		}
		if before != j.ID && before != "" {
			if err := takesOver(ctx, tx, node, j); err != nil {
				return err
			}
		}
		queue(tx, setJournal, int64(node), j.ID)
		return nil
	})
	life.Epoch = uint32(epoch)
	return life, err
}

// takesOver is why a journal must not be that of a node which has another; nil when it may.
func takesOver(ctx context.Context, tx sqldb.Tx, node uint16, j Journal) error {
	if !j.New {
		return fault.New(fault.Conflict, "journal_replaced",
			fmt.Sprintf("node %d went on with another journal: what this one has that was not booked then is not billed any more", node))
	}
	var seen int64
	if some, err := found(tx.One(ctx, []any{&seen}, lastSeen, int64(node))); err != nil || !some {
		return err
	}
	if ago := tx.Now().Sub(time.UnixMicro(seen)); ago < alone {
		return fault.New(fault.Conflict, "node_runs",
			fmt.Sprintf("a program with the number of node %d and another folder was heard of %s ago: stop it, or give another number", node, ago.Round(time.Millisecond)))
	}
	return nil
}

// Marks returns the marks of the tokens in what was booked of the node's journals lately, at least of all batches since the Forget of the last: see
// ledger.ReadMarks.
func (d *DB) Marks(ctx context.Context, node uint16) ([]byte, error) {
	lists, err := list(ctx, d.db, func(r sqldb.Row, v *[]byte) error { return r.Scan(v) }, readMarks, int64(node))
	var all []byte
	for _, marks := range lists {
		all = append(all, marks...)
	}
	return all, attempted("read marks", err)
}

// fence sees to it that a batch is of the node's last life, and that its leases stand.
func fence(tx sqldb.Tx, b *ledger.Batch) {
	node := Node{b.Node, b.Epoch}
	if b.Leased {
		renew(tx, node)
	} else {
		stay(tx, node)
	}
}

// mark keeps the batch's marks.
func mark(tx sqldb.Tx, b *ledger.Batch) {
	if !b.Forget.IsZero() {
		queue(tx, forgetMarks, int64(b.Node), micros(b.Forget))
	}
	if len(b.Marks) > 0 {
		queue(tx, addMarks, int64(b.Node), int64(b.Upto), micros(b.At), b.Marks)
	}
}
