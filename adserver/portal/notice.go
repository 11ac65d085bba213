package portal

import (
	"strings"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// notice says what was just done, with a button that undoes it where that is cheap.
type notice struct {
	Text       string
	Undo       string // path of a form; empty when there is nothing to undo
	UndoStatus ads.Status
}

// notices are what a page can be asked to say: an address chooses of these and writes none.
var notices = map[string]string{
	"welcome":           "Your account is ready. Begin with a campaign, and show that your domain is your own.",
	"signed-out":        "You are signed out.",
	"saved":             "Saved.",
	"copied":            "This is the copy. It is a draft.",
	"copied-to-auction": "This is the copy. It is a draft that bids in the auction: look at its price before you start it.",
	"campaign-made":     "The campaign is made. Give it a line next.",
	"line-made":         "The line is made. Give it a creative next.",
	"creative-made":     "The creative is made. Look at it, and send it to be reviewed.",
	"submitted":         "Sent to be reviewed.",
	"resubmitted":       "Saved. What people see has changed, so that it is reviewed again before it is served.",
	"creative-paused":   "The creative is paused.",
	"creative-resumed":  "The creative runs again.",
	"active":            "Started.",
	"paused":            "Paused.",
	"archived":          "Archived. It stays in reports.",
	"domain-added":      "Added. Put the proof where it can be found, and have it checked.",
	"domain-verified":   "The domain is verified.",
	"domain-removed":    "The domain is removed. Ads that lead there are not served any more.",
	"placement-made":    "The placement is made.",
	"placement-paused":  "The placement is paused.",
	"placement-resumed": "The placement is open again.",
	"publisher-made":    "The publisher is made. Give it a placement next.",
	"suspended":         "Suspended: nothing is served.",
	"resumed":           "Not suspended any more.",
	"approved":          "Approved.",
	"rejected":          "Rejected, and the advertiser sees why.",
	"payout-asked":      "Asked for. You see here when it is approved and paid.",
	"payout-approve":    "Approved.",
	"payout-pay":        "Marked as paid, and booked.",
	"payout-refuse":     "Refused.",
	"finding-refund":    "The advertiser has its money back.",
	"finding-release":   "Released: it counts.",
	"password-changed":  "Your password is changed. You are signed out everywhere else.",
}

// notice reads what the address says was done.
func (r *request) notice() notice {
	n := notice{Text: notices[r.query("done")]}
	to := ads.Status(r.query("undo"))
	if n.Text != "" && to.Valid() && to != ads.Draft && (r.line.Owner != 0 || r.campaign.Owner != 0) {
		n.Undo, n.UndoStatus = strings.TrimPrefix(string(r.rc.Path()), Prefix)+"/status", to
	}
	return n
}
