package storefront

import (
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sandboxpage"
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
func (s *Server) sandbox(rc *fasthttp.RequestCtx) { sandboxpage.Serve(rc, s.bank) }
