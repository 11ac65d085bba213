// Package bundle builds scripts and style sheets with esbuild, compresses them, and writes them with a manifest.
// The same sources are the same bytes on every machine.
package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/storefront/assets/manifest"
)

// Storefront is what the storefront's pages load, by paths in the folder of sources. Each group is built by
// itself, so that a change of one leaves the others' files and names as they are; scripts of a group share what they have in common.
var Storefront = [][]string{{"app.ts"}, {"app.css"}, {"icon.svg"}, {"maskable.svg"}, {"seatmap/seatmap.ts"}, {"ads/ads.ts"}, {"ads/ads.css"}}

// Workers are the storefront's scripts that browsers run beside its pages.
var Workers = []Worker{{Entry: "pwa/worker.ts", Address: "/sw.js", Files: []string{"app.css", "app.js", "icon.svg"}}}

// Worker is a script that browsers know by its address, which therefore stays the same: a service worker. It is one file and no module.
//
// Its source has two constants that the build fills in: FILES, the addresses of Files, and VERSION, which is another one whenever
// the script or one of these files is.
type Worker struct {
	Entry   string   // path in the folder of sources
	Address string   // where it is served
	Files   []string // what pages call the files whose addresses it wants; they are built before
}

// Output is built files and what they are called.
type Output struct {
	Files    []File // by name; each with its compressed forms, and the manifest
	Manifest manifest.Manifest
}

// File is a file to be written.
type File struct {
	Name    string
	Content []byte
}

// Build builds groups of entries, paths in the folder of sources, and workers. Errors are those of the sources, a line each.
func Build(folder string, groups [][]string, workers ...Worker) (Output, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Output{}, err
	}
	out := Output{Manifest: manifest.Manifest{}}
	for _, entries := range groups {
		if err := out.build(folder, entries); err != nil {
			return Output{}, err
		}
	}
	for _, w := range workers {
		if err := out.work(folder, w); err != nil {
			return Output{}, err
		}
	}
	out.Files = append(out.Files, File{manifest.Name, out.Manifest.Encode()})
	slices.SortFunc(out.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// build adds what a group of entries makes.
func (o *Output) build(folder string, entries []string) error {
	result := api.Build(options(folder, entries))
	if err := errorOf(result); err != nil {
		return err
	}
	for _, f := range result.OutputFiles {
		o.add(filepath.Base(f.Path), f.Contents)
	}
	return o.describe(result.Metafile)
}

func errorOf(result api.BuildResult) error {
	if len(result.Errors) == 0 {
		return nil
	}
	lines := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return errors.New(strings.TrimSpace(strings.Join(lines, "")))
}

// work adds a worker. It is built twice: its version is the sum of what it is without one.
func (o *Output) work(folder string, w Worker) error {
	list := make([]string, len(w.Files))
	for i, name := range w.Files {
		file, ok := o.Manifest[name]
		if !ok {
			return fmt.Errorf("%s wants the address of %s, which is not built", w.Entry, name)
		}
		list[i] = file.Path()
	}
	plain, err := script(folder, w.Entry, list, "")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(plain)
	content, err := script(folder, w.Entry, list, hex.EncodeToString(sum[:4]))
	if err != nil {
		return err
	}
	name := path.Base(w.Address)
	o.add(name, content)
	o.Manifest[name] = manifest.File{File: name, Address: w.Address}
	return nil
}

// script builds a script that is one file, with what it is to know.
func script(folder, entry string, list []string, version string) ([]byte, error) {
	known := map[string]any{"FILES": list, "VERSION": version}
	o := options(folder, []string{entry})
	o.Splitting, o.Format, o.Metafile, o.Define = false, api.FormatIIFE, false, map[string]string{}
	for name, value := range known {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		o.Define[name] = string(text)
	}
	result := api.Build(o)
	if err := errorOf(result); err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}

func options(folder string, entries []string) api.BuildOptions {
	return api.BuildOptions{
		AbsWorkingDir: folder, EntryPoints: entries, Outdir: "out", Write: false, Metafile: true,
		Bundle: true, Splitting: true, Format: api.FormatESModule, Target: api.ES2022, Platform: api.PlatformBrowser,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsNone,
		MangleProps: `[a-z0-9]_$`, // names that end in _ are a source's own
		EntryNames:  "[name].[hash]", ChunkNames: "[name].[hash]", AssetNames: "[name].[hash]",
		Loader: map[string]api.Loader{".svg": api.LoaderCopy}, Plugins: []api.Plugin{styleFiles},
		LogLevel: api.LogLevelSilent,
	}
}

// styleSpace is what esbuild calls the style sheets of styleFiles by.
const styleSpace = "style"

// styleFiles lets a script import the address of a style sheet, which is minified and a file of its own:
// import address from "./x.css?url".
var styleFiles = api.Plugin{Name: "style files", Setup: func(build api.PluginBuild) {
	folder := build.InitialOptions.AbsWorkingDir
	build.OnResolve(api.OnResolveOptions{Filter: `\.css\?url$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		// Names of files are made of paths too: an absolute one would give each machine names of its own.
		file, err := filepath.Rel(folder, filepath.Join(args.ResolveDir, strings.TrimSuffix(args.Path, "?url")))
		return api.OnResolveResult{Path: filepath.ToSlash(file), Namespace: styleSpace}, err
	})
	build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: styleSpace}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		source, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(args.Path)))
		if err != nil {
			return api.OnLoadResult{}, err
		}
		small := api.Transform(string(source), api.TransformOptions{
			Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, Sourcefile: args.Path, LogLevel: api.LogLevelSilent,
		})
		text := string(small.Code)
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderFile, Errors: small.Errors}, nil
	})
}}

// add adds a file and its compressed forms.
func (o *Output) add(name string, content []byte) {
	packed := map[string][]byte{
		"br":   fasthttp.AppendBrotliBytesLevel(nil, content, fasthttp.CompressBrotliBestCompression),
		"zstd": fasthttp.AppendZstdBytesLevel(nil, content, fasthttp.CompressZstdBestCompression),
		"gzip": fasthttp.AppendGzipBytesLevel(nil, content, fasthttp.CompressBestCompression),
	}
	o.Files = append(o.Files, File{name, content})
	for _, e := range manifest.Encodings {
		o.Files = append(o.Files, File{name + e.Suffix, packed[e.Name]})
	}
}

// metafile is what esbuild tells of its output.
type metafile struct {
	Outputs map[string]struct {
		EntryPoint string `json:"entryPoint"`
		Imports    []struct{ Path, Kind string }
		Inputs     map[string]any
	} `json:"outputs"`
}

// describe adds to the manifest what esbuild tells. Error: two sources have the same name for pages.
func (o *Output) describe(text string) error {
	var meta metafile
	if err := json.Unmarshal([]byte(text), &meta); err != nil {
		return fmt.Errorf("esbuild's metafile: %w", err)
	}
	for file, output := range meta.Outputs {
		source := output.EntryPoint
		if source == "" && path.Ext(file) != ".js" { // a picture, or a style sheet that a script names
			for input := range output.Inputs {
				source = strings.TrimPrefix(input, styleSpace+":")
			}
		}
		if source == "" {
			continue // what entries share
		}
		name := strings.TrimSuffix(path.Base(source), path.Ext(source)) + path.Ext(file)
		if _, twice := o.Manifest[name]; twice {
			return fmt.Errorf("%s: another source has this name for pages; rename one", source)
		}
		o.Manifest[name] = manifest.File{File: path.Base(file), Imports: meta.imports(file, nil)}
	}
	return nil
}

// imports adds the files that a file imports at once, and theirs, to those known.
func (m metafile) imports(file string, known []string) []string {
	for _, i := range m.Outputs[file].Imports {
		if name := path.Base(i.Path); i.Kind == "import-statement" && !slices.Contains(known, name) {
			known = m.imports(i.Path, append(known, name))
		}
	}
	return known
}

// Write makes a folder hold the files of the output and no others. Files that are as they should be are left alone, and old
// ones go last: who builds the program meanwhile finds one set or the other.
func (o Output) Write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // sources for everybody to read
		return err
	}
	for _, f := range o.Files {
		target := filepath.Join(folder, f.Name)
		if old, err := os.ReadFile(target); err == nil && bytes.Equal(old, f.Content) {
			continue
		}
		if err := os.WriteFile(target, f.Content, 0o644); err != nil { //nolint:gosec // as above
			return err
		}
	}
	return o.clean(folder)
}

// clean removes what is not of the output.
func (o Output) clean(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if slices.ContainsFunc(o.Files, func(f File) bool { return f.Name == entry.Name() }) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
