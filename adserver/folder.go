package adserver

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/marquee-tickets/marquee/adserver/store"
)

func (e *Engine) journalDir() string { return filepath.Join(e.cfg.Dir, "journal") }

// folder says which journal is in the engine's folder: by a name that is drawn when it is made, so that the database can tell it from one of another
// folder that was begun for the same node.
func (e *Engine) folder() (store.Journal, error) {
	if err := os.MkdirAll(e.cfg.Dir, 0o700); err != nil {
		return store.Journal{}, err
	}
	segments, err := filepath.Glob(filepath.Join(e.journalDir(), "*.journal"))
	if err != nil {
		return store.Journal{}, err
	}
	j := store.Journal{New: len(segments) == 0}
	path := filepath.Join(e.cfg.Dir, "journal.id")
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		j.ID = strings.TrimSpace(string(text))
	case !errors.Is(err, fs.ErrNotExist):
		return j, err
	}
	if j.ID != "" {
		return j, nil
	}
	j.ID = rand.Text()
	if err := os.WriteFile(path, []byte(j.ID+"\n"), 0o600); err != nil { //nolint:gosec // the folder is whoever runs the program's to choose
		return j, err
	}
	return j, syncDir(e.cfg.Dir)
}
