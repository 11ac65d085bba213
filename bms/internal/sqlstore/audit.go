package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// auditCheck is one invariant: a query that returns a row (subject, detail) for
// each violation. Its $1 is the limit; $2, where it is used, the time before which a message should
// have left.
type auditCheck struct{ name, sql string }

var auditChecks = []auditCheck{
	{"seat_sold_twice", `select show_id || ' seat ' || cast(seat as text), cast(count(*) as text) || ' living tickets'
from ticket where seat is not null and status <> 'cancelled'
group by show_id, seat having count(*) > 1 limit $1`},

	{"sold_seat_without_ticket", `select c.show_id || ' seat ' || cast(c.seat as text), 'sold to ' || c.hold_id || ' but no living ticket'
from seat_claim c left join ticket t on t.show_id = c.show_id and t.seat = c.seat and t.status <> 'cancelled'
where c.status = 2 and t.id is null limit $1`},

	{"ticket_without_sold_seat", `select t.id, 'seat ' || cast(t.seat as text) || ' of ' || t.show_id || ' is not sold'
from ticket t left join seat_claim c on c.show_id = t.show_id and c.seat = t.seat and c.status = 2
where t.seat is not null and t.status <> 'cancelled' and c.seat is null limit $1`},

	{"claim_without_hold", `select c.show_id || ' seat ' || cast(c.seat as text), 'claimed by ' || c.hold_id || ', which is ' || coalesce(h.state, 'missing')
from seat_claim c left join hold h on h.id = c.hold_id
where (h.id is null or not (c.status = 1 and h.state in ('held', 'paying') or c.status = 2 and h.state = 'sold' or c.status = 3 and h.state = 'house'))
 limit $1`},

	{"quota_over_capacity", `select show_id || ' ' || quota, cast(held + sold as text) || ' of ' || cast(capacity as text)
from quota where (held < 0 or sold < 0 or held + sold > capacity) limit $1`},

	// A quota with a key of an area is that area's own.
	{"area_sales_differ", `select q.show_id || ' ' || q.quota, cast(q.sold as text) || ' sold, ' || cast(coalesce(t.living, 0) as text) || ' living tickets'
from quota q left join (
  select show_id, area, sum(case when status <> 'cancelled' then 1 else 0 end) as living from ticket where seat is null group by show_id, area
) as t on t.show_id = q.show_id and t.area = q.quota
where q.sold <> coalesce(t.living, 0) and (t.area is not null or not exists (
  select 1 from ticket o where o.show_id = q.show_id and o.seat is null)) limit $1`},

	{"total_is_not_its_lines", `select b.id, 'total ' || cast(b.total_minor as text) || ', tickets ' || cast(sum(t.amount_minor) as text)
from booking b join ticket t on t.booking_id = b.id
group by b.id, b.total_minor having b.total_minor <> sum(t.amount_minor) limit $1`},

	{"confirmed_without_tickets", `select b.id, b.status from booking b
where b.status in ('confirmed', 'partly_cancelled')
  and not exists (select 1 from ticket t where t.booking_id = b.id and t.status <> 'cancelled') limit $1`},

	{"living_ticket_of_dead_booking", `select t.id, 'booking ' || b.id || ' is ' || b.status
from ticket t join booking b on b.id = t.booking_id
where t.status <> 'cancelled' and b.status not in ('confirmed', 'partly_cancelled') limit $1`},

	// Money that was taken and not given back pays for a booking, or stays as the fee of one that its buyer cancelled.
	{"money_without_booking", `select b.id, b.status || ' keeps ' || cast(sum(i.captured_minor - i.refunded_minor) as text) || ' of ' || cast(b.total_minor as text)
from booking b join intent i on i.booking_id = b.id
group by b.id, b.status, b.total_minor
having b.status = 'confirmed' and sum(i.captured_minor - i.refunded_minor) <> b.total_minor
  or b.status in ('draft', 'awaiting_payment', 'expired', 'late_refund') and sum(i.captured_minor - i.refunded_minor) <> 0
  or sum(i.captured_minor - i.refunded_minor) > b.total_minor limit $1`},

	{"confirmed_without_money", `select b.id, 'nothing was captured' from booking b
where b.status = 'confirmed' and b.total_minor > 0
  and not exists (select 1 from intent i where i.booking_id = b.id and i.captured_minor > 0) limit $1`},

	{"refunds_differ", `select i.id, 'refunds recorded ' || cast(i.refunded_minor as text) || ', owed or made ' || cast(coalesce(sum(r.amount_minor), 0) as text)
from intent i left join refund r on r.intent_id = i.id and r.status <> 'failed'
group by i.id, i.refunded_minor, i.captured_minor
having i.refunded_minor <> coalesce(sum(r.amount_minor), 0) or i.refunded_minor > i.captured_minor limit $1`},

	{"refund_failed", `select id, currency || ' ' || cast(amount_minor as text) || ' in minor units of ' || booking_id || ' are still owed'
from refund where status = 'failed' limit $1`},

	{"confirmation_without_message", `select b.id, 'no message tells of it' from booking b
where b.status in ('confirmed', 'partly_cancelled') and b.created_at > $2
  and not exists (select 1 from message m where m.key = b.id and m.topic = 'booking.confirmed') limit $1`},

	{"message_stuck", `select id, topic || ' is due since long, last error: ' || last_error
from message where status = 'pending' and next_at < $2 limit $1`},

	{"message_dead", `select id, topic || ' could not be delivered, last error: ' || last_error from message where status = 'dead' limit $1`},
}

// Older confirmations may have lost their message to pruning, and a message due for longer than this is stuck.
const auditHorizon = 6 * time.Hour

func (t *tx) AuditChecks() []string {
	names := make([]string, len(auditChecks))
	for i, c := range auditChecks {
		names[i] = c.name
	}
	return names
}

func (t *tx) RunAudit(ctx context.Context, check string, limit int) ([]store.Finding, error) {
	for _, c := range auditChecks {
		if c.name == check {
			scan := func(r sqldb.Row, f *store.Finding) error { return r.Scan(&f.Subject, &f.Detail) }
			args := []any{limit, t.Now().Add(-auditHorizon)}
			if !strings.Contains(c.sql, "$2") {
				args = args[:1]
			}
			return collect(ctx, t, scan, c.sql, args...)
		}
	}
	return nil, fmt.Errorf("audit check %q: %w", check, store.ErrNotFound)
}

func (t *tx) SellingShows(ctx context.Context) ([]catalog.ShowID, error) {
	scan := func(r sqldb.Row, id *catalog.ShowID) error { return r.Scan((*string)(id)) }
	return collect(ctx, t, scan, "select show_id from inventory order by show_id")
}

func (t *tx) PaidVouchers(ctx context.Context) ([]store.PaidVoucher, error) {
	scan := func(r sqldb.Row, v *store.PaidVoucher) error {
		return r.Scan(sqldb.IntoJSON(&v.Voucher), &v.Uses, &v.MostByBuyer)
	}
	return collect(ctx, t, scan, `select voucher.doc, used.total, used.most from voucher join (
  select voucher_id, cast(sum(uses) as bigint) as total, max(case when buyer = '' then 0 else uses end) as most
  from (select voucher_id, buyer, count(*) as uses from voucher_use where paid group by voucher_id, buyer) as by_buyer
  group by voucher_id) as used on used.voucher_id = voucher.id
order by voucher.id`)
}
