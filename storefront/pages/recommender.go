package pages

import "github.com/marquee-tickets/marquee/storefront/foryou"

// What pages say to a recommender. The API says the same, so the types are those of package foryou.
type (
	// Recommender says what somebody may like. What it returns can be bought at this moment.
	Recommender = foryou.Recommender

	// Wish is what is asked of a Recommender.
	Wish = foryou.Wish

	// Suggestion is an event that somebody may like, and why.
	Suggestion = foryou.Suggestion

	// Reason says why an event is suggested.
	Reason = foryou.Reason

	// Deed is something that a visitor did.
	Deed = foryou.Deed
)
