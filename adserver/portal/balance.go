package portal

import (
	"cmp"
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

// balanceView is what an advertiser has, or a publisher has earned, and how it came to be.
type balanceView struct {
	At, Currency string
	Balance      string
	Empty        bool
	Below        bool // zero: more went back or was spent than was paid in
	Payable      string
	Until        string // the last day that is payable, by UTC
	CanAsk       bool
	CanPay       bool
	NoGateway    bool // nobody can pay here
	Movements    []movementRow
	Open         []fact // what is under way
	Next         string // query of older movements
}

type movementRow struct{ When, What, Note, Amount string }

// movementWords are the kinds of entries as the owner of an account sees them.
var movementWords = map[ledger.EntryKind]string{
	ledger.Delivery: "Ads", ledger.TopUp: "Topped up", ledger.Return: "Payment given back", ledger.Refund: "Invalid traffic given back",
	ledger.Payout: "Paid out",
}

// held fills in the balance of the page's account.
func (r *request) held(v *balanceView) error {
	balance, err := r.balance()
	v.Currency, v.Balance, v.Empty, v.Below = string(r.account().Currency), r.money(balance), balance <= 0, balance < 0
	return err
}

func (r *request) movementRow(m store.Movement) movementRow {
	return movementRow{r.moment(m.At), movementWords[m.Kind], m.Note, r.money(m.Amount)}
}

// movements fills in a page of what was paid in and given back.
func (r *request) movements(v *balanceView) error {
	before, err := strconv.ParseInt(r.query("before"), 10, 64)
	if err != nil {
		before = 0
	}
	list, err := r.p.db.Movements(r.ctx, store.Statement{Account: r.account(), Before: before, Most: pageSize})
	if err != nil {
		return err
	}
	for _, m := range list {
		v.Movements = append(v.Movements, r.movementRow(m))
	}
	if len(list) == pageSize {
		v.Next = "?before=" + strconv.FormatInt(list[len(list)-1].Entry, 10)
	}
	return nil
}

// earningsDays is how many days a page of earnings has.
const earningsDays = 31

// earned fills in what a publisher earned on each day of a page, with what was paid out and given back on it, the newest first.
func (r *request) earned(v *balanceView) error {
	last, err := r.lastDay()
	if err != nil {
		return err
	}
	first := last.AddDate(0, 0, 1-earningsDays)
	days, err := r.p.db.Report(r.ctx, store.Query{
		Publisher: ads.PublisherID(r.publisher.Owner), From: first, To: last, Zone: r.zone(), By: []store.Dim{store.ByDay},
	})
	if err != nil {
		return err
	}
	list, err := r.p.db.Movements(r.ctx, store.Statement{Account: r.account(), From: first, Until: last.AddDate(0, 0, 1), Most: mostMovements})
	if err != nil {
		return err
	}
	for _, d := range slices.Backward(days) {
		for len(list) > 0 && !list[0].At.Before(d.Day) {
			v.Movements, list = append(v.Movements, r.movementRow(list[0])), list[1:]
		}
		if d.Share != 0 {
			v.Movements = append(v.Movements, movementRow{When: d.Day.Format("2 Jan 2006"), What: movementWords[ledger.Delivery], Amount: r.money(d.Share)})
		}
	}
	for _, m := range list {
		v.Movements = append(v.Movements, r.movementRow(m))
	}
	if r.publisher.Value.Created.Before(first) {
		v.Next = "?until=" + first.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return nil
}

// mostMovements is how many a page of earnings has beside its days.
const mostMovements = 1000

// lastDay is the beginning of the day that a page of earnings ends with: the one that is asked for, or today.
func (r *request) lastDay() (time.Time, error) {
	s := r.query("until")
	if s == "" {
		s = r.p.now().In(r.zone()).Format(time.DateOnly)
	}
	t, err := time.ParseInLocation(time.DateOnly, s, r.zone())
	if err != nil || t.Year() < 2000 || t.Year() > 2200 {
		return t, errNoPage
	}
	return t, nil
}

func (p *Portal) balancePage(r *request) error { return r.balanceForm(fasthttp.StatusOK, newForm()) }

func (r *request) balanceForm(status int, f *form) error {
	v := balanceView{At: r.atOwner(), NoGateway: r.p.cfg.Gateway == nil, CanPay: r.p.cfg.Gateway != nil && r.who.access()&buyers != 0}
	if err := cmp.Or(r.held(&v), r.movements(&v)); err != nil {
		return err
	}
	open, err := r.p.db.TopUps(r.ctx, store.Filter{Owner: r.advertiser.Owner, State: string(store.TopUpCreated), Page: store.Page{Most: pageSize}})
	if err != nil {
		return err
	}
	for _, t := range open {
		v.Open = append(v.Open, fact{r.atOwner() + "/top-ups/" + strconv.Itoa(int(t.ID)), t.Amount.String() + " of " + r.moment(t.Created)})
	}
	// A browser follows the answer to the form to the gateway, which is another site.
	r.rc.Response.Header.Set(fasthttp.HeaderContentSecurityPolicy, contentPolicy+" https:")
	return r.show(status, balancePage(r.frame("Balance"), f, v))
}

// topUpView is what became of a payment.
type topUpView struct {
	At, Amount, Balance, Why string
	Refunded                 string // of a paid one, what the gateway has given back; empty for nothing
	State                    store.TopUpState
}

// topUpPage is where the gateway sends a buyer back to. The gateway is asked, for its notification may not have come yet.
func (p *Portal) topUpPage(r *request) error {
	t, err := p.db.TopUp(r.ctx, r.other["top-up"])
	if fault.Is(err, fault.NotFound) || err == nil && uint32(t.Advertiser) != r.advertiser.Owner {
		return errNoPage
	}
	if err != nil {
		return err
	}
	if t.State == store.TopUpCreated {
		if err := p.inquire(r.ctx, t); err != nil {
			return err
		}
		if t, err = p.db.TopUp(r.ctx, t.ID); err != nil {
			return err
		}
	}
	balance, err := r.balance()
	if err != nil {
		return err
	}
	r.parts = []crumb{{r.atOwner() + "/balance", "Balance"}}
	v := topUpView{At: r.atOwner(), Amount: t.Amount.String(), State: t.State, Balance: r.money(balance), Why: words(t.Note)}
	if t.Refunded.IsPositive() {
		v.Refunded = t.Refunded.String()
	}
	return r.show(fasthttp.StatusOK, topUpPage(r.frame("Top-up"), v))
}

func (p *Portal) earningsPage(r *request) error { return r.earningsForm(fasthttp.StatusOK, newForm()) }

func (r *request) earningsForm(status int, f *form) error {
	v := balanceView{At: r.atSeller()}
	if err := cmp.Or(r.held(&v), r.earned(&v)); err != nil {
		return err
	}
	payable, err := r.p.db.Payable(r.ctx, ads.PublisherID(r.publisher.Owner))
	if err != nil {
		return err
	}
	v.Until = dayText(store.LastChecked(r.p.now()))
	v.Payable, v.CanAsk = payable.String(), payable.IsPositive() && r.who.access()&sellers != 0
	if f.Value("amount") == "" {
		f.set("amount", payable.Decimal())
	}
	list, err := r.p.db.Payouts(r.ctx, store.Filter{Owner: r.publisher.Owner, Page: store.Page{Most: most}})
	if err != nil {
		return err
	}
	for _, out := range list {
		v.Open = append(v.Open, fact{out.Amount.String() + " of " + r.moment(out.Created), string(out.State)})
	}
	return r.show(status, earningsPage(r.frame("Earnings"), f, v))
}

// askPayout asks for what was earned up to the last day that is looked at no more for invalid traffic.
func (p *Portal) askPayout(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	amount, err := money.Parse(f.Value("amount"), r.publisher.Value.Currency)
	if err != nil || !amount.IsPositive() {
		f.note(fault.Invalidf("amount", "must be an amount such as 100.00, above zero"))
		return r.earningsForm(fasthttp.StatusBadRequest, f)
	}
	last := store.LastChecked(p.now())
	first := min(int32(r.publisher.Value.Created.Unix()/secondsPerDay), last)
	_, err = p.db.RequestPayout(r.ctx, r.by(), store.Payout{
		Publisher: r.publisher.Value.ID, Amount: amount, FirstDay: first, LastDay: last, Note: f.Value("note"),
	})
	if err == nil {
		return r.done(r.atSeller()+"/earnings", "payout-asked")
	}
	if fault.Is(err, fault.Conflict) {
		err = fault.Invalidf("amount", "must be at most what can be paid out")
	}
	if err := f.refuse(err); err != nil {
		return err
	}
	return r.earningsForm(fasthttp.StatusBadRequest, f)
}
