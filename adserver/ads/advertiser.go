package ads

import (
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

// AdvertiserID names an Advertiser. Zero is none, as of all identifiers.
type AdvertiserID uint32

// CampaignID names a Campaign.
type CampaignID uint32

// LineID names a Line.
type LineID uint32

// CreativeID names a Creative.
type CreativeID uint32

// PublisherID names a Publisher.
type PublisherID uint32

// PlacementID names a Placement.
type PlacementID uint32

// Advertiser is who pays. Its balance is in the ledger.
type Advertiser struct {
	ID        AdvertiserID
	Name      string // as people see it beside the ad
	Currency  money.Currency
	TimeZone  string // IANA; its days begin there
	Domains   []AdvertiserDomain
	Caps      []Cap // over all its campaigns
	Suspended bool  // nothing of it is served
	Created   time.Time
}

// AdvertiserDomain is a domain that an advertiser may send people to, once it has shown that it is its own.
type AdvertiserDomain struct {
	Name     string    // as Domain returns it
	Proof    string    // what has to be found in its DNS as a TXT record, or at ProofPath
	Verified time.Time // zero until it was found
}

// ProofPath is where a domain's web server may show the proof.
const ProofPath = "/.well-known/marquee-ads.txt"

// Owns reports whether the advertiser has shown that the host is its own.
func (a Advertiser) Owns(host string) bool {
	for _, d := range a.Domains {
		if !d.Verified.IsZero() && Within(host, d.Name) {
			return true
		}
	}
	return false
}

// Validate returns an Invalid fault about the first field that is wrong.
func (a Advertiser) Validate() error { return first(a.Problems()...) }

// Problems returns an Invalid fault about each field that is wrong, empty when none is.
func (a Advertiser) Problems() []error {
	return wrong(
		text("name", a.Name, maxName),
		currency(a.Currency),
		zone("time_zone", a.TimeZone),
		each("domains", a.Domains, 20, func(d AdvertiserDomain) error {
			name, err := Domain("name", d.Name)
			if err == nil && name != d.Name {
				err = fault.Invalidf("name", "must be written %s", name)
			}
			return err
		}),
		caps(a.Caps),
	)
}

// Publisher is whose pages have placements: a Partner.
type Publisher struct {
	ID       PublisherID
	Slug     string // what requests name it by: lower-case letters, digits and hyphens
	Name     string
	Currency money.Currency // lines of other currencies are not served
	TimeZone string         // IANA; used when that of the viewer is not known
	Share    money.Rate     // of what advertisers pay, the rest is the platform's: 0 to 100 %
	Hosts    []string       // of its pages; requests of browsers from elsewhere are refused
	// Blocked are categories of the IAB Content Taxonomy that it does not want ads of, BlockedDomains advertisers' domains.
	Blocked        []string
	BlockedDomains []string
	Suspended      bool
	Created        time.Time
}

// Account is what the publisher is called in ads.txt, sellers.json and supply chains.
func (p Publisher) Account() string { return "p-" + strconv.Itoa(int(p.ID)) }

// Validate returns an Invalid fault about the first field that is wrong.
func (p Publisher) Validate() error { return first(p.Problems()...) }

// Problems returns an Invalid fault about each field that is wrong, empty when none is.
func (p Publisher) Problems() []error {
	host := func(s string) error {
		_, err := Domain("", s)
		return err
	}
	return wrong(
		slug("slug", p.Slug),
		text("name", p.Name, maxName),
		share(p.Share),
		currency(p.Currency),
		zone("time_zone", p.TimeZone),
		each("hosts", p.Hosts, 50, hostOrLocal),
		each("blocked", p.Blocked, 200, func(s string) error { return category("", s) }),
		each("blocked_domains", p.BlockedDomains, 1000, host),
	)
}

func share(r money.Rate) error {
	if r < 0 || r > money.Whole {
		return fault.Invalidf("share", "must be between 0 %% and 100 %%")
	}
	return nil
}

// hostOrLocal is a host of pages: a domain, or this computer for trying.
func hostOrLocal(s string) error {
	if s == "localhost" || s == "127.0.0.1" {
		return nil
	}
	_, err := Domain("", s)
	return err
}

func currency(c money.Currency) error {
	if !c.Valid() {
		return fault.Invalidf("currency", "must be an ISO 4217 code such as USD")
	}
	return nil
}

func zone(field, s string) error {
	if s == "" || s == "Local" {
		return fault.Invalidf(field, "must be a time zone such as Asia/Kolkata")
	}
	if _, err := time.LoadLocation(s); err != nil {
		return fault.Invalidf(field, "must be a time zone such as Asia/Kolkata, not %.64q", s)
	}
	return nil
}

func slug(field, s string) error {
	if s == "" || len(s) > 63 {
		return fault.Invalidf(field, "must have between 1 and 63 characters")
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return fault.Invalidf(field, "must be of lower-case letters, digits and hyphens")
		}
	}
	return nil
}

func index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }
