// Package consent says what may be done with a person's data while one request is answered:
//
//	rules := consent.Rules{}
//	may, err := rules.Decide(consent.Strings{TCF: tc, Country: "DE"})
//	if may.Store { … }
//
// It reads the Transparency & Consent Framework (core string v2.x), the Global Privacy Platform (header and the sections tcfeuv2, uspv1, usnat and
// those of the American states up to Minnesota) and the US privacy string, and knows the countries in which silence is a no. Every signal that is
// present can only take away: what one of them refuses, no other gives back. A string that cannot be read is an error that names it, and leaves
// nothing allowed but ads that are chosen by the page alone, and so does a section of the platform that is not known here.
//
// Legitimate interest is never relied on. The functions are pure and safe for concurrent use; deciding allocates nothing unless there is an error to tell.
package consent
