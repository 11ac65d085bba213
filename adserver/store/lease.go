package store

import (
	"context"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// ErrGone means that the node's leases have been taken back: it must not spend from them, and begins again with Join.
var ErrGone = fault.New(fault.Expired, "leases_gone", "the leases of this node have been taken back")

const (
	joinNode = `insert into ad_node (node, seen, gone) values ($1, $2, 0)
on conflict (node) do update set seen = excluded.seen, gone = 0`

	leaveNode = "update ad_node set gone = 1 where node = $1"

	renewNode = "update ad_node set seen = $2 where node = $1 and gone = 0"

	// The row is made first, so that the next statement has one to lock and to judge by.
	makeBudget = "insert into ad_budget (kind, id, day) values ($1, $2, $3) on conflict do nothing"

	// One statement judges and takes. Who waits for the row judges by what it has become.
	grant = `update ad_budget set
leased = leased + case when $4 < $5 - spent - leased then $4 else $5 - spent - leased end,
granted = case when $4 < $5 - spent - leased then $4 else $5 - spent - leased end
where kind = $1 and id = $2 and day = $3 and spent + leased < $5
returning granted`

	addLease = `insert into ad_lease (kind, id, day, node, amount, asked, got) values ($1, $2, $3, $4, $5, $6, $5)
on conflict (kind, id, day, node) do update set amount = ad_lease.amount + excluded.amount, asked = excluded.asked, got = excluded.got`

	lastLease = "select got from ad_lease where kind = $1 and id = $2 and day = $3 and node = $4 and asked = $5"

	returnLeased = "update ad_budget set leased = leased - $4 where kind = $1 and id = $2 and day = $3 and leased >= $4"

	returnLease = "update ad_lease set amount = amount - $5 where kind = $1 and id = $2 and day = $3 and node = $4 and amount >= $5"
)

// Node is whose leases they are.
type Node struct {
	Number uint16
	Epoch  uint32 // of the life that asks, see Begin: what a later one has leased is not its own; zero asks for any
}

// Join begins a node's leases: those that it had before are taken back, so it applies its journal first. Renew keeps them. Error: ErrReplaced.
func (d *DB) Join(ctx context.Context, node Node) error {
	return d.update(ctx, "join", func(tx sqldb.Tx) error {
		stay(tx, node)
		queue(tx, joinNode, int64(node.Number), micros(tx.Now()))
		takeBack(tx, node.Number)
		return nil
	})
}

// Leave ends a node's leases and gives back what is left of them. It applies its journal first. Who had none is no error. Error: ErrReplaced.
func (d *DB) Leave(ctx context.Context, node Node) error {
	return d.update(ctx, "leave", func(tx sqldb.Tx) error {
		stay(tx, node)
		queue(tx, leaveNode, int64(node.Number))
		takeBack(tx, node.Number)
		return nil
	})
}

// Renew says that the node is there. Errors: ErrGone, ErrReplaced.
//
// A node that was silent for as long as Reclaim is told loses its leases, so it must stop spending from them when its last
// Renew was that long ago by its own clock, however long the database does not answer.
func (d *DB) Renew(ctx context.Context, node Node) error {
	return d.update(ctx, "renew", func(tx sqldb.Tx) error {
		renew(tx, node)
		return nil
	})
}

// stay sees to it that this is the node's last life.
func stay(tx sqldb.Tx, node Node) {
	if node.Epoch != 0 {
		tx.Queue(sqldb.Stmt{SQL: sameEpoch, Args: []any{int64(node.Number), int64(node.Epoch)}, Want: 1, Miss: ErrReplaced})
	}
}

// renew locks the node's row: nobody takes its leases back meanwhile.
func renew(tx sqldb.Tx, node Node) {
	stay(tx, node)
	tx.Queue(sqldb.Stmt{SQL: renewNode, Args: []any{int64(node.Number), micros(tx.Now())}, Want: 1, Miss: ErrGone})
}

// Lease takes up to want of a budget for the node, and returns how much: less when less is left below the limit, zero when nothing is.
// What all nodes have leased and what is spent never exceed the limit together. Apply turns what the node spent from leased into spent; Return
// gives back what it will not spend. The limit is the budget's own; an advertiser's is what PaidIn says. A number above 0 tells what is asked again from
// what is asked anew: whoever has no answer asks with the same number until he has, and gets what he was granted the first time. Errors:
// ErrGone, ErrReplaced, Invalid about want.
func (d *DB) Lease(ctx context.Context, node Node, of Budget, number uint64, want, limit ads.Nano) (granted ads.Nano, err error) {
	if want <= 0 || want > ads.MaxNano || limit < 0 || limit > ads.MaxNano {
		return 0, fault.Invalidf("want", "must be above 0, the limit not below, and both at most %s", ads.MaxNano)
	}
	err = d.update(ctx, "lease", func(tx sqldb.Tx) error {
		granted = 0
		renew(tx, node)
		queue(tx, makeBudget, int64(of.Kind), of.ID, of.Day)
		if number > 0 {
			again, err := found(tx.One(ctx, []any{&granted}, lastLease, int64(of.Kind), of.ID, of.Day, int64(node.Number), int64(number)))
			if err != nil || again {
				return err
			}
		}
		some, err := found(tx.One(ctx, []any{&granted}, grant, int64(of.Kind), of.ID, of.Day, int64(want), int64(limit)))
		if err != nil || !some {
			return err
		}
		queue(tx, addLease, int64(of.Kind), of.ID, of.Day, int64(node.Number), int64(granted), int64(number))
		return nil
	})
	if err != nil {
		return 0, err
	}
	return granted, nil
}

// Return gives back some of what the node has leased. Errors: ErrGone, ErrReplaced, Conflict when it has not so much.
func (d *DB) Return(ctx context.Context, node Node, of Budget, amount ads.Nano) error {
	if amount < 0 {
		return fault.Invalidf("amount", "must not be below 0")
	}
	notLeased := fault.New(fault.Conflict, "not_leased", "this node has not leased so much")
	return d.update(ctx, "return a lease", func(tx sqldb.Tx) error {
		renew(tx, node)
		tx.Queue(sqldb.Stmt{SQL: returnLeased, Args: []any{int64(of.Kind), of.ID, of.Day, int64(amount)}, Want: 1, Miss: notLeased})
		tx.Queue(sqldb.Stmt{SQL: returnLease, Args: []any{int64(of.Kind), of.ID, of.Day, int64(node.Number), int64(amount)}, Want: 1, Miss: notLeased})
		return nil
	})
}

const (
	silentNodes = "select node from ad_node where gone = 0 and seen < $1 order by node"

	// A node that was silent and has renewed since is left alone.
	endNode = "update ad_node set gone = 1 where node = $1 and gone = 0 and seen < $2"

	// The budgets are locked before their leases are read, as Apply does it.
	lockBudgets = `update ad_budget set granted = 0
where (kind, id, day) in (select kind, id, day from ad_lease where node = $1)`

	unlease = `update ad_budget set leased = ad_budget.leased - l.amount
from (select kind, id, day, amount from ad_lease where node = $1) as l
where ad_budget.kind = l.kind and ad_budget.id = l.id and ad_budget.day = l.day`

	dropLeases = "delete from ad_lease where node = $1"
)

func takeBack(tx sqldb.Tx, node uint16) {
	queue(tx, lockBudgets, int64(node))
	queue(tx, unlease, int64(node))
	queue(tx, dropLeases, int64(node))
}

// Reclaim takes back the leases of nodes that have not renewed for so long, and returns which they were. What such a node spent and has not
// applied is not known here: should it apply that later, a budget may by then be spent to its limit by others, and exceed it by at
// most what the node had leased.
func (d *DB) Reclaim(ctx context.Context, silent time.Duration) ([]uint16, error) {
	before := micros(d.db.Now().Add(-silent))
	nodes, err := list(ctx, d.back, func(r sqldb.Row, n *uint16) error { return r.Scan(n) }, silentNodes, before)
	var ended []uint16
	for _, node := range nodes {
		if err != nil {
			break
		}
		var n int64
		err = d.back.Update(ctx, func(tx sqldb.Tx) error {
			var err error
			if n, err = tx.Exec(ctx, endNode, int64(node), before); err != nil || n == 0 {
				return err
			}
			takeBack(tx, node)
			return nil
		})
		if err == nil && n == 1 {
			ended = append(ended, node)
		}
	}
	return ended, attempted("reclaim leases", err)
}
