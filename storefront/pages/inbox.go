package pages

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/store"
)

// mailRow is a mail in the list of the inbox.
type mailRow struct{ Href, Subject, To, At string }

// mailView is one mail.
type mailView struct {
	Subject, To, From, At string
	Text                  string
	HTML                  string // address of the HTML part; empty when there is none
}

// inboxMost is how many mails the inbox lists.
const inboxMost = 100

// inbox lists the mails that were delivered locally.
func (p *Pages) inbox(r *request) error {
	mails, err := p.client.Inbox.Mails(r.ctx, "", inboxMost)
	if err != nil {
		return fmt.Errorf("mails: %w", err)
	}
	rows := make([]mailRow, len(mails))
	for i, m := range mails {
		rows[i] = mailRow{Href: r.path("/inbox/" + m.ID), Subject: m.Subject, To: m.To, At: r.p.Moment(m.CreatedAt)}
	}
	return r.show(fasthttp.StatusOK, cacheNever, inboxPage(p.frame(r, r.p.T("inbox.title")).own(), rows))
}

var errNoMail = fault.New(fault.NotFound, "mail_not_found", "there is no such mail")

func (p *Pages) mailOf(r *request) (notify.Mail, error) {
	m, err := p.client.Inbox.Mail(r.ctx, r.param(0))
	if errors.Is(err, store.ErrNotFound) {
		return m, errNoMail
	}
	return m, err
}

// mail shows one mail: its text part, and its HTML part in a frame of its own.
func (p *Pages) mail(r *request) error {
	m, err := p.mailOf(r)
	if err != nil {
		return err
	}
	v := mailView{Subject: m.Subject, To: m.To, From: m.From, At: r.p.When(m.CreatedAt), Text: m.Text}
	if m.HTML != "" {
		v.HTML = r.path("/inbox/" + m.ID + "/html")
	}
	return r.show(fasthttp.StatusOK, cacheNever, mailPage(p.frame(r, m.Subject).own(), v))
}

// mailPolicy lets the HTML part of a mail have its own style and pictures and nothing else: no script, no
// form, nothing from elsewhere. Its links open in the window around it.
const mailPolicy = "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

// mailHTML is the HTML part of a mail, with its attached pictures put in.
func (p *Pages) mailHTML(r *request) error {
	m, err := p.mailOf(r)
	if err != nil {
		return err
	}
	if m.HTML == "" {
		return errNoMail
	}
	body := m.HTML
	for _, a := range m.Attachments {
		if a.ContentID != "" {
			body = strings.ReplaceAll(body, "cid:"+a.ContentID+`"`, "data:"+a.ContentType+";base64,"+base64.StdEncoding.EncodeToString(a.Data)+`"`)
		}
	}
	body = strings.Replace(body, "<head>", `<head><base target="_top">`, 1)
	r.rc.Response.Header.Set(fasthttp.HeaderContentSecurityPolicy, mailPolicy)
	r.rc.Response.Header.Set(fasthttp.HeaderCacheControl, cacheNever)
	r.rc.SetContentType("text/html; charset=utf-8")
	r.rc.SetBodyString(body)
	return nil
}
