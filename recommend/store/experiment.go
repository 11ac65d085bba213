package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/marquee-tickets/marquee/internal/sqldb"
	"github.com/marquee-tickets/marquee/recommend"
	"github.com/marquee-tickets/marquee/recommend/experiment"
)

// exposureRow is a row of rec_exposure.
type exposureRow struct {
	Experiment string `json:"experiment"`
	Unit       string `json:"unit"`
	At         int64  `json:"at"` // microseconds since 1970
	Surface    string `json:"surface"`
	Arm        string `json:"arm"`
	Items      string `json:"items"` // a JSON list
}

// AddExposures stores what units saw. The same experiment, unit, surface and instant is the same exposure: adding it again changes
// nothing. Errors: a fault that names the field of the first one at fault, and then nothing is stored.
func (d *DB) AddExposures(ctx context.Context, list []experiment.Exposure) error {
	if err := checked(list); err != nil || len(list) == 0 {
		return err
	}
	rows := make([]exposureRow, len(list))
	for i, e := range list {
		items, err := json.Marshal(append([]recommend.ItemID{}, e.Items...))
		if err != nil {
			return fmt.Errorf("add exposures: %w", err)
		}
		rows[i] = exposureRow{e.Experiment, e.Unit, micros(e.At), e.Surface, e.Arm, string(items)}
	}
	slices.SortFunc(rows, func(a, b exposureRow) int {
		return cmp.Or(cmp.Compare(a.Experiment, b.Experiment), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.At, b.At), cmp.Compare(a.Surface, b.Surface))
	})
	return add(ctx, d.db, "add exposures", rows, d.sql.addExposures)
}

// outcomeRow is a row of rec_outcome.
type outcomeRow struct {
	Unit string `json:"unit"`
	Item string `json:"item_id"`
	Kind string `json:"kind"`
	At   int64  `json:"at"` // microseconds since 1970
}

// AddOutcomes stores what units did, in whatever order with their exposures: both are joined when the rows are read. Adding one again
// changes nothing. Errors: as of AddExposures.
func (d *DB) AddOutcomes(ctx context.Context, list []experiment.Outcome) error {
	if err := checked(list); err != nil || len(list) == 0 {
		return err
	}
	rows := make([]outcomeRow, len(list))
	for i, o := range list {
		rows[i] = outcomeRow{o.Unit, string(o.Item), string(o.Kind), micros(o.At)}
	}
	slices.SortFunc(rows, func(a, b outcomeRow) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.At, b.At))
	})
	return add(ctx, d.db, "add outcomes", rows, d.sql.addOutcomes)
}

// add inserts rows of which nothing is told.
func add[T any](ctx context.Context, db sqldb.DB, what string, rows []T, sql string) error {
	err := db.Update(ctx, func(tx sqldb.Tx) error {
		for part := range slices.Chunk(rows, rowsAtOnce) {
			tx.Queue(sqldb.Stmt{SQL: sql, Args: []any{sqldb.JSON(part)}})
		}
		return nil
	})
	return attempted(what, err)
}

// experimentRows joins outcomes with the lists that had their items. A unit counts for the arm of its first list.
const experimentRows = `with seen as materialized (
  select unit, arm, lists, moved from (
    select unit, arm, count(*) over (partition by unit) as lists,
      case when min(arm) over (partition by unit) = max(arm) over (partition by unit) then 0 else 1 end as moved,
      row_number() over (partition by unit order by at, arm) as n
    from rec_exposure where experiment = $1) as e
  where n = 1),
hit as materialized (
  select distinct e.unit, o.kind, o.item_id from rec_exposure e join rec_outcome o on o.unit = e.unit
  where e.experiment = $1 and o.at >= e.at and o.at <= e.at + case o.kind when 'click' then cast($2 as bigint) else cast($3 as bigint) end
    and o.item_id in %s),
did as materialized (select unit, kind, count(*) as items from hit group by unit, kind)
select s.arm, count(*), cast(sum(s.lists) as bigint), cast(sum(s.moved) as bigint), count(c.unit), count(b.unit),
  cast(coalesce(sum(c.items), 0) as bigint), cast(coalesce(sum(b.items), 0) as bigint)
from seen s left join did c on c.unit = s.unit and c.kind = 'click' left join did b on b.unit = s.unit and b.kind = 'book'
group by s.arm order by s.arm`

// ExperimentRows returns what was seen of each arm of the experiment so far, sorted by arm; an arm that nobody saw has no row. It reads
// all that is stored of the experiment and is for a page that few look at.
func (d *DB) ExperimentRows(ctx context.Context, name string) ([]experiment.Row, error) {
	rows, err := collect(ctx, d.back, slowTimeout, func(r sqldb.Row, v *experiment.Row) error {
		return r.Scan(&v.Arm, &v.Units, &v.Exposures, &v.Moved, &v.ClickUnits, &v.BookUnits, &v.Clicks, &v.Bookings)
	}, d.sql.experimentRows, name, experiment.Window(recommend.Click).Microseconds(), experiment.Window(recommend.Book).Microseconds())
	return rows, attempted("sum up experiment "+name, err)
}
