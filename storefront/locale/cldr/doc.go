// Package cldr writes numbers, money, days, times and lists as people of a language and region do: the six languages
// of the storefront, and English for every region.
//
//	f := cldr.For("en", "IN")
//	f.Money(money.New(118_000_00, "INR")) // ₹1,18,000.00
//	f.Day(start)                          // Sun, 22 Nov
//	f.Clock(start)                        // 7:35 pm
//
// Patterns, names and symbols are facts of the Unicode CLDR, version 48; testdata/cldr.json has what an ICU of that
// version makes of them, and the tests hold this package to it. It departs from CLDR in three things: a number and its
// unit, and a time and its am or pm, are kept on one line by a space that does not break; a moment is
// followed by the name that its zone has there, where readers of the language know it (IST); and English has one way to
// write numbers (€1,234.50, in Berlin, too) and durations (2 h 15 min).
//
// Times are written by the clock of their own location: t.In(zone) before they come here. A Format is immutable
// and safe for concurrent use.
package cldr
