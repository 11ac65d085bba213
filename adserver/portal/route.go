package portal

import (
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// access says who may use a route, as a set.
type access uint8

// The roles as members of the set. Advertiser and publisher are for their own things alone: the path names whose they are.
const (
	toAdvertiser access = 1 << iota
	toPublisher
	toReviewer
	toFinance
	toAdmin
	toAll // whoever is signed in, about themselves
	toPublic

	buyers  = toAdvertiser | toAdmin
	sellers = toPublisher | toAdmin
)

// route is one thing that can be asked for.
type route struct {
	method string
	path   string // below Prefix; parts in braces are identifiers
	who    access
	do     func(*Portal, *request) error

	parts []string
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

var (
	errNoPage   = fault.New(fault.NotFound, "not_found", "there is no such page, or it is not yours")
	errNotYours = fault.New(fault.Forbidden, "forbidden", "your role does not include this; an administrator can change it")
	errMethod   = fault.New(fault.NotFound, "method_unknown", "there is nothing to be sent here")
	errSignIn   = fault.New(fault.Unauthenticated, "sign_in", "please sign in first")
)

// serve finds the route, and who asks for what, and has it done.
func (p *Portal) serve(r *request) error {
	path, ok := strings.CutPrefix(string(r.rc.Path()), Prefix)
	if !ok || path != "" && path[0] != '/' {
		return errNoPage
	}
	if err := web.CheckOrigin(r.rc, p.cfg.BaseURL); err != nil {
		return err
	}
	if !web.AreTexts(r.rc.QueryArgs()) {
		return fault.Invalidf("", "the address has characters that no page has")
	}
	if err := r.recognise(); err != nil {
		return err
	}
	found, ids, err := p.find(string(r.rc.Method()), split(path))
	if err != nil {
		return err
	}
	if err := r.admit(found); err != nil {
		if fault.Is(err, fault.Unauthenticated) && (r.rc.IsGet() || r.rc.IsHead()) {
			r.redirect("/sign-in?next=" + escape(string(r.rc.RequestURI())))
			return nil
		}
		return err
	}
	if err := r.resolve(ids); err != nil {
		return err
	}
	return found.do(p, r)
}

// id is an identifier in a path.
type id struct {
	name  string
	value uint32
}

func (p *Portal) find(method string, parts []string) (*route, []id, error) {
	if method == fasthttp.MethodHead {
		method = fasthttp.MethodGet
	}
	refused := errNoPage
	for _, r := range p.byCount[len(parts)] {
		ids, ok := r.match(parts)
		switch {
		case !ok:
		case r.method == method:
			return r, ids, nil
		default:
			refused = errMethod
		}
	}
	return nil, nil, refused
}

func (r *route) match(parts []string) (ids []id, ok bool) {
	for i, part := range r.parts {
		if !strings.HasPrefix(part, "{") {
			if part != parts[i] {
				return nil, false
			}
			continue
		}
		n, err := strconv.ParseUint(parts[i], 10, 32)
		if err != nil || n == 0 || parts[i][0] == '0' || parts[i][0] == '+' {
			return nil, false
		}
		ids = append(ids, id{part[1 : len(part)-1], uint32(n)})
	}
	return ids, true
}

// admit checks the role of who asks.
func (r *request) admit(to *route) error {
	switch {
	case to.who&toPublic != 0:
		return nil
	case r.who.none():
		return errSignIn
	case to.who&toAll != 0, to.who&r.who.access() != 0:
		return nil
	}
	return errNotYours
}

// The paths of things, as routes have them.
const (
	advertiser = "/advertisers/{advertiser}"
	campaign   = advertiser + "/campaigns/{campaign}"
	line       = advertiser + "/lines/{line}"
	creative   = advertiser + "/creatives/{creative}"
	publisher  = "/publishers/{publisher}"
	placement  = publisher + "/placements/{placement}"

	get, post = fasthttp.MethodGet, fasthttp.MethodPost
)

// routes is who may do what. A test walks all of it.
func routes() []route {
	return slices.Concat(ownRoutes(), advertiserRoutes(), campaignRoutes(), publisherRoutes(), staffRoutes())
}

// ownRoutes are for everybody, about themselves.
func ownRoutes() []route {
	return []route{
		{method: get, path: "/", who: toAll, do: (*Portal).home},
		{method: get, path: "/sign-in", who: toPublic, do: (*Portal).signInPage},
		{method: post, path: "/sign-in", who: toPublic, do: (*Portal).signIn},
		{method: get, path: "/sign-up", who: toPublic, do: (*Portal).signUpPage},
		{method: post, path: "/sign-up", who: toPublic, do: (*Portal).signUp},
		{method: post, path: "/sign-out", who: toPublic, do: (*Portal).signOut},
		{method: get, path: "/portal.css", who: toPublic, do: (*Portal).css},
		{method: get, path: "/portal.js", who: toPublic, do: (*Portal).script},
		{method: post, path: "/payments", who: toPublic, do: (*Portal).notified},
		{method: get, path: "/account", who: toAll, do: (*Portal).accountPage},
		{method: post, path: "/account", who: toAll, do: (*Portal).saveAccount},
		{method: post, path: "/account/password", who: toAll, do: (*Portal).changePassword},
	}
}

// advertiserRoutes are about an advertiser: its money and reports.
func advertiserRoutes() []route {
	return []route{
		{method: get, path: advertiser, who: buyers, do: (*Portal).campaignsPage},
		{method: get, path: advertiser + "/settings", who: buyers, do: (*Portal).advertiserPage},
		{method: post, path: advertiser + "/settings", who: buyers, do: (*Portal).saveAdvertiser},
		{method: post, path: advertiser + "/domains", who: buyers, do: (*Portal).addDomain},
		{method: post, path: advertiser + "/domains/check", who: buyers, do: (*Portal).checkDomain},
		{method: post, path: advertiser + "/domains/remove", who: buyers, do: (*Portal).removeDomain},
		{method: get, path: advertiser + "/balance", who: buyers | toFinance, do: (*Portal).balancePage},
		{method: post, path: advertiser + "/top-ups", who: buyers, do: (*Portal).topUp},
		{method: get, path: advertiser + "/top-ups/{top-up}", who: buyers, do: (*Portal).topUpPage},
		{method: get, path: advertiser + "/reports", who: buyers, do: (*Portal).advertiserReport},
		{method: get, path: advertiser + "/reports.csv", who: buyers, do: (*Portal).advertiserCSV},
	}
}

// campaignRoutes are about what an advertiser books.
func campaignRoutes() []route {
	return []route{
		{method: get, path: advertiser + "/campaigns/new", who: buyers, do: (*Portal).newCampaignPage},
		{method: post, path: advertiser + "/campaigns", who: buyers, do: (*Portal).createCampaign},
		{method: get, path: campaign, who: buyers, do: (*Portal).campaignPage},
		{method: get, path: campaign + "/edit", who: buyers, do: (*Portal).editCampaignPage},
		{method: post, path: campaign + "/edit", who: buyers, do: (*Portal).saveCampaign},
		{method: post, path: campaign + "/status", who: buyers, do: (*Portal).setCampaignStatus},
		{method: post, path: campaign + "/copy", who: buyers, do: (*Portal).copyCampaign},
		{method: get, path: campaign + "/lines/new", who: buyers, do: (*Portal).newLinePage},
		{method: post, path: campaign + "/lines", who: buyers, do: (*Portal).createLine},
		{method: get, path: line, who: buyers, do: (*Portal).linePage},
		{method: get, path: line + "/edit", who: buyers, do: (*Portal).editLinePage},
		{method: post, path: line + "/edit", who: buyers, do: (*Portal).saveLine},
		{method: post, path: line + "/status", who: buyers, do: (*Portal).setLineStatus},
		{method: post, path: line + "/copy", who: buyers, do: (*Portal).copyLine},
		{method: get, path: line + "/creatives/new", who: buyers, do: (*Portal).newCreativePage},
		{method: post, path: line + "/creatives", who: buyers, do: (*Portal).createCreative},
		{method: post, path: line + "/preview", who: buyers, do: (*Portal).previewForm},
		{method: get, path: creative, who: buyers, do: (*Portal).creativePage},
		{method: get, path: creative + "/edit", who: buyers, do: (*Portal).editCreativePage},
		{method: post, path: creative + "/edit", who: buyers, do: (*Portal).saveCreative},
		{method: post, path: creative + "/submit", who: buyers, do: (*Portal).submitCreative},
		{method: post, path: creative + "/pause", who: buyers, do: (*Portal).pauseCreative},
		{method: get, path: creative + "/preview", who: buyers, do: (*Portal).previewPage},
	}
}

// publisherRoutes are about a publisher and its placements.
func publisherRoutes() []route {
	return []route{
		{method: get, path: publisher, who: sellers, do: (*Portal).placementsPage},
		{method: get, path: publisher + "/settings", who: sellers, do: (*Portal).publisherPage},
		{method: post, path: publisher + "/settings", who: sellers, do: (*Portal).savePublisher},
		{method: get, path: publisher + "/placements/new", who: sellers, do: (*Portal).newPlacementPage},
		{method: post, path: publisher + "/placements", who: sellers, do: (*Portal).createPlacement},
		{method: get, path: placement, who: sellers, do: (*Portal).placementPage},
		{method: post, path: placement, who: sellers, do: (*Portal).savePlacement},
		{method: post, path: placement + "/pause", who: sellers, do: (*Portal).pausePlacement},
		{method: get, path: publisher + "/earnings", who: sellers | toFinance, do: (*Portal).earningsPage},
		{method: post, path: publisher + "/payouts", who: sellers, do: (*Portal).askPayout},
		{method: get, path: publisher + "/reports", who: sellers, do: (*Portal).publisherReport},
		{method: get, path: publisher + "/reports.csv", who: sellers, do: (*Portal).publisherCSV},
	}
}

// staffRoutes are for who works for the platform.
func staffRoutes() []route {
	return []route{
		{method: get, path: "/review", who: toReviewer | toAdmin, do: (*Portal).reviewPage},
		{method: get, path: "/review/{creative}", who: toReviewer | toAdmin, do: (*Portal).reviewCreativePage},
		{method: post, path: "/review/{creative}", who: toReviewer | toAdmin, do: (*Portal).judge},
		{method: get, path: "/review/{creative}/preview", who: toReviewer | toAdmin, do: (*Portal).previewPage},
		{method: get, path: "/traffic", who: toReviewer | toAdmin, do: (*Portal).trafficPage},
		{method: post, path: "/traffic/{finding}", who: toReviewer | toAdmin, do: (*Portal).settleFinding},

		{method: get, path: "/finance", who: toFinance | toAdmin, do: (*Portal).financePage},
		{method: post, path: "/finance/payouts/{payout}", who: toFinance | toAdmin, do: (*Portal).movePayout},

		{method: get, path: "/advertisers", who: toAdmin, do: (*Portal).advertisersPage},
		{method: post, path: advertiser + "/suspend", who: toAdmin, do: (*Portal).suspendAdvertiser},
		{method: get, path: "/publishers", who: toAdmin, do: (*Portal).publishersPage},
		{method: get, path: "/publishers/new", who: toAdmin, do: (*Portal).newPublisherPage},
		{method: post, path: "/publishers", who: toAdmin, do: (*Portal).createPublisher},
		{method: post, path: publisher + "/suspend", who: toAdmin, do: (*Portal).suspendPublisher},
		{method: get, path: "/members", who: toAdmin, do: (*Portal).membersPage},
		{method: post, path: "/members", who: toAdmin, do: (*Portal).createMember},
		{method: get, path: "/members/{member}", who: toAdmin, do: (*Portal).memberPage},
		{method: post, path: "/members/{member}", who: toAdmin, do: (*Portal).saveMember},
		{method: get, path: "/audit", who: toAdmin, do: (*Portal).auditPage},
	}
}
