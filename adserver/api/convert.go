package api

import (
	"encoding/json"
	"log/slog"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// conversions takes what an advertiser's server tells: that something came of a click. Its key is what proves it: the click's token is in all addresses of the
// ad, where the publisher's page has them. Without a key it is judged as what a browser says.
func (a *API) conversions(rc *fasthttp.RequestCtx) {
	if !rc.IsPost() {
		fail(rc, errMethod)
		return
	}
	var said struct {
		Click string `json:"click"`
		Kind  string `json:"kind"`
		Order string `json:"order"`
		Value string `json:"value"`
	}
	if err := json.Unmarshal(rc.PostBody(), &said); err != nil {
		fail(rc, fault.Invalidf("", "the request is not a JSON object with the texts click, kind, order and value"))
		return
	}
	c := adserver.Conversion{Click: []byte(said.Click), Kind: said.Kind, Order: said.Order, Visit: a.visit(rc)}
	var err error
	if c.By, err = a.teller(rc.Request.Header.Peek(fasthttp.HeaderAuthorization)); err != nil {
		fail(rc, err)
		return
	}
	if err := worth(&c, said.Value); err != nil {
		fail(rc, err)
		return
	}
	o, err := a.convert(c)
	if err != nil {
		fail(rc, err)
		return
	}
	answer, err := json.Marshal(map[string]any{"result": o.Result})
	if err != nil {
		fail(rc, err)
		return
	}
	rc.Response.Header.Set(fasthttp.HeaderCacheControl, "no-store")
	rc.SetContentType("application/json")
	rc.SetBody(answer)
}

// pixel takes the same from a picture on the advertiser's page: /conversion.gif?click=…&kind=booking&order=42&value=12.50. Whatever becomes of it, it is
// answered with the picture.
func (a *API) pixel(rc *fasthttp.RequestCtx) {
	args := rc.QueryArgs()
	c := adserver.Conversion{
		Click: args.Peek("click"), Kind: string(args.Peek("kind")), Order: string(args.Peek("order")), Visit: a.visit(rc),
	}
	if worth(&c, string(args.Peek("value"))) == nil {
		if _, err := a.convert(c); err != nil && fault.CodeOf(err) == fault.Internal {
			a.cfg.Logger.Error("conversion not counted", slog.String("error", err.Error()))
		}
	}
	beaconHeaders(rc)
	rc.SetContentType("image/gif")
	rc.SetBody(dot)
}

func (a *API) convert(c adserver.Conversion) (adserver.Outcome, error) {
	ctx, cancel := a.context()
	defer cancel()
	return a.engine.Convert(ctx, c)
}

// worth reads what a conversion was worth; nothing said is nothing.
func worth(c *adserver.Conversion, value string) (err error) {
	if value != "" {
		c.Value, err = ads.ParseNano("value", value)
	}
	return err
}
