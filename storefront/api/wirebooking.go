package api

import (
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// hold is places kept for a buyer, at a price that does not move.
type hold struct {
	ID              seating.HoldID    `json:"id"`
	Secret          string            `json:"secret"`
	ShowID          catalog.ShowID    `json:"show_id"`
	State           seating.HoldState `json:"state"`
	Seats           []heldSeat        `json:"seats"`
	Areas           []heldArea        `json:"areas"`
	Vouchers        []string          `json:"vouchers"`
	Quote           quote             `json:"quote"`
	CreatedAt       time.Time         `json:"created_at"`
	ExpiresAt       time.Time         `json:"expires_at"`
	ExtendableUntil time.Time         `json:"extendable_until"`
	PayBy           time.Time         `json:"pay_by,omitzero"`
}

type heldSeat struct {
	Number    int32  `json:"number"`
	Name      string `json:"name"`
	Section   string `json:"section"`
	Row       string `json:"row"`
	Label     string `json:"label"`
	Category  string `json:"category"`
	BuyerType string `json:"buyer_type,omitempty"`
}

type heldArea struct {
	Area      string `json:"area"`
	BuyerType string `json:"buyer_type,omitempty"`
	Count     int    `json:"count"`
}

func holdOf(h bms.Hold) hold {
	return hold{
		ID: h.ID, Secret: h.Secret, ShowID: h.ShowID, State: h.State, Vouchers: listOf(h.Vouchers), Quote: quoteOf(h.Quote),
		Seats:     each(h.Seats, func(s bms.HeldSeat) heldSeat { return heldSeat(s) }),
		Areas:     each(h.Areas, func(a bms.AreaItem) heldArea { return heldArea(a) }),
		CreatedAt: h.CreatedAt, ExpiresAt: h.ExpiresAt, ExtendableUntil: h.ExtendableUntil, PayBy: h.PayBy,
	}
}

// order is a booking as its buyer sees it.
type order struct {
	ID          booking.ID     `json:"id"`
	Reference   string         `json:"reference"` // as it is printed: "K7PW-XF3X"
	Token       string         `json:"token"`
	ShowID      string         `json:"show_id"`
	HoldID      string         `json:"hold_id"`
	Status      booking.Status `json:"status"`
	Buyer       buyer          `json:"buyer"`
	Total       amount         `json:"total"`
	Tickets     []ticket       `json:"tickets"`
	Policy      []tier         `json:"policy"`
	ShowStart   time.Time      `json:"show_start"`
	PayBy       time.Time      `json:"pay_by,omitzero"`
	CreatedAt   time.Time      `json:"created_at"`
	UpdatedAt   time.Time      `json:"updated_at"`
	ConfirmedAt time.Time      `json:"confirmed_at,omitzero"`
}

type buyer struct {
	Name    string `json:"name"`
	Email   string `json:"email"`
	Phone   string `json:"phone,omitempty"`
	Locale  string `json:"locale,omitempty"`
	Company string `json:"company,omitempty"`
	TaxID   string `json:"tax_id,omitempty"`
}

type ticket struct {
	ID          booking.TicketID     `json:"id"`
	Serial      int                  `json:"serial"`
	Place       string               `json:"place"`
	Seat        *int32               `json:"seat,omitempty"` // number in the plan
	Area        string               `json:"area,omitempty"`
	Category    string               `json:"category"`
	BuyerType   string               `json:"buyer_type,omitempty"`
	Price       amount               `json:"price"`
	Fees        amount               `json:"fees"`
	Status      booking.TicketStatus `json:"status"`
	Refund      *amount              `json:"refund,omitempty"`
	CancelledAt time.Time            `json:"cancelled_at,omitzero"`
	UsedAt      time.Time            `json:"used_at,omitzero"`
}

// tier is one step of the terms on which a buyer may cancel.
type tier struct {
	MinutesBefore int        `json:"minutes_before"`
	PricePPM      money.Rate `json:"price_ppm"`
	FeesPPM       money.Rate `json:"fees_ppm"`
}

func tierOf(t booking.Tier) tier {
	return tier{MinutesBefore: t.MinutesBefore, PricePPM: t.Price, FeesPPM: t.Fees}
}

func orderOf(b booking.Booking, token string) order {
	return order{
		ID: b.ID, Reference: b.Reference.Display(), Token: token, ShowID: b.ShowID, HoldID: b.HoldID, Status: b.Status,
		Buyer: buyer(b.Buyer), Total: amountOf(b.Total), Tickets: each(b.Tickets, ticketOf), Policy: each(b.Policy.Tiers, tierOf),
		ShowStart: b.ShowStart, PayBy: b.PayBy, CreatedAt: b.CreatedAt, UpdatedAt: b.UpdatedAt, ConfirmedAt: b.ConfirmedAt,
	}
}

func ticketOf(t booking.Ticket) ticket {
	wire := ticket{
		ID: t.ID, Serial: t.Serial, Place: t.Place, Area: t.Area, Category: t.Category, BuyerType: t.BuyerType,
		Price: amountOf(t.Price), Fees: amountIn(t.Fees, t.Price.Currency), Status: t.Status, Refund: someAmount(t.Refund),
		CancelledAt: t.CancelledAt, UsedAt: t.UsedAt,
	}
	if t.Seat != booking.NoSeat {
		wire.Seat = &t.Seat
	}
	return wire
}

// cancellation is what cancelling gives back.
type cancellation struct {
	Amount    amount         `json:"amount"`
	PriceKept amount         `json:"price_kept"`
	FeesKept  amount         `json:"fees_kept"`
	Terms     tier           `json:"terms"`
	Tickets   []ticketRefund `json:"tickets"`
}

type ticketRefund struct {
	ID        booking.TicketID `json:"id"`
	Serial    int              `json:"serial"`
	Amount    amount           `json:"amount"`
	Price     amount           `json:"price"`
	Fees      amount           `json:"fees"`
	PriceKept amount           `json:"price_kept"`
	FeesKept  amount           `json:"fees_kept"`
}

func cancellationOf(p booking.RefundPlan) cancellation {
	currency := p.Amount.Currency
	return cancellation{
		Amount: amountOf(p.Amount), PriceKept: amountOf(p.PriceKept), FeesKept: amountOf(p.FeesKept), Terms: tierOf(p.Terms),
		Tickets: each(p.PerTicket, func(t booking.TicketRefund) ticketRefund {
			return ticketRefund{
				ID: t.TicketID, Serial: t.Serial, Amount: amountIn(t.Amount, currency), Price: amountIn(t.Price, currency),
				Fees: amountIn(t.Fees, currency), PriceKept: amountIn(t.PriceKept, currency), FeesKept: amountIn(t.FeesKept, currency),
			}
		}),
	}
}

// pay is one attempt to pay.
type pay struct {
	ID          payment.IntentID     `json:"id"`
	BookingID   string               `json:"booking_id"`
	Gateway     string               `json:"gateway"`
	Attempt     int                  `json:"attempt"`
	Status      payment.IntentStatus `json:"status"`
	Reason      string               `json:"reason,omitempty"`
	Amount      amount               `json:"amount"`
	Captured    amount               `json:"captured"`
	Refunded    amount               `json:"refunded"`
	RedirectURL string               `json:"redirect_url,omitempty"`
	ExpiresAt   time.Time            `json:"expires_at,omitzero"`
	CreatedAt   time.Time            `json:"created_at"`
	UpdatedAt   time.Time            `json:"updated_at"`
}

func payOf(i payment.Intent) pay {
	currency, reason := i.Amount.Currency, i.Reason
	if reason == payment.ReasonFraud {
		reason = payment.ReasonDeclined // who is suspected learns nothing of it
	}
	return pay{
		ID: i.ID, BookingID: i.BookingID, Gateway: i.Gateway, Attempt: i.Attempt, Status: i.Status, Reason: reason,
		Amount: amountOf(i.Amount), Captured: amountIn(i.Captured, currency), Refunded: amountIn(i.Refunded, currency),
		RedirectURL: i.RedirectURL, ExpiresAt: i.ExpiresAt, CreatedAt: i.CreatedAt, UpdatedAt: i.UpdatedAt,
	}
}

// refund is money on its way back. Why a gateway refused one is for operators to see.
type refund struct {
	ID        payment.RefundID     `json:"id"`
	PaymentID payment.IntentID     `json:"payment_id"`
	Amount    amount               `json:"amount"`
	Reason    string               `json:"reason"`
	Status    payment.RefundStatus `json:"status"`
	CreatedAt time.Time            `json:"created_at"`
	UpdatedAt time.Time            `json:"updated_at"`
}

func refundOf(r payment.Refund) refund {
	return refund{
		ID: r.ID, PaymentID: r.IntentID, Amount: amountOf(r.Amount), Reason: r.Reason, Status: r.Status,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}
