package portal

import (
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
	Payable      string
	CanAsk       bool
	CanPay       bool
	Movements    []movementRow
	Open         []fact // what is under way
	Next         string // query of older movements
}

type movementRow struct{ When, What, Note, Amount string }

// movementWords are the kinds of entries as the owner of an account sees them.
var movementWords = map[ledger.EntryKind]string{
	ledger.Delivery: "Ads", ledger.TopUp: "Topped up", ledger.Refund: "Invalid traffic given back", ledger.Payout: "Paid out",
}

// movements fills in the balance of the page's account and a page of what happened to it.
func (r *request) movements(v *balanceView) error {
	balance, err := r.balance()
	if err != nil {
		return err
	}
	account := r.account()
	v.Currency, v.Balance, v.Empty = string(account.Currency), r.money(balance), balance <= 0
	before, err := strconv.ParseInt(r.query("before"), 10, 64)
	if err != nil {
		before = 0
	}
	list, err := r.p.db.Movements(r.ctx, store.Statement{Account: account, Before: before, Most: pageSize, Deliveries: r.publisher.Owner != 0})
	if err != nil {
		return err
	}
	for _, m := range list {
		v.Movements = append(v.Movements, movementRow{r.moment(m.At), movementWords[m.Kind], m.Note, r.money(m.Amount)})
	}
	if len(list) == pageSize {
		v.Next = "?before=" + strconv.FormatInt(list[len(list)-1].Entry, 10)
	}
	return nil
}

func (p *Portal) balancePage(r *request) error { return r.balanceForm(fasthttp.StatusOK, newForm()) }

func (r *request) balanceForm(status int, f *form) error {
	v := balanceView{At: r.atOwner(), CanPay: r.p.cfg.Gateway != nil && r.who.access()&buyers != 0}
	if err := r.movements(&v); err != nil {
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
	return r.show(fasthttp.StatusOK, topUpPage(r.frame("Top-up"), v))
}

func (p *Portal) earningsPage(r *request) error { return r.earningsForm(fasthttp.StatusOK, newForm()) }

func (r *request) earningsForm(status int, f *form) error {
	v := balanceView{At: r.atSeller()}
	if err := r.movements(&v); err != nil {
		return err
	}
	payable, err := r.p.db.Payable(r.ctx, ads.PublisherID(r.publisher.Owner))
	if err != nil {
		return err
	}
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

// day is a date as days since 1970.
func day(t time.Time) int32 {
	return int32(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// askPayout asks for what was earned until yesterday.
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
	today := p.now().In(r.zone())
	first := r.publisher.Value.Created.In(r.zone())
	if first.After(today) {
		first = today
	}
	_, err = p.db.RequestPayout(r.ctx, r.by(), store.Payout{
		Publisher: r.publisher.Value.ID, Amount: amount, FirstDay: day(first), LastDay: day(today), Note: f.Value("note"),
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
