// Package openrtb speaks OpenRTB 2.6 in both directions. As a bidder it reads requests and writes answers:
//
//	asked, err := openrtb.ParseRequest(body)
//	answer := openrtb.AppendResponse(nil, openrtb.Response{ID: asked.ID, Cur: "EUR", Seats: seats})
//
// As an exchange it asks outside bidders and judges what they say: BuildRequest, ParseResponse, and Exchange, which asks many of them over HTTP within
// the time there is and tells them in the background what became of their bids. Whose bid wins is decided by the caller.
//
// Prices are whole numbers of 1e-9 of the currency's unit for a thousand impressions. What is read owns its memory; bad input is a fault.Invalid
// whose field is the path in the document ("imp[0].banner.w"). All is safe for concurrent use, and all but Exchange is pure.
//
// Source: IAB Tech Lab, OpenRTB 2.6 (section numbers are those of its text of 2022-04, updates to 202409), and AdCOM 1.0 for its lists.
package openrtb
