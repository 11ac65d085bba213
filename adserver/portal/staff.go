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
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// tenantsView is the list of advertisers or publishers.
type tenantsView struct {
	Rows  []tenantRow
	Pager pager
}

type tenantRow struct {
	Name, Path, Currency, Balance, Since string
	Suspended                            bool
}

func (p *Portal) advertisersPage(r *request) error {
	page, err := r.page()
	if err != nil {
		return err
	}
	list, err := p.db.Advertisers.List(r.ctx, store.Filter{All: true, Page: page})
	if err != nil {
		return err
	}
	var v tenantsView
	for _, k := range list {
		a := k.Value
		account := ledger.Account{Kind: ledger.OfAdvertiser, ID: k.Owner, Currency: a.Currency}
		row, err := r.tenant(account, a.Name, atAdvertiser(a.ID), a.Created)
		if err != nil {
			return err
		}
		row.Suspended = a.Suspended
		v.Rows = append(v.Rows, row)
		v.Pager = pagerOf(page, len(list), k.Owner, "")
	}
	return r.show(fasthttp.StatusOK, advertisersPage(r.frame("Advertisers"), v))
}

func (p *Portal) publishersPage(r *request) error {
	page, err := r.page()
	if err != nil {
		return err
	}
	list, err := p.db.Publishers.List(r.ctx, store.Filter{All: true, Page: page})
	if err != nil {
		return err
	}
	var v tenantsView
	for _, k := range list {
		pub := k.Value
		account := ledger.Account{Kind: ledger.OfPublisher, ID: k.Owner, Currency: pub.Currency}
		row, err := r.tenant(account, pub.Name, atPublisher(pub.ID), pub.Created)
		if err != nil {
			return err
		}
		row.Suspended = pub.Suspended
		v.Rows = append(v.Rows, row)
		v.Pager = pagerOf(page, len(list), k.Owner, "")
	}
	return r.show(fasthttp.StatusOK, publishersPage(r.frame("Publishers"), v))
}

// tenant is a row with what is in an account.
func (r *request) tenant(a ledger.Account, name, path string, since time.Time) (tenantRow, error) {
	balances, err := r.p.db.Balances(r.ctx, a)
	return tenantRow{Name: name, Path: path, Currency: string(a.Currency), Balance: inCurrency(balances[a], a.Currency), Since: since.Format(time.DateOnly)}, err
}

// trafficView are findings of traffic that looks invalid.
type trafficView struct {
	Rows  []findingRow
	Pager pager
	State store.FindingState
}

type findingRow struct {
	Path, Day, Where, City, Views, Clicks, Amount string
	Open                                          bool
	State                                         string
}

func (p *Portal) trafficPage(r *request) error {
	page, err := r.page()
	if err != nil {
		return err
	}
	v := trafficView{State: store.FindingState(cmp.Or(r.query("state"), string(store.FindingHeld)))}
	if v.State != store.FindingHeld && v.State != store.FindingRefunded && v.State != store.FindingReleased {
		return errNoPage
	}
	list, err := p.db.Findings(r.ctx, store.Filter{All: true, State: string(v.State), Page: page})
	if err != nil {
		return err
	}
	for _, f := range list {
		v.Rows = append(v.Rows, findingRow{
			Path: fmt.Sprintf("/traffic/%d", f.ID), Day: dayText(f.Day), City: cmp.Or(f.Place.City, "not known"),
			Where: fmt.Sprintf("line %d, creative %d at placement %d", f.Place.Line, f.Place.Creative, f.Place.Placement), Views: count(f.Views),
			Clicks: count(f.Clicks), Amount: inCurrency(f.Gross, f.Place.Currency), Open: f.State == store.FindingHeld, State: string(f.State),
		})
		v.Pager = pagerOf(page, len(list), f.ID, "&state="+string(v.State))
	}
	return r.show(fasthttp.StatusOK, trafficPage(r.frame("Invalid traffic"), v))
}

const secondsPerDay = 24 * 60 * 60

// dayText is a day since 1970.
func dayText(day int32) string {
	return time.Unix(int64(day)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

var errDeed = fault.Invalidf("", "choose one of the buttons")

func (p *Portal) settleFinding(r *request) (err error) {
	id := r.other["finding"]
	switch r.form("deed") {
	case "refund":
		_, err = p.db.RefundFinding(r.ctx, r.by(), id)
	case "release":
		err = p.db.ReleaseFinding(r.ctx, r.by(), id)
	default:
		return errDeed
	}
	if fault.Is(err, fault.NotFound) {
		return errNoPage
	}
	if err != nil {
		return err
	}
	return r.done("/traffic", "finding-"+r.form("deed"))
}

// financeView is the money of the platform.
type financeView struct {
	Payouts  []payoutRow
	TopUps   []topUpRow
	Balances []balanceRow
	Pager    pager
	State    store.PayoutState
	States   []store.PayoutState
}

type payoutRow struct {
	Path, Publisher, Earnings, Amount, Period, When, State, Note string
	Deeds                                                        []choice
}

type topUpRow struct{ Advertiser, Balance, Amount, Gateway, When, State string }

type balanceRow struct{ Kind, Currency, Amount string }

// deeds are what can be done with a payout.
var deeds = map[store.PayoutState][]choice{
	store.PayoutRequested: {{"approve", "Approve", ""}, {"refuse", "Refuse", ""}},
	store.PayoutApproved:  {{"pay", "Mark as paid", ""}, {"refuse", "Refuse", ""}},
}

var payoutStates = []store.PayoutState{store.PayoutRequested, store.PayoutApproved, store.PayoutPaid, store.PayoutRefused}

func (p *Portal) financePage(r *request) error {
	page, err := r.page()
	if err != nil {
		return err
	}
	v := financeView{State: store.PayoutState(cmp.Or(r.query("state"), string(store.PayoutRequested))), States: payoutStates}
	if !slices.Contains(payoutStates, v.State) {
		return errNoPage
	}
	payouts, err := p.db.Payouts(r.ctx, store.Filter{All: true, State: string(v.State), Page: page})
	if err != nil {
		return err
	}
	names := map[uint32]string{}
	for _, out := range payouts {
		if names[uint32(out.Publisher)] == "" {
			pub, err := p.db.Publishers.Get(r.ctx, out.Publisher)
			if err != nil {
				return err
			}
			names[uint32(out.Publisher)] = pub.Value.Name
		}
		v.Payouts = append(v.Payouts, payoutRow{
			Path: fmt.Sprintf("/finance/payouts/%d", out.ID), Publisher: names[uint32(out.Publisher)], Earnings: atPublisher(out.Publisher) + "/earnings", Amount: out.Amount.String(),
			Period: dayText(out.FirstDay) + " to " + dayText(out.LastDay), When: out.Created.Format(time.DateOnly), State: string(out.State), Note: out.Note,
			Deeds: deeds[out.State],
		})
		v.Pager = pagerOf(page, len(payouts), out.ID, "&state="+string(v.State))
	}
	if v.TopUps, err = r.openTopUps(); err != nil {
		return err
	}
	if v.Balances, err = r.sums(); err != nil {
		return err
	}
	return r.show(fasthttp.StatusOK, financePage(r.frame("Finance"), v))
}

// openTopUps are those whose outcome is not known.
func (r *request) openTopUps() ([]topUpRow, error) {
	list, err := r.p.db.TopUps(r.ctx, store.Filter{All: true, State: string(store.TopUpCreated), Page: store.Page{Most: pageSize}})
	var rows []topUpRow
	for _, t := range list {
		a, err := r.p.db.Advertisers.Get(r.ctx, t.Advertiser)
		if err != nil {
			return nil, err
		}
		rows = append(rows, topUpRow{a.Value.Name, atAdvertiser(t.Advertiser) + "/balance", t.Amount.String(), t.Gateway, t.Created.UTC().Format("2006-01-02 15:04 UTC"), string(t.State)})
	}
	return rows, err
}

// sums are all balances by kind and currency. Those of a currency sum to zero.
func (r *request) sums() ([]balanceRow, error) {
	all, err := r.p.db.Balances(r.ctx)
	if err != nil {
		return nil, err
	}
	type key struct {
		currency money.Currency
		kind     ledger.AccountKind
	}
	sums := map[key]ads.Nano{}
	for a, n := range all {
		sums[key{a.Currency, a.Kind}] += n
	}
	var rows []balanceRow
	for _, k := range slices.SortedFunc(maps.Keys(sums), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.kind, b.kind))
	}) {
		rows = append(rows, balanceRow{kindWords[k.kind], string(k.currency), inCurrency(sums[k], k.currency)})
	}
	return rows, nil
}

var kindWords = map[ledger.AccountKind]string{
	ledger.OfAdvertiser: "Advertisers, not spent yet", ledger.OfPublisher: "Publishers, not paid out yet", ledger.OfPlatform: "The platform's part",
	ledger.OfGateway: "Paid in and out (paid in is below zero)",
}

func (p *Portal) movePayout(r *request) (err error) {
	id := r.other["payout"]
	switch r.form("deed") {
	case "approve":
		err = p.db.ApprovePayout(r.ctx, r.by(), id)
	case "refuse":
		err = p.db.RefusePayout(r.ctx, r.by(), id)
	case "pay":
		_, err = p.db.PayPayout(r.ctx, r.by(), id)
	default:
		return errDeed
	}
	if fault.Is(err, fault.NotFound) {
		return errNoPage
	}
	if err != nil {
		return err
	}
	return r.done("/finance", "payout-"+r.form("deed"))
}

// auditView is a page of who did what.
type auditView struct {
	Rows []actRow
	Next string
}

type actRow struct{ When, Who, What, Before, After string }

func (p *Portal) auditPage(r *request) error {
	before, err := strconv.ParseInt(cmp.Or(r.query("before"), "0"), 10, 64)
	if err != nil {
		return errNoPage
	}
	acts, err := p.db.Acts(r.ctx, store.ActFilter{Before: before, Most: pageSize})
	if err != nil {
		return err
	}
	var v auditView
	names := map[store.MemberID]string{0: "the program"}
	for _, a := range acts {
		if _, known := names[a.By]; !known {
			names[a.By] = fmt.Sprintf("member %d", a.By)
			if m, err := p.db.Member(r.ctx, a.By); err == nil {
				names[a.By] = m.Name
			}
		}
		what := words(a.What) + " " + a.Kind
		if a.ID != 0 {
			what += fmt.Sprintf(" %d", a.ID)
		}
		v.Rows = append(v.Rows, actRow{a.At.UTC().Format("2006-01-02 15:04:05"), names[a.By], what, string(a.Before), string(a.After)})
	}
	if len(acts) == pageSize {
		v.Next = "?before=" + strconv.FormatInt(acts[len(acts)-1].Seq, 10)
	}
	return r.show(fasthttp.StatusOK, auditPage(r.frame("Audit log"), v))
}
