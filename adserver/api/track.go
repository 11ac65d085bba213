package api

import (
	"bytes"
	"log/slog"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
)

// clickEvent is what a wrapper's player tells when its viewer clicks: the click counts as any, and the player opens the page by itself.
const clickEvent = "click"

// track counts what a player tells of an ad: /e/TOKEN/EVENT.
func (a *API) track(rc *fasthttp.RequestCtx, path []byte) {
	if !rc.IsGet() && !rc.IsPost() {
		fail(rc, errMethod)
		return
	}
	token, event, _ := bytes.Cut(path, []byte{'/'})
	o, err := a.tracked(rc, token, string(event))
	if err != nil {
		a.refuse(rc, "/e/", path, o, err)
		return
	}
	if string(event) == adserver.TrackError && o.Result == adserver.Counted {
		a.cfg.Logger.Info("a player could not show an ad", slog.Uint64("creative", uint64(o.Token.Creative)), slog.String("code", playerCode(rc)))
	}
	beaconHeaders(rc)
	rc.SetStatusCode(fasthttp.StatusNoContent)
}

func (a *API) tracked(rc *fasthttp.RequestCtx, token []byte, event string) (adserver.Outcome, error) {
	if event != clickEvent {
		return a.engine.Track(token, event)
	}
	ctx, cancel := a.context()
	defer cancel()
	visit := a.visit(rc)
	return a.engine.Click(ctx, token, &visit)
}

// playerCode is the code of an error by VAST 4.2, section 2.3.6.3: three digits, empty for anything else.
func playerCode(rc *fasthttp.RequestCtx) string {
	code := rc.QueryArgs().Peek("code")
	if len(code) != 3 || len(bytes.Trim(code, "0123456789")) > 0 {
		return ""
	}
	return string(code)
}
