// Command posters draws the posters of the demo programme, so that people can look at them.
//
//	go run ./tools/posters               write docs/screens/posters.png, with all posters, small
//	go run ./tools/posters -out folder   write every poster, card and icon into a folder, and index.html, which shows them
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/marquee-tickets/marquee/demo"
	"github.com/marquee-tickets/marquee/storefront/poster"
	"github.com/marquee-tickets/marquee/tools/posters/internal/sheet"
)

func main() {
	root := flag.String("root", ".", "folder of the repository")
	out := flag.String("out", "", "folder for single files instead of the sheet")
	flag.Parse()
	if err := run(*root, *out); err != nil {
		fmt.Fprintln(os.Stderr, "posters:", err)
		os.Exit(1)
	}
}

func run(root, out string) error {
	studio, err := poster.New()
	if err != nil {
		return err
	}
	programme, err := demo.Programme(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)) // its shows are not looked at
	if err != nil {
		return err
	}
	if out != "" {
		return sheet.Write(out, studio, programme)
	}
	picture, err := sheet.Contact(studio, programme.Events)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "screens", "posters.png"), picture, 0o644) //nolint:gosec // a picture for everybody
}
