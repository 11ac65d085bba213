// Package api is the ad server's side towards pages, players, exchanges and advertisers' servers: HTTP over package adserver.
//
//	POST /v1/decisions                      the ads of a page, as JSON
//	GET|POST /v/{token}                     an ad was seen
//	GET /c/{token}                          an ad was clicked: redirects to where its creative leads
//	POST /h/{token}                         hide this ad
//	GET /why/{token}                        why this ad, as a page
//	GET /conversion.gif, POST /v1/conversions
//	DELETE /v1/users/{id}, PUT /v1/users/{id}/preferences
//	GET /tag.js, GET /frame                 for pages of publishers: with JavaScript, and without
//	GET /vast                               VAST 4.2, for video players
//	GET|POST /e/{token}/{event}             what a player tells of an ad
//	POST /openrtb2/bid/{publisher}          OpenRTB 2.6, as one who bids
//	GET /ads.txt, /sellers.json, /a/{name}
//	GET /metrics                            for a monitoring system, which has the token
//
// Servers prove who they are by a publisher's key (Key); browsers come from one of the publisher's hosts.
package api
