// Package vast writes answers for video players in the form of the IAB's Video Ad Serving Template 4.2:
//
//	doc, err := vast.Append(nil, vast.Document{Ads: []vast.Ad{{ … }}})
//
// A document holds ads with their media (InLine), or ads that point to where the real one is (Wrapper); several with a sequence are a pod, without
// one they are a buffet of alternatives. One without ads tells the player that there is nothing to show. Where in the film a linear ad is shown,
// before, during or after, is the player's business: it asked for that place.
//
// What is written is checked first, so that a player never gets a document that the schema forbids; an error is a fault.Invalid whose field is the path of
// what is wrong ("ads[0].creatives[0].linear.media[1].width"). Text may hold anything: what XML cannot carry is replaced. The functions
// are pure and safe for concurrent use.
//
// Source: IAB Tech Lab, VAST 4.2 (June 2019); the sections are those of its text.
package vast
