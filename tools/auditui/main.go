// Command auditui looks at the storefront's pages as people see them, in a Chromium, and says what misses: axe-core on every page in
// light, dark, from the right and on a narrow screen, valid HTML, what pages weigh, what Lighthouse makes of them, a purchase with the
// keyboard alone and one without script, and tickets without a network. It ends with one line of figures, and with
// status 1 when anything misses.
//
//	go run ./tools/auditui                                   everything, with a storefront of its own
//	go run ./tools/auditui -only axe,html -page hold,home    some checks of some pages
//	go run ./tools/auditui -base http://127.0.0.1:8080       a storefront that runs, with the demo programme
//	go run ./tools/auditui -screens docs/screens             pictures of all pages instead
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/marquee-tickets/marquee/tools/auditui/internal/tour"
)

// options are the command line.
type options struct {
	root, base string
	only       list
	pages      list
	languages  list
	screens    string
	browsers   int
}

func main() {
	o := options{languages: tour.Languages()}
	flag.StringVar(&o.root, "root", ".", "`folder` of the repository, for axe-core and to build the storefront from")
	flag.StringVar(&o.base, "base", "", "`address` of a running storefront with the demo programme. It is bought from: not for one that sells. Default: one of its own, in a folder that is thrown away")
	flag.Var(&o.only, "only", "`checks` to do, with commas between: "+strings.Join(checkNames(), ", ")+". Default: all")
	flag.Var(&o.pages, "page", "`pages` to look at, with commas between; -list names them. Default: all")
	flag.Var(&o.languages, "lang", "`languages` to see pages in, with commas between. Default: all")
	flag.StringVar(&o.screens, "screens", "", "`folder` to write pictures of all pages to, instead of checking anything")
	flag.IntVar(&o.browsers, "browsers", 2, "how many browsers look at pages at once")
	names := flag.Bool("list", false, "say which pages there are, and end")
	flag.Parse()
	if *names {
		fmt.Println(strings.Join(tour.Names(), "\n"))
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	misses, err := o.run(ctx)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "auditui:", err)
		os.Exit(2)
	case misses > 0:
		os.Exit(1)
	}
}

// list is words with commas between. The first -flag replaces what is there.
type list []string

// String implements flag.Value.
func (l *list) String() string { return strings.Join(*l, ",") }

// Set implements flag.Value.
func (l *list) Set(text string) error {
	*l = nil
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			*l = append(*l, word)
		}
	}
	return nil
}
