package api

import (
	"bytes"
	"errors"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// dot is a transparent GIF of one pixel (GIF89a), for beacons that are pictures.
var dot = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

// beaconHeaders are those of every answer to a beacon.
func beaconHeaders(rc *fasthttp.RequestCtx) {
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set(fasthttp.HeaderAccessControlAllowOrigin, "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Timing-Allow-Origin", "*")
}

// view counts that an ad was seen. What is not counted is answered as what is: who tries finds out nothing.
func (a *API) view(rc *fasthttp.RequestCtx, token []byte) {
	if !rc.IsGet() && !rc.IsPost() {
		fail(rc, errMethod)
		return
	}
	ctx, cancel := a.context()
	defer cancel()
	visit := a.visit(rc)
	o, err := a.engine.View(ctx, token, &visit)
	if err != nil {
		a.refuse(rc, "/v/", token, o, err)
		return
	}
	beaconHeaders(rc)
	if rc.IsGet() && bytes.HasPrefix(rc.Request.Header.Peek(fasthttp.HeaderAccept), []byte("image/")) {
		rc.SetContentType("image/gif")
		rc.SetBody(dot)
		return
	}
	rc.SetStatusCode(fasthttp.StatusNoContent)
}

// click counts that an ad was clicked, and sends the browser to where the creative leads. The address is the creative's own, whatever the request
// has in its query.
func (a *API) click(rc *fasthttp.RequestCtx, token []byte) {
	if !rc.IsGet() {
		fail(rc, errMethod)
		return
	}
	ctx, cancel := a.context()
	defer cancel()
	visit := a.visit(rc)
	o, err := a.engine.Click(ctx, token, &visit)
	switch {
	case err != nil && o.Landing == "":
		a.refuse(rc, "/c/", token, o, err)
		return
	case o.Landing == "":
		a.lost(rc, fault.NotFoundf("this ad is gone"))
		return
	}
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set(fasthttp.HeaderReferrerPolicy, "no-referrer")
	h.Set(fasthttp.HeaderXContentTypeOptions, "nosniff")
	h.Set(fasthttp.HeaderLocation, landing(&o, token))
	rc.SetStatusCode(fasthttp.StatusFound)
}

// clickParameter is under what name an advertiser's page learns the click, to send it back with a conversion.
const clickParameter = "mq_click"

// landing is where a click leads. The page there learns which click it was only where the measuring of what comes of it is allowed.
func landing(o *adserver.Outcome, click []byte) string {
	if !o.Measured() {
		return o.Landing
	}
	return withClick(o.Landing, click)
}

// withClick adds the click's token to an address. Tokens have only letters, digits, - and _.
func withClick(address string, token []byte) string {
	address, fragment, _ := strings.Cut(address, "#")
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	address += separator + clickParameter + "=" + string(token)
	if fragment != "" {
		address += "#" + fragment
	}
	return address
}

// refuse answers for a token that was not counted: another node's is sent there.
func (a *API) refuse(rc *fasthttp.RequestCtx, path string, token []byte, o adserver.Outcome, err error) {
	if errors.Is(err, adserver.ErrElsewhere) {
		if peer := a.cfg.Peers[o.Token.Node]; peer != "" {
			beaconHeaders(rc)
			rc.Response.Header.Set(fasthttp.HeaderLocation, peer+path+string(token))
			rc.SetStatusCode(fasthttp.StatusTemporaryRedirect)
			return
		}
	}
	a.lost(rc, err)
}

// lose hears from an exchange that a bid lost. Why, which some exchanges add as a query, is not asked.
func (a *API) lose(rc *fasthttp.RequestCtx, token []byte) {
	if !rc.IsGet() && !rc.IsPost() {
		fail(rc, errMethod)
		return
	}
	o, err := a.engine.Lose(token)
	if err != nil {
		a.refuse(rc, "/l/", token, o, err)
		return
	}
	beaconHeaders(rc)
	rc.SetStatusCode(fasthttp.StatusNoContent)
}

// hide keeps an ad from whom it was shown to.
func (a *API) hide(rc *fasthttp.RequestCtx, token []byte) {
	if !rc.IsPost() {
		fail(rc, errMethod)
		return
	}
	ctx, cancel := a.context()
	defer cancel()
	if err := a.engine.Hide(ctx, token); err != nil {
		fail(rc, err)
		return
	}
	beaconHeaders(rc)
	rc.SetStatusCode(fasthttp.StatusNoContent)
}
