// Package store keeps what the ad server must not lose: the catalogue of what is sold and bought, the books, the people of the
// portal and what viewers asked for.
//
//	db, err := sqlite.Open(ctx, "ads.db")
//	acme, err := db.Advertisers.Create(ctx, admin, ads.Advertiser{Name: "Acme", Currency: "USD", TimeZone: "UTC"})
//	catalog, version, err := db.Catalog(ctx)
//	applied, err := db.Apply(ctx, batch)
//
// Guarantees:
//
//   - Each change of the catalogue raises its version and notes who made it, in one transaction. Versions are in the order of the commits.
//   - A batch of a node's journal is applied once, however often it is delivered: its facts, what was spent and its entries are one transaction.
//   - An entry is booked once for its Ref, and only if its postings sum to zero. Audit recomputes the books from their postings.
//   - What is spent and what is leased of a budget never exceed its limit together, however many nodes ask at once.
//   - After Erase nothing of the viewer is left, but that a number was erased; and that for 90 days.
//
// Identifiers can be guessed. What is read by its identifier comes with its owner, which whoever shows it compares; lists and reports
// are of one owner, unless they are asked for all.
//
// The statements are the same on SQLite and Postgres. Packages sqlite and postgres open a database and bring their drivers. The database is
// one of its own, so that what people look at never waits for what they buy.
package store
