// Package auction decides which ads a page shows and what each of them pays. It is pure: the same arguments give the same answer.
//
//	wins = auction.Run(wins[:0], slots, candidates, auction.Auction{ID: request, Explore: 20_000})
//
// Slots are filled in their order, each with the best that is left: a guaranteed line before what is auctioned, and that before house ads; among
// those of the auction what an impression is worth to them decides. That is the generalised second-price auction (Edelman, Ostrovsky and
// Schwarz, "Internet Advertising and the Generalized Second-Price Auction", American Economic Review 97(1), 2007): a winner pays what it
// takes to stay before the next, or the floor, never more than its bid.
//
// A page never has two ads of a line or a campaign, of an advertiser who has not asked for it, of two advertisers with one category of products, or of
// two that do not want to be seen together.
//
// What clicks are worth stands on how often people click: see Prior. Which creative of a line somebody sees is Choose's; Compare says which is
// better.
package auction
