// Adserver chooses the ads of pages, and counts exactly once what is paid for.
//
//	adserver                        # http://127.0.0.1:8090 with a demo set of campaigns, data in ./data/ads
//	adserver --addr 127.0.0.1:8091  # elsewhere
//	adserver audit                  # checks that the books are right
//	adserver member ann@example.com # makes an administrator and prints a password
//
// Without flags it needs nothing but itself: a SQLite file, a journal beside it, and, for the demo, a test bank. Run adserver --help for the rest.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the time zones of advertisers, on machines that have none

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
	Serve  serveCmd  `cmd:"" default:"withargs" help:"Serve ads, and the portal at /portal. This is what happens without a command."`
	Audit  auditCmd  `cmd:"" help:"Check that the books of every currency sum to zero, balances are the sums of their postings and reports those of the ledger. Prints what is wrong; exits with 1 when something is."`
	Member memberCmd `cmd:"" help:"Make an administrator of the portal and print a password."`
	Key    keyCmd    `cmd:"" help:"Print the key that a publisher's server proves itself with, or an advertiser's."`
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
	parser, err := kong.New(&c, kong.Name("adserver"), kong.Writers(out, errOut), kong.UsageOnError(), kong.Exit(func(code int) { exited = code }),
		kong.Description("The ad server of Marquee: targeting, frequency capping, auctions, and accounts that count once."))
	if err != nil {
		fmt.Fprintln(errOut, "adserver:", err)
		return exitFail
	}
	parsed, err := parser.Parse(args)
	switch {
	case exited >= 0: // --help has been printed
		return exited
	case err != nil:
		fmt.Fprintf(errOut, "adserver: %v\nTry adserver --help.\n", err)
		return exitUsage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(environment{out: out, err: errOut}); err != nil {
		fmt.Fprintln(errOut, "adserver:", err)
		return exitFail
	}
	return exitOK
}
