// Package journaltest has a disk that forgets what it was not asked to keep, for tests of a journal and of whatever has one.
package journaltest

import (
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Disk knows what of a journal a power cut leaves for sure: of each file what was in it when it was last synced, when the name of the file was
// synced with its folder as well. Give its Sync to journal.Config. Its zero value is empty, and it is safe for concurrent use.
type Disk struct {
	mu      sync.Mutex
	files   map[string][]byte // what was synced, by path
	named   map[string]bool   // those that a synced folder has
	folders []string
	gate    chan struct{} // nil when nothing is held
	came    chan struct{}
}

// Sync has a file or folder on the disk, once nothing holds it.
func (d *Disk) Sync(f *os.File) error {
	d.mu.Lock()
	gate, came := d.gate, d.came
	d.mu.Unlock()
	if gate != nil {
		select {
		case came <- struct{}{}:
		default: // nobody waits for another
		}
		<-gate
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return d.syncDir(f.Name())
	}
	content, err := os.ReadFile(f.Name())
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.files == nil {
		d.files = map[string][]byte{}
	}
	d.files[f.Name()] = content
	return f.Sync()
}

func (d *Disk) syncDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.named == nil {
		d.named = map[string]bool{}
	}
	for name := range d.named {
		if filepath.Dir(name) == dir {
			delete(d.named, name)
		}
	}
	for _, e := range entries {
		d.named[filepath.Join(dir, e.Name())] = true
	}
	d.folders = append(d.folders, dir)
	return nil
}

// Folders are those that were synced, in order.
func (d *Disk) Folders() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.folders...)
}

// Hold lets no sync go on until it is released.
func (d *Disk) Hold() (release func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	gate := make(chan struct{})
	d.gate, d.came = gate, make(chan struct{}, 1)
	return sync.OnceFunc(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.gate = nil
		close(gate)
	})
}

// Came reports whether a sync is held, and waits so long for one.
func (d *Disk) Came(wait time.Duration) bool {
	d.mu.Lock()
	came := d.came
	d.mu.Unlock()
	select {
	case <-came:
		return true
	case <-time.After(wait):
		return false
	}
}

// Copy makes a folder with what a power cut at this moment would leave of one.
func (d *Disk) Copy(dir, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for name := range d.named {
		if filepath.Dir(name) != dir || filepath.Ext(name) == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(name)), d.files[name], 0o600); err != nil {
			return err
		}
	}
	return nil
}
