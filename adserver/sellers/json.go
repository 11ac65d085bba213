package sellers

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Directory is what a sellers.json says: who is paid when an ad is sold through us.
type Directory struct {
	ContactEmail, ContactAddress string // one at least
	Identifiers                  []Identifier
	Publishers                   []Publisher
}

// Identifier is a name under which we are known, such as a number at a certifier ("TAG-ID").
type Identifier struct{ Name, Value string }

// Publisher is one who is paid for ads.
type Publisher struct {
	ID     string // the account in ads.txt, and sid in a supply chain
	Name   string // of the company
	Domain string // of its business; what its sites call OWNERDOMAIN
	Kind   Kind

	Confidential bool // its name and domain are not told
	Passthrough  bool // its account serves to pay others, who are known to the buyer
	Comment      string
}

// Kind is what a publisher sells.
type Kind string

// The kinds.
const (
	Owner        Kind = "PUBLISHER"    // ads on sites of its own
	Intermediary Kind = "INTERMEDIARY" // ads on sites of others
	Both         Kind = "BOTH"
)

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { return k == Owner || k == Intermediary || k == Both }

// Record returns what the publisher's site must say in its ads.txt for us to sell its ads. Who sells for others is their reseller.
func (p Publisher) Record(system, certID string) Record {
	relation := Direct
	if p.Kind == Intermediary {
		relation = Reseller
	}
	return Record{System: system, Account: p.ID, Relation: relation, CertID: certID}
}

// directory and seller are the file's own form.
type directory struct {
	ContactEmail   string       `json:"contact_email,omitempty"`
	ContactAddress string       `json:"contact_address,omitempty"`
	Version        string       `json:"version"`
	Identifiers    []identifier `json:"identifiers,omitempty"`
	Sellers        []seller     `json:"sellers"`
}

type identifier struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type seller struct {
	ID           string `json:"seller_id"`
	Name         string `json:"name,omitempty"`
	Domain       string `json:"domain,omitempty"`
	Type         Kind   `json:"seller_type"`
	Confidential int    `json:"is_confidential,omitempty"`
	Passthrough  int    `json:"is_passthrough,omitempty"`
	Comment      string `json:"comment,omitempty"`
}

// DirectoryJSON returns the file, its sellers in the order of their identifiers. Of those that are confidential it tells no name, domain or comment.
func DirectoryJSON(d Directory) ([]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	out := directory{ContactEmail: d.ContactEmail, ContactAddress: d.ContactAddress, Version: "1.0", Sellers: make([]seller, 0, len(d.Publishers))}
	for _, i := range d.Identifiers {
		out.Identifiers = append(out.Identifiers, identifier(i))
	}
	for _, p := range d.Publishers {
		s := seller{ID: p.ID, Type: p.Kind, Confidential: bit(p.Confidential), Passthrough: bit(p.Passthrough)}
		if !p.Confidential {
			s.Name, s.Domain, s.Comment = p.Name, p.Domain, p.Comment
		}
		out.Sellers = append(out.Sellers, s)
	}
	slices.SortFunc(out.Sellers, func(a, b seller) int { return strings.Compare(a.ID, b.ID) })
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (d *Directory) check() error {
	if d.ContactEmail == "" && d.ContactAddress == "" {
		return fault.Invalidf("contact_email", "or contact_address must not be empty")
	}
	for i, id := range d.Identifiers {
		if id.Name == "" || id.Value == "" {
			return fault.Invalidf(at("identifiers", i), "must have a name and a value")
		}
	}
	seen := make(map[string]bool, len(d.Publishers))
	for i, p := range d.Publishers {
		if seen[p.ID] {
			return fault.Invalidf("id", "comes twice").In(at("publishers", i))
		}
		seen[p.ID] = true
		if err := p.check(); err != nil {
			return err.In(at("publishers", i))
		}
	}
	return nil
}

func (p *Publisher) check() *fault.Error {
	switch {
	case !isWord(p.ID):
		return fault.Invalidf("id", "must be of visible ASCII without comma, # and ;")
	case !p.Kind.Valid():
		return fault.Invalidf("kind", "must be PUBLISHER, INTERMEDIARY or BOTH")
	case p.Confidential:
		return nil
	case strings.TrimSpace(p.Name) == "":
		return fault.Invalidf("name", "must not be empty, unless the publisher is confidential")
	case !isDomain(p.Domain):
		return fault.Invalidf("domain", "must be a domain, unless the publisher is confidential")
	}
	return nil
}

func bit(v bool) int {
	if v {
		return 1
	}
	return 0
}
