// Storefront sells tickets in the browser.
//
//	storefront                        # http://127.0.0.1:8080 with a demo programme, data in ./data
//	storefront --addr 127.0.0.1:8081  # elsewhere
//	storefront audit                  # checks that the books are right
//	storefront preview kino.localhost # prints a link to a preview of a brand
//
// Without flags it needs nothing but itself: a SQLite file, a test bank and an inbox
// page for its mails. Run storefront --help for the rest.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the time zones of venues, on machines that have none

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// cli is the command line.
type cli struct {
	Serve   serveCmd   `cmd:"" default:"withargs" help:"Sell tickets in the browser. This is what happens without a command."`
	Audit   auditCmd   `cmd:"" help:"Check that no seat is sold twice, every total is the sum of its lines and every payment has its booking or refund. Prints each check; exits with 1 when one fails."`
	Preview previewCmd `cmd:"" help:"Print a link that shows a brand, a draft too, to whoever has it."`
}

// Exit codes.
const (
	exitOK    = 0
	exitFail  = 1 // something went wrong, or an audit found something
	exitUsage = 2 // the command line is wrong
)

// environment is what commands print to.
type environment struct {
	out, err io.Writer
}

// run is the program.
func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("storefront"), kong.Writers(out, errOut), kong.UsageOnError(), kong.Exit(func(code int) { exited = code }),
		kong.Description("Marquee sells seats: a storefront over one SQLite file or a PostgreSQL database."))
	if err != nil {
		fmt.Fprintln(errOut, "storefront:", err)
		return exitFail
	}
	parsed, err := parser.Parse(args)
	switch {
	case exited >= 0: // --help has been printed
		return exited
	case err != nil:
		fmt.Fprintf(errOut, "storefront: %v\nTry storefront --help.\n", err)
		return exitUsage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(environment{out: out, err: errOut}); err != nil {
		fmt.Fprintln(errOut, "storefront:", advise(err))
		return exitFail
	}
	return exitOK
}
