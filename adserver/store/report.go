package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Dim is what the rows of a report are apart by.
type Dim string

// The dimensions.
const (
	ByDay       Dim = "day"
	ByCampaign  Dim = "campaign"
	ByLine      Dim = "line"
	ByCreative  Dim = "creative"
	ByPlacement Dim = "placement"
	ByCity      Dim = "city"
	ByReason    Dim = "reason"
)

// dims are all dimensions, in the order that rows are sorted by.
var dims = []Dim{ByDay, ByCampaign, ByLine, ByCreative, ByPlacement, ByCity, ByReason}

const (
	maxDays = 800    // of a report
	maxRows = 50_000 // of a report, before kinds are put together
)

// Query says what a report is of. One of Advertiser, Publisher and All is given; the others narrow it, and show nothing of other tenants.
type Query struct {
	Advertiser ads.AdvertiserID
	Publisher  ads.PublisherID
	All        bool // of all tenants, for staff
	Campaign   ads.CampaignID
	Line       ads.LineID

	// From and To are the first and the last day, of which the date alone counts. At most 800 days.
	From, To time.Time
	// Zone is where the days begin; nil means UTC.
	Zone *time.Location

	By []Dim // in any order; empty for one row for each currency
}

// Figures are what happened. Invalid traffic is in Invalid alone, unless the report is by reason: then each row is of one reason, 0 for
// what counts.
type Figures struct {
	Decisions, Views, Clicks, Conversions int64
	Gross, Share                          ads.Nano        // as billed
	Back, BackShare                       ads.Nano        // of them, what was given back since as invalid traffic (RefundFinding)
	Value                                 ads.Nano        // of the conversions, as their advertisers say; more than ads.MaxNano is that
	Invalid                               map[uint8]int64 // reason: views, clicks and conversions; nil for none
}

// Row is a line of a report. What it is not apart by is zero.
type Row struct {
	Day       time.Time // its beginning, in the query's zone
	Campaign  ads.CampaignID
	Line      ads.LineID
	Creative  ads.CreativeID
	Placement ads.PlacementID
	City      string
	Reason    uint8
	Currency  money.Currency
	Figures
}

// keys is Row without its figures, which can be compared.
type keys struct {
	day       int // place in the list of days
	campaign  ads.CampaignID
	line      ads.LineID
	creative  ads.CreativeID
	placement ads.PlacementID
	city      string
	reason    uint8
	currency  money.Currency
}

func (q Query) validate() error {
	first, last := q.days()
	switch {
	case q.Advertiser != 0 && q.Publisher != 0:
		return fault.Invalidf("publisher", "must not be given with an advertiser")
	case q.From.IsZero() || q.To.IsZero() || last.Before(first):
		return fault.Invalidf("to", "must be a day, and not before the first one")
	case last.Sub(first) > maxDays*24*time.Hour:
		return fault.Invalidf("to", "must be at most %d days after the first one", maxDays)
	}
	for _, by := range q.By {
		if !slices.Contains(dims, by) {
			return fault.Invalidf("by", "must be of day, campaign, line, creative, placement, city and reason, not %.32q", string(by))
		}
	}
	return owned(uint32(q.Advertiser)+uint32(q.Publisher), q.All)
}

// days returns the beginnings of the first and the last day.
func (q Query) days() (first, last time.Time) { return q.day(q.From, 0), q.day(q.To, 0) }

// day is the beginning of the date, and so many days later.
func (q Query) day(t time.Time, later int) time.Time {
	zone := q.Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(t.Year(), t.Month(), t.Day()+later, 0, 0, 0, 0, zone)
}

// dayRow is which quarters of an hour are of a day: from First up to before Past.
type dayRow struct {
	Day   int   `json:"day"`
	First int64 `json:"first"`
	Past  int64 `json:"past"`
}

// calendar returns the days with their quarters of hours.
func (q Query) calendar() (begins []time.Time, rows []dayRow) {
	_, last := q.days()
	for i := 0; ; i++ {
		begin := q.day(q.From, i)
		if begin.After(last) {
			return begins, rows
		}
		begins = append(begins, begin)
		rows = append(rows, dayRow{i, ledger.QuarterOf(begin), ledger.QuarterOf(q.day(q.From, i+1))})
	}
}

// Report returns the sums, sorted by day, campaign, line, creative, placement, city and reason, as far as it is by them. Errors: Invalid about
// what is missing or wrong in the query, or that it has too many rows.
func (d *DB) Report(ctx context.Context, q Query) ([]Row, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	begins, days := q.calendar()
	sql, args := d.reportSQL(q, days)
	facts, err := list(ctx, d.db, scanReport, sql, args...)
	switch {
	case err != nil:
		return nil, attempted("make a report", err)
	case len(facts) > maxRows:
		return nil, fault.Invalidf("by", "has too many rows: choose fewer days or dimensions")
	}
	return rowsOf(facts, begins, slices.Contains(q.By, ByDay), slices.Contains(q.By, ByReason)), nil
}

// sumValue is the sum of what conversions were worth as whole units and billionths of them, so that what advertisers say cannot make it overflow.
const sumValue = "cast(sum(f.value / 1000000000) as bigint), cast(sum(f.value % 1000000000) as bigint)"

// reportSQL puts the statement together. What it is by comes from the list of dimensions alone.
func (d *DB) reportSQL(q Query, days []dayRow) (string, []any) {
	byDay := slices.Contains(q.By, ByDay)
	var columns []string
	for _, dim := range dims {
		zero := "0"
		if dim == ByCity {
			zero = "''"
		}
		column := "f." + string(dim)
		if dim == ByDay {
			column = "x.day"
		}
		if !slices.Contains(q.By, dim) && dim != ByReason { // the reason tells what counts
			column = zero
		}
		columns = append(columns, column)
	}
	c := &conditions{}
	from := "ad_fact f"
	if byDay {
		c.args = append(c.args, sqldb.JSON(days))
		from += d.sql.joinDays
	}
	c.add("f.quarter >= ?", days[0].First)
	c.add("f.quarter < ?", days[len(days)-1].Past)
	c.narrow("f.advertiser", uint32(q.Advertiser))
	c.narrow("f.publisher", uint32(q.Publisher))
	c.narrow("f.campaign", uint32(q.Campaign))
	c.narrow("f.line", uint32(q.Line))
	groups := strings.Join(grouped(columns), ", ")
	return fmt.Sprintf(`select %s, f.currency, f.kind, cast(sum(f.n) as bigint), cast(sum(f.gross) as bigint), cast(sum(f.share) as bigint),
cast(sum(f.back) as bigint), cast(sum(f.back_share) as bigint), %s
from %s%s group by %s, f.currency, f.kind order by %s, f.currency, f.kind limit %d`,
		strings.Join(columns, ", "), sumValue, from, c.where(), groups, groups, maxRows+1), c.args
}

// grouped returns the columns that are not constants.
func grouped(columns []string) []string {
	return slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return !strings.Contains(c, ".") })
}

// narrow limits the list to one, unless it is zero.
func (c *conditions) narrow(column string, id uint32) {
	if id != 0 {
		c.add(column+" = ?", id)
	}
}

// reportFact is a row of the statement.
type reportFact struct {
	keys
	kind         ledger.Kind
	n            int64
	gross, share ads.Nano

	back, backShare, value ads.Nano
}

func scanReport(r sqldb.Row, f *reportFact) error {
	var units int64
	err := r.Scan(&f.day, &f.campaign, &f.line, &f.creative, &f.placement, &f.city, &f.reason, &f.currency, &f.kind, &f.n, &f.gross, &f.share,
		&f.back, &f.backShare, &units, &f.value)
	f.value = f.value.Plus(ads.Nano(min(units, int64(ads.MaxNano/ads.Unit))) * ads.Unit)
	return err
}

// rowsOf puts the kinds of one row together, and the reasons, unless the report is by them.
func rowsOf(facts []reportFact, begins []time.Time, byDay, byReason bool) []Row {
	var rows []Row
	place := map[keys]int{}
	for _, f := range facts {
		key := f.keys
		if !byReason {
			key.reason = 0
		}
		i, ok := place[key]
		if !ok {
			i = len(rows)
			place[key] = i
			rows = append(rows, Row{
				Campaign: key.campaign, Line: key.line, Creative: key.creative, Placement: key.placement, City: key.city, Reason: key.reason, Currency: key.currency,
			})
			if byDay {
				rows[i].Day = begins[key.day]
			}
		}
		rows[i].add(f, byReason)
	}
	return rows
}

func (r *Figures) add(f reportFact, byReason bool) {
	r.Gross, r.Share, r.Back, r.BackShare, r.Value = r.Gross+f.gross, r.Share+f.share, r.Back+f.back, r.BackShare+f.backShare, r.Value.Plus(f.value)
	if f.reason != 0 && !byReason {
		if r.Invalid == nil {
			r.Invalid = map[uint8]int64{}
		}
		r.Invalid[f.reason] += f.n
		return
	}
	switch f.kind {
	case ledger.Decision:
		r.Decisions += f.n
	case ledger.View:
		r.Views += f.n
	case ledger.Click:
		r.Clicks += f.n
	case ledger.Conversion:
		r.Conversions += f.n
	}
}
