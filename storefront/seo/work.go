package seo

import (
	"slices"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// work is what is shown or played: a Movie or a Play.
type work struct {
	thing
	Original    string   `json:"alternateName,omitempty"`
	Year        string   `json:"dateCreated,omitempty"`
	Duration    string   `json:"duration,omitempty"`
	Genres      []string `json:"genre,omitempty"`
	Language    string   `json:"inLanguage,omitempty"`
	Rating      string   `json:"contentRating,omitempty"`
	Description string   `json:"description,omitempty"`
	Images      []string `json:"image,omitempty"`
	Authors     []thing  `json:"author,omitempty"`
	Directors   []thing  `json:"director,omitempty"`
	Actors      []thing  `json:"actor,omitempty"`
	Composers   []thing  `json:"musicBy,omitempty"`
}

func (work) node() {}

// workOf is what is known of a work.
func workOf(e catalog.Event, kind string) *work {
	w := &work{thing: thing{Type: kind, Name: e.Title}, Original: e.OriginalTitle, Language: e.Language, Authors: people(e, "Person", catalog.RoleWriter)}
	if e.Year > 0 {
		w.Year = year(e.Year)
	}
	return w
}

// year is a year as ISO 8601 has it.
func year(n int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, 4-len(s))) + s
}

// movieOf is the film that shows refer to.
func movieOf(s Site, l Listing) work {
	const mostActors = 10
	e := l.Event
	w := *workOf(e, "Movie")
	w.ID, w.URL = l.URL+"#film", l.URL
	w.Genres, w.Description, w.Images = e.Genres, Excerpt(e.Synopsis, 500), files(s, l.Images)
	if minutes := int(e.Duration.Minutes()); minutes > 0 {
		w.Duration = "PT" + strconv.Itoa(minutes) + "M"
	}
	w.Rating = strings.TrimSpace(e.Certificate.System + " " + e.Certificate.Rating)
	w.Directors, w.Composers = people(e, "Person", catalog.RoleDirector), people(e, "Person", catalog.RoleComposer)
	w.Actors = people(e, "Person", catalog.RoleCast)
	w.Actors = w.Actors[:min(len(w.Actors), mostActors)]
	return w
}

// people are those with one of the roles, as things of a type.
func people(e catalog.Event, kind string, roles ...catalog.Role) []thing {
	const most = 20
	var list []thing
	for _, p := range e.People {
		if slices.Contains(roles, p.Role) && len(list) < most {
			list = append(list, thing{Type: kind, Name: p.Name})
		}
	}
	return list
}
