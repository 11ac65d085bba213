// Package recommend says what somebody may like to see next.
//
//	shelf := recommend.New(local, recommend.Config{Available: stillOnSale})
//	answer, err := shelf.Recommend(ctx, recommend.Request{Visitor: visitor, N: 10, Context: recommend.Context{City: "berlin"}})
//
// An Engine knows people and items and finds candidates; there are two of them: package local learns inside of the program and is the
// default, package gorse asks a Gorse server. A Shelf asks its engines in turn and puts what they found through one last mile, so that
// every answer follows the same rules whichever engine it came from.
//
// Guarantees of a Shelf:
//
//   - Nothing is answered that Config.Available does not let through, and it is asked last.
//   - An answer comes within the budget: an engine that is down or slow is left out, and what is popular or new stands in for it.
//   - The same request on the same model with the same seed gets the same answer.
//   - Each item comes with a reason that is true.
//   - A tenant's visitors see the tenant's items alone.
//
// An item is an event in the sense of package catalog. Events end within weeks, so engines learn on what lasts of them: the film, the
// artists, the series, the venue, the genre.
package recommend
