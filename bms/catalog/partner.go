package catalog

import (
	"time"

	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Partner is a cinema chain, promoter or venue owner: the tenant that venues,
// events, prices and bookings belong to.
type Partner struct {
	ID        PartnerID
	Slug      string
	Name      string         // as people know it, 1 to 120 characters
	LegalName string         // as printed on invoices; empty means Name
	TaxID     string         // VAT, GST or sales tax number; may be empty
	Country   string         // ISO 3166-1 alpha-2, in capital letters
	Currency  money.Currency // prices are in this currency unless a brand has another
	CreatedAt time.Time
}

// Validate returns an Invalid fault that names the field at fault, or nil.
func (p Partner) Validate() error {
	return first(
		id.Check("id", PartnerPrefix, p.ID),
		checkSlug("slug", p.Slug),
		checkText("name", p.Name, 1, 120),
		checkText("legal_name", p.LegalName, 0, 200),
		checkText("tax_id", p.TaxID, 0, 40),
		checkCountry("country", p.Country),
		checkCurrency("currency", p.Currency),
		checkTime("created_at", p.CreatedAt),
	)
}

// Brand is how a storefront looks and speaks, and the host names it answers to.
type Brand struct {
	ID           BrandID
	PartnerID    PartnerID
	Name         string            // 1 to 120 characters
	Hosts        []string          // host names without port, lower case, at least one
	Locales      []string          // BCP 47 tags, the default first, at least one
	Currency     money.Currency    // what prices are shown and charged in
	Colours      Colours           // design tokens; empty keeps the built-in ones
	LogoURL      string            // https address or path on the same host; may be empty
	SupportEmail string            // where buyers turn to; may be empty
	Legal        map[string]string // plain text by document: "imprint", "terms", "privacy"
}

// Colours is a set of design tokens: the name of a token, such as "accent", and
// its colour as #rgb, #rrggbb or #rrggbbaa.
type Colours map[string]string

// Validate returns an Invalid fault that names the field at fault, or nil.
func (b Brand) Validate() error {
	return first(
		id.Check("id", BrandPrefix, b.ID),
		id.Check("partner_id", PartnerPrefix, b.PartnerID),
		checkText("name", b.Name, 1, 120),
		checkList("hosts", b.Hosts, 1, checkHost),
		checkList("locales", b.Locales, 1, checkLanguage),
		checkCurrency("currency", b.Currency),
		checkMap("colours", b.Colours, checkColour),
		checkURL("logo_url", b.LogoURL),
		checkEmail("support_email", b.SupportEmail),
		checkMap("legal", b.Legal, func(field, s string) error { return checkProse(field, s, 100_000) }),
	)
}
