package api

import (
	"context"
	"errors"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/web"
)

// Bounds of the lists of a request for a hold. How many places one may hold is the show's rule.
const (
	maxAreas      = 50
	maxVouchers   = 10
	maxCategories = 50
)

func (a *API) createHold(ctx context.Context, c *call) error {
	visitor, err := c.visitor()
	if err != nil {
		return err
	}
	key, err := c.key()
	if err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	wanted, err := readHold(body)
	if err != nil {
		return err
	}
	if c.site().Partner != "" {
		if err := a.mustBeAnnounced(ctx, c.site(), wanted.ShowID); err != nil {
			return inField("show_id", err)
		}
	}
	wanted.Visitor, wanted.Key = visitor, key
	if err := a.cfg.Throttle.Hold(web.Client(c.rc), visitor); err != nil {
		return err
	}
	h, err := a.place(ctx, c, wanted)
	if errors.Is(err, store.ErrNotFound) {
		return fault.NotFoundf("there is no show %q", clip(string(wanted.ShowID))).In("show_id")
	}
	if err != nil {
		return err
	}
	a.cfg.Throttle.Held(web.Client(c.rc), visitor, h.ID, h.ExpiresAt)
	return c.created("/api/v1/holds/"+string(h.ID), holdOf(h))
}

// place holds what is wanted. Codes of vouchers that there are none of are counted.
func (a *API) place(ctx context.Context, c *call, wanted bms.HoldRequest) (bms.Hold, error) {
	if len(wanted.Vouchers) == 0 {
		return a.client.Holds.Create(ctx, wanted)
	}
	var h bms.Hold
	err := a.cfg.Throttle.Voucher(web.Client(c.rc), "", func() (err error) {
		h, err = a.client.Holds.Create(ctx, wanted)
		return err
	})
	return h, err
}

// inField says that a fault is about a field of the body.
func inField(field string, err error) error {
	if f := fault.Of(err); f != nil {
		return f.In(field)
	}
	return err
}

// readHold reads the body of a request for a hold.
func readHold(body []byte) (bms.HoldRequest, error) {
	var h bms.HoldRequest
	err := readObject(body, func(r *reader, name string) bool {
		switch name {
		case "show_id":
			h.ShowID = catalog.ShowID(r.text(maxID))
		case "seats":
			r.list(booking.MaxTickets, func() { h.Seats = append(h.Seats, readSeat(r)) })
		case "best":
			best := readBest(r)
			h.Best = &best
		case "areas":
			r.list(maxAreas, func() { h.Areas = append(h.Areas, readArea(r)) })
		case "accessible":
			h.Accessible = r.boolean()
		case "vouchers":
			r.list(maxVouchers, func() { h.Vouchers = append(h.Vouchers, r.text(maxName)) })
		default:
			return false
		}
		return true
	})
	switch {
	case err != nil:
		return h, err
	case h.ShowID == "":
		return h, fault.Invalidf("show_id", "must name the show")
	case h.Best != nil && h.Best.Count == 0:
		return h, fault.Invalidf("best.count", "must say how many seats")
	}
	return h, nil
}

func readSeat(r *reader) bms.SeatItem {
	var s bms.SeatItem
	r.object(func(name string) bool {
		switch name {
		case "seat":
			s.Seat = r.text(maxName)
		case "buyer_type":
			s.BuyerType = r.text(maxName)
		default:
			return false
		}
		return true
	})
	return s
}

func readArea(r *reader) bms.AreaItem {
	var a bms.AreaItem
	r.object(func(name string) bool {
		switch name {
		case "area":
			a.Area = r.text(maxName)
		case "buyer_type":
			a.BuyerType = r.text(maxName)
		case "count":
			a.Count = r.integer(1, booking.MaxTickets)
		default:
			return false
		}
		return true
	})
	return a
}

func readBest(r *reader) bms.BestRequest {
	var b bms.BestRequest
	r.object(func(name string) bool {
		switch name {
		case "count":
			b.Count = r.integer(1, booking.MaxTickets)
		case "categories":
			r.list(maxCategories, func() { b.Categories = append(b.Categories, r.text(maxName)) })
		case "buyer_types":
			r.list(booking.MaxTickets, func() { b.BuyerTypes = append(b.BuyerTypes, r.text(maxName)) })
		case "stacked":
			b.Stacked = r.boolean()
		case "scattered":
			b.Scattered = r.boolean()
		case "wheelchairs":
			b.Wheelchairs = r.integer(0, booking.MaxTickets)
		case "companions":
			b.Companions = r.integer(0, booking.MaxTickets)
		default:
			return false
		}
		return true
	})
	return b
}

// heldBy returns the hold of the address, who asks having sent something that may be its secret. Error: bms.ErrNoHold where the site does not
// sell its show.
func (a *API) heldBy(ctx context.Context, c *call) (seating.HoldID, string, error) {
	id := seating.HoldID(c.params[0])
	secret, err := c.secret(headerHoldSecret)
	if err == nil {
		err = a.mustHoldHere(ctx, c, id, secret)
	}
	return id, secret, err
}

// mustHoldHere refuses a hold of a show that the site does not sell, as if there was none.
func (a *API) mustHoldHere(ctx context.Context, c *call, id seating.HoldID, secret string) error {
	if c.site().Partner == "" {
		return nil
	}
	h, err := a.client.Holds.Get(ctx, id, secret)
	if err != nil {
		return err
	}
	if err := a.mustBeAnnounced(ctx, c.site(), h.ShowID); fault.Is(err, fault.NotFound) {
		return bms.ErrNoHold
	} else if err != nil {
		return err
	}
	return nil
}

// sendHold answers with a hold.
func (c *call) sendHold(h bms.Hold, err error) error {
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, holdOf(h))
}

func (a *API) hold(ctx context.Context, c *call) error {
	id, secret, err := a.heldBy(ctx, c)
	if err != nil {
		return err
	}
	return c.sendHold(a.client.Holds.Get(ctx, id, secret))
}

func (a *API) releaseHold(ctx context.Context, c *call) error {
	id, secret, err := a.heldBy(ctx, c)
	if err != nil {
		return err
	}
	key, err := c.key()
	if err != nil {
		return err
	}
	h, err := a.client.Holds.Release(ctx, bms.ReleaseRequest{HoldID: id, Secret: secret, Key: key})
	if err == nil {
		a.cfg.Throttle.Released(id)
	}
	return c.sendHold(h, err)
}

// maxExtension is the longest extension that can be asked for, in seconds: the longest that
// any show keeps a hold.
const maxExtension = 4 * 60 * 60

func (a *API) extendHold(ctx context.Context, c *call) error {
	id, secret, err := a.heldBy(ctx, c)
	if err != nil {
		return err
	}
	key, err := c.key()
	if err != nil {
		return err
	}
	seconds := 0
	err = c.read(func(r *reader, name string) bool {
		if name == "seconds" {
			seconds = r.integer(1, maxExtension)
		}
		return name == "seconds"
	})
	if err != nil {
		return err
	}
	by := time.Duration(seconds) * time.Second
	return c.sendHold(a.client.Holds.Extend(ctx, bms.ExtendRequest{HoldID: id, Secret: secret, By: by, Key: key}))
}

func (a *API) applyVoucher(ctx context.Context, c *call) error {
	r, err := a.voucherRequest(ctx, c)
	if err != nil {
		return err
	}
	err = c.read(func(in *reader, name string) bool {
		if name == "code" {
			r.Code = in.text(maxName)
		}
		return name == "code"
	})
	if err != nil {
		return err
	}
	var h bms.Hold
	err = a.cfg.Throttle.Voucher(web.Client(c.rc), r.HoldID, func() (err error) {
		h, err = a.client.Holds.ApplyVoucher(ctx, r)
		return err
	})
	return c.sendHold(h, err)
}

func (a *API) removeVoucher(ctx context.Context, c *call) error {
	r, err := a.voucherRequest(ctx, c)
	if err != nil {
		return err
	}
	r.Code = c.params[1]
	return c.sendHold(a.client.Holds.RemoveVoucher(ctx, r))
}

// voucherRequest is a request about a hold's vouchers, without its code.
func (a *API) voucherRequest(ctx context.Context, c *call) (bms.VoucherRequest, error) {
	id, secret, err := a.heldBy(ctx, c)
	if err != nil {
		return bms.VoucherRequest{}, err
	}
	key, err := c.key()
	return bms.VoucherRequest{HoldID: id, Secret: secret, Key: key}, err
}
