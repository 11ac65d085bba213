package portal

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// to is the address of a path below Prefix.
func to(path string) templ.SafeURL { return templ.SafeURL(Prefix + path) }

// of is the frame of a page with a form: its title says when something is wrong.
func (f frame) of(fields *form) frame {
	if !fields.OK() {
		f.Title = "Error: " + f.Title
	}
	return f
}

// heading is the title without what is only for the tab.
func (f frame) heading() string { return strings.TrimPrefix(f.Title, "Error: ") }

// current reports whether a page of the menu is the one that is shown, or above it.
func (f frame) current(m crumb) bool {
	if m.Path == f.Here {
		return true
	}
	return strings.HasPrefix(f.Here, m.Path+"/") && !f.elsewhere(m.Path)
}

// elsewhere reports whether another page of the menus is nearer to the one that is shown.
func (f frame) elsewhere(path string) bool {
	for _, menu := range f.Menus {
		for _, m := range menu.Links {
			if len(m.Path) > len(path) && (m.Path == f.Here || strings.HasPrefix(f.Here, m.Path+"/")) {
				return true
			}
		}
	}
	return false
}

// name is what a menu is called, by those who do not see where it is.
func (m menu) name() string {
	if m.Of == "" {
		return "Main"
	}
	return m.Of
}

// labels are what fields are called, by the names that faults have for them.
var labels = map[string]string{
	"email": "E-mail address", "password": "Password", "old": "Present password", "new": "New password", "company": "Company",
	"currency": "Currency", "time_zone": "Time zone", "name": "Name", "role": "Role", "advertiser": "Number of the advertiser",
	"publisher": "Number of the publisher", "domain": "Domain", "amount": "Amount", "note": "Note", "flight": "Time", "flight.starts": "Starts", "flight.ends": "Ends",
	"attribution":  "Days after a click",
	"budget.total": "Total budget", "budget.daily": "Daily budget", "caps.minute": "In a minute", "caps.hour": "In an hour", "caps.day": "In a day",
	"caps.lifetime": "In all", "tier": "Tier", "pricing": "What is paid for", "bid": "Bid", "pace": "Pace", "product": "Product", "targeting": "Expression",
	"placements": "Placements", "landing": "Where a click leads", "weight": "Weight", "categories": "Categories", "size": "Size", "html": "Markup", "file": "Picture",
	"image.url": "Picture", "image.alt": "What the picture says", "native.title": "Title", "native.body": "Text",
	"native.action": "Label of the button", "native.image.url": "Picture", "native.image.alt": "What the picture says",
	"video.url": "Address of the video", "video.mime": "Type of the video", "video.seconds": "Length in seconds", "video.width": "Width", "video.height": "Height",
	"video.bitrate": "Bitrate in kbit/s", "video.skip_after": "Can be skipped after seconds", "video.tag": "Address of a VAST tag", "bidder.url": "Address of the bidder",
	"bidder.qps": "Requests in a second, at most", "slug": "Name in requests", "share": "Share in %",
	"hosts": "Hosts of its pages", "blocked": "Categories that are not wanted", "blocked_domains": "Domains that are not wanted", "kind": "Kind", "sizes": "Sizes", "floor": "Floor",
	"most": "Ads at once", "from": "From", "to": "To", "by": "By", "format": "Format",
	"day": "Day", "campaign": "Campaign", "line": "Line", "creative": "Creative", "placement": "Placement", "city": "City",
}

// label is what a field is called.
func label(field string) string {
	if text, ok := labels[field]; ok {
		return text
	}
	name, _, _ := strings.Cut(field, "[")
	if text, ok := labels[name]; ok {
		return text
	}
	for _, d := range dimensions {
		if field == "in."+d.Name {
			return d.Label
		}
		if field == "not."+d.Name {
			return "Not: " + d.Label
		}
	}
	return strings.TrimSuffix(sentence(words(strings.ReplaceAll(name, ".", " "))), ".")
}

// said is a problem as a sentence that names its field.
func (p problem) said() string {
	if p.Field == "" {
		return sentence(p.Text)
	}
	return sentence(label(p.Field) + " " + p.Text)
}

// anchor is the id of a field, or of the top of the form for what is none of it.
func (f *form) anchor(field string) string {
	if _, there := f.values[field]; there {
		return "#" + field
	}
	if name, _, ok := strings.Cut(field, "["); ok {
		return f.anchor(name)
	}
	return "#main"
}

// attributes are those of a field: what it holds, whether something is wrong, and what describes it.
func (f *form) attributes(name string, help bool) templ.Attributes {
	a := templ.Attributes{"id": name, "name": name}
	var by []string
	if help {
		by = append(by, name+"-help")
	}
	if f.Problem(name) != "" {
		by = append(by, name+"-problem")
		a["aria-invalid"] = "true"
	}
	if len(by) > 0 {
		a["aria-describedby"] = strings.Join(by, " ")
	}
	return a
}

// stateClass is how a state looks.
func stateClass(s string) string {
	switch s {
	case string(ads.Active), string(ads.Approved), "paid":
		return "tag good"
	case string(ads.Rejected), "suspended", "disabled", "refused":
		return "tag bad"
	case string(ads.Paused), "waits for review", "requested", "held":
		return "tag low"
	}
	return "tag"
}

// moveText is what the button of a change of status says.
func moveText(from, to ads.Status) string {
	switch {
	case to == ads.Archived:
		return "Archive"
	case from == ads.Archived:
		return "Take out of the archive"
	case to == ads.Paused:
		return "Pause"
	case from == ads.Paused:
		return "Resume"
	}
	return "Start"
}

// number is a number as an attribute.
func number(n int) string { return strconv.Itoa(n) }

// currencies and zones are offered; any other can be written.
var (
	currencies = []string{"AED", "AUD", "BRL", "CAD", "CHF", "EUR", "GBP", "INR", "JPY", "KWD", "MXN", "SGD", "USD", "ZAR"}
	zones      = []string{
		"UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Bogota", "America/Chicago", "America/Denver",
		"America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Sao_Paulo", "Asia/Bangkok", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta",
		"Asia/Karachi", "Asia/Kolkata", "Asia/Manila", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "Europe/Amsterdam",
		"Europe/Berlin", "Europe/Istanbul", "Europe/London", "Europe/Madrid", "Europe/Paris", "Europe/Rome", "Europe/Warsaw", "Pacific/Auckland",
	}
)
