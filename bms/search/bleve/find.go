package bleve

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2"
	library "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/marquee-tickets/marquee/bms/search"
)

// asked is the text of a query in words.
type asked struct {
	words []string
	whole string // all words, folded
	open  bool   // the last word may go on
}

func queryOf(text string) asked {
	list := words(text)
	a := asked{whole: strings.Join(list, " "), open: !strings.HasSuffix(text, " ")}
	a.words = list[:min(len(list), maxWords)]
	a.open = a.open && len(a.words) == len(list)
	return a
}

// prefix reports whether the i-th word may be the beginning of one.
func (a asked) prefix(i int) bool { return a.open && i == len(a.words)-1 }

// find returns the documents that have all words, each with how well it fits.
func (x *Index) find(ctx context.Context, a asked, city string, synopsis bool) (found []search.Candidate, err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	ids, err := matching(ctx, x.words, conjunction(a, city, synopsis))
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	for _, id := range ids {
		if e := x.docs[id]; e != nil { // the library may be ahead
			found = append(found, search.Candidate{Document: &e.Document, Score: e.score(a)})
		}
	}
	return found, nil
}

// conjunction asks for all words, each anywhere.
func conjunction(a asked, city string, synopsis bool) query.Query {
	var all []query.Query
	if city != "" {
		all = append(all, query.NewDisjunctionQuery([]query.Query{termIn(fieldCity, city), termIn(fieldCity, anyCity)}))
	}
	for i, w := range a.words {
		all = append(all, anywhere(w, a.prefix(i), synopsis))
	}
	return query.NewConjunctionQuery(all)
}

// anywhere asks for a word in one of the fields. What is long, the synopsis, must have it as it is typed.
func anywhere(word string, open, synopsis bool) query.Query {
	var ways []query.Query
	for _, field := range []string{fieldTitle, fieldPeople, fieldLabels} {
		ways = append(ways, termIn(field, word))
		if n := edits(word); n > 0 {
			fuzzy := query.NewFuzzyQuery(word)
			fuzzy.SetField(field)
			fuzzy.SetFuzziness(n)
			ways = append(ways, fuzzy)
		}
		if open {
			ways = append(ways, prefixIn(field, word))
		}
	}
	if synopsis {
		ways = append(ways, termIn(fieldSynopsis, word))
		if open && len(word) > 3 {
			ways = append(ways, prefixIn(fieldSynopsis, word))
		}
	}
	return query.NewDisjunctionQuery(ways)
}

func termIn(field, word string) query.Query {
	q := query.NewTermQuery(word)
	q.SetField(field)
	return q
}

func prefixIn(field, word string) query.Query {
	q := query.NewPrefixQuery(word)
	q.SetField(field)
	return q
}

// matching runs a query of the library's without its scores, sorting and paging.
func matching(ctx context.Context, words bleve.Index, q query.Query) (ids []string, err error) {
	inner, err := words.Advanced()
	if err != nil {
		return nil, err
	}
	reader, err := inner.Reader()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	searcher, err := q.Searcher(ctx, reader, words.Mapping(), library.SearcherOptions{Score: "none"})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, searcher.Close()) }()
	pool := &library.SearchContext{DocumentMatchPool: library.NewDocumentMatchPool(searcher.DocumentMatchPoolSize()+1, 0), IndexReader: reader}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		match, err := searcher.Next(pool)
		if err != nil || match == nil {
			return ids, err
		}
		id, err := reader.ExternalID(match.IndexInternalID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
		pool.DocumentMatchPool.Put(match)
	}
}

// How much a word says that stands in a field as it was typed. An unfinished word says a little less, one with errors less still.
const (
	inTitle    = 10.0
	inPeople   = 5.0
	inLabels   = 3.0
	inSynopsis = 1.0

	unfinished = 0.8
	mistyped   = 0.6 // for the first error, and again for the second

	wholeTitle = 20.0 // more when the text is the title
	titleStart = 5.0  // more when the title begins with the text
)

var weight = map[string]float64{fieldTitle: inTitle, fieldPeople: inPeople, fieldLabels: inLabels}

// score is how well the document fits: the best place of each word counts.
func (e *entry) score(a asked) float64 {
	total := 0.0
	for i, w := range a.words {
		best := inSynopsis
		for _, t := range e.tokens {
			if full := weight[t.field]; full > best {
				best = max(best, full*fit(w, t.text, a.prefix(i)))
			}
		}
		total += best
	}
	switch {
	case e.title == a.whole:
		total += wholeTitle
	case strings.HasPrefix(e.title, a.whole):
		total += titleStart
	}
	return total
}

// fit is how well a word stands for another, from 0, not at all, to 1, it is the same.
func fit(word, other string, open bool) float64 {
	switch {
	case word == other:
		return 1
	case open && strings.HasPrefix(other, word):
		return unfinished
	}
	most := edits(word)
	if most == 0 {
		return 0
	}
	switch distance(word, other, most) {
	case 1:
		return mistyped
	case 2:
		if most == 2 {
			return mistyped * mistyped
		}
	}
	return 0
}

// names reports whether a name has all words.
func (a asked) names(name string) bool {
	list := words(name)
	for i, w := range a.words {
		if !slices.ContainsFunc(list, func(other string) bool { return fit(w, other, a.prefix(i)) > 0 }) {
			return false
		}
	}
	return true
}
