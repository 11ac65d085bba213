package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"maps"
	"slices"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// Why the gate's verbs are refused.
var (
	errGateClosed = fault.New(fault.Forbidden, "gate_closed", "this server checks no tickets: it was started without a gate token")
	errNotGate    = fault.New(fault.Unauthenticated, "not_a_gate", "send the gate's token as Authorization: Bearer")
)

// mustBeGate refuses who does not have the gate's token.
func (c *call) mustBeGate() error {
	want := c.api.cfg.GateToken
	if want == "" {
		return errGateClosed
	}
	sent := sha256.Sum256(bearer(c.rc.Request.Header.Peek(fasthttp.HeaderAuthorization)))
	known := sha256.Sum256([]byte(want))
	if subtle.ConstantTimeCompare(sent[:], known[:]) != 1 {
		if err := c.api.cfg.Throttle.Stranger(web.Client(c.rc)); err != nil {
			return err
		}
		return errNotGate
	}
	return nil
}

// verdict is what a gate is told about a code.
type verdict struct {
	Admits    bool        `json:"admits"`
	Reason    string      `json:"reason,omitempty"` // why not: "ticket_used"
	Message   string      `json:"message,omitempty"`
	Reference string      `json:"reference,omitempty"`
	Ticket    *gateTicket `json:"ticket,omitempty"`
}

// gateTicket is what a gate sees of a ticket: nothing of what was paid.
type gateTicket struct {
	ID        booking.TicketID     `json:"id"`
	Place     string               `json:"place"`
	Category  string               `json:"category"`
	BuyerType string               `json:"buyer_type,omitempty"`
	Status    booking.TicketStatus `json:"status"`
	UsedAt    time.Time            `json:"used_at,omitzero"`
}

// refusals are the reasons for which a gate lets nobody in. They are answers, not failures.
var refusals = []*fault.Error{
	booking.ErrNoCode, booking.ErrUnknownKey, booking.ErrForged, booking.ErrOtherShow, booking.ErrTooEarly, booking.ErrOver,
	booking.ErrTicketUsed, booking.ErrTicketCancelled, booking.ErrNoTicket, booking.ErrUnpaid, booking.ErrCancelled,
}

// verdictOf makes the answer of the SDK's. Errors that are no refusals stay errors.
func verdictOf(check bms.TicketCheck, err error) (verdict, error) {
	v := verdict{Admits: err == nil}
	if err != nil {
		f := fault.Of(err)
		if f == nil || !slices.ContainsFunc(refusals, func(r *fault.Error) bool { return r.Reason == f.Reason }) {
			return v, err
		}
		v.Reason, v.Message = f.Reason, f.Message
	}
	if check.Ticket.ID == "" {
		return v, nil
	}
	v.Reference = check.Reference.Display()
	v.Ticket = gateTicketOf(check.Ticket)
	return v, nil
}

func gateTicketOf(t booking.Ticket) *gateTicket {
	return &gateTicket{ID: t.ID, Place: t.Place, Category: t.Category, BuyerType: t.BuyerType, Status: t.Status, UsedAt: t.UsedAt}
}

// maxCode bounds the text of a scanned code, in bytes: one of ours with spaces around.
const maxCode = booking.CodeLen + 100

// gateRequest reads what a gate asks.
func (c *call) gateRequest() (bms.UseRequest, error) {
	if err := c.mustBeGate(); err != nil {
		return bms.UseRequest{}, err
	}
	body, err := c.body()
	if err != nil {
		return bms.UseRequest{}, err
	}
	asked, err := readGate(body)
	if err != nil {
		return asked, err
	}
	return asked, c.api.cfg.Throttle.Gate(web.Client(c.rc), asked.Code)
}

// readGate reads the body of a gate's request.
func readGate(body []byte) (bms.UseRequest, error) {
	var g bms.UseRequest
	err := readObject(body, func(r *reader, name string) bool {
		switch name {
		case "show_id":
			g.ShowID = catalog.ShowID(r.text(maxID))
		case "code":
			g.Code = r.text(maxCode)
		default:
			return false
		}
		return true
	})
	if err == nil && g.ShowID == "" {
		return g, fault.Invalidf("show_id", "must name the show that this gate lets in to")
	}
	return g, err
}

func (a *API) checkTicket(ctx context.Context, c *call) error {
	asked, err := c.gateRequest()
	if err != nil {
		return err
	}
	return c.sendVerdict(a.client.Tickets.Check(ctx, asked.ShowID, asked.Code))
}

func (a *API) useTicket(ctx context.Context, c *call) error {
	asked, err := c.gateRequest()
	if err != nil {
		return err
	}
	if asked.Key, err = c.key(); err != nil {
		return err
	}
	return c.sendVerdict(a.client.Tickets.Use(ctx, asked))
}

func (c *call) sendVerdict(check bms.TicketCheck, err error) error {
	v, err := verdictOf(check, err)
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, v)
}

// gateKey is a public key with which a gate verifies codes offline.
type gateKey struct {
	ID        booking.KeyID `json:"id"`
	Algorithm string        `json:"algorithm"`
	Key       string        `json:"key"` // base64 of its 32 bytes
}

func (a *API) ticketKeys(ctx context.Context, c *call) error {
	if err := c.query().end(); err != nil {
		return err
	}
	keys, err := a.client.Tickets.Keys(ctx)
	if err != nil {
		return err
	}
	ids := slices.Sorted(maps.Keys(keys))
	return c.send(fasthttp.StatusOK, public(keepCatalog), page[gateKey]{Items: each(ids, func(id booking.KeyID) gateKey {
		return gateKey{ID: id, Algorithm: "Ed25519", Key: base64.StdEncoding.EncodeToString(keys[id])}
	})})
}
