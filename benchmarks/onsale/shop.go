package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/benchmarks/internal/bench"
	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/postgres"
	"github.com/marquee-tickets/marquee/bms/qr"
	"github.com/marquee-tickets/marquee/bms/sqlite"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/api"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

const (
	hallSeats = 8_000
	areaKey   = "floor"
	areaSize  = 20_000
	shows     = 12
)

// shop is the server side: the SDK, its JSON API, the bank and its notifications.
type shop struct {
	client *bms.Client
	bank   *sandbox.Gateway
	api    *api.API
	shows  []catalog.ShowID
}

// serve runs a shop until it is told to stop, and prints its address first.
func serve(ctx context.Context, engine, where, profile string) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	if profile != "" {
		end, err := bench.Profile(profile + "." + engine)
		if err != nil {
			return err
		}
		defer end()
	}
	debug.SetGCPercent(web.GCPercent)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	db, err := open(ctx, engine, where)
	if err != nil {
		return err
	}
	s, err := newShop(ctx, db, "http://"+listener.Addr().String())
	if err != nil {
		return err
	}
	go func() { _ = s.client.Run(ctx) }()
	go func() { _ = s.bank.Run(ctx) }()
	server := &fasthttp.Server{Handler: s.handle, NoDefaultServerHeader: true}
	go func() { <-ctx.Done(); _ = server.Shutdown() }()
	fmt.Println(listener.Addr())
	return server.Serve(listener)
}

func open(ctx context.Context, engine, where string) (store.DB, error) {
	if engine == "sqlite" {
		return sqlite.Open(ctx, sqlite.Config{Path: filepath.Join(where, "shop.db")})
	}
	const schema = "bench_onsale"
	conn, err := pgx.Connect(ctx, where)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "drop schema if exists "+schema+" cascade; create schema "+schema); err != nil {
		return nil, err
	}
	return postgres.Open(ctx, postgres.Config{URL: where, Schema: schema})
}

// newShop puts shows on sale in a hall of numbered seats with one large floor. The bank's
// buyers pay at once.
func newShop(ctx context.Context, db store.DB, base string) (*shop, error) {
	bank, err := sandbox.New(sandbox.Config{
		Secret: []byte("a secret for benchmarks"), Send: post,
		Script: func(payment.CreateRequest) *sandbox.Choice { return &sandbox.Choice{Outcome: sandbox.Pay} },
	})
	if err != nil {
		return nil, err
	}
	client, err := bms.New(db, bms.Config{Gateways: []payment.Gateway{bank}, BaseURL: base, Pictures: qr.Pictures{}})
	if err != nil {
		return nil, err
	}
	s := &shop{client: client, bank: bank}
	anybody := throttle.New(client.Now, netip.MustParsePrefix("127.0.0.0/8")) // all buyers come from here
	if s.api, err = api.New(client, api.Config{Throttle: anybody}); err != nil {
		return nil, err
	}
	return s, s.programme(ctx)
}

// poster is how the bank notifies the shop: a cheaper client than its own, because a real bank's
// work is done elsewhere.
var poster = fasthttp.Client{MaxConnsPerHost: 256}

func post(_ context.Context, w sandbox.Webhook) error {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	request.SetRequestURI(w.URL)
	request.Header.SetMethod(fasthttp.MethodPost)
	for name, value := range w.Header {
		request.Header.Set(name, value)
	}
	request.SetBodyRaw(w.Body)
	if err := poster.DoTimeout(request, response, 10*time.Second); err != nil {
		return err
	}
	if response.StatusCode() != fasthttp.StatusOK {
		return fmt.Errorf("the shop answered %d", response.StatusCode())
	}
	return nil
}

func (s *shop) programme(ctx context.Context) error {
	hall := seatmap.Arena(seatmap.HallOptions{Seats: hallSeats})
	hall.Areas = []seatmap.Area{{Key: areaKey, Name: "Floor", Category: hall.Categories[0].Key, Capacity: areaSize}}
	p := bmstest.Hall(time.Now(), hall)
	p.Show.Seating.MaxPerBuyer = 10_000
	if err := p.Store(ctx, s.client); err != nil {
		return err
	}
	for range shows {
		show := p.Show
		show.ID = id.New[catalog.ShowID](catalog.ShowPrefix, time.Now())
		if err := s.client.Shows.Put(ctx, show); err != nil {
			return err
		}
		s.shows = append(s.shows, show.ID)
	}
	return nil
}

func (s *shop) handle(rc *fasthttp.RequestCtx) {
	path := string(rc.Path())
	if s.api.Handle(rc) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var answer any
	var err error
	switch path {
	case "/webhooks/sandbox":
		err = s.client.Payments.Webhook(ctx, sandbox.Name, func(name string) string { return string(rc.Request.Header.Peek(name)) }, rc.PostBody())
	case "/bench/shows":
		answer = s.shows
	case "/bench/drain":
		answer, err = s.drain(ctx)
	case "/bench/stock":
		answer, err = s.stock(ctx, catalog.ShowID(rc.QueryArgs().Peek("show")))
	case "/bench/audit":
		answer, err = s.audit(ctx)
	default:
		rc.Error("no such page", fasthttp.StatusNotFound)
		return
	}
	if err != nil {
		rc.Error(err.Error(), fasthttp.StatusInternalServerError)
		return
	}
	if err := json.NewEncoder(rc).Encode(answer); err != nil {
		rc.Error(err.Error(), fasthttp.StatusInternalServerError)
	}
}

// drained is what was delivered once nothing was left to deliver.
type drained struct{ Messages, Mails int }

func (s *shop) drain(ctx context.Context) (drained, error) {
	if err := s.client.Drain(ctx); err != nil {
		return drained{}, err
	}
	counts, err := s.client.Messages.Count(ctx)
	if err != nil {
		return drained{}, err
	}
	if left := counts[outbox.Pending] + counts[outbox.Dead]; left > 0 {
		return drained{}, fmt.Errorf("%d messages are left", left)
	}
	return drained{Messages: counts[outbox.Delivered]}, nil
}

// taking is a hold as the record of the sale shows it.
type taking struct {
	At           time.Time
	Seats, Floor int
}

// stock returns every hold of a show in the order in which they were judged.
func (s *shop) stock(ctx context.Context, show catalog.ShowID) ([]taking, error) {
	holds, err := s.client.Holds.Open(ctx, show)
	if err != nil {
		return nil, err
	}
	list := make([]taking, len(holds))
	for i, h := range holds {
		list[i] = taking{At: h.CreatedAt, Seats: len(h.Seats), Floor: h.Len() - len(h.Seats)}
	}
	return list, nil
}

func (s *shop) audit(ctx context.Context) ([]bms.Violation, error) {
	report, err := s.client.Audit(ctx)
	return report.Violations, err
}

// startShop starts the shop's process and returns the address that it prints.
func startShop(cmd *exec.Cmd) (string, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the shop did not start: %w", err)
	}
	return strings.TrimSpace(line), nil
}

func stopShop(cmd *exec.Cmd) error {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	err := cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && !exit.Exited() {
		return nil // ended by the signal
	}
	return err
}
