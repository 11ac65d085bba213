package pages

import (
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// buyerForm is the form for who buys, with what was wrong.
type buyerForm struct {
	Name, Email, Phone string
	Errors             map[string]string // by field
}

// buyerFormID is the form for who buys, to which buttons elsewhere on the page belong.
const buyerFormID = "buyer"

// typedBuyer is what a form that is sent has of who buys.
func (r *request) typedBuyer() buyerForm {
	return buyerForm{Name: r.form("name"), Email: r.form("email"), Phone: r.form("phone")}
}

// typedNothing reports whether a form that is sent has nothing in it that would be lost on the way to another page.
func (r *request) typedNothing() bool { return r.typedBuyer().empty() && r.form("code") == "" }

// empty reports whether nothing was typed.
func (f buyerForm) empty() bool { return f.Name == "" && f.Email == "" && f.Phone == "" }

// problems links the fields at fault.
func (f buyerForm) problems() []link {
	var links []link
	for _, field := range []string{"name", "email", "phone"} {
		if text := f.Errors[field]; text != "" {
			links = append(links, link{Text: text, Href: "#buyer-" + field})
		}
	}
	return links
}

// book makes a booking of the hold and goes on to payment. A code that was typed and not used is used before, so that nobody pays without
// it, unless it has been refused already.
func (p *Pages) book(r *request) error {
	hold, proof, err := p.holdOf(r)
	if err != nil {
		return err
	}
	if code := r.form("code"); code != "" && code != r.form("refused") && proof.booking == "" {
		return p.applyVoucher(r)
	}
	typed := r.typedBuyer()
	buyer := booking.Buyer{Name: typed.Name, Email: typed.Email, Phone: typed.Phone, Locale: r.p.Lang()}
	b, err := withTwin(r.ctx, func() (bms.Booking, error) {
		return p.client.Bookings.Create(r.ctx, bms.BookingRequest{HoldID: hold.ID, Secret: proof.secret, Brand: r.site.Brand.ID, Buyer: buyer, Key: r.form("key")})
	})
	switch {
	case err == nil:
		proof.booking, proof.link = b.ID, b.Link
		keepProof(r.rc, hold.ID, proof)
		return r.toBooking(b)
	case fault.Is(err, fault.Invalid) && strings.HasPrefix(fault.Of(err).Field, "buyer."):
		return p.buyerAgain(r, hold, proof, buyer)
	case !mine(err):
		return err
	}
	return p.holdAgainst(r, hold, proof, err)
}

// buyerAgain shows the form with all that is wrong in it, not only the first.
func (p *Pages) buyerAgain(r *request, hold bms.Hold, proof heldProof, buyer booking.Buyer) error {
	view, o, err := p.holdView(r, hold, proof)
	if err != nil {
		return err
	}
	view.keep(r)
	if view.Over == "" { // else there are no fields to mend
		view.Buyer.Errors = buyerErrors(r.p, buyer)
		view.Notice = &notice{Title: r.p.T("hold.check_details"), Fields: view.Buyer.problems(), Bad: true}
	}
	return p.showHold(r, fasthttp.StatusBadRequest, o, view)
}

// buyerErrors finds every field at fault: Validate names the first, so each is
// tried with the others right.
func buyerErrors(p *locale.Printer, b booking.Buyer) map[string]string {
	right := booking.Buyer{Name: "Name", Email: "name@example.com"}
	found := map[string]string{}
	try := func(set func(*booking.Buyer)) {
		one := right
		set(&one)
		if f := fault.Of(one.Clean().Validate()); f != nil {
			found[f.Field] = buyerText(p, f.Field)
		}
	}
	try(func(o *booking.Buyer) { o.Name = b.Name })
	try(func(o *booking.Buyer) { o.Email = b.Email })
	try(func(o *booking.Buyer) { o.Phone = b.Phone })
	return found
}

// buyerText says what to do about a field.
func buyerText(p *locale.Printer, field string) string {
	switch field {
	case "name":
		return p.T("hold.wrong_name")
	case "email":
		return p.T("hold.wrong_email", locale.With("example", "name@example.com"))
	case "phone":
		return p.T("hold.wrong_phone", locale.With("example", "+91 98765 43210"))
	}
	return p.T("hold.wrong_field")
}
