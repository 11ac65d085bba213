package sellers

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what is read of a file.
const (
	maxFile     = 4 << 20 // bytes; the largest in use have some hundred KB
	maxRecords  = 50_000
	maxProblems = 100
)

// ParseAdsTxt reads a file, as it came from the site. It takes any: what cannot be read is left out, and the first hundred such lines are told in Problems. Of
// a file of more than 4 MB the beginning is read.
func ParseAdsTxt(data []byte) AdsTxt {
	var f AdsTxt
	text := strings.TrimPrefix(string(data[:min(len(data), maxFile)]), "\ufeff")
	line := 0
	for text != "" && len(f.Records) < maxRecords {
		var one string
		line++
		one, text = nextLine(text)
		if what := f.line(one); what != "" && len(f.Problems) < maxProblems {
			f.Problems = append(f.Problems, Problem{Line: line, What: what})
		}
	}
	return f
}

// nextLine cuts a text behind its first line, which ends in CR, LF or both.
func nextLine(text string) (line, rest string) {
	i := strings.IndexAny(text, "\r\n")
	if i < 0 {
		return text, ""
	}
	line, rest = text[:i], text[i+1:]
	if text[i] == '\r' {
		rest = strings.TrimPrefix(rest, "\n")
	}
	return line, rest
}

// line reads one and returns what is wrong with it. What is behind "#" is a comment, what is behind ";" an extension.
func (f *AdsTxt) line(text string) string {
	if i := strings.IndexAny(text, "#;"); i >= 0 {
		text = text[:i]
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	name, value, isVariable := strings.Cut(text, "=")
	if isVariable && !strings.Contains(name, ",") {
		return f.variable(strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value))
	}
	return f.record(text)
}

func (f *AdsTxt) record(text string) string {
	fields := strings.Split(text, ",")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	if len(fields) < 3 || len(fields) > 4 {
		return "a record has three or four fields"
	}
	r := Record{System: strings.ToLower(fields[0]), Account: fields[1], Relation: Relation(strings.ToUpper(fields[2]))}
	if len(fields) == 4 {
		r.CertID = fields[3]
	}
	if err := r.check(); err != nil {
		return err.Field + " " + err.Message
	}
	if r != placeholder {
		f.Records = append(f.Records, r)
	}
	return ""
}

// variable reads one that the specification knows; others are none of ours. Of several owners the first counts, as of several managers in one country.
func (f *AdsTxt) variable(name, value string) string {
	domain := strings.ToLower(value)
	switch name {
	case "contact":
		if value == "" || !utf8.ValidString(value) {
			return "contact must not be empty"
		}
		f.Contacts = append(f.Contacts, value)
	case "subdomain", "ownerdomain", "inventorypartnerdomain":
		if !isDomain(domain) {
			return name + " must be a domain"
		}
		switch {
		case name == "subdomain":
			f.Subdomains = append(f.Subdomains, domain)
		case name == "inventorypartnerdomain":
			f.Partners = append(f.Partners, domain)
		case f.OwnerDomain != "":
			return "ownerdomain comes twice"
		default:
			f.OwnerDomain = domain
		}
	case "managerdomain":
		return f.manager(domain)
	}
	return ""
}

func (f *AdsTxt) manager(value string) string {
	domain, country, _ := strings.Cut(value, ",")
	m := Manager{Domain: strings.TrimSpace(domain), Country: strings.ToUpper(strings.TrimSpace(country))}
	switch {
	case !isDomain(m.Domain):
		return "managerdomain must be a domain"
	case m.Country != "" && !isCountry(m.Country):
		return "managerdomain must have a country of two letters"
	case slices.ContainsFunc(f.Managers, func(o Manager) bool { return o.Country == m.Country }):
		return "managerdomain comes twice for one country"
	}
	f.Managers = append(f.Managers, m)
	return ""
}

// Standing is how a file stands to a record that somebody wants in it.
type Standing string

// The standings.
const (
	Listed        Standing = "listed"         // as wanted
	OtherRelation Standing = "other_relation" // the account is there, as DIRECT where it is RESELLER or the other way round
	OtherAccount  Standing = "other_account"  // the system is there with other accounts only
	Absent        Standing = "absent"         // the system is not there
)

// Standing returns how the file stands to a record. Its CertID does not matter: it says something of the system, not of the site.
func (f *AdsTxt) Standing(want Record) Standing {
	best := Absent
	for _, r := range f.Records {
		switch {
		case !strings.EqualFold(r.System, want.System):
		case r.Account == want.Account && r.Relation == want.Relation:
			return Listed
		case r.Account == want.Account:
			best = OtherRelation
		case best == Absent:
			best = OtherAccount
		}
	}
	return best
}

// OwnedBy reports whether the file, found on a site, says that a domain owns the site. Who says nothing owns itself.
func (f *AdsTxt) OwnedBy(domain, site string) bool {
	owner := f.OwnerDomain
	if owner == "" {
		owner = site
	}
	return strings.EqualFold(owner, domain)
}
