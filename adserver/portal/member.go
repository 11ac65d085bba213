package portal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/account"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

func (p *Portal) accountPage(r *request) error {
	f := newForm()
	f.set("name", r.who.Name)
	return r.show(fasthttp.StatusOK, accountPage(r.frame("Your account"), f))
}

func (p *Portal) saveAccount(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	m, err := p.db.Member(r.ctx, r.who.ID)
	if err != nil {
		return err
	}
	m.Name = f.Value("name")
	if _, err := p.db.UpdateMember(r.ctx, r.by(), m); err != nil {
		if err := f.refuse(err); err != nil {
			return err
		}
		return r.show(fasthttp.StatusBadRequest, accountPage(r.frame("Your account"), f))
	}
	return r.done("/account", "saved")
}

// changePassword asks for the old one, and leaves only the browser that did it signed in.
func (p *Portal) changePassword(r *request) error {
	f := newForm()
	f.set("name", r.who.Name)
	f.set("old")
	f.set("new")
	if err := p.limits.address.Take(r.who.Email); err != nil {
		return err
	}
	hash, err := r.newPassword(f)
	if err != nil {
		return err
	}
	if !f.OK() {
		return r.show(fasthttp.StatusBadRequest, accountPage(r.frame("Your account"), f))
	}
	if err := r.open(r.who.ID, hash); err != nil {
		return err
	}
	return r.done("/account", "password-changed")
}

var errOld = fault.Invalidf("old", "is not your password")

// newPassword stores the new password in the place of the old one and returns its hash, unless it notes that something is wrong.
func (r *request) newPassword(f *form) (fresh string, err error) {
	_, hash, err := r.p.db.MemberByEmail(r.ctx, r.who.Email)
	if err != nil {
		return "", err
	}
	old, next := string(r.rc.PostArgs().Peek("old")), string(r.rc.PostArgs().Peek("new"))
	right, err := r.p.keeper.Verify(hash, old)
	if err != nil {
		return "", err
	}
	if !right {
		f.note(errOld)
	}
	if !web.IsText(next) {
		f.note(fault.Invalidf("new", "has characters that are no text"))
	}
	f.note(account.CheckPassword("new", next, r.who.Email))
	if !f.OK() {
		return "", nil
	}
	fresh = r.p.keeper.Hash(next)
	err = r.p.db.ChangePassword(r.ctx, r.who.ID, hash, fresh)
	if errors.Is(err, store.ErrChanged) { // somebody has set another since
		f.note(errOld)
		return "", nil
	}
	return fresh, err
}

// membersView is the list of members, and the form for another.
type membersView struct {
	Rows     []memberRow
	Pager    pager
	Roles    []choice
	Password string // of who was just made; it is shown once
	Email    string
}

type memberRow struct {
	Name, Email, Path, Role, Of string
	Disabled                    bool
}

// roles are what a member can be.
var roles = []choice{
	{string(store.Buyer), "Advertiser", ""},
	{string(store.Seller), "Publisher", ""},
	{string(store.Reviewer), "Reviewer", ""},
	{string(store.Finance), "Finance", ""},
	{string(store.Admin), "Administrator", ""},
}

func (p *Portal) membersPage(r *request) error {
	return r.members(fasthttp.StatusOK, newForm(), membersView{})
}

func (r *request) members(status int, f *form, v membersView) error {
	page, err := r.page()
	if err != nil {
		return err
	}
	list, err := r.p.db.Members(r.ctx, store.MemberFilter{All: true, Page: page})
	if err != nil {
		return err
	}
	v.Roles = roles
	for _, m := range list {
		v.Rows = append(v.Rows, memberRow{m.Name, m.Email, fmt.Sprintf("/members/%d", m.ID), string(m.Role), worksFor(m), m.Disabled})
		v.Pager = pagerOf(page, len(list), uint32(m.ID), "")
	}
	return r.show(status, membersPage(r.frame("Members"), f, v))
}

func worksFor(m store.Member) string {
	switch {
	case m.Advertiser != 0:
		return fmt.Sprintf("advertiser %d", m.Advertiser)
	case m.Publisher != 0:
		return fmt.Sprintf("publisher %d", m.Publisher)
	}
	return "the platform"
}

func memberOf(f *form, m store.Member) store.Member {
	id := func(name string) uint32 {
		n, err := strconv.ParseUint(f.Value(name), 10, 32)
		if err != nil && f.Value(name) != "" {
			f.note(fault.Invalidf(name, "must be the number of one"))
		}
		return uint32(n)
	}
	m.Name, m.Role = f.Value("name"), store.Role(f.Value("role"))
	m.Advertiser, m.Publisher = ads.AdvertiserID(id("advertiser")), ads.PublisherID(id("publisher"))
	return m
}

// createMember makes a member with a password that the administrator passes on.
func (p *Portal) createMember(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	m, v := memberOf(f, store.Member{Email: f.Value("email")}), membersView{}
	if f.OK() {
		v.Password, v.Email = rand.Text(), m.Email
		if _, err := p.db.CreateMember(r.ctx, r.by(), m, p.keeper.Hash(v.Password)); err != nil {
			v.Password = ""
			if err := f.refuse(err); err != nil {
				return err
			}
		}
	}
	if f.OK() {
		return r.members(fasthttp.StatusOK, newForm(), v)
	}
	return r.members(fasthttp.StatusBadRequest, f, v)
}

// memberView is one member.
type memberView struct {
	At       string
	M        store.Member
	Roles    []choice
	Own      bool
	Password string
}

func (r *request) memberNamed() (store.Member, error) {
	m, err := r.p.db.Member(r.ctx, store.MemberID(r.other["member"]))
	if fault.Is(err, fault.NotFound) {
		err = errNoPage
	}
	return m, err
}

func (p *Portal) memberPage(r *request) error {
	m, err := r.memberNamed()
	if err != nil {
		return err
	}
	return r.memberForm(fasthttp.StatusOK, memberForm(m), m, "")
}

func memberForm(m store.Member) *form {
	f := newForm()
	f.Revision = m.Revision
	f.set("name", m.Name)
	f.set("role", string(m.Role))
	number := func(name string, n uint32) {
		f.set(name)
		if n != 0 {
			f.set(name, strconv.Itoa(int(n)))
		}
	}
	number("advertiser", uint32(m.Advertiser))
	number("publisher", uint32(m.Publisher))
	if m.Disabled {
		f.set("disabled", "1")
	}
	return f
}

func (r *request) memberForm(status int, f *form, m store.Member, password string) error {
	r.parts = []crumb{{"/members", "Members"}}
	v := memberView{At: fmt.Sprintf("/members/%d", m.ID), M: m, Roles: roles, Own: m.ID == r.who.ID, Password: password}
	return r.show(status, memberPage(r.frame(m.Name), f, v))
}

var errOwnRole = fault.New(fault.Conflict, "own_role", "nobody disables themselves or changes their own role; another administrator can")

func (p *Portal) saveMember(r *request) error {
	m, err := r.memberNamed()
	if err != nil {
		return err
	}
	if r.form("reset") != "" {
		password := rand.Text()
		if err := p.db.SetPassword(r.ctx, r.by(), m.ID, p.keeper.Hash(password)); err != nil {
			return err
		}
		return r.memberForm(fasthttp.StatusOK, memberForm(m), m, password)
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	next, status := memberOf(f, m), fasthttp.StatusBadRequest
	next.Disabled, next.Revision = f.Value("disabled") != "", f.Revision
	if m.ID == r.who.ID && (next.Disabled || next.Role != m.Role) {
		return errOwnRole
	}
	if f.OK() {
		_, err := p.db.UpdateMember(r.ctx, r.by(), next)
		if err == nil {
			return r.done("/members", "saved")
		}
		status = f.refused(err, m.Revision)
		if err := f.refuse(err); err != nil {
			return err
		}
	}
	return r.memberForm(status, f, m, "")
}
