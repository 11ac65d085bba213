package bms

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// ErrNoVoucher says that a code is not known.
var ErrNoVoucher = fault.New(fault.NotFound, "voucher_not_found", "we do not know this code; check how it is spelled")

// IsOfVoucher reports whether an error of ApplyVoucher or Create says that a code cannot be used: that there is none such, or why it is
// not for these places now. Other errors say nothing of the code, which may do when it is tried again.
func IsOfVoucher(err error) bool {
	f := fault.Of(err)
	switch {
	case f == nil:
		return false
	case f.Code == fault.Invalid:
		return f.Field == "code" || strings.HasPrefix(f.Field, "vouchers[")
	}
	return slices.ContainsFunc(ofVoucher, func(why *fault.Error) bool { return f.Reason == why.Reason })
}

// ofVoucher are the refusals of a voucher that is well-formed.
var ofVoucher = []*fault.Error{
	ErrNoVoucher, pricing.ErrVoucherNotYet, pricing.ErrVoucherOver, pricing.ErrVoucherElsewhere, pricing.ErrVoucherExhausted,
	pricing.ErrVoucherBuyerLimit, pricing.ErrVoucherTickets, pricing.ErrVoucherAlone,
}

// vouchers looks codes up, those of the show's partner. It refuses the name of a show that none can have, since
// nothing else has looked at it before.
func (s *HoldService) vouchers(ctx context.Context, show catalog.ShowID, codes []string) ([]pricing.Voucher, error) {
	if err := sound("show_id", show); err != nil || len(codes) == 0 {
		return nil, err
	}
	return view(ctx, s.c.db, func(tx store.Tx) ([]pricing.Voucher, error) {
		on, err := tx.Show(ctx, show)
		if err != nil {
			return nil, err
		}
		found := make([]pricing.Voucher, len(codes))
		for i, code := range codes {
			key, err := pricing.NormalizeCode(code)
			if err != nil {
				return nil, atField(err, fmt.Sprintf("vouchers[%d]", i))
			}
			found[i], err = tx.VoucherByCode(ctx, on.PartnerID, key)
			if errors.Is(err, store.ErrNotFound) {
				return nil, atField(ErrNoVoucher, fmt.Sprintf("vouchers[%d]", i))
			}
			if err != nil {
				return nil, err
			}
		}
		return found, nil
	})
}

// atField names the field that a fault is about; other errors stay as they are.
func atField(err error, field string) error {
	if f := fault.Of(err); f != nil {
		named := *f
		named.Field = field
		return &namedError{&named, err}
	}
	return err
}

// namedError is a fault with a field of its own that is still the sentinel it was.
type namedError struct {
	fault *fault.Error
	err   error
}

func (e *namedError) Error() string { return e.fault.Error() }

func (e *namedError) Unwrap() []error { return []error{e.fault, e.err} }

// useVouchers reserves a use of every voucher that lowered the hold's price, until the
// hold ends. The voucher is locked while its uses are counted, always in order of
// ids, so that the last use goes to one buyer only. Errors: pricing.ErrVoucherExhausted and its siblings.
func (s *HoldService) useVouchers(ctx context.Context, tx store.Tx, p *heldPlaces, vouchers []pricing.Voucher) error {
	if len(vouchers) == 0 {
		return nil
	}
	used := p.detail.Quote.Used()
	sorted := slices.SortedFunc(slices.Values(vouchers), func(a, b pricing.Voucher) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	sorted = slices.DeleteFunc(sorted, func(v pricing.Voucher) bool { return !slices.Contains(used, v.ID) })
	for _, v := range sorted { // all before the first is used
		if err := s.checkUse(ctx, tx, p, v); err != nil {
			return err
		}
	}
	for _, v := range sorted {
		err := tx.PutVoucherUse(ctx, store.VoucherUse{
			Voucher: v.ID, HoldID: string(p.row.ID), Buyer: p.row.Buyer, Tickets: p.row.Len(), Until: p.row.Until().Add(p.show.rules.Grace),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkUse locks the voucher and refuses a use beyond its limits.
func (s *HoldService) checkUse(ctx context.Context, tx store.Tx, p *heldPlaces, v pricing.Voucher) error {
	if err := tx.LockVoucher(ctx, v.ID); err != nil {
		return err
	}
	uses, err := tx.VoucherUses(ctx, v.ID, p.row.Buyer, string(p.row.ID), tx.Now())
	if err != nil {
		return err
	}
	return v.Usable(tx.Now(), pricing.VoucherUse{
		Event: string(p.show.show.EventID), Show: string(p.row.ShowID), Uses: uses.Total, BuyerUses: uses.ByBuyer,
	})
}

// VoucherRequest asks to use a code with a hold, or to take it off again.
type VoucherRequest struct {
	HoldID seating.HoldID
	Secret string
	Code   string
	Key    string // idempotency key
}

// ApplyVoucher adds a code to a hold. Its prices do not move otherwise. Errors: ErrNoVoucher,
// pricing.ErrVoucher…, seating.ErrExpired, seating.ErrPaying once payment has started.
func (s *HoldService) ApplyVoucher(ctx context.Context, r VoucherRequest) (Hold, error) {
	return s.revise(ctx, "holds.apply_voucher", r, func(p *heldPlaces) ([]pricing.Voucher, error) {
		added, err := s.vouchers(ctx, p.row.ShowID, []string{r.Code})
		if err != nil {
			return nil, atField(err, "code")
		}
		for _, v := range p.detail.Vouchers {
			if v.ID == added[0].ID {
				return p.detail.Vouchers, nil
			}
		}
		return append(slices.Clone(p.detail.Vouchers), added...), nil
	})
}

// RemoveVoucher takes a code off a hold. Errors: as ApplyVoucher.
func (s *HoldService) RemoveVoucher(ctx context.Context, r VoucherRequest) (Hold, error) {
	return s.revise(ctx, "holds.remove_voucher", r, func(p *heldPlaces) ([]pricing.Voucher, error) {
		key, err := pricing.NormalizeCode(r.Code)
		if err != nil {
			return nil, atField(err, "code")
		}
		return slices.DeleteFunc(slices.Clone(p.detail.Vouchers), func(v pricing.Voucher) bool { return v.Key() == key }), nil
	})
}

// revise prices a hold again with other vouchers.
func (s *HoldService) revise(ctx context.Context, verb string, r VoucherRequest, choose func(*heldPlaces) ([]pricing.Voucher, error)) (Hold, error) {
	if err := s.authorize(ctx, r.HoldID, r.Secret); err != nil {
		return Hold{}, err
	}
	return once(ctx, s.c, verb, r.Key, r, func(finish finish[Hold]) (Hold, error) {
		return retryStale(func() (Hold, error) {
			p, err := view(ctx, s.c.db, func(tx store.Tx) (heldPlaces, error) { return s.read(ctx, tx, r.HoldID) })
			if err != nil {
				return Hold{}, err
			}
			vouchers, err := choose(&p)
			if err != nil {
				return Hold{}, err
			}
			return s.requote(ctx, p, vouchers, r.Secret, finish)
		})
	})
}

// requote stores a hold's price with the given vouchers. A booking that was made of it
// meanwhile has its own copy of the price, so a hold with a booking stays as it is. It is judged, because the vouchers are
// reserved until the hold ends, and only the judge's memory is sure to know when that is.
func (s *HoldService) requote(ctx context.Context, p heldPlaces, vouchers []pricing.Voucher, secret string, finish finish[Hold]) (Hold, error) {
	frozen, before := p.detail.Quote, p.detail.Vouchers
	var held Hold
	err := s.c.judge.do(ctx, p.row.ShowID, func(j *ruling) error {
		var err error
		if p.row.Hold, err = j.mustBeOpen(ctx, p.row.ID); err != nil {
			return err
		}
		if p.detail.Quote, err = pricing.Requote(frozen, p.input(j.now, marketNow{}, vouchers)); err != nil {
			return err
		}
		if err := s.useVouchers(ctx, j.tx, &p, vouchers); err != nil {
			return err
		}
		for _, v := range before {
			if slices.Contains(p.detail.Quote.Used(), v.ID) {
				continue
			}
			if err := j.tx.DropVoucherUse(ctx, v.ID, string(p.row.ID)); err != nil {
				return err
			}
		}
		p.detail.Vouchers = vouchers
		raw, err := p.encode()
		if err != nil {
			return err
		}
		if err := j.tx.SetHoldDetail(ctx, p.row.ID, raw, p.row.DetailVersion); err != nil {
			return err
		}
		held = p.public(secret)
		return finish(j.tx, held)
	})
	return held, err
}

// mustBeOpen returns a hold, and refuses to change the price of one that has ended or is being paid.
func (j *ruling) mustBeOpen(ctx context.Context, id seating.HoldID) (seating.Hold, error) {
	hold, ok := j.inventory.Get(id)
	switch {
	case ok && hold.State == seating.StatePaying:
		return hold, seating.ErrPaying
	case !ok || hold.State != seating.StateHeld || j.now.After(hold.Until()):
		return hold, seating.ErrExpired
	}
	_, err := j.tx.BookingByHold(ctx, id)
	switch {
	case err == nil:
		return hold, ErrBooked
	case errors.Is(err, store.ErrNotFound):
		return hold, nil
	}
	return hold, err
}

// ErrBooked says that a hold's price cannot change because a booking was made of it.
var ErrBooked = fault.New(fault.Conflict, "hold_booked", "these places are in a booking already; its price does not change any more")
