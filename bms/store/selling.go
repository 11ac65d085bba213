package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// Locked is what the judge learns when it locks a show.
type Locked struct {
	Version     int64 // the inventory's version, already raised by this unit of work
	ShowVersion int   // version of the show's row: status, rules and times
	ListVersion int   // version of its price list
}

// Written is a change of one hold as the judge writes it.
type Written struct {
	seating.HoldChange

	// Detail is what the services keep with a new hold: its items and frozen quote. Nil leaves
	// what is there.
	Detail json.RawMessage
}

// Inventory is the judge's table work. Only the judge calls the writing methods.
type Inventory interface {
	// LockShow locks the show's inventory until the unit of work ends and raises its
	// version by one. ErrNotFound when there is no such show.
	LockShow(context.Context, catalog.ShowID) (Locked, error)

	// ShowVersions returns the versions without locking; Locked.Version is 0.
	ShowVersions(context.Context, catalog.ShowID) (Locked, error)

	// LoadInventory reads everything that takes a place in the show.
	LoadInventory(context.Context, catalog.ShowID) (Loaded, error)

	// WriteInventory applies one judged batch: each seat changes only from the
	// claim that the judge believed in, each quota only within its capacity.
	// ErrStale when the tables say otherwise.
	WriteInventory(ctx context.Context, show catalog.ShowID, b Batch) error

	// Frames returns the frames of versions above since, oldest first. complete is
	// false when older ones were already pruned.
	Frames(ctx context.Context, show catalog.ShowID, since int64) (frames [][]byte, complete bool, err error)

	// PruneFrames deletes frames made before the given time.
	PruneFrames(ctx context.Context, before time.Time) error
}

// Loaded is a show's stored inventory.
type Loaded struct {
	Version int64
	Holds   []seating.Hold
	Claims  []seating.SeatClaim
	Quotas  []seating.QuotaCount
}

// Batch is what one judged batch changes.
type Batch struct {
	Version int64
	Seats   []seating.SeatChange
	Holds   []Written
	Quotas  []seating.QuotaChange
	Frame   []byte
	Grace   time.Duration
}

// HoldRow is a stored hold.
type HoldRow struct {
	seating.Hold
	ShowID        catalog.ShowID
	Detail        json.RawMessage
	DetailVersion int // from 1; 0 for a hold without detail
}

// Holds reads holds and changes what is not the judge's.
type Holds interface {
	Hold(context.Context, seating.HoldID) (HoldRow, error)
	// HoldPlaces is Hold without its show and detail.
	HoldPlaces(context.Context, seating.HoldID) (seating.Hold, error)
	// HoldInSale is Hold with the versions of its show and its booking, nil when there is none.
	HoldInSale(context.Context, seating.HoldID) (HoldRow, Locked, *booking.Booking, error)
	// HoldDetails returns the details of those holds that have one.
	HoldDetails(context.Context, []seating.HoldID) (map[seating.HoldID]json.RawMessage, error)
	// SetHoldDetail replaces the detail if it still has the version given: else ErrStale.
	SetHoldDetail(ctx context.Context, id seating.HoldID, detail json.RawMessage, version int) error
	// HoldsSince returns the show's open holds made at or after the given time, by id.
	HoldsSince(ctx context.Context, show catalog.ShowID, since time.Time) ([]seating.Hold, error)
	// SealHoldDetail raises the version of the detail, if it still has the version given: else ErrStale. Whoever read
	// it before cannot replace it any more.
	SealHoldDetail(ctx context.Context, id seating.HoldID, version int) error
	// DueHolds returns, without their details, live holds whose time (or payment deadline) passed before the given time, oldest first.
	DueHolds(ctx context.Context, before time.Time, limit int) ([]HoldRow, error)
}

// Bookings keeps bookings and their tickets.
type Bookings interface {
	// AddBooking inserts a draft. ErrDuplicate when the hold has a booking or the reference is taken.
	AddBooking(context.Context, booking.Booking) error
	// UpdateBooking writes b, whose stored version must be b.Version-1: else ErrStale. A seat
	// for which another paid booking has a living ticket is ErrDuplicate.
	UpdateBooking(context.Context, booking.Booking) error
	Booking(context.Context, booking.ID) (booking.Booking, error)
	BookingByReference(context.Context, booking.Reference) (booking.Booking, error)
	BookingByHold(context.Context, seating.HoldID) (booking.Booking, error)
	// BookingsByID returns those that exist, in no particular order.
	BookingsByID(context.Context, []booking.ID) ([]booking.Booking, error)
	// AbandonedBookings returns unpaid bookings whose hold has ended, oldest first.
	AbandonedBookings(ctx context.Context, limit int) ([]booking.Booking, error)
	// BookingsOf returns a show's bookings in the given states by id, behind after.
	BookingsOf(ctx context.Context, show catalog.ShowID, in []booking.Status, after booking.ID, limit int) ([]booking.Booking, error)
	// BookingOfTicket returns the paid booking that the ticket belongs to.
	BookingOfTicket(context.Context, booking.TicketID) (booking.Booking, error)
}

// Affair is a payment with its booking, the booking's hold and its refunds.
type Affair struct {
	Intent  payment.Intent
	Booking booking.Booking
	Hold    seating.Hold
	Refunds []payment.Refund
}

// PaidBooking is a booking with what was paid for it and given back.
type PaidBooking struct {
	Booking booking.Booking
	Intents []payment.Intent
	Refunds []payment.Refund
}

// Payments keeps intents, refunds and the gateways' events.
type Payments interface {
	AddIntent(context.Context, payment.Intent) error
	// UpdateIntent writes i, whose stored version must be i.Version-1: else ErrStale.
	UpdateIntent(context.Context, payment.Intent) error
	Intent(context.Context, payment.IntentID) (payment.Intent, error)
	// Affair returns everything that a payment touches.
	Affair(context.Context, payment.IntentID) (Affair, error)
	// PaidBooking returns a booking with its payments by attempt and its refunds by id.
	PaidBooking(context.Context, booking.ID) (PaidBooking, error)
	IntentByRef(ctx context.Context, gateway, ref string) (payment.Intent, error)
	// IntentsOf returns the payments of a booking by attempt.
	IntentsOf(context.Context, booking.ID) ([]payment.Intent, error)
	// DueIntents returns intents whose next inquiry is due, oldest first.
	DueIntents(ctx context.Context, at time.Time, limit int) ([]payment.Intent, error)

	// AddRefund records a refund that is to be made. Its key is unique: ErrDuplicate.
	// The intent's refunded amount grows with it and never passes what was captured: ErrStale.
	AddRefund(context.Context, payment.Refund) error
	// UpdateRefund writes r if it is still pending with the given number of attempts, or if it had failed
	// and succeeds after all: else ErrStale. A failed refund does not count against its intent.
	UpdateRefund(ctx context.Context, r payment.Refund, attempts int) error
	// ReopenRefund writes r, which is to be made again, if it had failed with the given number of attempts: else
	// ErrStale. Its amount counts against its intent again, as that of a new refund: ErrStale.
	ReopenRefund(ctx context.Context, r payment.Refund, attempts int) error
	Refund(context.Context, payment.RefundID) (payment.Refund, error)
	RefundsOf(context.Context, booking.ID) ([]payment.Refund, error)
	// FailedRefunds returns refunds that failed by id, behind after.
	FailedRefunds(ctx context.Context, after payment.RefundID, limit int) ([]payment.Refund, error)
	// DueRefunds returns pending refunds whose next try is due, oldest first.
	DueRefunds(ctx context.Context, at time.Time, limit int) ([]payment.Refund, error)

	// SeeEvent records that a gateway's event was handled; ErrDuplicate when it was before.
	SeeEvent(ctx context.Context, gateway, event string) error
}

// Messages keeps the outbox and the local inbox.
type Messages interface {
	AddMessages(context.Context, ...outbox.Message) error
	ClaimMessages(ctx context.Context, n int, until time.Time) ([]outbox.Record, error)
	SettleMessages(context.Context, []outbox.Outcome) error
	// ListMessages returns records in a status, newest first.
	ListMessages(ctx context.Context, status outbox.Status, limit int) ([]outbox.Record, error)
	// ReviveMessage makes a dead message pending again.
	ReviveMessage(context.Context, outbox.MessageID) error
	CountMessages(context.Context) (map[outbox.Status]int, error)
	// CatalogNews returns the messages of TopicCatalogChanged from the given time on, delivered or not, by time and id.
	CatalogNews(ctx context.Context, since time.Time, limit int) ([]outbox.Message, error)
	// PruneMessages deletes what was delivered before the given time.
	PruneMessages(ctx context.Context, before time.Time) error

	// AddMails stores mails in the local inbox; one that is there already is left alone.
	AddMails(context.Context, []notify.Mail) error
	// Mails returns mails newest first, to one address or to all when empty.
	Mails(ctx context.Context, to string, limit int) ([]notify.Mail, error)
	Mail(ctx context.Context, id string) (notify.Mail, error)
}

// KeyClaim is an idempotency key about to be used.
type KeyClaim struct {
	Scope, Key, Hash string
	LeaseUntil       time.Time // a claim older than this was abandoned by a crash and may be taken over
	ExpiresAt        time.Time // the answer is replayed until then
}

// KeyRow is a stored idempotency key.
type KeyRow struct {
	KeyClaim
	Done   bool
	Answer json.RawMessage
}

// Keys keeps idempotency keys. A claim belongs to who made it, whom its hash and its lease name. Once
// the lease has run out somebody else may take the key over; the first claim is lost then.
type Keys interface {
	// ClaimKeys inserts the claims that are free, in flight; for the others it returns the row
	// that stands in their way, in a map by position.
	ClaimKeys(context.Context, []KeyClaim) (map[int]KeyRow, error)
	// Key returns what is stored of a key, ErrNotFound when it is free.
	Key(ctx context.Context, scope, key string) (KeyRow, error)
	// FinishKey stores the answer of a claim. ErrKeyLost when the claim is not in flight: what
	// the unit of work did is undone then, because whoever has the key does it.
	FinishKey(ctx context.Context, c KeyClaim, answer json.RawMessage) error
	// DropKey forgets a claim in flight, so that it can be tried again. The claim of somebody
	// else under the same key stays, and so does an answer.
	DropKey(ctx context.Context, c KeyClaim) error
	PruneKeys(ctx context.Context, before time.Time) error
}

// Settings keeps what the installation made for itself once: secrets and keys.
type Settings interface {
	// Setting returns the stored value, storing value first when there is none.
	Setting(ctx context.Context, key string, value []byte) ([]byte, error)
}

// Finding is one violated invariant.
type Finding struct {
	Subject string // id of what is wrong
	Detail  string
}

// PaidVoucher counts the paid uses of a voucher.
type PaidVoucher struct {
	Voucher     pricing.Voucher
	Uses        int
	MostByBuyer int // by the buyer who used it most
}

// Audit checks the invariants that SQL can see.
type Audit interface {
	// AuditChecks names the checks in the order in which they run.
	AuditChecks() []string
	// SellingShows returns the shows that have an inventory, by id.
	SellingShows(context.Context) ([]catalog.ShowID, error)
	// PaidVouchers returns the vouchers that were used in paid bookings.
	PaidVouchers(context.Context) ([]PaidVoucher, error)
	// RunAudit returns at most limit findings of one check.
	RunAudit(ctx context.Context, check string, limit int) ([]Finding, error)
}
