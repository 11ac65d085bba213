// Package bms sells seats: a catalogue of events, venues and shows, seat maps,
// holds, prices, bookings, payments, tickets and the messages about them, over
// a database that the embedding program chooses.
//
//	client, err := embedded.Open(ctx, "shop.db")
//	go client.Run(ctx)
//	hold, err := client.Holds.Create(ctx, bms.HoldRequest{ShowID: show, Seats: []bms.SeatItem{{Seat: "stalls-C-7"}}})
//
// Guarantees, on every engine:
//
//   - A seat is sold at most once, however many buyers, processes and crashes.
//   - A captured payment ends in a confirmed booking or in exactly one refund.
//   - What a method returned is on disk. A method that failed changed nothing.
//   - A repeated call with the same Key does nothing again and answers the same for 24 hours. Methods that change
//     something and take no Key say why their repetition changes nothing.
//
// A Client is safe for concurrent use. Its services hold no rules: those are in
// the packages catalog, seating, pricing, booking and payment, which do no I/O.
package bms

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/store"
)

// Config is what an embedding program may choose. The zero Config sells without
// a gateway and delivers messages to the local inbox only.
type Config struct {
	// Gateways take payments, by their names. Names must differ.
	Gateways []payment.Gateway

	// Channels carry mails to people, besides the local inbox.
	Channels []notify.Channel

	// Sinks get every message of the outbox whose topic they want.
	Sinks []outbox.Sink

	// Renderer writes the mails, each in the language of its reader's locale. Nil means notify.English.
	Renderer notify.Renderer

	// Suggester says what a buyer may like, too, at the end of the mail that confirms a booking. Nil suggests nothing.
	Suggester notify.Suggester

	// SuggestFor is how long a mail waits for suggestions: it goes without those that take longer. Zero means 200 milliseconds.
	SuggestFor time.Duration

	// Pictures draws ticket codes for mails; package qr has one. Nil sends codes without a picture.
	Pictures Pictures

	// BaseURL is where buyers reach the storefront, without a slash at the end:
	// "https://tickets.example". Links in mails and addresses for gateways begin
	// with it; mails about what was bought at a live brand have the brand's first host name in it. Empty leaves links out.
	BaseURL string

	// From is the address that mails come from. Empty means no-reply@localhost.
	From string

	// PayFor is how long a buyer has to pay from the moment that payment starts.
	// Zero means 15 minutes; values under 1 minute or over 24 hours are rejected.
	PayFor time.Duration

	// OfferFor is how long places are kept for whom a waiting list offers them to. An offer never outlasts the sale
	// of its show. Zero means 30 minutes; values under 1 minute or over 24 hours are rejected.
	OfferFor time.Duration

	// GatewayTimeout bounds one call of a gateway. A call that takes longer counts as one of unknown
	// outcome, which is inquired. Zero means 10 seconds; values under 10 milliseconds or over 30 seconds are
	// rejected: while a gateway is asked an idempotency key is claimed, for at most a minute.
	GatewayTimeout time.Duration

	// Grace is how long after its end a hold is still safe from others, for answers that are on their way.
	// Zero means 2 seconds; more than a minute is rejected.
	Grace time.Duration

	// BatchMax is the most requests that are judged in one transaction. Zero means 512.
	BatchMax int

	// Logger gets what operators should know. Nil discards it.
	Logger *slog.Logger
}

// Pictures draws a ticket's code so that a gate can scan it.
type Pictures interface {
	// Picture returns an image and its content type, such as "image/png".
	Picture(code string) (contentType string, image []byte, err error)
}

func (c Config) withDefaults() Config {
	if c.Renderer == nil {
		c.Renderer = notify.English()
	}
	if c.From == "" {
		c.From = "no-reply@localhost"
	}
	if c.PayFor == 0 {
		c.PayFor = 15 * time.Minute
	}
	if c.OfferFor == 0 {
		c.OfferFor = 30 * time.Minute
	}
	if c.GatewayTimeout == 0 {
		c.GatewayTimeout = 10 * time.Second
	}
	if c.Grace == 0 {
		c.Grace = 2 * time.Second
	}
	if c.SuggestFor == 0 {
		c.SuggestFor = 200 * time.Millisecond
	}
	if c.BatchMax == 0 {
		c.BatchMax = 512
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) validate() error {
	seen := map[string]bool{}
	for i, g := range c.Gateways {
		if name := g.Name(); name == "" || seen[name] {
			return fault.Invalidf(fmt.Sprintf("gateways[%d]", i), "needs a name that no other gateway has, not %q", name)
		}
		seen[g.Name()] = true
	}
	switch {
	case c.PayFor < time.Minute || c.PayFor > 24*time.Hour:
		return fault.Invalidf("pay_for", "must be between 1 minute and 24 hours")
	case c.OfferFor < time.Minute || c.OfferFor > 24*time.Hour:
		return fault.Invalidf("offer_for", "must be between 1 minute and 24 hours")
	case c.GatewayTimeout < minGatewayTimeout || c.GatewayTimeout > maxGatewayTimeout:
		return fault.Invalidf("gateway_timeout", "must be between %s and %s", minGatewayTimeout, maxGatewayTimeout)
	case c.Grace < 0 || c.Grace > time.Minute:
		return fault.Invalidf("grace", "must be between 0 and 1 minute")
	case c.SuggestFor < 0 || c.SuggestFor > time.Minute:
		return fault.Invalidf("suggest_for", "must be between 0 and 1 minute")
	case c.BatchMax < 1:
		return fault.Invalidf("batch_max", "must be at least 1")
	}
	return nil
}

// The bounds of Config.GatewayTimeout. Half of the lease of an idempotency key is left for the database.
const (
	minGatewayTimeout = 10 * time.Millisecond
	maxGatewayTimeout = keyLease / 2
)

// Client is the whole SDK: a service for each part of selling.
type Client struct {
	Catalog   *CatalogService
	Shows     *ShowService
	Seats     *SeatService
	Prices    *PriceService
	Holds     *HoldService
	Bookings  *BookingService
	Payments  *PaymentService
	Tickets   *TicketService
	Waitlists *WaitlistService
	Messages  *MessageService
	Inbox     *InboxService

	db       store.DB
	back     store.DB // for work that nobody waits for
	cfg      Config
	log      *slog.Logger
	shows    *showCache
	live     *liveHub
	judge    *judge
	keys     *keyring
	turns    *turns
	vault    *vault
	gateways map[string]payment.Gateway
	relay    *outbox.Relay
	waits    waitMemory
	brands   brandMemory
	changes  bell // of the catalogue, by this process
}

// New returns a client over an open database. It starts nothing: background work
// is done by Run. The client owns db from then on and closes it with Close.
func New(db store.DB, cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("configure client: %w", err)
	}
	shows := newShowCache(cfg.Grace)
	live := newLiveHub(db, shows)
	c := &Client{
		db: db, back: db.Background(), cfg: cfg, log: cfg.Logger,
		shows: shows, live: live, judge: newJudge(db, shows, live, cfg.Logger, cfg.BatchMax),
		keys: newKeyring(db), turns: newTurns(), vault: newVault(db), gateways: map[string]payment.Gateway{},
	}
	for _, g := range cfg.Gateways {
		c.gateways[g.Name()] = g
	}
	c.Catalog, c.Shows, c.Seats = &CatalogService{c}, &ShowService{c}, &SeatService{c}
	c.Prices, c.Holds, c.Bookings = &PriceService{c}, &HoldService{c}, &BookingService{c}
	c.Payments, c.Tickets, c.Waitlists = &PaymentService{c}, &TicketService{c}, &WaitlistService{c}
	c.Messages, c.Inbox = &MessageService{c}, &InboxService{c}
	sinks := append([]outbox.Sink{newMailSink(c), waitMailSink{c}}, cfg.Sinks...)
	c.relay = outbox.NewRelay(messageStore{c}, sinks, outbox.Config{Now: db.Now, Logger: cfg.Logger, Linger: mailLinger})
	return c, nil
}

// mailLinger is how long the delivery of a message waits for others, to be written with them.
const mailLinger = 25 * time.Millisecond

// Now is the time by which everything here is judged: the database's, in UTC.
func (c *Client) Now() time.Time { return c.db.Now() }

// Ready returns nil when the database answers.
func (c *Client) Ready(ctx context.Context) error {
	return c.db.View(ctx, func(tx store.Tx) error {
		_, err := tx.CountMessages(ctx)
		return err
	})
}

// Close closes the database. Run must have returned.
func (c *Client) Close() error { return c.db.Close() }

// logErr is the attribute under which errors are logged.
func logErr(err error) slog.Attr { return slog.String("error", err.Error()) }
