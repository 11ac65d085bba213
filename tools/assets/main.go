// Command assets builds what browsers load: it reads storefront/assets/src and writes storefront/assets/files,
// which the storefront embeds. Nobody needs node for it.
//
//	go run ./tools/assets         write the files
//	go run ./tools/assets -sizes  say how many bytes a browser loads
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/marquee-tickets/marquee/tools/assets/internal/bundle"
)

func main() {
	root := flag.String("root", ".", "folder of the repository")
	sizes := flag.Bool("sizes", false, "print the sizes of the files")
	flag.Parse()
	list := io.Discard
	if *sizes {
		list = os.Stdout
	}
	if err := run(*root, list); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// run builds the files and lists them with their sizes in bytes.
func run(root string, list io.Writer) error {
	built, err := bundle.Build(filepath.Join(root, "storefront", "assets", "src"), bundle.Storefront, bundle.Workers...)
	if err != nil {
		return err
	}
	if err := built.Write(filepath.Join(root, "storefront", "assets", "files")); err != nil {
		return err
	}
	for _, f := range built.Files {
		if _, err := fmt.Fprintf(list, "%-28s %7d\n", f.Name, len(f.Content)); err != nil {
			return err
		}
	}
	return nil
}
