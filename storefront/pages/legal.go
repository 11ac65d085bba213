package pages

import (
	"strings"

	"github.com/a-h/templ"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront/brand"
)

// legalPrefix is the path of legal pages.
const legalPrefix = "/legal/"

// legalView is a legal page.
type legalView struct {
	Title   string
	Blocks  []brand.Block
	Foreign templ.Attributes // of Blocks
	Help    contact
}

// contact is how to reach whoever runs the site. Each may be empty.
type contact struct {
	Email, Phone string
	Tel          string // the phone number as an address
	Address      []string
}

func contactOf(b catalog.Brand) contact {
	c := contact{Email: b.SupportEmail, Phone: strings.ReplaceAll(b.SupportPhone, " ", "\u00a0")}
	if digits := strings.Map(dialled, b.SupportPhone); digits != "" {
		c.Tel = "tel:" + digits
	}
	for line := range strings.SplitSeq(b.Address, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			c.Address = append(c.Address, line)
		}
	}
	return c
}

// dialled keeps what is dialled of a phone number.
func dialled(r rune) rune {
	if '0' <= r && r <= '9' || r == '+' {
		return r
	}
	return -1
}

// legal is the imprint, the terms or what the site does with people's data.
func (p *Pages) legal(r *request) error {
	name := r.param(0)
	blocks, ok := r.site.Document(name)
	if !ok {
		return errNoText
	}
	view := legalView{Title: r.p.T("legal." + name), Blocks: blocks, Foreign: r.ofBrand(r.site.Brand.Legal[name])}
	if name == "imprint" {
		view.Help = contactOf(r.site.Brand)
	}
	r.publish(fullyFresh)
	return r.show(fasthttp.StatusOK, cachePublic, legalPage(p.frame(r, view.Title), view))
}

var errNoText = fault.New(fault.NotFound, "no_such_text", "there is no such text here; see the foot of the page for those that there are")
