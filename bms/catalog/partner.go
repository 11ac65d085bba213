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
