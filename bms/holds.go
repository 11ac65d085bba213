package bms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/store"
)

// HoldService keeps places for buyers for a while, at a price that does not move.
type HoldService struct{ c *Client }

// SeatItem is a seat and who will sit on it.
type SeatItem struct {
	Seat      string `json:"seat"`       // its name in the plan: "stalls-C-7"
	BuyerType string `json:"buyer_type"` // key of the price list; empty means its first
}

// AreaItem is a number of places in an area.
type AreaItem struct {
	Area      string `json:"area"`
	BuyerType string `json:"buyer_type"`
	Count     int    `json:"count"`
}

// BestRequest asks for the best seats that are free.
type BestRequest struct {
	Count      int
	Categories []string // the most wanted first; empty means any
	BuyerTypes []string // of the first seats, at most Count; the others get the price list's first
	Stacked    bool     // seats behind each other will do
	Scattered  bool     // any seats will do

	Wheelchairs, Companions int // of Count
}

// HoldRequest asks for places of a show: all are held or none.
type HoldRequest struct {
	ShowID     catalog.ShowID
	Visitor    string // opaque key of the buyer's browser; limits per buyer count by it
	Seats      []SeatItem
	Best       *BestRequest // instead of Seats
	Areas      []AreaItem
	Accessible bool     // somebody in the party uses a wheelchair
	Vouchers   []string // codes
	Channel    string   // sales channel, for fees; empty means the web
	Business   bool     // the buyer is a business, for how taxes are rounded
	Key        string   // idempotency key
}

// Hold is a buyer's hold with its frozen price.
type Hold struct {
	ID        seating.HoldID
	Secret    string // whoever has it may act on the hold
	ShowID    catalog.ShowID
	State     seating.HoldState
	Seats     []HeldSeat
	Areas     []AreaItem
	Quote     pricing.Quote
	Vouchers  []string // codes in use
	CreatedAt time.Time
	ExpiresAt time.Time // when it ends unless payment has started
	PayBy     time.Time // when it ends once payment has started; zero before

	// ExtendableUntil is the latest end that Extend can reach; ExpiresAt when it cannot.
	ExtendableUntil time.Time
}

// HeldSeat is one seat of a hold.
type HeldSeat struct {
	Number    int32 // in the plan
	Name      string
	Section   string // name of the section
	Row       string // label
	Label     string
	Category  string // key
	BuyerType string // key
}

// ErrNoHold says that there is no such hold, or that the secret is another's.
var ErrNoHold = fault.New(fault.NotFound, "hold_not_found", "this reservation does not exist or is not yours")

// Create holds places, or best available ones, at the price of this moment.
//
// Errors: why the show does not sell now (catalog.ErrNotYetOnSale and its
// siblings); seating.ErrTaken, ErrOrphan, ErrLimit, ErrNotEnough and ErrAccessible, whose typed errors
// name the seats; pricing.ErrVoucher…; an Invalid fault that names the field.
func (s *HoldService) Create(ctx context.Context, r HoldRequest) (Hold, error) {
	return once(ctx, s.c, "holds.create", r.Key, r, func(finish finish[Hold]) (Hold, error) {
		vouchers, err := s.vouchers(ctx, r.ShowID, r.Vouchers)
		if err != nil {
			return Hold{}, err
		}
		secretOf, err := s.secrets(ctx)
		if err != nil {
			return Hold{}, err
		}
		var held Hold
		err = s.c.judge.do(ctx, r.ShowID, func(j *ruling) error {
			places, err := s.hold(ctx, j, r, vouchers)
			if err != nil {
				return err
			}
			held = places.public(secretOf(places.row.ID))
			return finish(j.tx, held)
		})
		return held, err
	})
}

// secrets returns the function that makes holds' secrets; the key is read before the
// judge is asked, because the judge waits for nothing.
func (s *HoldService) secrets(ctx context.Context) (func(seating.HoldID) string, error) {
	if _, err := s.c.vault.token(ctx, "hold", ""); err != nil {
		return nil, err
	}
	return func(hold seating.HoldID) string {
		token, _ := s.c.vault.token(ctx, "hold", string(hold)) // the key is in memory
		return token
	}, nil
}

// hold judges one request. It refuses before it changes anything.
func (s *HoldService) hold(ctx context.Context, j *ruling, r HoldRequest, vouchers []pricing.Voucher) (heldPlaces, error) {
	if _, err := j.show.show.OnSaleAt(j.now); err != nil {
		return heldPlaces{}, err
	}
	ask, err := r.places(j)
	if err != nil {
		return heldPlaces{}, err
	}
	if err := r.checkSold(j.show, ask.Seats); err != nil {
		return heldPlaces{}, err
	}
	if err := r.checkBuyers(j.show.list); err != nil {
		return heldPlaces{}, err
	}
	market := j.market()
	hold, err := j.inventory.Hold(j.now, ask)
	if err != nil {
		return heldPlaces{}, nameSeats(err, j.show.plan)
	}
	places := heldPlaces{row: store.HoldRow{Hold: hold, ShowID: r.ShowID, DetailVersion: 1}, show: j.show}
	places.detail = holdDetail{Items: r.items(hold, j.show.plan), Channel: r.Channel, Business: r.Business}
	places.detail.Quote, err = pricing.Compute(places.input(j.now, market, vouchers))
	if err == nil {
		err = s.useVouchers(ctx, j.tx, &places, vouchers)
	}
	if err == nil {
		places.detail.Vouchers = vouchers
		err = places.freeze(j)
	}
	if err != nil { // priceless places are not kept
		_, undo := j.inventory.Release(j.now, hold.ID)
		return heldPlaces{}, errors.Join(err, undo)
	}
	return places, nil
}

// places turns the request into the judge's terms.
func (r HoldRequest) places(j *ruling) (seating.HoldRequest, error) {
	ask := seating.HoldRequest{ID: id.New[seating.HoldID]("hld", j.now), Buyer: r.Visitor, Accessible: r.Accessible}
	for i, item := range r.Seats {
		n, ok := j.show.plan.Seat(item.Seat)
		if !ok {
			return ask, fault.Invalidf("seats["+strconv.Itoa(i)+"].seat", "there is no seat %.64q in this hall", item.Seat)
		}
		ask.Seats = append(ask.Seats, n)
	}
	if b := r.Best; b != nil {
		if len(b.BuyerTypes) > max(b.Count, 0) {
			return ask, fault.Invalidf("best.buyer_types", "must have at most one entry for each of the %d seats", b.Count)
		}
		ask.Best = &seating.Best{
			N: b.Count, Categories: b.Categories, Wheelchairs: b.Wheelchairs, Companions: b.Companions, Stacked: b.Stacked, Scattered: b.Scattered,
			Except: j.show.unsold,
		}
	}
	for i, a := range r.Areas {
		if a.Count < 1 || a.Count > booking.MaxTickets {
			return ask, fault.Invalidf("areas["+strconv.Itoa(i)+"].count", "must be between 1 and %d", booking.MaxTickets)
		}
		for range a.Count {
			ask.Areas = addPlace(ask.Areas, a.Area)
		}
	}
	return ask, nil
}

// checkBuyers refuses buyer types that the price list does not have, before any place is taken.
func (r HoldRequest) checkBuyers(list pricing.PriceList) error {
	known := func(field, key string) error {
		for _, b := range list.BuyerTypes {
			if b.Key == key {
				return nil
			}
		}
		if key == "" {
			return nil
		}
		return fault.Invalidf(field, "there is no price for the buyer type %.64q", key)
	}
	for i, item := range r.Seats {
		if err := known("seats["+strconv.Itoa(i)+"].buyer_type", item.BuyerType); err != nil {
			return err
		}
	}
	for i, a := range r.Areas {
		if err := known("areas["+strconv.Itoa(i)+"].buyer_type", a.BuyerType); err != nil {
			return err
		}
	}
	if r.Best != nil {
		for i, key := range r.Best.BuyerTypes {
			if err := known("best.buyer_types["+strconv.Itoa(i)+"]", key); err != nil {
				return err
			}
		}
	}
	return nil
}

// items lists the held places with their buyer types: seats by number, then areas.
func (r HoldRequest) items(hold seating.Hold, plan *seatmap.Plan) []heldItem {
	items := make([]heldItem, 0, hold.Len())
	for i, seat := range hold.Seats {
		items = append(items, heldItem{Seat: seat, BuyerType: r.buyerOf(i, plan.Seats[seat].Name)})
	}
	for _, a := range r.Areas {
		for range a.Count {
			items = append(items, heldItem{Seat: booking.NoSeat, Area: a.Area, BuyerType: a.BuyerType})
		}
	}
	return items
}

// buyerOf is the buyer type of the i-th held seat.
func (r HoldRequest) buyerOf(i int, name string) string {
	if r.Best != nil {
		if i < len(r.Best.BuyerTypes) {
			return r.Best.BuyerTypes[i]
		}
		return ""
	}
	for _, item := range r.Seats {
		if item.Seat == name {
			return item.BuyerType
		}
	}
	return ""
}

// authorize proves that whoever has the secret may act on the hold.
func (s *HoldService) authorize(ctx context.Context, hold seating.HoldID, secret string) error {
	if err := id.Check("hold_id", "hld", hold); err != nil {
		return err
	}
	ok, err := s.c.vault.check(ctx, "hold", string(hold), secret)
	if err == nil && !ok {
		return ErrNoHold
	}
	return err
}

// read returns a stored hold of a buyer.
func (s *HoldService) read(ctx context.Context, tx store.Tx, hold seating.HoldID) (heldPlaces, error) {
	p, _, err := s.readInSale(ctx, tx, hold)
	return p, err
}

// readInSale is read with the hold's booking, nil when there is none.
func (s *HoldService) readInSale(ctx context.Context, tx store.Tx, hold seating.HoldID) (heldPlaces, *booking.Booking, error) {
	var p heldPlaces
	row, versions, made, err := tx.HoldInSale(ctx, hold)
	if errors.Is(err, store.ErrNotFound) {
		return p, nil, ErrNoHold
	}
	if err != nil {
		return p, nil, err
	}
	p.row = row
	if err := json.Unmarshal(row.Detail, &p.detail); err != nil {
		return p, nil, fmt.Errorf("detail of %s: %w", hold, err)
	}
	p.show, err = s.c.shows.at(ctx, tx, row.ShowID, versions)
	return p, made, err
}

// Get returns a hold. One that has ended is returned too; State and the times tell. Errors: ErrNoHold.
func (s *HoldService) Get(ctx context.Context, hold seating.HoldID, secret string) (Hold, error) {
	if err := s.authorize(ctx, hold, secret); err != nil {
		return Hold{}, err
	}
	places, err := view(ctx, s.c.db, func(tx store.Tx) (heldPlaces, error) { return s.read(ctx, tx, hold) })
	if err != nil {
		return Hold{}, err
	}
	return places.public(secret), nil
}

// ExtendRequest asks for more time before payment.
type ExtendRequest struct {
	HoldID seating.HoldID
	Secret string
	By     time.Duration
	Key    string // idempotency key
}

// Extend gives the buyer more time, up to the show's limit. Errors: ErrNoHold,
// seating.ErrExpired, seating.ErrHighDemand, seating.ErrLimit.
func (s *HoldService) Extend(ctx context.Context, r ExtendRequest) (Hold, error) {
	return s.change(ctx, "holds.extend", r.Key, r.HoldID, r.Secret, r, func(j *ruling) (seating.Hold, error) {
		hold, err := j.inventory.Extend(j.now, r.HoldID, r.By)
		if err != nil {
			return hold, err
		}
		return hold, s.c.keepVouchers(ctx, j.tx, hold)
	})
}

// ReleaseRequest asks to give a hold's places back.
type ReleaseRequest struct {
	HoldID seating.HoldID
	Secret string
	Key    string // idempotency key
}

// Release gives the places back at once. A hold that has ended is left as it is. Errors:
// ErrNoHold, seating.ErrPaying once payment has started.
func (s *HoldService) Release(ctx context.Context, r ReleaseRequest) (Hold, error) {
	return s.change(ctx, "holds.release", r.Key, r.HoldID, r.Secret, r, func(j *ruling) (seating.Hold, error) {
		if hold, ok := j.inventory.Get(r.HoldID); ok && hold.State == seating.StatePaying {
			return hold, seating.ErrPaying
		}
		return j.inventory.Release(j.now, r.HoldID)
	})
}

// change has one verb on a buyer's hold judged.
//
//nolint:revive // the parts of one verb
func (s *HoldService) change(ctx context.Context, verb, key string, hold seating.HoldID, secret string, body any, decide func(*ruling) (seating.Hold, error)) (Hold, error) {
	if err := s.authorize(ctx, hold, secret); err != nil {
		return Hold{}, err
	}
	return once(ctx, s.c, verb, key, body, func(finish finish[Hold]) (Hold, error) {
		places, err := view(ctx, s.c.db, func(tx store.Tx) (heldPlaces, error) { return s.read(ctx, tx, hold) })
		if err != nil {
			return Hold{}, err
		}
		var held Hold
		err = s.c.judge.do(ctx, places.row.ShowID, func(j *ruling) error {
			if places.row.Hold, err = decide(j); err != nil {
				return err
			}
			held = places.public(secret)
			return finish(j.tx, held)
		})
		return held, err
	})
}

// Open returns the holds that have places of a show, sold and house holds included, by id. It is
// for programs that know who asks.
func (s *HoldService) Open(ctx context.Context, show catalog.ShowID) ([]seating.Hold, error) {
	return view(ctx, s.c.back, func(tx store.Tx) ([]seating.Hold, error) { return tx.HoldsSince(ctx, show, time.Unix(0, 0)) })
}
