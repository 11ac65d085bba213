package notify

import "context"

// Suggester says what a buyer may like beside what he has booked. It is safe for concurrent use.
type Suggester interface {
	// Suggest returns at most a.N events that can be bought, the best first. It gives up when ctx ends, which is soon; whatever goes
	// wrong, the mail is sent without suggestions.
	Suggest(ctx context.Context, a About) ([]Suggestion, error)
}

// About is whom and what suggestions are for.
type About struct {
	PartnerID string
	BrandID   string // may be empty
	Visitor   string // the opaque id of the browser that the booking was made in; may be empty
	EventID   string // what was booked
	City      string // slug of where that is
	Language  string // BCP 47 tag of the reader's; may be empty
	N         int
}

// Suggestion is an event that the reader may like, with a link to it.
type Suggestion struct {
	Event string // title
	Path  string // of its page, as EventPath is
	Why   Why
}

// Why says why something is suggested, in the terms of texts: titles and names as they are shown.
type Why struct {
	// Code is one of booked, liked, viewed, alike, follows, artist, genre, popular, near, fast, season, new, try. Any other says
	// that it is a suggestion, and no more.
	Code string

	Event string // title of the event that booked, liked, viewed and alike are about; empty when it is not to be named
	Name  string // who is followed, the artist, the genre; the name of the season
	City  string // name of the city that popular and near are about
}

// seasons are those that there are texts for.
var seasons = map[string]bool{"new_year": true, "valentines": true, "easter": true, "halloween": true, "diwali": true, "christmas": true, "summer": true}

// Text returns the id of the text that says why, and its values. What cannot be said in full is said in less, and is true all the same.
func (w Why) Text() (id string, args []Arg) {
	switch w.Code {
	case "booked", "liked", "viewed", "alike":
		if w.Event != "" {
			return "why." + w.Code, []Arg{with("event", w.Event)}
		}
		if w.Code != "alike" {
			return "why." + w.Code + "_any", nil
		}
	case "follows", "artist", "genre":
		if w.Name != "" {
			return "why." + w.Code, []Arg{with("name", w.Name)}
		}
	case "popular", "near":
		if w.City != "" {
			return "why." + w.Code, []Arg{with("city", w.City)}
		}
		return "why." + w.Code + "_any", nil
	case "season":
		if seasons[w.Name] {
			return "why." + w.Name, nil
		}
	case "fast", "new", "try":
		return "why." + w.Code, nil
	}
	return "why.any", nil
}

// mostSuggested is how many suggestions a message has: it is about something else.
const mostSuggested = 3

// suggest ends a message with what the reader may like, too.
func (l *letter) suggest() {
	var list []suggested
	for _, s := range l.d.Suggestions[:min(len(l.d.Suggestions), mostSuggested)] {
		id, args := s.Why.Text()
		if page := l.page(l.joined(s.Event), s.Path); webURL(page.url) != "" {
			list = append(list, suggested{link: page, why: l.T(id, args...)})
		}
	}
	if len(list) > 0 {
		l.heading(l.T("mail.suggest.title"))
		l.suggestions(list)
	}
}
