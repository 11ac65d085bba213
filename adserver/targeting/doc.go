// Package targeting decides which line items a request may get, by what they ask of it.
//
//	expr, err := targeting.Parse(`country in (IN, AE) and city != chennai and (genre in (drama, comedy) or followed = "artist:42")`)
//	index, err := targeting.Compile([]targeting.Item{{Expr: expr}, …}) // in the order in which they should come
//
//	signals.Reset(permissions.Personalise)
//	signals.Add(targeting.Country, "IN")
//	matcher.Match(index, &signals)
//	for item, ok := matcher.Next(); ok; item, ok = matcher.Next() { … }
//
// An Expr says what is asked for, Signals what is known of a request, and an Index answers for all items at once: it is written out
// into alternatives (its disjunctive normal form), each alternative is a bit, and each value of a dimension a row of bits, so that a request is a
// few rows laid over each other (Whang et al., Indexing Boolean Expressions, VLDB 2009, with rows of bits in place of posting lists).
//
// Guarantees:
//
//   - The index finds exactly the items whose expression holds, each once, in the order given.
//   - Parse(e.String()) is e, for every Expr that Check accepts.
//   - Finding allocates nothing once a Matcher and Signals have grown to their sizes.
//   - Personal values are kept only where that is permitted. Whatever requires one that is not known does not match; what excludes one
//     does not match either, unless the item is Lenient. This is Kleene's logic of three values: matched is what is certainly true.
//
// Expr and Index are immutable and safe for concurrent use; Signals and Matcher belong to one goroutine at a time.
package targeting
