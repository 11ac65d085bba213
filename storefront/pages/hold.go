package pages

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/locale"
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
	More     *extension // nil when the time cannot be extended
	Steps    []step
	Vouchers []string
	Code     string // voucher code that was typed
	Refused  string // voucher code that was refused
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

func countdownTo(p *locale.Printer, deadline, now time.Time, zone string) countdown {
	left := max(deadline.Sub(now), 0)
	return countdown{
		Text: p.Deadline(localTime(deadline, zone)), ISO: deadline.Format(time.RFC3339), Left: left.Milliseconds(),
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
	keepSecret(r.rc, held)
	return r.redirect(r.path(holdHref(held.ID)))
}

// holdHref is the address of a reservation, without its language.
func holdHref(id seating.HoldID) string { return "/holds/" + string(id) }

// mine reports whether the visitor can do something about an error on the page that he came from.
func mine(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.Forbidden, fault.Expired, fault.RateLimited:
		return true
	case fault.NotFound:
		return errors.Is(err, seating.ErrUnknownSeat) || errors.Is(err, seating.ErrUnknownArea) || fault.Of(err).Reason == bms.ErrNoVoucher.Reason
	case fault.Unauthenticated, fault.Unavailable, fault.Internal:
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
	held, err := p.place(r, ask)
	if err == nil {
		p.note(r, foryou.DeedHold, o.event.ID, o.venue.CitySlug, "")
	}
	return held, err
}

// place holds what is asked for, unless places are asked for too often.
func (p *Pages) place(r *request, ask bms.HoldRequest) (bms.Hold, error) {
	from := web.Client(r.rc)
	if err := p.cfg.Throttle.Hold(from, ask.Visitor); err != nil {
		return bms.Hold{}, err
	}
	held, err := withTwin(r.ctx, func() (bms.Hold, error) { return p.client.Holds.Create(r.ctx, ask) })
	if err == nil {
		p.cfg.Throttle.Held(from, ask.Visitor, held.ID, held.ExpiresAt)
	}
	return held, err
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
func (p *Pages) held(r *request) error { return p.heldWith(r, func(*holdView) {}) }

// heldWith is the page of a reservation as it is now, with what is added to it. One that was booked leads to its booking.
func (p *Pages) heldWith(r *request, add func(*holdView)) error {
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
	add(&view)
	return p.showHold(r, fasthttp.StatusOK, o, view)
}

func (p *Pages) showHold(r *request, status int, o occasion, view holdView) error {
	event := locale.With("event", o.event.Title)
	title := r.p.T("hold.title", event)
	if view.Over != "" {
		title = r.p.T("hold.over_title", event)
	}
	return r.show(status, cacheNever, holdPage(p.frameOf(r, r.titled(title, view.Notice), o).own(), view))
}

func (p *Pages) holdView(r *request, hold bms.Hold, proof heldProof) (holdView, occasion, error) {
	o, err := p.occasionOf(r, hold.ShowID)
	if err != nil {
		return holdView{}, o, err
	}
	v := holdView{
		occasionView: o.view(r), Base: r.path(holdHref(hold.ID)), Vouchers: hold.Vouchers, Key: newKey(),
		Over: overText(r.p, hold, r.now), Again: hold.State != seating.StateSold, Steps: r.steps(stepDetails, ""),
	}
	labels, err := p.namesOf(r, o, hold.Quote)
	if err != nil {
		return v, o, err
	}
	v.Price = breakdownOf(r.p, hold.Quote, labels)
	for _, line := range v.Price.Tickets {
		v.Places = append(v.Places, line.Label)
	}
	deadline := hold.ExpiresAt
	if hold.State == seating.StatePaying {
		deadline = hold.PayBy
	}
	v.Deadline = countdownTo(r.p, deadline, r.now, o.show.TimeZone)
	v.More = r.extension(hold, o, v.Key)
	v.Release = hold.State == seating.StateHeld
	p.addBooking(r, &v, proof)
	return v, o, nil
}

// extension is the form that keeps places for longer, on the reservation's page and on that for paying.
type extension struct {
	Action, Key string
	Most        string // until when at most
}

// extension is nil for a hold that cannot be kept for longer.
func (r *request) extension(hold bms.Hold, o occasion, key string) *extension {
	if hold.State != seating.StateHeld || hold.ExtendableUntil.Sub(hold.ExpiresAt) < time.Second {
		return nil
	}
	return &extension{
		Action: r.path(holdHref(hold.ID)) + "/extend", Key: key, Most: r.p.Deadline(localTime(hold.ExtendableUntil, o.show.TimeZone)),
	}
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
	v.Pay, v.Fixed = r.path(bookingHref(b.Reference)), true
}

// overText says why a reservation has ended.
func overText(p *locale.Printer, h bms.Hold, now time.Time) string {
	switch {
	case alive(h, now):
		return ""
	case h.State == seating.StateReleased:
		return p.T("hold.given_back")
	case h.State == seating.StateSold:
		return p.T("hold.booked")
	}
	return p.T("hold.run_out")
}

// namesOf says what the keys of a quote are called.
func (p *Pages) namesOf(r *request, o occasion, q pricing.Quote) (names, error) {
	plan, err := p.client.Catalog.Plan(r.ctx, o.show.SeatMapID)
	if err != nil {
		return names{}, fmt.Errorf("plan of %s: %w", o.show.ID, err)
	}
	n := names{seat: map[string]string{}, buyer: map[string]string{}, plan: plan}
	list, err := p.client.Prices.List(r.ctx, pricing.PriceListID(o.show.PriceListID))
	if err != nil {
		return n, fmt.Errorf("prices of %s: %w", o.show.ID, err)
	}
	for _, b := range list.BuyerTypes {
		n.buyer[b.Key] = r.p.Isolate(usualName(r.p, b))
	}
	if len(list.BuyerTypes) > 0 {
		n.buyer[""] = r.p.Isolate(usualName(r.p, list.BuyerTypes[0]))
	}
	for _, l := range q.Lines {
		if at, ok := plan.Seat(l.Key); ok {
			n.seat[l.Key] = place(r.p, plan, at)
			continue
		}
		key, _, _ := strings.Cut(l.Key, "/")
		if at, ok := plan.Area(key); ok {
			n.seat[l.Key] = r.p.Isolate(plan.Areas[at].Name)
		}
	}
	return n, nil
}
