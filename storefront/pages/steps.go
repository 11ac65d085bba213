package pages

// stepsAt is how far a visitor is on the way to the tickets.
type stepsAt int

// The steps, in their order.
const (
	stepSeats stepsAt = iota
	stepDetails
	stepPayment
	stepTickets
)

// step is one of the way from the seats to the tickets.
type step struct {
	Text    string
	Href    string // where it can be gone back to; empty where it cannot
	Done    bool
	Current bool
}

// steps are the way to the tickets as seen from a step. details leads back to the buyer's details; empty when those cannot be
// changed any more. Nothing leads back to the seats: they are kept for the visitor, and have a form that gives them back.
func (r *request) steps(at stepsAt, details string) []step {
	list := []step{
		{Text: r.p.T("steps.seats")}, {Text: r.p.T("steps.details"), Href: details}, {Text: r.p.T("steps.payment")}, {Text: r.p.T("steps.tickets")},
	}
	for i := range list {
		list[i].Done = i < int(at) || at == stepTickets
		list[i].Current = i == int(at)
	}
	return list
}
