package openrtb

import (
	"math"
	"net/netip"
	"slices"
	"strings"
)

// May says what may be told about the person. The zero value tells nothing that could be used to recognise anybody. Strings of consent are always
// told: what a bidder itself may do with the rest is in them.
type May struct {
	Identify    bool // identifiers of the person, the device and the buyer, and the whole IP address
	Personalise bool // age, gender and interests; searches and the page before
	PreciseGeo  bool // coordinates and postal code
}

// Scrubbed returns the request without what must not be told. It shares lists with q.
//
// Without Identify the last 8 bits of IPv4 and the last 80 of IPv6 are zero. Without PreciseGeo coordinates are rounded to two decimals, about a
// kilometre, as the user agreement of the field has it, and those of a child are left out.
func (q *Request) Scrubbed(may May) *Request {
	s := *q
	if s.Regs.COPPA {
		may = May{}
		s.Device.Geo.Located, s.User.Geo.Located = false, false
	}
	if !may.Identify {
		s.User.ID, s.User.BuyerUID, s.Device.IFA = "", "", ""
		s.Device.IP, s.Device.IPv6 = truncated(s.Device.IP), truncated(s.Device.IPv6)
	}
	if !may.Personalise {
		s.User.YOB, s.User.Gender, s.User.Keywords = 0, "", ""
		if s.Site != nil {
			site := *s.Site
			site.Ref, site.Search = "", ""
			s.Site = &site
		}
	}
	if !may.PreciseGeo {
		s.Device.Geo.coarsen()
		s.User.Geo.coarsen()
	}
	return &s
}

func (g *Geo) coarsen() {
	g.Zip = ""
	g.Lat, g.Lon = math.Round(g.Lat*100)/100, math.Round(g.Lon*100)/100
	if !g.Located {
		g.Lat, g.Lon = 0, 0
	}
}

// truncated returns an address without the part that tells one household from the next; what is none vanishes.
func truncated(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	bits := 48
	if a = a.Unmap().WithZone(""); a.Is4() {
		bits = 24
	}
	p, _ := a.Prefix(bits)
	return p.Addr().String()
}

// BuildRequest writes what outside bidders are told behind dst and returns it: the request without what must not be told, and with seller as the last
// link of its supply chain. One without a chain begins it, and complete says that the place is the seller's own.
func BuildRequest(dst []byte, q *Request, may May, seller Node, complete bool) []byte {
	s := q.Scrubbed(may)
	if len(s.Source.Nodes) == 0 {
		s.Source.Complete, s.Source.Ver = complete, "1.0"
	}
	if seller.System != "" {
		s.Source.Nodes = append(slices.Clip(s.Source.Nodes), seller)
	}
	return AppendRequest(dst, s)
}

// Currencies returns those in which bids for the request may be.
func (q *Request) Currencies() []string {
	if len(q.Cur) == 0 {
		return []string{DefaultCurrency}
	}
	return q.Cur
}

// blocks reports whether an advertiser's domain is one that is not wanted, or below one.
func (q *Request) blocks(domain string) bool {
	return slices.ContainsFunc(q.BlockedAdvertisers, func(blocked string) bool {
		return under(strings.ToLower(domain), strings.ToLower(blocked), '.')
	})
}

// under reports whether a name is another one or ends in it behind a separator.
func under(name, of string, separator byte) bool {
	return name == of || len(name) > len(of) && strings.HasSuffix(name, of) && name[len(name)-len(of)-1] == separator && of != ""
}
