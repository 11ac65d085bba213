package sqlstore

import (
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// statements are the texts that differ between the dialects, built once. All
// others are constants in the method that runs them.
type statements struct {
	members, eventsByID, bookingsByID, bookingsInStatus, detailsByHold, showStates string
	lockShows, lockBrands                                                          string

	lockInventory, addFrame         string
	takeSeats, moveSeats, freeSeats bulk
	addQuotas, moveQuotas           bulk
	addHolds, addDetails, moveHolds bulk
	putShows, putTickets            bulk
	claimMessages                   string
	addMessages, settleMessages     bulk
	addMails                        bulk
	claimKeys                       bulk
}

func newStatements(d sqldb.Dialect) *statements {
	s := &statements{
		members:    members(d, "?"),
		eventsByID: "select doc from event where id in " + members(d, "$1"),
		showStates: "select id, status, seat_map_id, exists (select 1 from inventory where inventory.show_id = show.id) from show where id in " +
			members(d, "$1"),
		detailsByHold:    "select hold_id, detail from hold_detail where hold_id in " + members(d, "$1"),
		bookingsByID:     "select doc, version from booking where id in " + members(d, "$1"),
		bookingsInStatus: "select doc, version from booking where show_id = $1 and id > $2 and status in " + members(d, "$3") + " order by id limit $4",
	}
	s.locks(d)
	s.inventory(d)
	s.holds(d)
	s.messages(d)
	s.putShows = newBulk(d, `insert into show (id, partner_id, event_id, venue_id, seat_map_id, price_list_id, city, starts_at, local_date, status, version, doc)
select id, partner_id, event_id, venue_id, seat_map_id, price_list_id, city, starts_at, local_date, status, version, doc from %s
where true
on conflict (id) do update set partner_id = excluded.partner_id, event_id = excluded.event_id, venue_id = excluded.venue_id, seat_map_id = excluded.seat_map_id,
  price_list_id = excluded.price_list_id, city = excluded.city, starts_at = excluded.starts_at, local_date = excluded.local_date,
  status = excluded.status, version = show.version + 1, doc = excluded.doc`, 1,
		column{"id", text}, column{"partner_id", text}, column{"event_id", text}, column{"venue_id", text},
		column{"seat_map_id", text}, column{"price_list_id", text}, column{"city", text}, column{"starts_at", moment},
		column{"local_date", text}, column{"status", text}, column{"version", number}, column{"doc", object})
	s.putTickets = newBulk(d, `insert into ticket (id, booking_id, show_id, serial, seat, area, amount_minor, status)
select id, booking_id, show_id, serial, seat, area, amount_minor, status from %s
where true
on conflict (id) do update set status = excluded.status`, 1,
		column{"id", text}, column{"booking_id", text}, column{"show_id", text}, column{"serial", number},
		column{"seat", number}, column{"area", text}, column{"amount_minor", number}, column{"status", text})
	s.claimKeys = newBulk(d, `insert into idempotency_key (scope, key, hash, done, answer, lease_until, expires_at)
select scope, key, hash, false, null, lease_until, expires_at from %s
where true
on conflict (scope, key) do update set hash = excluded.hash, done = false, answer = null, lease_until = excluded.lease_until, expires_at = excluded.expires_at
where (not idempotency_key.done and idempotency_key.lease_until < $1) or idempotency_key.expires_at < $1
returning scope, key`, 2,
		column{"scope", text}, column{"key", text}, column{"hash", text}, column{"lease_until", moment}, column{"expires_at", moment})
	return s
}

// locks are of rows and things besides the judge's. SQLite has one writer, who needs none.
func (s *statements) locks(d sqldb.Dialect) {
	// In order, so that two do not wait for each other. The first row of an inventory, which refers to its show's, waits too.
	s.lockShows, s.lockBrands = "select id from show where id in "+members(d, "$1")+" order by id", "select 1"
	if d == sqldb.Postgres {
		s.lockShows += " for update"
		s.lockBrands = "select pg_advisory_xact_lock(hashtext(current_schema()), hashtext('brand'))"
	}
}

func (s *statements) inventory(d sqldb.Dialect) {
	// The upsert locks the row and raises the version in one statement.
	s.lockInventory = `insert into inventory (show_id, version) values ($1, 1)
on conflict (show_id) do update set version = inventory.version + 1 returning version`
	s.addFrame = "insert into seat_frame (show_id, version, frame, made_at) values ($1, $2, $3, $4)"

	claim := []column{{"seat", number}, {"status", number}, {"hold", text}, {"until", moment}, {"from_status", number}, {"from_hold", text}}
	s.takeSeats = newBulk(d, `insert into seat_claim (show_id, seat, status, hold_id, until)
select $1, seat, status, hold, until from %s
where true
on conflict (show_id, seat) do nothing`, 2, claim...)

	// A seat changes hands only when the stored claim is the one that was judged, and to another hold
	// only when its time is over by the database's clock.
	s.moveSeats = newBulk(d, `update seat_claim set status = x.status, hold_id = x.hold, until = x.until
from %s
where seat_claim.show_id = $1 and seat_claim.seat = x.seat
  and seat_claim.status = x.from_status and seat_claim.hold_id = x.from_hold
  and (x.hold = x.from_hold or seat_claim.until < $2)`, 3, claim...)

	// SQLite has no DELETE … USING.
	s.freeSeats = newBulk(d, `delete from seat_claim where (show_id, seat) in (
  select c.show_id, c.seat from %s join seat_claim as c on c.show_id = $1 and c.seat = x.seat and c.status = x.from_status and c.hold_id = x.from_hold)`,
		2, claim...)

	// A difference may be negative, so it is no row that a quota could begin with.
	quota := []column{{"key", text}, {"capacity", number}, {"held", number}, {"sold", number}}
	s.addQuotas = newBulk(d, `insert into quota (show_id, quota, capacity, held, sold)
select $1, key, capacity, 0, 0 from %s
where true
on conflict (show_id, quota) do nothing`, 2, quota...)
	s.moveQuotas = newBulk(d, `update quota set capacity = x.capacity, held = quota.held + x.held, sold = quota.sold + x.sold
from %s
where quota.show_id = $1 and quota.quota = x.key`, 2, quota...)
}

func (s *statements) holds(d sqldb.Dialect) {
	hold := []column{
		{"id", text},
		{"state", text},
		{"buyer", text},
		{"seats", object},
		{"areas", object},
		{"created_at", moment},
		{"expires_at", moment},
		{"pay_by", moment},
		{"sold_at", moment},
		{"due_at", moment},
		{"extended", number},
		{"reason", text},
	}
	s.addHolds = newBulk(d, `insert into hold (id, show_id, state, buyer, seats, areas, created_at, expires_at, pay_by, sold_at, due_at, extended, reason)
select id, $1, state, buyer, seats, areas, created_at, expires_at, pay_by, sold_at, due_at, extended, reason from %s
where true`, 2, hold...)
	s.addDetails = newBulk(d, `insert into hold_detail (hold_id, detail, version)
select id, detail, 1 from %s
where true
on conflict (hold_id) do update set detail = excluded.detail, version = hold_detail.version + 1`, 1, column{"id", text}, column{"detail", object})
	s.moveHolds = newBulk(d, `update hold set state = x.state, seats = x.seats, areas = x.areas, expires_at = x.expires_at,
  pay_by = x.pay_by, sold_at = x.sold_at, due_at = x.due_at, extended = x.extended, reason = x.reason
from %s
where hold.id = x.id and hold.show_id = $1`, 2, hold...)
}

func (s *statements) messages(d sqldb.Dialect) {
	locked := ""
	if d == sqldb.Postgres {
		locked = " for update skip locked"
	}
	s.addMessages = newBulk(d, `insert into message (id, topic, key, body, created_at, status, next_at)
select id, topic, key, body, created_at, 'pending', created_at from %s
where true`, 1,
		column{"id", text}, column{"topic", text}, column{"key", text}, column{"body", object}, column{"created_at", moment})
	s.claimMessages = `update message set leased_until = $2 where id in (
  select id from message where status = 'pending' and next_at <= $1 and (leased_until is null or leased_until <= $1)
  order by next_at, id limit $3` + locked + `)
returning ` + messageColumns
	s.settleMessages = newBulk(d, `update message set status = x.status,
  next_at = case when x.status = 'pending' then x.next_at else message.next_at end, delivered_at = x.delivered_at, attempts = x.attempts,
  last_error = case when x.error = '' then message.last_error else x.error end, sinks = x.sinks, leased_until = null
from %s
where message.id = x.id and message.status = 'pending' and message.leased_until = x.leased_until`, 1,
		column{"id", text}, column{"leased_until", moment}, column{"status", text}, column{"next_at", moment},
		column{"delivered_at", moment}, column{"attempts", number}, column{"error", text}, column{"sinks", object})
	s.addMails = newBulk(d, `insert into mail (id, recipient, created_at, doc)
select id, recipient, created_at, doc from %s
where true
on conflict (id) do nothing`, 1,
		column{"id", text}, column{"recipient", text}, column{"created_at", moment}, column{"doc", object})
}
