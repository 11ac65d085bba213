// Package adserver decides which ads are seen, and counts exactly once what is paid for.
//
//	engine, err := adserver.Open(ctx, store, adserver.Config{Dir: dir, Keys: keys})
//	go engine.Run(ctx)
//	err = engine.Decide(&request, &answer)
//	outcome, err := engine.View(ctx, token, visit)
//
// Promises, each held by a test that fails without its guard:
//
//   - What is spent and what is reserved of a line, its campaign and its advertiser are at no moment more than the limit of any of them. An
//     impression is paid from what was reserved when it was chosen, so nobody pays for more than was ordered.
//   - That holds for several nodes on one database as well, with Config.Shared: each spends what it has leased, and the database leases no more than
//     is left.
//   - A token adds to what is billed once for its view and once for its click, however often and from wherever it comes, before a restart and after.
//   - What was acknowledged is on disk, and reaches the books once.
//   - Advertisers' debits are publishers' and the platform's credits to the last billionth of a unit.
//   - No token is made twice: a new life of the node gets a number that is durable before its first token.
//   - Forged, expired, preview and invalid traffic is never billed, and what is invalid is reported by its reason.
//   - Reports are the sum of the ledger.
//
// docs/adr/0018-ad-server.md says why it is built as it is.
package adserver
