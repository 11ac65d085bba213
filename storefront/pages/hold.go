package pages

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/web"
)

// holdView is a reservation: its places, its price, and the form for who buys.
type holdView struct {
	occasionView
	Base     string // address of the hold
	Notice   *notice
	Over     string // why the reservation has ended; empty while it stands
	Again    bool   // the same places may be asked for again
	Places   []string
	Price    breakdown
	Deadline countdown
	Most     string // until when the places can be kept at most; empty when the time cannot be extended
	Vouchers []string
	Code     string // voucher code that was refused
	Key      string
	Buyer    buyerForm
	Pay      string // address of the booking that exists already
	Fixed    bool   // there is a booking, so the price does not change any more
	Release  bool
}

// countdown is a deadline by the server's clock.
type countdown struct {
	Text     string // "19:38:12 IST"
	ISO      string
	Left     int64 // milliseconds from now; browsers' clocks are not trusted
	Minutes  string
	Reloads  bool // the page shows something else when the time is over
	Announce bool
}

func countdownTo(deadline, now time.Time, zone string) countdown {
	left := max(deadline.Sub(now), 0)
	return countdown{
		Text: formatDeadline(localTime(deadline, zone)), ISO: deadline.Format(time.RFC3339), Left: left.Milliseconds(),
		Minutes: fmt.Sprintf("%d:%02d", int(left/time.Minute), int(left%time.Minute/time.Second)), Reloads: true, Announce: true,
	}
}

// hold keeps the chosen places.
func (p *Pages) hold(r *request) error {
	c := readChoice(r)
	held, err := p.tryHold(r, c)
	if err != nil {
		if mine(err) {
			return p.showWith(r, c, err)
		}
		return err
	}
	keepProof(r.rc, held.ID, heldProof{secret: held.Secret})
	return r.redirect("/holds/" + string(held.ID))
}

// mine reports whether the visitor can do something about an error on the page that he came from.
func mine(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.Forbidden, fault.Expired:
		return true
	case fault.NotFound:
		return errors.Is(err, seating.ErrUnknownSeat) || errors.Is(err, seating.ErrUnknownArea) || fault.Of(err).Reason == bms.ErrNoVoucher.Reason
	case fault.Unauthenticated, fault.RateLimited, fault.Unavailable, fault.Internal:
	}
	return false
}

func (p *Pages) tryHold(r *request, c choice) (bms.Hold, error) {
	o, err := p.occasionOf(r, catalog.ShowID(r.param(0)))
	if err != nil {
		return bms.Hold{}, err
	}
	plan, err := p.client.Catalog.Plan(r.ctx, o.show.SeatMapID)
	if err != nil {
		return bms.Hold{}, fmt.Errorf("plan of %s: %w", o.show.ID, err)
	}
	list, err := p.client.Prices.List(r.ctx, pricing.PriceListID(o.show.PriceListID))
	if err != nil {
		return bms.Hold{}, fmt.Errorf("prices of %s: %w", o.show.ID, err)
	}
	ask, err := c.request(plan, list.BuyerTypes)
	if err != nil {
		return bms.Hold{}, err
	}
	ask.ShowID, ask.Visitor, ask.Key = o.show.ID, web.EnsureVisitor(r.rc), r.form("key")
	return withTwin(r.ctx, func() (bms.Hold, error) { return p.client.Holds.Create(r.ctx, ask) })
}

// holdOf reads the hold of the address, proved by its cookie.
func (p *Pages) holdOf(r *request) (bms.Hold, heldProof, error) {
	id := seating.HoldID(r.param(0))
	proof := proofOf(r.rc, id)
	hold, err := p.client.Holds.Get(r.ctx, id, proof.secret)
	if errors.Is(err, bms.ErrNoHold) || fault.Is(err, fault.Invalid) {
		return hold, proof, errNoHold
	}
	return hold, proof, err
}

var errNoHold = fault.New(fault.NotFound, "hold_not_found",
	"this reservation was made in another browser, or is too old; if your browser refuses cookies, please allow those of this site and choose your seats again")

// held is the page of a reservation.
func (p *Pages) held(r *request) error {
	hold, proof, err := p.holdOf(r)
	if err != nil {
		return err
	}
	if hold.State == seating.StateSold && proof.booking != "" {
		b, err := p.client.Bookings.ByLink(r.ctx, proof.booking, proof.link)
		if err != nil {
			return err
		}
		return r.toBooking(b)
	}
	view, o, err := p.holdView(r, hold, proof)
	if err != nil {
		return err
	}
	return p.showHold(r, fasthttp.StatusOK, o, view)
}

func (p *Pages) showHold(r *request, status int, o occasion, view holdView) error {
	title := "Your reservation for " + o.event.Title
	if view.Over != "" {
		title = "Reservation over: " + o.event.Title
	}
	if len(view.Buyer.Errors) > 0 {
		title = "Error: " + title
	}
	return r.show(status, cacheNever, holdPage(p.frameOf(r, title, o).own(), view))
}

func (p *Pages) holdView(r *request, hold bms.Hold, proof heldProof) (holdView, occasion, error) {
	o, err := p.occasionOf(r, hold.ShowID)
	if err != nil {
		return holdView{}, o, err
	}
	v := holdView{
		occasionView: o.view(), Base: "/holds/" + string(hold.ID), Vouchers: hold.Vouchers, Key: newKey(),
		Over: overText(hold, r.now), Again: hold.State != seating.StateSold,
	}
	labels, err := p.namesOf(r, o, hold.Quote)
	if err != nil {
		return v, o, err
	}
	v.Price = breakdownOf(hold.Quote, labels)
	for _, line := range v.Price.Tickets {
		v.Places = append(v.Places, line.Label)
	}
	deadline := hold.ExpiresAt
	if hold.State == seating.StatePaying {
		deadline = hold.PayBy
	}
	v.Deadline = countdownTo(deadline, r.now, o.show.TimeZone)
	if more := hold.ExtendableUntil.Sub(hold.ExpiresAt); hold.State == seating.StateHeld && more >= time.Second {
		v.Most = formatDeadline(localTime(hold.ExtendableUntil, o.show.TimeZone))
	}
	v.Release = hold.State == seating.StateHeld
	p.addBooking(r, &v, proof)
	return v, o, nil
}

// addBooking fills the form from the booking that was made of the hold before, if there is one.
func (p *Pages) addBooking(r *request, v *holdView, proof heldProof) {
	if proof.booking == "" {
		return
	}
	b, err := p.client.Bookings.ByLink(r.ctx, proof.booking, proof.link)
	if err != nil {
		return // the form is empty then, and sending it finds the booking again
	}
	v.Buyer = buyerForm{Name: b.Buyer.Name, Email: b.Buyer.Email, Phone: b.Buyer.Phone}
	v.Pay, v.Fixed = bookingHref(b.Reference), true
}

// overText says why a reservation has ended.
func overText(h bms.Hold, now time.Time) string {
	switch {
	case alive(h, now):
		return ""
	case h.State == seating.StateReleased:
		return "You gave these places back."
	case h.State == seating.StateSold:
		return "These places are booked."
	}
	return "The time for which these places were kept for you has run out."
}

// namesOf says what the keys of a quote are called.
func (p *Pages) namesOf(r *request, o occasion, q pricing.Quote) (names, error) {
	n := names{seat: map[string]string{}, buyer: map[string]string{}}
	plan, err := p.client.Catalog.Plan(r.ctx, o.show.SeatMapID)
	if err != nil {
		return n, fmt.Errorf("plan of %s: %w", o.show.ID, err)
	}
	list, err := p.client.Prices.List(r.ctx, pricing.PriceListID(o.show.PriceListID))
	if err != nil {
		return n, fmt.Errorf("prices of %s: %w", o.show.ID, err)
	}
	for _, b := range list.BuyerTypes {
		n.buyer[b.Key] = b.Name
	}
	if len(list.BuyerTypes) > 0 {
		n.buyer[""] = list.BuyerTypes[0].Name
	}
	for _, l := range q.Lines {
		if at, ok := plan.Seat(l.Key); ok {
			n.seat[l.Key] = place(plan, at)
			continue
		}
		key, _, _ := strings.Cut(l.Key, "/")
		if at, ok := plan.Area(key); ok {
			n.seat[l.Key] = plan.Areas[at].Name
		}
	}
	return n, nil
}

// onHold does something with the hold of the address and comes back to its page, which says what went wrong.
func (p *Pages) onHold(r *request, do func(bms.Hold, heldProof) (bms.Hold, error)) error {
	hold, proof, err := p.holdOf(r)
	if err != nil {
		return err
	}
	_, err = withTwin(r.ctx, func() (bms.Hold, error) { return do(hold, proof) })
	switch {
	case err == nil:
		return r.redirect("/holds/" + string(hold.ID))
	case !mine(err):
		return err
	}
	return p.holdAgainst(r, hold, proof, err)
}

// holdAgainst shows the hold's page with a refusal.
func (p *Pages) holdAgainst(r *request, hold bms.Hold, proof heldProof, refused error) error {
	view, o, err := p.holdView(r, hold, proof)
	if err != nil {
		return err
	}
	problem := web.ProblemOf(refused)
	view.Notice = &notice{Title: "That did not work", Lines: []string{sentence(problem.Detail)}, Bad: true}
	view.Code = r.form("code")
	if strings.HasSuffix(string(r.rc.Path()), "/voucher") {
		view.Notice.Title = "This code cannot be used"
		view.Notice.Fields = []link{{Text: "Change the code", Href: "#code"}}
	}
	return p.showHold(r, problem.Status, o, view)
}

// extendBy asks for as long as a hold lasts.
const extendBy = catalog.DefaultHoldFor

// extend gives the visitor more time.
func (p *Pages) extend(r *request) error {
	return p.onHold(r, func(hold bms.Hold, proof heldProof) (bms.Hold, error) {
		return p.client.Holds.Extend(r.ctx, bms.ExtendRequest{HoldID: hold.ID, Secret: proof.secret, By: extendBy, Key: r.form("key")})
	})
}

// applyVoucher uses a code.
func (p *Pages) applyVoucher(r *request) error {
	return p.onHold(r, func(hold bms.Hold, proof heldProof) (bms.Hold, error) {
		return p.client.Holds.ApplyVoucher(r.ctx, voucherRequest(r, hold, proof))
	})
}

// removeVoucher takes a code off.
func (p *Pages) removeVoucher(r *request) error {
	return p.onHold(r, func(hold bms.Hold, proof heldProof) (bms.Hold, error) {
		return p.client.Holds.RemoveVoucher(r.ctx, voucherRequest(r, hold, proof))
	})
}

func voucherRequest(r *request, hold bms.Hold, proof heldProof) bms.VoucherRequest {
	return bms.VoucherRequest{HoldID: hold.ID, Secret: proof.secret, Code: r.form("code"), Key: r.form("key")}
}

// release gives the places back and returns to the seats.
func (p *Pages) release(r *request) error {
	hold, proof, err := p.holdOf(r)
	if err != nil {
		return err
	}
	_, err = withTwin(r.ctx, func() (bms.Hold, error) {
		return p.client.Holds.Release(r.ctx, bms.ReleaseRequest{HoldID: hold.ID, Secret: proof.secret, Key: r.form("key")})
	})
	switch {
	case err == nil:
		dropProof(r.rc, hold.ID)
		return r.redirect("/shows/" + string(hold.ShowID))
	case !mine(err):
		return err
	}
	return p.holdAgainst(r, hold, proof, err)
}

// holdAgain asks for the places of an ended hold once more.
func (p *Pages) holdAgain(r *request) error {
	old, _, err := p.holdOf(r)
	if err != nil {
		return err
	}
	o, err := p.occasionOf(r, old.ShowID)
	if err != nil {
		return err
	}
	plan, err := p.client.Catalog.Plan(r.ctx, o.show.SeatMapID)
	if err != nil {
		return fmt.Errorf("plan of %s: %w", old.ShowID, err)
	}
	ask := bms.HoldRequest{ShowID: old.ShowID, Visitor: web.EnsureVisitor(r.rc), Areas: old.Areas, Vouchers: old.Vouchers, Key: r.form("key")}
	c := choice{Seats: map[string]bool{}, Types: map[string]string{}}
	for _, s := range old.Seats {
		ask.Seats = append(ask.Seats, bms.SeatItem{Seat: s.Name, BuyerType: s.BuyerType})
		c.Seats[s.Name], c.Types[s.Name] = true, s.BuyerType
		kind := plan.Seats[s.Number].Kind // who had such a place before had a right to it
		ask.Accessible = ask.Accessible || kind == seatmap.Wheelchair || kind == seatmap.Companion
	}
	held, err := withTwin(r.ctx, func() (bms.Hold, error) { return p.client.Holds.Create(r.ctx, ask) })
	switch {
	case err == nil:
		dropProof(r.rc, old.ID)
		keepProof(r.rc, held.ID, heldProof{secret: held.Secret})
		return r.redirect("/holds/" + string(held.ID))
	case !mine(err):
		return err
	}
	r.params = []string{string(old.ShowID)}
	return p.showWith(r, c, err)
}
