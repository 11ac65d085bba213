package bundle_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/assets/manifest"
	"github.com/marquee-tickets/marquee/tools/assets/internal/bundle"
)

// assetsFolder is where the storefront's sources and built files are.
var assetsFolder = filepath.Join("..", "..", "..", "..", "storefront", "assets")

// sources writes files to a folder of the test.
func sources(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return folder
}

// content returns a built file by what pages call it.
func content(t *testing.T, o bundle.Output, name string) string {
	t.Helper()
	for _, f := range o.Files {
		if f.Name == o.Manifest[name].File {
			return string(f.Content)
		}
	}
	require.Fail(t, "not built", name)
	return ""
}

func TestBuild_TheCommittedFilesAreThoseOfTheSources(t *testing.T) {
	t.Parallel()
	built, err := bundle.Build(filepath.Join(assetsFolder, "src"), bundle.Storefront, bundle.Workers...)
	require.NoError(t, err)
	want := map[string]string{}
	for _, f := range built.Files {
		want[f.Name] = string(f.Content)
	}
	committed := os.DirFS(filepath.Join(assetsFolder, "files"))
	names, err := fs.Glob(committed, "*")
	require.NoError(t, err)
	for _, name := range names {
		text, err := fs.ReadFile(committed, name)
		require.NoError(t, err)
		assert.True(t, want[name] == string(text), "%s is not what its source makes: go run ./tools/assets", name)
		delete(want, name)
	}
	assert.Empty(t, slices.Sorted(maps.Keys(want)), "go run ./tools/assets")
}

func TestBuild_MakesModulesWithHashedNames(t *testing.T) {
	t.Parallel()
	folder := sources(t, map[string]string{
		"a.ts":           "import { shared } from './part/shared';\nimport style from './a.css?url';\nvoid import('./later');\nconst enum Two { One, Other }\nconsole.log(shared({ long_: Two.Other }), style);",
		"later.ts":       "console.log('later')",
		"b.js":           "import { shared } from './part/shared';\nconsole.log(shared({ long_: 2 }));",
		"part/shared.ts": "/** Says what it is. */\nexport const shared = (x: { long_: number }): string => `is ${x.long_}`;",
		"a.css":          "p {\n  color: red; /* why */\n}\n",
		"page.css":       "p { margin : 0 }",
		"icon.svg":       "<svg/>",
	})
	groups := [][]string{{"a.ts", "b.js"}, {"page.css", "icon.svg"}}
	built, err := bundle.Build(folder, groups)
	require.NoError(t, err)

	assert.Regexp(t, `^a\.[0-9A-Z]{8}\.js$`, built.Manifest["a.js"].File)
	assert.Equal(t, "p{margin:0}\n", content(t, built, "page.css"))
	assert.Equal(t, "<svg/>", content(t, built, "icon.svg"))
	script := content(t, built, "a.js")
	assert.Equal(t, "p{color:red}\n", content(t, built, "a.css"))
	assert.Contains(t, script, built.Manifest["a.css"].File, "a script may name a style sheet")
	assert.Contains(t, script, built.Manifest["later.js"].File)
	assert.NotContains(t, script, "long_")
	assert.NotContains(t, script, "Two")
	require.Len(t, built.Manifest["a.js"].Imports, 1)
	assert.Equal(t, built.Manifest["a.js"].Imports, built.Manifest["b.js"].Imports)
	assert.Contains(t, script, built.Manifest["a.js"].Imports[0], "what both share is a file of its own")

	again, err := bundle.Build(folder, groups)
	require.NoError(t, err)
	assert.Equal(t, built, again, "the same sources are the same bytes")
}

// Two machines have their checkouts in different folders.
func TestBuild_NamesDoNotDependOnTheFolder(t *testing.T) {
	t.Parallel()
	names := func() []string {
		folder := sources(t, map[string]string{"a.ts": "import style from './part/a.css?url';\nconsole.log(style);", "part/a.css": "a { color: red }"})
		out, err := bundle.Build(folder, [][]string{{"a.ts"}})
		require.NoError(t, err)
		var list []string
		for _, f := range out.Files {
			list = append(list, f.Name)
		}
		return list
	}
	assert.Equal(t, names(), names())
}

func TestBuild_ADifferentContentHasADifferentName(t *testing.T) {
	t.Parallel()
	one, err := bundle.Build(sources(t, map[string]string{"a.js": "console.log(1)"}), [][]string{{"a.js"}})
	require.NoError(t, err)
	two, err := bundle.Build(sources(t, map[string]string{"a.js": "console.log(2)"}), [][]string{{"a.js"}})
	require.NoError(t, err)
	assert.NotEqual(t, one.Manifest["a.js"].File, two.Manifest["a.js"].File)
}

func TestBuild_AGroupDoesNotDependOnTheOthers(t *testing.T) {
	t.Parallel()
	groups := [][]string{{"a.js"}, {"b.ts"}}
	const b = "export const many = (some: { first_: number }) => some.first_; console.log(many)"
	one, err := bundle.Build(sources(t, map[string]string{"a.js": "console.log(1)", "b.ts": b}), groups)
	require.NoError(t, err)
	two, err := bundle.Build(sources(t, map[string]string{"a.js": "console.log({ x_: 1, y_: 2 }.y_, 'other')", "b.ts": b}), groups)
	require.NoError(t, err)
	assert.NotEqual(t, one.Manifest["a.js"], two.Manifest["a.js"])
	assert.Equal(t, one.Manifest["b.js"], two.Manifest["b.js"])
}

func TestBuild_AWorkerIsOneScriptAtItsAddress(t *testing.T) {
	t.Parallel()
	build := func(app, part string) bundle.Output {
		folder := sources(t, map[string]string{
			"app.js": app, "w/worker.ts": "import { say } from './part';\ndeclare const FILES: string[], VERSION: string;\nsay(FILES, VERSION);", "w/part.ts": part,
		})
		out, err := bundle.Build(folder, [][]string{{"app.js"}}, bundle.Worker{Entry: "w/worker.ts", Address: "/sw.js", Files: []string{"app.js"}})
		require.NoError(t, err)
		return out
	}
	const part = "export const say = (files: string[], version: string) => console.log(files, `version ${version}`)"
	one := build("console.log(1)", part)
	assert.Equal(t, manifest.File{File: "sw.js", Address: "/sw.js"}, one.Manifest["sw.js"])
	script := content(t, one, "sw.js")
	assert.Contains(t, script, `["`+one.Manifest["app.js"].Path()+`"]`)
	assert.NotContains(t, script, "import")
	assert.NotContains(t, script, "export")
	assert.Regexp(t, `"[0-9a-f]{8}"`, script)
	assert.Equal(t, one, build("console.log(1)", part))
	assert.NotEqual(t, script, content(t, build("console.log(2)", part), "sw.js"), "another file is another version")
	assert.NotEqual(t, script, content(t, build("console.log(1)", part+"; console.log(0)"), "sw.js"), "so is another script")
}

// What every page loads so that the shop is an app: 2.5 KB, as browsers get it.
func TestBuild_ThePagesPartOfTheAppIsSmall(t *testing.T) {
	t.Parallel()
	built, err := bundle.Build(filepath.Join(assetsFolder, "src"), [][]string{{"pwa/page.ts"}})
	require.NoError(t, err)
	for _, f := range built.Files {
		if f.Name == built.Manifest["page.js"].File+".br" {
			assert.LessOrEqual(t, len(f.Content), 2500)
			return
		}
	}
	assert.Fail(t, "not built")
}

func TestBuild_AWorkerKnowsOnlyWhatThereIs(t *testing.T) {
	t.Parallel()
	folder := sources(t, map[string]string{"a.js": "console.log(FILES)", "wrong.ts": "const x = ;"})
	_, err := bundle.Build(folder, nil, bundle.Worker{Entry: "a.js", Address: "/sw.js", Files: []string{"app.css"}})
	require.ErrorContains(t, err, "app.css, which is not built")
	_, err = bundle.Build(folder, nil, bundle.Worker{Entry: "wrong.ts", Address: "/sw.js"})
	assert.ErrorContains(t, err, "wrong.ts:1:10")
}

func TestBuild_SaysWhereASourceIsWrong(t *testing.T) {
	t.Parallel()
	_, err := bundle.Build(sources(t, map[string]string{"a.ts": "const x = ;"}), [][]string{{"a.ts"}})
	require.ErrorContains(t, err, "a.ts:1:10")
	_, err = bundle.Build(sources(t, map[string]string{"a.ts": "import s from './none.css?url'; console.log(s)"}), [][]string{{"a.ts"}})
	require.ErrorContains(t, err, "none.css")
	_, err = bundle.Build(t.TempDir(), [][]string{{"gone.ts"}})
	require.ErrorContains(t, err, "gone.ts")
	_, err = bundle.Build(sources(t, map[string]string{"a.ts": "", "x/a.js": ""}), [][]string{{"a.ts"}, {"x/a.js"}})
	assert.ErrorContains(t, err, "a.js: another source has this name")
}

func TestWrite_LeavesNoOldFiles(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "files")
	first, err := bundle.Build(sources(t, map[string]string{"a.js": "console.log(1)"}), [][]string{{"a.js"}})
	require.NoError(t, err)
	require.NoError(t, first.Write(folder))
	second, err := bundle.Build(sources(t, map[string]string{"a.js": "console.log(2)"}), [][]string{{"a.js"}})
	require.NoError(t, err)
	require.NoError(t, second.Write(folder))

	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	file := second.Manifest["a.js"].File
	assert.ElementsMatch(t, []string{file, file + ".br", file + ".gz", file + ".zst", manifest.Name}, names)
	text, err := os.ReadFile(filepath.Join(folder, manifest.Name))
	require.NoError(t, err)
	read, err := manifest.Parse(text)
	require.NoError(t, err)
	assert.Equal(t, second.Manifest, read)
	assert.True(t, strings.HasSuffix(string(text), "}\n"))
}
