package api

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// users answers for what a publisher's visitor wants: to be forgotten, or no personal ads. It is for servers with the publisher's key.
func (a *API) users(rc *fasthttp.RequestCtx) {
	publisher := string(rc.QueryArgs().Peek("publisher"))
	if !a.owns(publisher, rc.Request.Header.Peek(fasthttp.HeaderAuthorization)) {
		fail(rc, errKey)
		return
	}
	path := strings.TrimPrefix(string(rc.URI().PathOriginal()), "/v1/users/") // as it came: names may have slashes and percent signs, escaped
	id, what, _ := strings.Cut(path, "/")
	id, err := url.PathUnescape(id)
	if err != nil {
		fail(rc, fault.Invalidf("id", "is not escaped as it must be in an address"))
		return
	}
	ctx, cancel := a.context()
	defer cancel()
	switch {
	case what == "" && string(rc.Method()) == fasthttp.MethodDelete:
		err = a.engine.Erase(ctx, publisher, id)
	case what == "preferences" && rc.IsPut():
		var wish struct {
			Personalised *bool `json:"personalised"`
		}
		if json.Unmarshal(rc.PostBody(), &wish) != nil || wish.Personalised == nil {
			err = fault.Invalidf("personalised", "must be true or false")
			break
		}
		err = a.engine.Prefer(ctx, publisher, id, *wish.Personalised)
	default:
		err = errMethod
	}
	if err != nil {
		fail(rc, err)
		return
	}
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	rc.SetStatusCode(fasthttp.StatusNoContent)
}
