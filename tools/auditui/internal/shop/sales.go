package shop

import (
	"context"
	"errors"
	"fmt"
)

// Hold is places that somebody has reserved.
type Hold struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// Sale is a booking that somebody has paid for.
type Sale struct {
	ID      string `json:"id"`
	Token   string `json:"token"`
	Tickets []struct {
		ID string `json:"id"`
	} `json:"tickets"`
}

// HoldSeats has somebody else reserve seats by their names.
func (a *API) HoldSeats(ctx context.Context, show string, seats []string) (Hold, error) {
	type seat struct {
		Seat string `json:"seat"`
	}
	list := make([]seat, len(seats))
	for i, name := range seats {
		list[i].Seat = name
	}
	var h Hold
	err := a.call(ctx, "POST", "/holds", "", map[string]any{"show_id": show, "seats": list}, &h)
	return h, err
}

// holdAny reserves so many places of a show, wherever they are.
func (a *API) holdAny(ctx context.Context, show string, count int) (Hold, error) {
	var h Hold
	err := a.call(ctx, "POST", "/holds", "", map[string]any{
		"show_id": show, "best": map[string]any{"count": count, "scattered": true},
	}, &h)
	return h, err
}

// sell has somebody else buy what is held.
func (a *API) sell(ctx context.Context, h Hold) (Sale, error) {
	var sale Sale
	buyer := map[string]string{"name": "Grace Hopper", "email": "grace@example.com"}
	if err := a.call(ctx, "POST", "/bookings", h.Secret, map[string]any{"hold_id": h.ID, "buyer": buyer}, &sale); err != nil {
		return sale, err
	}
	var payment struct {
		ID          string `json:"id"`
		RedirectURL string `json:"redirect_url"`
	}
	start := map[string]string{"gateway": "sandbox", "return_url": a.base + "/"}
	if err := a.call(ctx, "POST", "/bookings/"+sale.ID+"/payments", sale.Token, start, &payment); err != nil {
		return sale, err
	}
	if err := a.bank(ctx, payment.RedirectURL, "pay"); err != nil {
		return sale, err
	}
	return sale, a.call(ctx, "POST", "/payments/"+payment.ID+"/refresh", sale.Token, nil, nil)
}

// mostAtOnce is how many places a hold of a cinema may have.
const mostAtOnce = 10

// SellOut has others buy everything that is left of a show, and returns what they bought.
func (a *API) SellOut(ctx context.Context, show string) ([]Sale, error) {
	var sales []Sale
	for count := mostAtOnce; count > 0; {
		h, err := a.holdAny(ctx, show, count)
		if refused, ok := errors.AsType[*RefusedError](err); ok && refused.Status == 409 {
			count /= 2 // there are not so many any more
			continue
		}
		if err != nil {
			return sales, fmt.Errorf("sell %s out: %w", show, err)
		}
		sale, err := a.sell(ctx, h)
		if err != nil {
			return sales, fmt.Errorf("sell %s out: %w", show, err)
		}
		sales = append(sales, sale)
	}
	return sales, nil
}

// GiveBack has somebody give the first ticket of a booking back, so that its place is free again.
func (a *API) GiveBack(ctx context.Context, s Sale) error {
	tickets := []string{s.Tickets[0].ID}
	return a.call(ctx, "POST", "/bookings/"+s.ID+"/cancellation", s.Token, map[string]any{"tickets": tickets}, nil)
}
