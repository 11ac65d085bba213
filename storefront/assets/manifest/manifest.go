// Package manifest says which files tools/assets has built of which sources. The tool writes it beside
// the files and package assets reads it.
package manifest

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Prefix is the path under which files are served by their names.
const Prefix = "/assets/"

// Name is the manifest's own name in the folder of built files.
const Name = "manifest.json"

// Encodings are the compressed forms of every file: the Content-Encoding and how the name of the form ends.
var Encodings = []Encoding{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// Encoding is a compressed form of a file.
type Encoding struct{ Name, Suffix string }

// Manifest is the built files by what pages call them: "app.css", "seatmap.js".
type Manifest map[string]File

// File is one built file.
type File struct {
	// File is its name with a hash of its content: "app.3F2A61BC.css". One with an Address of its own has no hash.
	File string `json:"file"`

	// Imports are the names of the built files that a script imports at once, and those that they import in turn. Sorted; empty
	// for most. A page that names them with modulepreload saves a round trip for each.
	Imports []string `json:"imports,omitempty"`

	// Address is where a file is served that has to be at one place whatever its content is: "/sw.js". Empty for all others, which
	// are under Prefix by their names.
	Address string `json:"address,omitempty"`
}

// Path returns the address of the file.
func (f File) Path() string {
	if f.Address != "" {
		return f.Address
	}
	return Prefix + f.File
}

// Parse reads what Encode has written.
func Parse(data []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%s: %w; write it anew with go run ./tools/assets", Name, err)
	}
	return m, nil
}

// Encode writes the manifest, the same bytes for the same manifest.
func (m Manifest) Encode() []byte {
	for name, file := range m {
		slices.Sort(file.Imports)
		m[name] = file
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return append(text, '\n')
}
