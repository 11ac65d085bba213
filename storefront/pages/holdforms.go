package pages

import (
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// onHold does something with the hold of the address and comes back to its page, which says what went wrong and has what was typed on it.
func (p *Pages) onHold(r *request, do func(bms.Hold, heldProof) (bms.Hold, error)) error {
	hold, proof, err := p.holdOf(r)
	if err != nil {
		return err
	}
	_, err = withTwin(r.ctx, func() (bms.Hold, error) { return do(hold, proof) })
	switch {
	case err == nil && r.typedNothing():
		return p.backToHold(r, hold, proof)
	case err == nil: // read anew: a form that is sent again is answered by what was true then
		return p.heldTyped(r)
	case !mine(err):
		return err
	}
	return p.holdAgainst(r, hold, proof, err)
}

// keep leaves what was typed on the page.
func (v *holdView) keep(r *request) {
	if typed := r.typedBuyer(); !typed.empty() {
		v.Buyer = typed
	}
	v.Code, v.Refused = r.form("code"), r.form("refused")
}

// heldTyped looks at a reservation again, with what was typed on its page.
func (p *Pages) heldTyped(r *request) error { return p.heldWith(r, func(v *holdView) { v.keep(r) }) }

// fromPaying is what the field "from" of a form on the page for paying says.
const fromPaying = "payment"

// backToHold leads back to where a form about a hold was sent from: its own page, or that on which its booking is paid.
func (p *Pages) backToHold(r *request, hold bms.Hold, proof heldProof) error {
	if r.form("from") == fromPaying && proof.booking != "" {
		if b, err := p.client.Bookings.ByLink(r.ctx, proof.booking, proof.link); err == nil {
			return r.toBooking(b)
		}
	}
	return r.redirect(r.path(holdHref(hold.ID)))
}

// holdAgainst shows the hold's page with a refusal.
func (p *Pages) holdAgainst(r *request, hold bms.Hold, proof heldProof, refused error) error {
	view, o, err := p.holdView(r, hold, proof)
	if err != nil {
		return err
	}
	view.keep(r)
	view.Notice = r.refusal(refused)
	_, ofCode := errors.AsType[*codeError](refused)
	switch {
	case ofCode && view.Over != "": // there is no field to mend, and the code may do for other places
		view.Notice = nil
	case ofCode:
		view.Refused = view.Code
		view.Notice.Title = r.p.T("voucher.refused")
		view.Notice.Fields = []link{{Text: r.p.T("voucher.change"), Href: "#code"}}
	}
	return p.showHold(r, web.Status(fault.CodeOf(refused)), o, view)
}

// codeError is why a code that was typed cannot be used: for what it is, not for when or by whom it was tried.
type codeError struct{ why error }

func (e *codeError) Error() string { return e.why.Error() }
func (e *codeError) Unwrap() error { return e.why }

// extendBy asks for as long as a hold lasts.
const extendBy = catalog.DefaultHoldFor

// extend gives the visitor more time.
func (p *Pages) extend(r *request) error {
	return p.onHold(r, func(hold bms.Hold, proof heldProof) (bms.Hold, error) {
		return p.client.Holds.Extend(r.ctx, bms.ExtendRequest{HoldID: hold.ID, Secret: proof.secret, By: extendBy, Key: r.form("key") + "x"})
	})
}

// applyVoucher uses a code. Whether it was refused before counts no more.
func (p *Pages) applyVoucher(r *request) error {
	r.rc.PostArgs().Del("refused")
	return p.onHold(r, func(hold bms.Hold, proof heldProof) (revised bms.Hold, err error) {
		err = p.cfg.Throttle.Voucher(web.Client(r.rc), hold.ID, func() (err error) {
			revised, err = p.client.Holds.ApplyVoucher(r.ctx, bms.VoucherRequest{HoldID: hold.ID, Secret: proof.secret, Code: r.form("code"), Key: r.form("key") + "c"})
			return err
		})
		switch {
		case err == nil:
			r.rc.PostArgs().Del("code") // it is with the others now
		case bms.IsOfVoucher(err):
			err = &codeError{err}
		}
		return revised, err
	})
}

// removeVoucher takes a code off.
func (p *Pages) removeVoucher(r *request) error {
	return p.onHold(r, func(hold bms.Hold, proof heldProof) (bms.Hold, error) {
		code := r.form("remove")
		return p.client.Holds.RemoveVoucher(r.ctx, bms.VoucherRequest{HoldID: hold.ID, Secret: proof.secret, Code: code, Key: r.form("key") + "v" + code})
	})
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
		p.cfg.Throttle.Released(hold.ID)
		return r.redirect(r.path("/shows/" + string(hold.ShowID)))
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
	held, err := p.place(r, ask)
	switch {
	case err == nil && r.typedNothing():
		dropProof(r.rc, old.ID)
		keepSecret(r.rc, held)
		return r.redirect(r.path(holdHref(held.ID)))
	case err == nil: // who goes back to the old one sends its form again, and is led here again
		keepSecret(r.rc, held)
		return r.resend(r.path(holdHref(held.ID)))
	case !mine(err):
		return err
	}
	r.params = []string{string(old.ShowID)}
	return p.showWith(r, c, err)
}
