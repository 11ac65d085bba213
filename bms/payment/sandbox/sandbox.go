package sandbox

import (
	"fmt"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// Name is what Gateway.Name returns.
const Name = "sandbox"

// MinSecret is the least length of Config.Secret, in bytes.
const MinSecret = 16

// Config says how a Gateway works. Only Secret is required.
type Config struct {
	// Secret signs the webhooks, at least MinSecret bytes.
	Secret []byte
	// Now is the bank's clock. Nil means the system's.
	Now func() time.Time
	// Journal is the file that keeps the bank's books. It is made when it does
	// not exist and grows with every payment. Empty means memory only.
	Journal string
	// PageURL is where ServePage is mounted, without a slash at the end; a
	// path suits a page on the shop's own host. Empty means "/sandbox/pay".
	PageURL string
	// Send delivers one webhook and returns nil when the shop has taken it.
	// Nil means an HTTP POST.
	Send Send
	// Script decides a payment the moment it is created, as if its buyer had
	// acted. Nil, or a nil result, leaves it to the page, Choose or Confirm. It
	// must not call the Gateway.
	Script func(payment.CreateRequest) *Choice
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.PageURL == "" {
		c.PageURL = "/sandbox/pay"
	}
	if c.Send == nil {
		c.Send = poster()
	}
	return c
}

// Gateway is the bank. It implements payment.Gateway.
type Gateway struct {
	cfg     Config
	journal *journal // nil without a file
	page    page

	newMail chan struct{} // holds one token when the queue has grown

	mu     sync.Mutex // guards what follows and the order of the journal
	books  books
	queue  queue
	faults Faults
}

var _ payment.Gateway = (*Gateway)(nil)

// New returns a bank with the books of cfg.Journal. It starts nothing: webhooks
// go out through Run or DeliverDue. Errors: an Invalid fault that names the
// field, or that the journal cannot be opened or read.
func New(cfg Config) (*Gateway, error) {
	if len(cfg.Secret) < MinSecret {
		return nil, fault.Invalidf("secret", "must have at least %d bytes, not %d", MinSecret, len(cfg.Secret))
	}
	page, err := newPage()
	if err != nil {
		return nil, fmt.Errorf("parse the payment page: %w", err)
	}
	g := &Gateway{cfg: cfg.withDefaults(), page: page, books: newBooks(), newMail: make(chan struct{}, 1)}
	if cfg.Journal == "" {
		return g, nil
	}
	file, err := openJournal(cfg.Journal, g.apply)
	if err != nil {
		return nil, fmt.Errorf("open the sandbox journal: %w", err)
	}
	g.journal = file
	return g, nil
}

// Close closes the journal. Call it after Run has returned; no call may follow.
func (g *Gateway) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.journal.close()
}

// Name returns "sandbox".
func (g *Gateway) Name() string { return Name }

// now returns the bank's time in UTC, cut to whole microseconds.
func (g *Gateway) now() time.Time { return g.cfg.Now().UTC().Truncate(time.Microsecond) }

// commit writes e to the journal and then to the books. The caller holds mu.
// When the journal cannot be written nothing has happened.
func (g *Gateway) commit(e entry) error {
	if err := g.journal.append(e); err != nil {
		return fmt.Errorf("%w: %w", payment.ErrTemporary, err)
	}
	return g.apply(e)
}

// apply brings the books and the queue up to date with e. It is how New
// replays the journal, too. Error: e does not fit what happened before, which
// only a damaged journal brings about.
func (g *Gateway) apply(e entry) error {
	r := g.books.byRef[e.Ref]
	switch {
	case e.Create != nil && r == nil:
		g.books.create(e)
	case e.Choose != nil && r != nil && r.chosen == nil:
		r.chosen, r.chosenAt = e.Choose, e.At
		g.enqueue(r.outcomeMail()...)
	case e.Confirm != nil && r != nil && r.chosen != nil && r.chosen.Outcome == Authorize && r.confirmed.IsZero():
		r.confirmed = e.At
		g.enqueue(r.confirmMail()...)
	case e.Refund != nil && r != nil && r.chosen != nil:
		r.refunds = append(r.refunds, *e.Refund)
		g.enqueue(r.refundMail()...)
	case e.Done != "":
		g.queue.settle(e.Done)
	default:
		return fmt.Errorf("payment %q: the entry does not fit the ones before", e.Ref)
	}
	return nil
}
