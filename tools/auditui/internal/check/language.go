package check

import (
	"fmt"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/report"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tab"
	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// Language wants a page to say which language it is in, and to be written from the side that the language is: what the other checks see
// of a page in Arabic is worth nothing when it is in English.
type Language struct{}

// Name implements Check.
func (Language) Name() string { return "language" }

// Look implements Check.
func (Language) Look(v *tour.Visit) ([]report.Finding, string, error) {
	if v.Page.Class == tour.Foreign {
		return nil, "", nil
	}
	said, err := tab.Ask[[]string](v.Tab, `[document.documentElement.lang, getComputedStyle(document.documentElement).direction]`)
	if err != nil {
		return nil, "", err
	}
	from := "ltr"
	if v.Lang == tour.Arabic {
		from = "rtl"
	}
	var found []report.Finding
	if said[0] != v.Lang {
		found = append(found, report.Finding{Rule: "wrong-language", Text: fmt.Sprintf("the page says that it is in %q, not in %q", said[0], v.Lang)})
	}
	if said[1] != from {
		found = append(found, report.Finding{Rule: "wrong-direction", Text: fmt.Sprintf("the page is written %s, not %s", said[1], from)})
	}
	return found, said[0] + " " + said[1], nil
}
