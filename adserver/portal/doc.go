// Package portal is the pages where advertisers book campaigns, publishers offer placements and see what they earned, reviewers look at
// creatives, finance pays out, and administrators see to all of it.
//
//	pages, err := portal.New(portal.Config{Store: db, Gateway: bank, BaseURL: "https://ads.example"})
//	server, err := web.New(pages.Handler, web.Config{BaseURL: "https://ads.example", MaxBody: portal.MaxBody})
//
// Guarantees:
//
//   - One table, routes, says who may do what. What belongs to an advertiser or publisher has its identifier in the path; the router
//     compares it with the member's own and with the owner of all that follows in the path, so that no page can forget to. What is
//     somebody else's answers as what is not there: 404.
//   - Everything works without script. The one script only saves pressing a button for the preview.
//   - What somebody wrote is text. What advertisers upload as HTML is shown in a document of its own, which may do nothing to the page.
//   - A payment is booked once, whether its buyer comes back, the gateway notifies, or both.
//   - Money is shown and asked for as decimals of its currency, times in the advertiser's or publisher's time zone.
package portal
