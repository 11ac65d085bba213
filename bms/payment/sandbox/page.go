package sandbox

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the page and its style
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// PageRequest is what a browser asked of the payment page.
type PageRequest struct {
	Method string // GET, HEAD or POST
	Path   string // its last element is the GatewayRef
	// Query may preset the form: "outcome", "delay", "webhook", "webhook_delay".
	Query url.Values
	// Form is the posted body with the same fields, and "cancel" when the buyer
	// goes back.
	Form url.Values
}

// PageResponse is the answer. Send it with Cache-Control: no-store.
type PageResponse struct {
	Status      int
	ContentType string
	Location    string // where to go with status 303; empty otherwise
	// Policy is the Content-Security-Policy of the page: no script, no image,
	// its own style.
	Policy string
	Body   []byte
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
)

// option is one choice of a group of radio buttons.
type option struct{ Value, Label string }

// outcomes are what the tester may let the bank say. Cancel is a button.
func outcomes() []option {
	return []option{
		{string(Pay), "Paid"},
		{string(Authorize), "Agreed: the shop takes the money"},
		{string(InsufficientFunds), "Declined: insufficient funds"},
		{string(ExpiredCard), "Declined: expired card"},
		{string(Authentication), "Declined: 3-D Secure failed"},
		{string(Fraud), "Declined: suspected fraud"},
		{string(Declined), "Declined without a reason"},
	}
}

// The ways of a webhook on the page.
const (
	wayNormal    = "normal"
	wayDuplicate = "duplicate"
	wayReorder   = "out_of_order"
	wayMissing   = "missing"
)

// ways are how the tester may let the notification travel.
func ways() []option {
	return []option{
		{wayNormal, "Once"},
		{wayDuplicate, "Twice"},
		{wayReorder, "Out of order, old news last"},
		{wayMissing, "Never"},
	}
}

// view is what the page shows.
type view struct {
	Style                  template.CSS
	Reference, Description string
	Amount, Deadline       string
	ReturnURL              string
	Status                 payment.IntentStatus // set when there is nothing left to decide
	Error                  string
	Outcomes, Ways         []option
	Outcome, Delay         string
	Way, WayDelay          string
}

// page renders the payment page.
type page struct {
	tmpl   *template.Template
	policy string
}

// newPage parses the template. Error: it does not parse, which a test would show.
func newPage() (page, error) {
	tmpl, err := template.New("page").Parse(pageHTML)
	sum := sha256.Sum256([]byte(pageCSS))
	style := base64.StdEncoding.EncodeToString(sum[:])
	return page{tmpl, "default-src 'none'; style-src 'sha256-" + style + "'; base-uri 'none'; frame-ancestors 'none'"}, err
}

// ServePage answers the browser of a buyer: the page, or after a decision the
// way back to the shop (303 to CreateRequest.ReturnURL). It knows nothing of
// the HTTP server around it. Statuses: 200, 303, 400 with the page and what is
// wrong, 404, 405, 409 when the payment has been decided.
func (g *Gateway) ServePage(q PageRequest) PageResponse {
	g.mu.Lock()
	r := g.books.byRef[path.Base(q.Path)]
	if r == nil {
		g.mu.Unlock()
		return plain(http.StatusNotFound, "There is no such payment.")
	}
	v := g.view(r)
	g.mu.Unlock()
	switch q.Method {
	case http.MethodGet, http.MethodHead:
		return g.show(http.StatusOK, v.with(q.Query))
	case http.MethodPost:
		return g.decide(r.ref, v.with(q.Form), q.Form.Has("cancel"))
	}
	return plain(http.StatusMethodNotAllowed, "Only GET and POST are possible here.")
}

// decide brings about what the form says.
func (g *Gateway) decide(ref string, v view, cancel bool) PageResponse {
	choice, err := v.choice()
	if cancel {
		choice, err = Choice{Outcome: Cancel, Webhooks: choice.Webhooks}, nil
	}
	var facts payment.Facts
	if err == nil {
		facts, err = g.Choose(ref, choice)
	}
	switch {
	case fault.Is(err, fault.Invalid):
		v.Error = err.Error()
		return g.show(http.StatusBadRequest, v)
	case fault.Is(err, fault.Conflict):
		v.Status = facts.Status
		return g.show(http.StatusConflict, v)
	case err == nil && v.ReturnURL == "":
		v.Status = facts.Status
		return g.show(http.StatusOK, v)
	case err == nil:
		return PageResponse{Status: http.StatusSeeOther, Location: v.ReturnURL, Policy: g.page.policy}
	}
	return plain(http.StatusServiceUnavailable, "The test bank cannot write its books, please try again.")
}

// show renders the page.
func (g *Gateway) show(status int, v view) PageResponse {
	var body bytes.Buffer
	if err := g.page.tmpl.Execute(&body, v); err != nil {
		return plain(http.StatusInternalServerError, "The payment page cannot be shown.")
	}
	return PageResponse{Status: status, ContentType: "text/html; charset=utf-8", Policy: g.page.policy, Body: body.Bytes()}
}

// plain answers with a line of text.
func plain(status int, text string) PageResponse {
	return PageResponse{Status: status, ContentType: "text/plain; charset=utf-8", Policy: "default-src 'none'", Body: []byte(text + "\n")}
}

// view returns what the page shows of r. The caller holds mu.
func (g *Gateway) view(r *record) view {
	v := view{
		Style:     template.CSS(pageCSS), //nolint:gosec // our own, embedded
		Reference: r.asked.Reference, Description: r.asked.Description,
		Amount: r.asked.Amount.String(), ReturnURL: r.asked.ReturnURL, Outcomes: outcomes(), Ways: ways(),
		Outcome: string(Pay), Delay: "0", Way: wayNormal, WayDelay: "0",
	}
	if !r.asked.ExpiresAt.IsZero() {
		v.Deadline = r.asked.ExpiresAt.Format("15:04:05 MST")
	}
	now := g.now()
	if r.chosen != nil || r.expired(now) {
		v.Status = r.facts(now).Status
	}
	return v
}

// with returns v with the fields of a form; what is missing stays as it was.
func (v view) with(form url.Values) view {
	for name, field := range map[string]*string{
		"outcome": &v.Outcome, "delay": &v.Delay, "webhook": &v.Way, "webhook_delay": &v.WayDelay,
	} {
		if form.Has(name) {
			*field = form.Get(name)
		}
	}
	return v
}

// choice returns what the form says. Error: an Invalid fault that names the field.
func (v view) choice() (c Choice, err error) {
	c.Outcome = Outcome(v.Outcome)
	switch v.Way {
	case wayNormal:
	case wayDuplicate:
		c.Webhooks.Duplicate = true
	case wayReorder:
		c.Webhooks.Reorder = true
	case wayMissing:
		c.Webhooks.Drop = true
	default:
		return c, fault.Invalidf("webhook", "must be one of the ways on the page, not %.32q", v.Way)
	}
	if c.Delay, err = seconds("delay", v.Delay); err != nil {
		return c, err
	}
	c.Webhooks.Delay, err = seconds("webhook_delay", v.WayDelay)
	return c, err
}

// seconds reads a whole number of seconds.
func seconds(field, s string) (time.Duration, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if d := time.Duration(n) * time.Second; err == nil && d <= maxDelay {
		return d, nil
	}
	return 0, fault.Invalidf(field, "must be a whole number of seconds, 0 to %d", maxDelay/time.Second)
}
