package portal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// asked is what a report is asked to be of.
type asked struct {
	By       store.Dim
	From, To time.Time // dates, in the zone of the page
	Campaign ads.CampaignID
}

// Of what advertisers and publishers see reports, in words. Publishers are not told whose ads they were.
var (
	advertiserDims = []choice{
		{string(store.ByDay), "Day", ""},
		{string(store.ByCampaign), "Campaign", ""},
		{string(store.ByLine), "Line", ""},
		{string(store.ByCreative), "Creative", ""},
		{string(store.ByPlacement), "Placement", ""},
		{string(store.ByCity), "City", ""},
	}
	publisherDims = []choice{{string(store.ByDay), "Day", ""}, {string(store.ByPlacement), "Placement", ""}, {string(store.ByCity), "City", ""}}
)

// defaultDays is how many days a report is of that names none.
const defaultDays = 14

// maxReportDays is the most that the store sums up.
const maxReportDays = 366

// asked reads the address of a report.
func (r *request) asked(dims []choice) (asked, error) {
	today := r.p.now().In(r.zone())
	a := asked{By: store.Dim(cmp.Or(r.query("by"), string(store.ByDay))), From: today.AddDate(0, 0, 1-defaultDays), To: today}
	if !slices.ContainsFunc(dims, func(c choice) bool { return c.Value == string(a.By) }) {
		return a, errNoPage
	}
	for _, d := range []struct {
		field string
		to    *time.Time
	}{{"from", &a.From}, {"to", &a.To}} {
		if s := r.query(d.field); s != "" {
			t, err := time.ParseInLocation(time.DateOnly, s, r.zone())
			if err != nil || t.Year() < 2000 || t.Year() > 2200 {
				return a, fault.Invalidf(d.field, "must be a day such as 2026-12-31")
			}
			*d.to = t
		}
	}
	if n := daysBetween(a.From, a.To); n < 1 || n > maxReportDays {
		return a, fault.Invalidf("to", "must be a day at most %d days after the first one, and not before it", maxReportDays-1)
	}
	if s := r.query("campaign"); s != "" {
		n, err := strconv.ParseUint(s, 10, 32)
		if err != nil {
			return a, errNoPage
		}
		a.Campaign = ads.CampaignID(n)
	}
	return a, nil
}

// daysBetween is how many dates there are from one to the other, both counted; none when they are the wrong way round.
func daysBetween(from, to time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(to).Sub(day(from))/(24*time.Hour)) + 1
}

// report is a report as it is shown and written to a file.
type report struct {
	asked
	Of       string // "Acme"
	At       string // path of the page
	Dims     []choice
	Currency string
	Zone     string
	Selling  bool // what is earned is shown, not what is paid
	Rows     []reportRow
	Total    figures
	Days     []reportRow // for the chart
	Invalid  []fact      // by reason
	Problem  string
}

type reportRow struct {
	Label string
	figures
}

func (r *request) queryOf(a asked) store.Query {
	q := store.Query{From: a.From, To: a.To, Zone: r.zone(), Campaign: a.Campaign}
	if r.publisher.Owner != 0 {
		q.Publisher = ads.PublisherID(r.publisher.Owner)
	} else {
		q.Advertiser = ads.AdvertiserID(r.advertiser.Owner)
	}
	return q
}

// report makes the report that is asked for.
func (r *request) report(a asked, dims []choice) (report, error) {
	v := report{asked: a, Dims: dims, Currency: string(r.account().Currency), Zone: r.zone().String()}
	v.Of, v.At = r.advertiser.Value.Name, r.atOwner()
	if r.publisher.Owner != 0 {
		v.Of, v.At, v.Selling = r.publisher.Value.Name, r.atSeller(), true
	}
	names, err := r.names(a.By)
	if err != nil {
		return v, err
	}
	q := r.queryOf(a)
	q.By = []store.Dim{a.By}
	rows, err := r.p.db.Report(r.ctx, q)
	if err != nil {
		return v, err
	}
	invalid := map[uint8]int64{}
	for _, row := range rows {
		v.Rows = append(v.Rows, reportRow{names(row), figuresOf(row.Figures)})
		v.Total = v.Total.plus(figuresOf(row.Figures))
		for reason, n := range row.Invalid {
			invalid[reason] += n
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(invalid)) {
		v.Invalid = append(v.Invalid, fact{r.p.cfg.ReasonName(reason), count(invalid[reason])})
	}
	if v.Days, err = r.days(a, rows); err != nil {
		return v, err
	}
	if a.By == store.ByDay {
		v.Rows = v.Days
	}
	return v, nil
}

// days are all days of a report, also those without anything.
func (r *request) days(a asked, rows []store.Row) ([]reportRow, error) {
	if a.By != store.ByDay {
		q := r.queryOf(a)
		q.By = []store.Dim{store.ByDay}
		var err error
		if rows, err = r.p.db.Report(r.ctx, q); err != nil {
			return nil, err
		}
	}
	sums := map[string]figures{}
	for _, row := range rows {
		day := row.Day.Format(time.DateOnly)
		sums[day] = sums[day].plus(figuresOf(row.Figures))
	}
	var list []reportRow
	for i := range daysBetween(a.From, a.To) {
		day := a.From.AddDate(0, 0, i).Format(time.DateOnly)
		list = append(list, reportRow{day, sums[day]})
	}
	return list, nil
}

// names returns what rows are called that are by a dimension.
func (r *request) names(by store.Dim) (func(store.Row) string, error) {
	named := map[uint32]string{}
	all := store.Filter{Owner: r.advertiser.Owner, Page: store.Page{Most: 1000}}
	var err error
	switch by {
	case store.ByCampaign:
		var list []store.Kept[ads.Campaign]
		list, err = r.p.db.Campaigns.List(r.ctx, all)
		for _, k := range list {
			named[uint32(k.Value.ID)] = k.Value.Name
		}
	case store.ByLine:
		var list []store.Kept[ads.Line]
		list, err = r.p.db.Lines.List(r.ctx, all)
		for _, k := range list {
			named[uint32(k.Value.ID)] = k.Value.Name
		}
	case store.ByCreative:
		var list []store.Kept[ads.Creative]
		list, err = r.p.db.Creatives.List(r.ctx, all)
		for _, k := range list {
			named[uint32(k.Value.ID)] = k.Value.Name
		}
	case store.ByPlacement:
		err = r.namePlacements(named)
	case store.ByDay, store.ByCity, store.ByReason:
	}
	return func(row store.Row) string { return rowName(row, by, named) }, err
}

func (r *request) namePlacements(named map[uint32]string) error {
	if r.publisher.Owner != 0 {
		list, err := r.p.db.Placements.List(r.ctx, store.Filter{Owner: r.publisher.Owner, Page: store.Page{Most: 1000}})
		for _, k := range list {
			named[uint32(k.Value.ID)] = k.Value.Name
		}
		return err
	}
	list, err := r.placements()
	for _, pl := range list {
		named[uint32(pl.ID)] = pl.seller + ": " + pl.Name
	}
	return err
}

func rowName(row store.Row, by store.Dim, named map[uint32]string) string {
	switch by {
	case store.ByDay:
		return row.Day.Format(time.DateOnly)
	case store.ByCity:
		return cmp.Or(row.City, "not known")
	case store.ByCampaign, store.ByLine, store.ByCreative, store.ByPlacement, store.ByReason:
	}
	id := uint32(row.Campaign) + uint32(row.Line) + uint32(row.Creative) + uint32(row.Placement)
	return cmp.Or(named[id], fmt.Sprintf("%s %d", by, id))
}

func (p *Portal) advertiserReport(r *request) error { return r.showReport(advertiserDims) }

func (p *Portal) publisherReport(r *request) error { return r.showReport(publisherDims) }

func (r *request) showReport(dims []choice) error {
	status, problem := fasthttp.StatusOK, ""
	a, err := r.asked(dims)
	if fault.Is(err, fault.Invalid) {
		status, problem = fasthttp.StatusBadRequest, sentence(fault.Of(err).Message)
		today := r.p.now().In(r.zone())
		a, err = asked{By: store.ByDay, From: today.AddDate(0, 0, 1-defaultDays), To: today}, nil
	}
	if err != nil {
		return err
	}
	v, err := r.report(a, dims)
	if err != nil {
		return err
	}
	v.Problem = problem
	return r.show(status, reportPage(r.frame("Reports"), v))
}

// address is the query of the report that is shown.
func (v report) address() string {
	q := fmt.Sprintf("?by=%s&from=%s&to=%s", v.By, v.From.Format(time.DateOnly), v.To.Format(time.DateOnly))
	if v.Campaign != 0 {
		q += "&campaign=" + strconv.FormatUint(uint64(v.Campaign), 10)
	}
	return q
}
