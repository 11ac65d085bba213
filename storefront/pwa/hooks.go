package pwa

import (
	"time"

	"github.com/a-h/templ"
)

// KeptFor is how long tickets are of use on a device after their show has ended: to remember, and to complain.
const KeptFor = 24 * time.Hour

// Keep returns the attributes of the main element of a page of tickets: browsers may keep the page until then. Only a page at
// /{lang}/b/{reference} or /{lang}/tickets is kept. What no longer has them when it is opened again is thrown away.
func Keep(until time.Time) templ.Attributes {
	return templ.Attributes{"data-keep-until": until.UTC().Format(time.RFC3339)}
}

// Pending returns the attributes of the main element of a booking's page while the outcome of its payment is not known: who lost the
// network there is told later.
func Pending() templ.Attributes { return templ.Attributes{"data-payment-pending": true} }
