// Package fraud says of every view, click and conversion whether an advertiser owes anything for it, and if not, why not. What is owed for
// nothing is still recorded, under its Reason, and shown to both sides.
//
//	filter, err := fraud.New(fraud.Config{Key: key, Files: fraud.Files{DataCentres: "/var/lib/ads/data-centres.txt"}})
//	go filter.Run(ctx)                                    // takes up new editions of the lists until ctx ends
//	marks := filter.Marks(ip, agent)                      // when an ad is decided on; they go into its token
//	reason := filter.Classify(&fraud.Event{Kind: fraud.View, Decided: marks, …})
//	if reason.Billable() { … }
//
// The checks are made in this order, what costs least first, and the first that holds gives the reason:
//
//	forced, internal_network, staff        it was never to count
//	prefetch                               nobody had seen the page
//	bot_user_agent, unknown_user_agent     no person's browser, as package device sees it
//	click_without_view, too_fast           not in the order, or not in the time, that a person takes
//	blocked_user_agent, blocked_network    on the lists of those who run the server
//	data_centre, anonymous_network         by those lists, and by databases of MaxMind
//	country_mismatch                       not where the ad was decided on
//	user_agent_mismatch, network_mismatch  not who it was decided for
//	rate_user, rate_network, rate_provider more often than people do it
//
// Other reasons (bad_token, expired_token, duplicate, hidden) are found by those who know tokens, and are here so that all have one list of names.
//
// These checks find what the rules of the trade call general invalid traffic: what says of itself that it is none, or is where no people are. Who takes
// pains is found afterwards, by Outliers, from what he did to the figures. Source for both classes: MRC, Invalid Traffic Detection and Filtration
// Guidelines Addendum.
//
// Rates are kept in a table of fixed size, in the memory of this process: each node counts for itself, and one that starts anew has forgotten.
package fraud
