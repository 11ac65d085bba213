package sellers

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// AdsTxt is what an ads.txt says. Domains are in lower case once read.
type AdsTxt struct {
	OwnerDomain string    // of who owns the site; empty means the site's own
	Managers    []Manager // those who manage its ads
	Contacts    []string
	Subdomains  []string // that have files of their own
	Partners    []string // inventory partners
	Records     []Record // empty means that nobody may sell
	Problems    []Problem
}

// Manager is who manages the ads of a site, in one country or, with an empty one, everywhere else.
type Manager struct {
	Domain  string
	Country string // ISO 3166-1 alpha-2, capitals
}

// Record says that an ad system may sell the ads of the site.
type Record struct {
	System   string // domain of the ad system
	Account  string // of who sells, in that system; case matters
	Relation Relation
	CertID   string // of the system at a certifier; may be empty
}

// Relation is whose the account is.
type Relation string

// The relations.
const (
	Direct   Relation = "DIRECT"   // the publisher's
	Reseller Relation = "RESELLER" // another's, who may sell on
)

// Valid reports whether r is one of the relations.
func (r Relation) Valid() bool { return r == Direct || r == Reseller }

// Problem is a line that was left out when the file was read.
type Problem struct {
	Line int // from 1
	What string
}

// placeholder is the record of a site that lets nobody sell.
var placeholder = Record{System: "placeholder.example.com", Account: "placeholder", Relation: Direct, CertID: "placeholder"}

// AppendAdsTxt writes the file behind dst and returns it. One without records says that nobody may sell. Problems are not written.
func AppendAdsTxt(dst []byte, f AdsTxt) ([]byte, error) {
	if err := f.check(); err != nil {
		return dst, err
	}
	b := dst
	variable := func(name, value string) { b = fmt.Appendf(b, "%s=%s\n", name, value) }
	if f.OwnerDomain != "" {
		variable("OWNERDOMAIN", f.OwnerDomain)
	}
	for _, m := range f.Managers {
		value := m.Domain
		if m.Country != "" {
			value += ", " + m.Country
		}
		variable("MANAGERDOMAIN", value)
	}
	for _, c := range f.Contacts {
		variable("CONTACT", c)
	}
	for _, s := range f.Subdomains {
		variable("SUBDOMAIN", s)
	}
	for _, p := range f.Partners {
		variable("INVENTORYPARTNERDOMAIN", p)
	}
	records := f.Records
	if len(records) == 0 {
		records = []Record{placeholder}
	}
	for _, r := range records {
		b = append(r.append(b), '\n')
	}
	return b, nil
}

// String is the record as a line of ads.txt, for a publisher to copy.
func (r Record) String() string { return string(r.append(nil)) }

func (r Record) append(b []byte) []byte {
	b = fmt.Appendf(b, "%s, %s, %s", r.System, r.Account, r.Relation)
	if r.CertID != "" {
		b = append(append(b, ", "...), r.CertID...)
	}
	return b
}

func (f *AdsTxt) check() error {
	if f.OwnerDomain != "" && !isDomain(f.OwnerDomain) {
		return fault.Invalidf("owner_domain", "must be a domain")
	}
	for i := range f.Managers {
		if err := f.checkManager(i); err != nil {
			return err.In(at("managers", i))
		}
	}
	for i, c := range f.Contacts {
		if !isLine(c) {
			return fault.Invalidf(at("contacts", i), "must be one line without # and ;")
		}
	}
	if i := slices.IndexFunc(f.Subdomains, isNoDomain); i >= 0 {
		return fault.Invalidf(at("subdomains", i), "must be a domain")
	}
	if i := slices.IndexFunc(f.Partners, isNoDomain); i >= 0 {
		return fault.Invalidf(at("partners", i), "must be a domain")
	}
	for i, r := range f.Records {
		if err := r.check(); err != nil {
			return err.In(at("records", i))
		}
	}
	return nil
}

func (f *AdsTxt) checkManager(i int) *fault.Error {
	m := f.Managers[i]
	switch {
	case !isDomain(m.Domain):
		return fault.Invalidf("domain", "must be a domain")
	case m.Country != "" && !isCountry(m.Country):
		return fault.Invalidf("country", "must be two capitals")
	case slices.ContainsFunc(f.Managers[:i], func(o Manager) bool { return o.Country == m.Country }):
		return fault.Invalidf("country", "has two managers")
	}
	return nil
}

func (r Record) check() *fault.Error {
	switch {
	case !isDomain(r.System):
		return fault.Invalidf("system", "must be a domain")
	case !isWord(r.Account):
		return fault.Invalidf("account", "must be of visible ASCII without comma, # and ;")
	case !r.Relation.Valid():
		return fault.Invalidf("relation", "must be DIRECT or RESELLER")
	case r.CertID != "" && !isWord(r.CertID):
		return fault.Invalidf("cert_id", "must be of visible ASCII without comma, # and ;")
	}
	return nil
}

func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// isLine reports whether a text can be the value of a variable.
func isLine(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '#' || r == ';' })
}

// isWord reports whether a text can be a field of a record.
func isWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == ',' || c == '#' || c == ';' || c == '=' && i == 0 {
			return false
		}
	}
	return s != "" && len(s) <= 255
}

func isCountry(s string) bool {
	return len(s) == 2 && 'A' <= s[0] && s[0] <= 'Z' && 'A' <= s[1] && s[1] <= 'Z'
}

func isNoDomain(s string) bool { return !isDomain(s) }

// isDomain reports whether a text is a host name of two labels at least, in lower case (RFC 1123, section 2.1); names in other scripts are encoded.
func isDomain(s string) bool {
	labels := 0
	for label := range strings.SplitSeq(s, ".") {
		labels++
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return labels >= 2 && len(s) <= 253
}
