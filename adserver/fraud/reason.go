package fraud

// Reason says why nobody owes anything for an event. The numbers are kept in journals and ledgers: none is ever changed or used again.
type Reason uint8

// The reasons. OK is none: the event counts.
const (
	OK                Reason = 0
	BadToken          Reason = 1
	ExpiredToken      Reason = 2
	Duplicate         Reason = 3
	Hidden            Reason = 4
	Forced            Reason = 5
	Internal          Reason = 6
	Staff             Reason = 7
	Prefetch          Reason = 8
	BotAgent          Reason = 9
	UnknownAgent      Reason = 10
	ClickWithoutView  Reason = 11
	TooFast           Reason = 12
	BlockedAgent      Reason = 13
	BlockedNetwork    Reason = 14
	DataCentre        Reason = 15
	AnonymousNetwork  Reason = 16
	CountryMismatch   Reason = 17
	UserAgentMismatch Reason = 18
	NetworkMismatch   Reason = 19
	RateUser          Reason = 20
	RateNetwork       Reason = 21
	RateProvider      Reason = 22
)

// reasons are what programs and people read of each.
var reasons = [...]struct{ name, description string }{
	OK:                {"ok", "It counts."},
	BadToken:          {"bad_token", "The link was not made by this server, or it was changed."},
	ExpiredToken:      {"expired_token", "It came too long after the ad had been chosen."},
	Duplicate:         {"duplicate", "The same one had come before."},
	Hidden:            {"hidden", "The visitor had asked not to see this ad."},
	Forced:            {"forced", "It was a test or a preview."},
	Internal:          {"internal_network", "It came from a network of those who run the site or the ad server."},
	Staff:             {"staff", "It was done by somebody who works on the site or the ad server."},
	Prefetch:          {"prefetch", "A browser fetched the page ahead of time; nobody was looking at it."},
	BotAgent:          {"bot_user_agent", "It was done by a program that says so: a crawler, a monitor, a tool."},
	UnknownAgent:      {"unknown_user_agent", "It was done by no browser that people are known to use."},
	ClickWithoutView:  {"click_without_view", "The ad was acted upon without having been seen."},
	TooFast:           {"too_fast", "It came sooner than a person could have done it."},
	BlockedAgent:      {"blocked_user_agent", "It was done by a program that is blocked here."},
	BlockedNetwork:    {"blocked_network", "It came from a network that is blocked here."},
	DataCentre:        {"data_centre", "It came from a data centre, where programs run and people seldom are."},
	AnonymousNetwork:  {"anonymous_network", "It came through a network that hides where its users are."},
	CountryMismatch:   {"country_mismatch", "It came from another country than the one that the ad was chosen for."},
	UserAgentMismatch: {"user_agent_mismatch", "It came from another browser than the one that the ad was chosen for."},
	NetworkMismatch:   {"network_mismatch", "It came from another network than the one that the ad was chosen for."},
	RateUser:          {"rate_user", "The same visitor did it more often than people do."},
	RateNetwork:       {"rate_network", "The same network did it more often than the people in it would."},
	RateProvider:      {"rate_provider", "The same provider's network did it more often than the people in it would."},
}

// Reasons returns all reasons by their numbers, OK first.
func Reasons() []Reason {
	all := make([]Reason, len(reasons))
	for i := range all {
		all[i] = Reason(i)
	}
	return all
}

// ParseReason returns the reason with a name; false when there is none.
func ParseReason(name string) (Reason, bool) {
	for i := range reasons {
		if reasons[i].name == name {
			return Reason(i), true
		}
	}
	return 0, false
}

// Valid reports whether r is one of the reasons of this package.
func (r Reason) Valid() bool { return int(r) < len(reasons) }

// Billable reports whether the event counts.
func (r Reason) Billable() bool { return r == OK }

// String returns the name of the reason, in snake case, as reports and interfaces have it: "data_centre".
func (r Reason) String() string {
	if !r.Valid() {
		return "unknown_reason"
	}
	return reasons[r].name
}

// Description returns a sentence in English for those who read reports. It tells nobody how to be taken for a person.
func (r Reason) Description() string {
	if !r.Valid() {
		return ""
	}
	return reasons[r].description
}
