package portal

import (
	"strconv"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/money"
)

// figures are what happened to ads. Gross and Share are without what was given back of them.
type figures struct {
	Decisions, Views, Clicks, Conversions, Invalid int64
	Gross, Share, Value                            ads.Nano
	Back, BackShare                                ads.Nano
}

func (f figures) plus(g figures) figures {
	return figures{
		Decisions: f.Decisions + g.Decisions, Views: f.Views + g.Views, Clicks: f.Clicks + g.Clicks, Conversions: f.Conversions + g.Conversions,
		Invalid: f.Invalid + g.Invalid, Gross: f.Gross + g.Gross, Share: f.Share + g.Share,
		Back: f.Back + g.Back, BackShare: f.BackShare + g.BackShare, Value: f.Value.Plus(g.Value),
	}
}

// Rate is the click rate in words.
func (f figures) Rate() string {
	if f.Views == 0 {
		return "–"
	}
	return percent(float64(f.Clicks) / float64(f.Views))
}

func figuresOf(s store.Figures) figures {
	f := figures{
		Decisions: s.Decisions, Views: s.Views, Clicks: s.Clicks, Conversions: s.Conversions, Gross: s.Gross - s.Back, Share: s.Share - s.BackShare,
		Back: s.Back, BackShare: s.BackShare, Value: s.Value,
	}
	for _, n := range s.Invalid {
		f.Invalid += n
	}
	return f
}

// lookBack is how many days the figures beside lists are of: as many as a report may have.
const lookBack = 790

// figuresBy are the figures of an advertiser's things, by one dimension.
func (r *request) figuresBy(by store.Dim, q store.Query) (map[uint32]figures, error) {
	rows, err := r.p.db.Report(r.ctx, r.ever(q, by))
	if err != nil {
		return nil, err
	}
	all := make(map[uint32]figures, len(rows))
	for _, row := range rows {
		id := uint32(row.Campaign) + uint32(row.Line) + uint32(row.Creative) // of which all but one are zero
		all[id] = all[id].plus(figuresOf(row.Figures))
	}
	return all, nil
}

// ever is a query of the advertiser over all that a report may be of.
func (r *request) ever(q store.Query, by ...store.Dim) store.Query {
	today := r.p.now().In(r.zone())
	q.Advertiser, q.Zone, q.By = ads.AdvertiserID(r.advertiser.Owner), r.zone(), by
	q.From, q.To = today.AddDate(0, 0, -lookBack), today
	return q
}

func (r *request) figuresOfCreative(id ads.CreativeID) (figures, error) {
	all, err := r.figuresBy(store.ByCreative, store.Query{Line: r.line.Value.ID})
	return all[uint32(id)], err
}

// spending is what was taken from budgets, over all time and today, and what of all of it was given back, which budgets do not have again.
type spending struct{ total, today, back ads.Nano }

func (r *request) spent(q store.Query) (s spending, err error) {
	rows, err := r.p.db.Report(r.ctx, r.ever(q, store.ByDay))
	day := r.p.now().In(r.zone()).Format(time.DateOnly)
	for _, row := range rows {
		s.total, s.back = s.total+row.Gross, s.back+row.Back
		if row.Day.Format(time.DateOnly) == day {
			s.today += row.Gross
		}
	}
	return s, err
}

// account is that of the advertiser or publisher of the page.
func (r *request) account() ledger.Account {
	if r.publisher.Owner != 0 {
		return ledger.Account{Kind: ledger.OfPublisher, ID: r.publisher.Owner, Currency: r.publisher.Value.Currency}
	}
	return ledger.Account{Kind: ledger.OfAdvertiser, ID: r.advertiser.Owner, Currency: r.advertiser.Value.Currency}
}

// balance is what is in the account of the page.
func (r *request) balance() (ads.Nano, error) {
	account := r.account()
	all, err := r.p.db.Balances(r.ctx, account)
	return all[account], err
}

// money is an amount in the currency of the page.
func (r *request) money(n ads.Nano) string { return inCurrency(n, r.account().Currency) }

// inCurrency is an amount as people read it: "USD 1,234.50".
func inCurrency(n ads.Nano, c money.Currency) string {
	return string(c) + " " + grouped(decimals(n, c))
}

// decimals is an amount with all decimals of its currency, and more where it has them: "1234.50", "0.00037".
func decimals(n ads.Nano, c money.Currency) string {
	whole, part, _ := strings.Cut(n.String(), ".")
	for len(part) < c.Exponent() {
		part += "0"
	}
	if part == "" {
		return whole
	}
	return whole + "." + part
}

// grouped puts commas between thousands.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:] // U+2212, as it is read out
	}
	whole, part, point := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + part
	}
	return sign + whole
}

// count is a whole number as people read it.
func count(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// percent is a part in words: "1.25 %".
func percent(part float64) string { return strconv.FormatFloat(part*100, 'f', 2, 64) + " %" }
