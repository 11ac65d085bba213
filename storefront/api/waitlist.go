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
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/waitlist"
	"github.com/marquee-tickets/marquee/internal/web"
)

const headerWaitlistToken = "Waitlist-Token"

// waitAsked is the answer to who joins. It is the same whether the address was in the list before or not, and has neither
// token nor position: those are in the mail.
type waitAsked struct {
	ShowID catalog.ShowID `json:"show_id"`
	Email  string         `json:"email"`
}

func (a *API) joinWaitlist(ctx context.Context, c *call) error {
	key, err := c.key()
	if err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	wanted, err := readWait(body)
	if err != nil {
		return err
	}
	if c.site().Partner != "" {
		if err := a.mustBeAnnounced(ctx, c.site(), wanted.ShowID); err != nil {
			return inField("show_id", err)
		}
	}
	if err := a.cfg.Throttle.Join(web.Client(c.rc), wanted.Person.Clean().Key()); err != nil {
		return err
	}
	wanted.Key, wanted.Brand = key, c.site().Brand.ID
	e, err := a.client.Waitlists.Join(ctx, wanted)
	if errors.Is(err, store.ErrNotFound) {
		return fault.NotFoundf("there is no show %q", clip(string(wanted.ShowID))).In("show_id")
	}
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusAccepted, noStore, waitAsked{ShowID: e.ShowID, Email: wanted.Person.Clean().Email})
}

// readWait reads the body of a request to join a waiting list.
func readWait(body []byte) (bms.WaitRequest, error) {
	var w bms.WaitRequest
	err := readObject(body, func(r *reader, name string) bool {
		switch name {
		case "show_id":
			w.ShowID = catalog.ShowID(r.text(maxID))
		case "name":
			w.Person.Name = r.text(maxLine)
		case "email":
			w.Person.Email = r.text(maxLine)
		case "locale":
			w.Person.Locale = r.text(maxLine)
		default:
			return readWish(r, name, &w.Wish)
		}
		return true
	})
	if err == nil && w.ShowID == "" {
		err = fault.Invalidf("show_id", "must name the show")
	}
	return w, err
}

// readWish reads a field of what is waited for.
func readWish(r *reader, name string, w *waitlist.Wish) bool {
	switch name {
	case "places":
		w.Places = r.integer(1, booking.MaxTickets)
	case "category":
		w.Category = r.text(maxName)
	case "apart":
		w.Apart = r.boolean()
	case "wheelchairs":
		w.Wheelchairs = r.integer(0, booking.MaxTickets)
	case "companions":
		w.Companions = r.integer(0, booking.MaxTickets)
	default:
		return false
	}
	return true
}

// waitEntry is a place in a waiting list as its person sees it.
type waitEntry struct {
	ID          waitlist.EntryID `json:"id"`
	ShowID      catalog.ShowID   `json:"show_id"`
	State       waitlist.State   `json:"state"`
	Places      int              `json:"places"`
	Category    string           `json:"category,omitempty"`
	Apart       bool             `json:"apart"`
	Wheelchairs int              `json:"wheelchairs"`
	Companions  int              `json:"companions"`
	Position    int              `json:"position,omitempty"`
	Ahead       int              `json:"ahead"`
	Offer       *waitOffer       `json:"offer,omitempty"`
	Hold        *hold            `json:"hold,omitempty"`
	JoinedAt    time.Time        `json:"joined_at"`
}

// waitOffer is places that are kept for a while.
type waitOffer struct {
	Places    []string  `json:"places"`
	ExpiresAt time.Time `json:"expires_at"`
}

func waitEntryOf(e bms.WaitEntry) waitEntry {
	wire := waitEntry{
		ID: e.ID, ShowID: e.ShowID, State: e.State, Places: e.Wish.Places, Category: e.Wish.Category, Apart: e.Wish.Apart,
		Wheelchairs: e.Wish.Wheelchairs, Companions: e.Wish.Companions, Ahead: e.Ahead, JoinedAt: e.JoinedAt,
	}
	switch e.State {
	case waitlist.Waiting:
		wire.Position = e.Ahead + 1
	case waitlist.Offered:
		wire.Offer = &waitOffer{Places: listOf(e.Places), ExpiresAt: e.Offer.Until}
	case waitlist.Claimed, waitlist.Ended, waitlist.Left, waitlist.Closed:
	}
	if e.Held != nil {
		held := holdOf(*e.Held)
		wire.Hold = &held
	}
	return wire
}

func (a *API) waitEntry(ctx context.Context, c *call) error {
	token, err := c.secret(headerWaitlistToken)
	if err != nil {
		return err
	}
	return c.sendWaitEntry(a.client.Waitlists.Get(ctx, waitlist.EntryID(c.params[0]), token))
}

// sendWaitEntry answers with an entry.
func (c *call) sendWaitEntry(e bms.WaitEntry, err error) error {
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusOK, noStore, waitEntryOf(e))
}

// waiting returns the token and the idempotency key of a request about an entry.
func (c *call) waiting() (token, key string, err error) {
	if token, err = c.secret(headerWaitlistToken); err != nil {
		return "", "", err
	}
	key, err = c.key()
	return token, key, err
}

func (a *API) claimOffer(ctx context.Context, c *call) error {
	token, key, err := c.waiting()
	if err != nil {
		return err
	}
	visitor, err := c.visitor()
	if err != nil {
		return err
	}
	wanted := bms.ClaimRequest{EntryID: waitlist.EntryID(c.params[0]), Link: token, Visitor: visitor, Key: key}
	err = c.read(func(r *reader, name string) bool {
		switch name {
		case "buyer_types":
			r.list(booking.MaxTickets, func() { wanted.BuyerTypes = append(wanted.BuyerTypes, r.text(maxName)) })
		case "channel":
			wanted.Channel = r.text(maxName)
		default:
			return false
		}
		return true
	})
	if err != nil {
		return err
	}
	h, err := a.client.Waitlists.Claim(ctx, wanted)
	if err != nil {
		return err
	}
	return c.created("/api/v1/holds/"+string(h.ID), holdOf(h))
}

func (a *API) rejoinWaitlist(ctx context.Context, c *call) error {
	token, key, err := c.waiting()
	if err != nil {
		return err
	}
	if err := c.readNothing(); err != nil {
		return err
	}
	return c.sendWaitEntry(a.client.Waitlists.Rejoin(ctx, bms.RejoinRequest{EntryID: waitlist.EntryID(c.params[0]), Link: token, Key: key}))
}

func (a *API) leaveWaitlist(ctx context.Context, c *call) error {
	token, key, err := c.waiting()
	if err != nil {
		return err
	}
	return c.sendWaitEntry(a.client.Waitlists.Leave(ctx, bms.LeaveRequest{EntryID: waitlist.EntryID(c.params[0]), Link: token, Key: key}))
}

// renewWaitLink ends the token that it was asked with, and has another one mailed to the person who waits.
func (a *API) renewWaitLink(ctx context.Context, c *call) error {
	token, key, err := c.waiting()
	if err != nil {
		return err
	}
	if err := c.readNothing(); err != nil {
		return err
	}
	e, err := a.client.Waitlists.RenewLink(ctx, bms.RenewWaitLinkRequest{EntryID: waitlist.EntryID(c.params[0]), Link: token, Key: key})
	if err != nil {
		return err
	}
	return c.send(fasthttp.StatusAccepted, noStore, waitAsked{ShowID: e.ShowID, Email: e.Person.Email})
}
