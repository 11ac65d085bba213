package locale

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/marquee-tickets/marquee/storefront/locale/cldr"
)

//go:embed messages/*.json
var files embed.FS

// Config is how a Catalog is used.
type Config struct {
	// Missing is told of a text that a language lacks, by its tag and the id of the text; of an id that no language has, with
	// an empty tag; and of a placeholder that was given no value, as "id {name}". Texts are asked for on every page, so it
	// may be called often and from many goroutines. Nil means that nobody is told. Tests fail there: package localetest.
	Missing func(tag, id string)
}

// Catalog has the texts of all languages. It is safe for concurrent use.
type Catalog struct {
	*library
	cfg      Config
	printers sync.Map // *Printer by *cldr.Format
}

// library has the books of all languages. Nothing changes it once it is read.
type library struct {
	books    map[string]*book
	variants map[string][]variant // of texts for faults, by id of the first
}

// variant is one of several texts for the faults of one reason: "fault.nothing_chosen.cancel".
type variant struct{ id, english string }

// book has the texts of one language.
type book struct {
	language Language
	plain    map[string]string // texts without placeholders that the language has itself: most
	texts    map[string]text   // of texts of one form
	plurals  map[string]*forms // of texts with several
	own      map[string]bool   // ids that the language has itself, and not by way of English
	raw      map[string]any    // texts as scripts get them: a string, or a map of strings by category
	category func(n int) int   // the form for a number
}

// New returns a catalog of the texts, which a process reads once however many catalogs it has. Error: a text that cannot be
// read, which a test of this package finds first.
func New(cfg Config) (*Catalog, error) {
	if cfg.Missing == nil {
		cfg.Missing = func(string, string) {}
	}
	s, err := theLibrary()
	if err != nil {
		return nil, err
	}
	return &Catalog{cfg: cfg, library: s}, nil
}

// theLibrary is read once: its files are part of the program.
var theLibrary = sync.OnceValues(readLibrary)

func readLibrary() (*library, error) {
	bundle := i18n.NewBundle(language.MustParse(Default().Tag))
	s := &library{books: map[string]*book{}}
	for _, l := range languages {
		b, err := read(bundle, l)
		if err != nil {
			return nil, err
		}
		s.books[l.Tag] = b
	}
	english := s.books[Default().Tag]
	for _, b := range s.books {
		b.borrow(english)
	}
	s.variants = variantsOf(english)
	return s, nil
}

// variantsOf lists the texts for faults that are one of several for their reason.
func variantsOf(english *book) map[string][]variant {
	found := map[string][]variant{}
	for id, t := range english.texts {
		if parts := strings.Split(id, "."); len(parts) == 3 && parts[0] == "fault" && parts[1] != "field" {
			first := parts[0] + "." + parts[1]
			found[first] = append(found[first], variant{id: id, english: t[0]})
		}
	}
	return found
}

// read adds the texts of a language to the bundle.
func read(bundle *i18n.Bundle, l Language) (*book, error) {
	name := "messages/" + l.Tag + ".json"
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := bundle.ParseMessageFileBytes(data, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	b := &book{
		language: l, plain: map[string]string{}, texts: map[string]text{}, plurals: map[string]*forms{}, own: map[string]bool{}, raw: map[string]any{},
	}
	for _, m := range file.Messages {
		if err := b.add(m); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, m.ID, err)
		}
	}
	b.category, err = categoryOf(bundle, file.Tag)
	return b, err
}

// add takes a message up.
func (b *book) add(m *i18n.Message) error {
	f, raw, err := parseForms(m)
	if err != nil {
		return err
	}
	b.own[m.ID] = true
	if len(raw) > 1 {
		b.plurals[m.ID], b.raw[m.ID] = f, raw
		return nil
	}
	b.texts[m.ID], b.raw[m.ID] = f[other], m.Other
	if len(f[other]) == 1 {
		b.plain[m.ID] = m.Other
	}
	return nil
}

// borrow takes from English what the language lacks.
func (b *book) borrow(english *book) {
	for id := range english.own {
		if b.own[id] {
			continue
		}
		b.raw[id] = english.raw[id]
		if t, ok := english.texts[id]; ok {
			b.texts[id] = t
		} else {
			b.plurals[id] = english.plurals[id]
		}
	}
}

// Printer returns what writes in a language, for English as a region does (ISO 3166; empty for none). It is the same value
// each time. A language that is not one of ours is English.
func (c *Catalog) Printer(tag, region string) *Printer {
	f := cldr.For(tag, region)
	if known, ok := c.printers.Load(f); ok {
		return known.(*Printer)
	}
	b, ok := c.books[tag]
	if !ok {
		b = c.books[Default().Tag]
	}
	known, _ := c.printers.LoadOrStore(f, &Printer{Format: f, catalog: c, book: b, language: b.language})
	return known.(*Printer)
}

// IDs returns the ids of all texts, sorted.
func (c *Catalog) IDs() []string {
	english := c.books[Default().Tag]
	ids := make([]string, 0, len(english.own))
	for id := range english.own {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Check compares ids that pages use with those that there are: which are unknown, and which are used by
// nobody. Both are sorted. An id that ends in "." or "_" stands for all that begin so, for pages that put ids together.
func (c *Catalog) Check(used []string) (unknown, unused []string) {
	all := c.IDs()
	covers := func(use, id string) bool {
		return use == id || isStem(use) && strings.HasPrefix(id, use)
	}
	for _, use := range used {
		if !slices.ContainsFunc(all, func(id string) bool { return covers(use, id) }) {
			unknown = append(unknown, use)
		}
	}
	for _, id := range all {
		if !slices.ContainsFunc(used, func(use string) bool { return covers(use, id) }) {
			unused = append(unused, id)
		}
	}
	slices.Sort(unknown)
	return slices.Compact(unknown), unused
}

func isStem(id string) bool { return strings.HasSuffix(id, ".") || strings.HasSuffix(id, "_") }
