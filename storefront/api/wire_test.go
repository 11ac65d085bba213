package api_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	bmspayment "github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/search"
	"github.com/marquee-tickets/marquee/bms/seating"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// enumsOf lists the enums of the document by where they are.
func enumsOf(t testing.TB) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	raw, err := json.Marshal(theSpec(t).doc.Components.Schemas)
	require.NoError(t, err)
	var tree any
	require.NoError(t, json.Unmarshal(raw, &tree))
	collectEnums(tree, "", found)
	return found
}

func collectEnums(node any, path string, found map[string][]string) {
	switch n := node.(type) {
	case []any:
		for _, v := range n {
			collectEnums(v, path, found)
		}
	case map[string]any:
		if values, ok := n["enum"].([]any); ok {
			for _, v := range values {
				found[path] = append(found[path], v.(string))
			}
		}
		for name, v := range n {
			below := path
			if name != "properties" && name != "items" {
				below += "/" + name
			}
			collectEnums(v, below, found)
		}
	}
}

// values makes strings of an enum's values.
func values[T ~string](list ...T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// TestDocument_EnumsAreTheSDKs holds every enum of the document to the SDK's values: a new value
// in the SDK that the document lacks would be a field that clients do not expect.
func TestDocument_EnumsAreTheSDKs(t *testing.T) {
	t.Parallel()
	reasons := values(bmspayment.ReasonDeclined, bmspayment.ReasonInsufficientFunds, bmspayment.ReasonExpiredCard, bmspayment.ReasonAuthentication,
		bmspayment.ReasonProcessing, bmspayment.ReasonBuyer, bmspayment.ReasonSessionExpired, bmspayment.ReasonExpired, bmspayment.ReasonSuperseded, bmspayment.ReasonNotSent)
	var refusals []string
	for _, f := range []*fault.Error{
		booking.ErrNoCode, booking.ErrUnknownKey, booking.ErrForged, booking.ErrOtherShow, booking.ErrTooEarly, booking.ErrOver,
		booking.ErrTicketUsed, booking.ErrTicketCancelled, booking.ErrNoTicket, booking.ErrUnpaid, booking.ErrCancelled,
	} {
		refusals = append(refusals, f.Reason)
	}
	want := map[string][]string{
		"/Problem/code": values(fault.Invalid, fault.NotFound, fault.Conflict, fault.Expired, fault.Unauthenticated, fault.Forbidden,
			fault.RateLimited, fault.Unavailable, fault.Internal),
		"/Kind":                     values(catalog.Film, catalog.Concert, catalog.Play, catalog.Sport, catalog.Festival, catalog.Online),
		"/Event/media/kind":         values(catalog.Poster, catalog.Backdrop, catalog.Still, catalog.Trailer),
		"/ShowStatus":               values(catalog.OnSale, catalog.Paused, catalog.SoldOut, catalog.Cancelled, catalog.Past),
		"/Factor/adjustments/cause": values(pricing.ByOccupancy, pricing.ByTimeToShow, pricing.ByDemand, pricing.ByFloor, pricing.ByCeiling),
		"/Suggestion/type":          values(search.Event, search.Venue, search.City, search.Person, search.Genre),
		"/FeePer":                   values(pricing.PerTicket, pricing.PerBooking),
		"/DiscountKind":             values(pricing.FromOffer, pricing.FromVoucher),
		"/Hold/state": values(seating.StateHeld, seating.StatePaying, seating.StateSold, seating.StateHouse,
			seating.StateReleased, seating.StateExpired),
		"/Booking/status": values(booking.Draft, booking.AwaitingPayment, booking.Confirmed, booking.PartlyCancelled, booking.Cancelled,
			booking.Refunded, booking.Expired, booking.LateRefund),
		"/TicketStatus":    values(booking.TicketValid, booking.TicketCancelled, booking.TicketUsed),
		"/Payment/status":  values(bmspayment.Created, bmspayment.Pending, bmspayment.Captured, bmspayment.Failed, bmspayment.Cancelled),
		"/Payment/reason":  reasons,
		"/Refund/status":   values(bmspayment.RefundPending, bmspayment.RefundSucceeded, bmspayment.RefundFailed),
		"/Verdict/reason":  refusals,
		"/WaitEntry/state": values(waitlist.Waiting, waitlist.Offered, waitlist.Claimed, waitlist.Ended, waitlist.Left, waitlist.Closed),
	}
	got := enumsOf(t)
	for _, list := range []map[string][]string{got, want} {
		for _, enum := range list {
			slices.Sort(enum)
		}
	}
	assert.Equal(t, want, got)
}
