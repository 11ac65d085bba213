package pages

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/marquee-tickets/marquee/storefront/locale"
)

// errorView is what an error page says.
type errorView struct {
	Title, Text string
	RequestID   string // shown when the fault is ours
}

// link is a place to go.
type link struct {
	Text, Href string
	Current    bool // it is where one is
}

// notice is a box at the head of a page.
type notice struct {
	Title  string
	Lines  []string
	Fields []link // fields at fault, linked to them
	Bad    bool
}

// role makes screen readers say a failure at once, and anything else when there is a pause.
func (n *notice) role() string {
	if n.Bad {
		return "alert"
	}
	return "status"
}

// safeURL is an address of a picture: a path, or one of the web. Anything else is no address.
func safeURL(s string) string {
	if strings.HasPrefix(s, "/") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

func number(n int) string { return strconv.Itoa(n) }

// current marks the link to where one is.
func current(l link) templ.Attributes {
	if l.Current {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

// fieldAttributes are the attributes of a field for a buyer: what a browser may fill in, and what is wrong.
func fieldAttributes(name, problem string) templ.Attributes {
	a := templ.Attributes{"autocomplete": name, "dir": "ltr", "type": "text"}
	switch name {
	case "name":
		a["required"], a["dir"] = true, "auto"
	case "email":
		a["type"], a["required"] = "email", true
	case "phone":
		a["type"], a["autocomplete"] = "tel", "tel"
	}
	if problem != "" {
		a["aria-invalid"], a["aria-describedby"] = "true", "buyer-"+name+"-problem"
	}
	return a
}

// invalid marks a field at fault.
func invalid(wrong bool) templ.Attributes {
	if wrong {
		return templ.Attributes{"aria-invalid": "true"}
	}
	return nil
}

// legendHead is what the first column of the prices lists.
func legendHead(p *locale.Printer, v showPageView) string {
	if v.Seated {
		return p.T("seats.seats")
	}
	return p.T("seats.places")
}

// rowText is what is left of a row.
func rowText(p *locale.Printer, r rowView) string {
	return p.T("seats.free_of", locale.With("free", p.Number(r.Free)), locale.With("all", p.Number(r.All)))
}
