// Package api is the JSON API of the storefront under /api/v1: a thin edge over
// *bms.Client that reads requests, calls one method of the SDK and writes the answer.
//
//	a, err := api.New(client, api.Config{})
//	if err != nil {
//		return err
//	}
//	defer a.Close()
//	handler := func(ctx *fasthttp.RequestCtx) {
//		if !a.Handle(ctx) {
//			pages.Handle(ctx)
//		}
//	}
//
// What a client may rely on:
//
//   - The document at /api/openapi.json describes every path, and tests hold the API to it.
//   - Errors are problem details (RFC 9457) with the code, a stable reason and the field at fault.
//   - Bodies are read strictly: a field that is not known, given twice or of another type is
//     refused by its path, and nothing has happened then.
//   - Who acts proves it by a secret: a hold's secret, a booking's token or the gate's, each as
//     "Authorization: Bearer" or in a header of its own. No cookie carries authority, and bodies
//     must be application/json, so a foreign page cannot act for a visitor.
//   - An Idempotency-Key makes any POST and DELETE safe to repeat for 24 hours.
//
// The wire types live here. They are made of the SDK's types by small functions, so
// that neither side's change moves the other.
package api
