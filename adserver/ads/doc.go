// Package ads is what advertisers buy with and what publishers sell: the model of the ad server and its checks, without any I/O.
//
//	Advertiser ─ Campaign ─ Line ─ Creative        Publisher ─ Placement
//
// An advertiser pays in advance. A campaign has a budget and a time; a line of it has a price, a flight, targeting and caps;
// a creative is what is seen. A publisher is whose pages have placements, and gets a share of what is paid for them.
//
// Identifiers are numbers that the database gives, because they are part of every token, record and bitset. They can be guessed: whoever
// asks for one is checked for being its tenant.
//
// The terms are those of the trade (IAB, "Ad Ops glossary"): line item, flight, CPM, CPC, eCPM, frequency cap.
package ads
