// Package pricing turns a price list, a tax table and what is being bought into
// a Quote: every ticket with its price, discounts, taxes and share of the fees,
// explained and exact to the last minor unit.
//
//	quote, err := pricing.Compute(pricing.Input{
//		Now: now, ShowStart: start, Zone: venueZone,
//		List: list, Tax: table,
//		Items: []pricing.Item{{Key: "C12", Category: "gold", BuyerType: "adult"}},
//	})
//
// The order of events for a ticket: the list price for its category, buyer type
// and daypart; the dynamic factor of the show; automatic offers; vouchers; fees
// on what is left; tax by class, date and slab; rounding of the order.
//
// Guarantees, each held by a property test:
//
//   - Compute is a pure function: the same Input gives the same bytes.
//   - The tickets' gross prices and shares of fees add up to the total, as do
//     net and tax, and the parts of a tax add up to it.
//   - No discount takes a ticket below zero, and neither a voucher nor an offer
//     ever raises the total.
//   - A dynamic price stays between its floor and its ceiling.
//
// Amounts on a price list are "list prices": they include tax or not, as
// PriceList.TaxIncluded says, and so do fees, vouchers and set prices. The
// package does no I/O and keeps no state; every function may be called from
// several goroutines at once.
package pricing
