package booking

import "github.com/marquee-tickets/marquee/bms/fault"

// Why a transition is not possible.
var (
	// ErrExpired says that the time for paying has passed; money that comes now goes through PayLate.
	ErrExpired = fault.New(fault.Expired, "booking_expired", "the time for paying has passed, please choose your seats again")
	// ErrPaid says that a booking is paid, so it cannot expire or change hands.
	ErrPaid = fault.New(fault.Conflict, "booking_paid", "this booking has been paid for")
	// ErrUnpaid says that a booking is not paid, so it has no tickets to cancel or use.
	ErrUnpaid = fault.New(fault.Conflict, "booking_unpaid", "this booking has not been paid for")
	// ErrNothingToPay says that a free booking is confirmed without payment.
	ErrNothingToPay = fault.New(fault.Conflict, "nothing_to_pay", "this booking is free and needs no payment")
	// ErrNotDue says that a booking may still be paid, so it cannot expire yet.
	ErrNotDue = fault.New(fault.Conflict, "not_due", "this booking may still be paid for")
	// ErrRefunding says that late money is on its way back, so the booking cannot be honoured any more.
	ErrRefunding = fault.New(fault.Conflict, "booking_refunding", "this booking's money is being given back")
	// ErrCancelled says that every ticket has been cancelled.
	ErrCancelled = fault.New(fault.Conflict, "booking_cancelled", "this booking has been cancelled")
	// ErrTicketCancelled says that the ticket has been cancelled.
	ErrTicketCancelled = fault.New(fault.Conflict, "ticket_cancelled", "this ticket has been cancelled")
	// ErrTicketUsed says that the ticket has admitted somebody.
	ErrTicketUsed = fault.New(fault.Conflict, "ticket_used", "this ticket has been used")
	// ErrNoCancellation says that the policy lets buyers cancel nothing.
	ErrNoCancellation = fault.New(fault.Forbidden, "no_cancellation", "tickets for this show cannot be cancelled")
	// ErrTooLate says that the policy's last moment for cancelling has passed.
	ErrTooLate = fault.New(fault.Expired, "too_late_to_cancel", "it is too late to cancel tickets for this show")
	// ErrNoTicket says that the booking has no such ticket.
	ErrNoTicket = fault.New(fault.NotFound, "no_ticket", "this booking has no such ticket")
)
