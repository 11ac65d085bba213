// Package chrome starts a Chromium for tests and benchmarks.
package chrome

import (
	"context"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
)

// Missing says what to do where Find finds nothing.
const Missing = "no Chromium found: install it (apt-get install chromium) or name it in CHROMIUM"

// patience is how long a browser may take to start on a busy machine.
const patience = 30 * time.Second

// Find returns the program of a browser: the one named in the environment variable CHROMIUM, or a
// usual one. It reports whether there is one.
func Find() (path string, ok bool) {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path, true
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	return "", false
}

// Start starts a browser without a window, with an empty profile in a folder, and returns the context of its first tab.
// The function ends the browser, after which the folder can be removed.
func Start(ctx context.Context, path, profile string) (tab context.Context, stop func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("force-prefers-reduced-motion", true)) // a click hits nothing that is still being moved
	allocator, free := chromedp.NewExecAllocator(ctx, options...)
	tab, cancel := chromedp.NewContext(allocator)
	stop = func() {
		_ = chromedp.Cancel(tab) // waits until the browser has ended
		cancel()
		free()
	}
	if err := chromedp.Do(tab, chromedp.EmulateViewport(1280, 900)); err != nil {
		stop()
		return nil, nil, err
	}
	return tab, stop, nil
}
