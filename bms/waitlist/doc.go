// Package waitlist holds the rules of waiting lists: who stands where in the line of a sold-out show, who
// is offered places that come back, and what becomes of an offer. It does no I/O.
//
//	e, err := waitlist.Join(show, person, wish, now)
//	e = e.Numbered(7)
//	passed, err := waitlist.Serve(line, give) // offers what has come back; Walk does it part by part
//	e, err = e.Claim(hold, now)
//
// Guarantees:
//
//   - The line is served first come, first served. A party that does not fit is passed over, and a smaller one
//     behind it served; but at most MaxPassed offers are made past an entry that wants the same places. After
//     that everybody behind it who competes with it waits until it has had its offer or has gone.
//   - An entry is in exactly one state, and Claimed, Ended, Left and Closed are left only by joining again, at the end.
//   - Joining again changes nothing while something may come of the entry: whoever knows an address is not its person.
//   - An offer has an end, from which it cannot be claimed any more.
package waitlist
