package bleve

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/search"
)

// order is the order of the types among suggestions.
var order = map[search.Type]int{search.Event: 0, search.Venue: 1, search.City: 2, search.Person: 3, search.Genre: 4}

// Suggest implements search.Index.
func (x *Index) Suggest(ctx context.Context, q search.SuggestQuery) ([]search.Suggestion, error) {
	if utf8.RuneCountInString(q.Text) > search.MaxText {
		return nil, search.ErrTextTooLong
	}
	a := queryOf(q.Text)
	if len(a.words) == 0 {
		return nil, nil
	}
	found, err := x.find(ctx, a, q.City, false)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b search.Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Document.Title, b.Document.Title), strings.Compare(a.Document.ID, b.Document.ID))
	})
	list := suggestions{known: map[string]bool{}}
	for _, c := range found {
		if c.Document.On(q.Partner, q.Now) {
			list.add(a, c.Document)
		}
	}
	slices.SortStableFunc(list.all, func(a, b search.Suggestion) int { return cmp.Compare(order[a.Type], order[b.Type]) })
	return list.all[:min(len(list.all), max(q.Limit, 0))], nil
}

// suggestions are names, each once.
type suggestions struct {
	all   []search.Suggestion
	known map[string]bool
}

// add adds what of a document has the words: its title, or else people and genres.
func (s *suggestions) add(a asked, d *search.Document) {
	if a.names(d.Title + " " + d.Original) {
		s.put(search.Suggestion{Type: d.Type, Text: d.Title, Slug: d.Slug, City: d.City})
		return
	}
	for _, name := range d.People {
		if a.names(name) {
			s.put(search.Suggestion{Type: search.Person, Text: name, City: d.City})
		}
	}
	for _, name := range d.Genres {
		if a.names(name) {
			s.put(search.Suggestion{Type: search.Genre, Text: name, City: d.City})
		}
	}
}

func (s *suggestions) put(one search.Suggestion) {
	key := string(one.Type) + " " + fold(one.Text)
	if !s.known[key] {
		s.known[key] = true
		s.all = append(s.all, one)
	}
}

// correct returns a text that finds something, made of the words nearest to those asked for. Words that are like no
// other are left out.
func (x *Index) correct(ctx context.Context, a asked, q search.Query) (string, error) {
	known := x.vocabulary(q)
	var text []string
	for _, w := range a.words {
		if near := nearest(w, known); near != "" && !slices.Contains(text, near) {
			text = append(text, near)
		}
	}
	better := strings.Join(text, " ")
	if better == "" || better == a.whole {
		return "", nil
	}
	found, err := x.find(ctx, queryOf(better+" "), q.City, true)
	if err != nil {
		return "", err
	}
	q.Limit = 0
	if search.Select(q, found).Total == 0 {
		return "", nil
	}
	return better, nil
}

// vocabulary are the words of titles, names and genres that are on where the query asks, with how many documents have each.
func (x *Index) vocabulary(q search.Query) map[string]int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	known := map[string]int{}
	for _, e := range x.docs {
		if e.Type != search.Event || q.City != "" && e.City != q.City || !e.On(q.Partner, q.Now) {
			continue
		}
		for _, t := range e.tokens {
			known[t.text]++
		}
	}
	return known
}

// nearest is the known word that was most likely meant: up to a third of its letters may be wrong, at most three. Empty means
// that none is near.
func nearest(word string, known map[string]int) string {
	if known[word] > 0 {
		return word
	}
	best, least, often := "", min(3, max(1, utf8.RuneCountInString(word)/3)), 0
	if edits(word) == 0 {
		return ""
	}
	for other, n := range known {
		d := distance(word, other, least)
		if d < least || d == least && (best == "" || n > often || n == often && other < best) {
			best, least, often = other, d, n
		}
	}
	return best
}
