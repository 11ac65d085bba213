package storefront

import (
	"net/url"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/internal/web"
)

var errPostOnly = fault.New(fault.Invalid, "post_only", "notifications of payment services come by POST")

// webhook takes a gateway's notification. Any answer but 204 has the gateway send it again.
func (s *Server) webhook(rc *fasthttp.RequestCtx, gateway string) {
	if !rc.IsPost() {
		rc.Response.Header.Set(fasthttp.HeaderAllow, fasthttp.MethodPost)
		web.WriteProblem(rc, errPostOnly)
		return
	}
	header := func(name string) string { return string(rc.Request.Header.Peek(name)) }
	body := append([]byte(nil), rc.PostBody()...)
	if err := s.client.Payments.Webhook(web.Context(rc), gateway, header, body); err != nil {
		web.WriteProblem(rc, err)
		return
	}
	rc.SetStatusCode(fasthttp.StatusNoContent)
}

// sandbox shows the sandbox's payment page.
func (s *Server) sandbox(rc *fasthttp.RequestCtx) {
	answer := s.bank.ServePage(sandbox.PageRequest{
		Method: string(rc.Method()), Path: string(rc.Path()), Query: valuesOf(rc.QueryArgs()), Form: valuesOf(rc.PostArgs()),
	})
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set(fasthttp.HeaderContentSecurityPolicy, answer.Policy)
	if answer.Location != "" {
		h.Set(fasthttp.HeaderLocation, answer.Location)
	}
	rc.SetStatusCode(answer.Status)
	if answer.ContentType != "" {
		rc.SetContentType(answer.ContentType)
	}
	rc.SetBody(answer.Body)
}

func valuesOf(args *fasthttp.Args) url.Values {
	values := url.Values{}
	for key, value := range args.All() {
		values.Add(string(key), string(value))
	}
	return values
}
