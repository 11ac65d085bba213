package main

import (
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// drainFor is how long the last of the journal may take to reach the database when the server stops.
const drainFor = 30 * time.Second

var errNoPage = fault.NotFoundf("there is no such page")

// pages puts together what the server answers: the API before anything is made for a request, and pages for people.
func (s *server) pages(cfg *web.Config, secret []byte) (fasthttp.RequestHandler, error) {
	keys, err := derive(secret, "publishers")
	if err != nil {
		return nil, err
	}
	serving := api.New(api.Config{
		Engine: s.engine, BaseURL: s.base, Assets: s.db, Secret: keys, Client: cfg.Client, Peers: s.cmd.Peers, Logger: s.log,
	})
	cfg.Quick = serving.Serve
	return func(rc *fasthttp.RequestCtx) { web.WriteProblem(rc, errNoPage) }, nil
}
