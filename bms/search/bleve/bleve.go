// Package bleve searches in the program's own memory, with the library github.com/blevesearch/bleve. Words may have typing
// errors, the last one may be unfinished, accents and case do not count, and every script is found as it is typed.
//
//	index, err := bleve.New()
//	defer index.Close()
//
// An index of 20,000 events takes some 80 MB and is made anew at each start.
package bleve

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	library "github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/keyword" // of the city
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/search"
)

// Fields of a document in the library's index.
const (
	fieldTitle    = "title"
	fieldPeople   = "people"
	fieldLabels   = "labels" // genres, tags and the like
	fieldSynopsis = "synopsis"
	fieldCity     = "city"
)

// anyCity is in fieldCity of what is found in every city.
const anyCity = "*"

// Index finds documents in memory.
type Index struct {
	writing sync.Mutex // held by who changes something
	batches int        // changes since the library's index was made

	mu    sync.RWMutex // held for writing only to put in what is ready
	words library.Index
	docs  map[string]*entry

	dividing sync.Mutex
	prices   map[place]search.Prices // of docs, as far as somebody has asked for them
}

// place is what prices are divided for.
type place struct {
	city    string
	partner catalog.PartnerID
}

var _ search.Index = (*Index)(nil)

// entry is a document with its words.
type entry struct {
	search.Document

	title  string // folded words of the title
	tokens []token
}

// token is a word of a document and where it stands. The synopsis has none: it is long, and only says that a document fits.
type token struct {
	text  string
	field string
}

// New returns an empty index. Errors are the library's.
func New() (*Index, error) {
	words, err := empty()
	if err != nil {
		return nil, err
	}
	return &Index{words: words, docs: map[string]*entry{}, prices: map[place]search.Prices{}}, nil
}

// empty makes an index of the library's.
func empty() (library.Index, error) {
	m := library.NewIndexMapping()
	const folded = "folded" // texts come folded, with spaces between their words
	if err := m.AddCustomAnalyzer(folded, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, fmt.Errorf("analyzer: %w", err)
	}
	doc := library.NewDocumentStaticMapping()
	for _, field := range []string{fieldTitle, fieldPeople, fieldLabels, fieldSynopsis} {
		doc.AddFieldMappingsAt(field, lean(library.NewTextFieldMapping(), folded))
	}
	doc.AddFieldMappingsAt(fieldCity, lean(library.NewTextFieldMapping(), "keyword"))
	m.DefaultMapping = doc
	words, err := library.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("index in memory: %w", err)
	}
	return words, nil
}

// lean keeps nothing of a field but which documents have which words.
func lean(f *mapping.FieldMapping, analyzer string) *mapping.FieldMapping {
	f.Analyzer, f.Store, f.IncludeInAll, f.IncludeTermVectors, f.DocValues = analyzer, false, false, false, false
	return f
}

// Close implements search.Index.
func (x *Index) Close() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	return x.words.Close()
}

const (
	// atOnce is how many documents change together.
	atOnce = 2000

	// manyBatches is after how many changes the library's index is made anew: in memory it never joins the parts that changes
	// leave, and each search looks through all of them.
	manyBatches = 100
)

// Update implements search.Index.
func (x *Index) Update(ctx context.Context, put []search.Document, remove []string) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	for len(put)+len(remove) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		add, drop := put[:min(len(put), atOnce)], remove[:min(len(remove), atOnce)]
		put, remove = put[len(add):], remove[len(drop):]
		if err := x.change(add, drop); err != nil {
			return err
		}
	}
	if x.batches > manyBatches {
		return x.renew()
	}
	return nil
}

func (x *Index) change(put []search.Document, remove []string) error {
	entries := make([]*entry, len(put))
	for i, d := range put {
		entries[i] = entryOf(d)
	}
	x.batches++
	if err := write(x.words, entries, remove); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range entries {
		x.docs[e.ID] = e
	}
	for _, id := range remove {
		delete(x.docs, id)
	}
	clear(x.prices)
	return nil
}

// write changes the library's index.
func write(words library.Index, put []*entry, remove []string) error {
	batch := words.NewBatch()
	for _, e := range put {
		if err := batch.Index(e.ID, e.fields()); err != nil {
			return fmt.Errorf("index %s: %w", e.ID, err)
		}
	}
	for _, id := range remove {
		batch.Delete(id)
	}
	if err := words.Batch(batch); err != nil {
		return fmt.Errorf("change %d documents: %w", batch.Size(), err)
	}
	return nil
}

// renew makes the library's index anew of the documents.
func (x *Index) renew() error {
	words, err := empty()
	if err != nil {
		return err
	}
	for part := range slices.Chunk(slices.Collect(maps.Values(x.docs)), atOnce) { // only who is writing changes docs
		if err := write(words, part, nil); err != nil {
			return errors.Join(err, words.Close())
		}
	}
	x.mu.Lock()
	old := x.words
	x.words, x.batches = words, 0
	x.mu.Unlock()
	return old.Close()
}

// entryOf divides a document into words.
func entryOf(d search.Document) *entry {
	e := &entry{Document: d, title: strings.Join(words(d.Title), " ")}
	add := func(field string, texts ...string) {
		for _, text := range texts {
			for _, w := range words(text) {
				e.tokens = append(e.tokens, token{text: w, field: field})
			}
		}
	}
	add(fieldTitle, d.Title, d.Original)
	add(fieldPeople, d.People...)
	add(fieldLabels, string(d.Kind), d.Certificate)
	add(fieldLabels, d.Genres...)
	add(fieldLabels, d.Tags...)
	add(fieldLabels, d.Also...)
	return e
}

// fields are the words as the library wants them, with spaces in between.
func (e *entry) fields() map[string]any {
	lists := map[string][]string{fieldSynopsis: words(e.Synopsis), fieldCity: {e.City}}
	if e.Type == search.City {
		lists[fieldCity] = []string{anyCity}
	}
	for _, t := range e.tokens {
		lists[t.field] = append(lists[t.field], t.text)
	}
	fields := map[string]any{}
	for field, list := range lists {
		fields[field] = strings.Join(list, " ")
	}
	return fields
}

// IDs implements search.Index.
func (x *Index) IDs(prefix string) []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	var ids []string
	for id := range x.docs {
		if strings.HasPrefix(id, prefix) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Search implements search.Index.
func (x *Index) Search(ctx context.Context, q search.Query) (search.Result, error) {
	if utf8.RuneCountInString(q.Text) > search.MaxText {
		return search.Result{}, search.ErrTextTooLong
	}
	q.Prices = x.pricesIn(place{city: q.City, partner: q.Partner})
	asked := queryOf(q.Text)
	if len(asked.words) == 0 {
		return search.Select(q, x.all()), nil
	}
	found, err := x.find(ctx, asked, q.City, true)
	if err != nil {
		return search.Result{}, err
	}
	r := search.Select(q, found)
	if r.Total == 0 && len(r.Places) == 0 {
		r.Suggestion, err = x.correct(ctx, asked, q)
	}
	return r, err
}

// pricesIn divides the prices of a city, once for each change.
func (x *Index) pricesIn(p place) search.Prices {
	x.mu.RLock()
	defer x.mu.RUnlock()
	x.dividing.Lock()
	defer x.dividing.Unlock()
	known, ok := x.prices[p]
	if ok || p.city == "" {
		return known
	}
	known = search.PricesOf(func(yield func(*search.Document) bool) {
		for _, e := range x.docs {
			if e.Type == search.Event && e.City == p.city && !yield(&e.Document) {
				return
			}
		}
	}, p.partner)
	if known.Currency != "" { // made-up names of cities take no memory
		x.prices[p] = known
	}
	return known
}

// all are all documents, for who asks without words.
func (x *Index) all() []search.Candidate {
	x.mu.RLock()
	defer x.mu.RUnlock()
	list := make([]search.Candidate, 0, len(x.docs))
	for _, e := range x.docs {
		list = append(list, search.Candidate{Document: &e.Document})
	}
	return list
}
