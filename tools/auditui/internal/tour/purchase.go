package tour

// The parts of a purchase, for who makes one in a way of their own. Each begins where the one before ends.

// ReserveChosen sends the form with the seats that were chosen.
func ReserveChosen(w *Walker) error { return reserveChosen(w) }

// Details says who buys.
func Details(w *Walker) error { return details(w) }

// Pay goes on to the test bank.
func Pay(w *Walker) error { return pay(w) }

// Bank has the test bank take the money, and comes back.
func Bank(w *Walker) error { return bank("pay", "0")(w) }

// TicketsShown checks that tickets with their codes are on the page.
func TicketsShown(w *Walker) error { return ticketsShown(w) }

// Buy buys the best two seats of a cinema. It ends at the page with the tickets.
func (w *Walker) Buy() error {
	return w.Take(openShow(cinema), reserveBest, Details, Pay, Bank, TicketsShown)
}
