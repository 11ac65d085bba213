// Package npm runs programs of the npm registry at the versions that are written down here, and nowhere else. npx brings them when
// they are first wanted; no package.json, no node_modules, and nothing of it is in the storefront.
package npm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// The programs.
const (
	Lighthouse   = "lighthouse@12.8.2"
	HTMLValidate = "html-validate@10.17.0"
)

// Node is the interpreter that is brought along where the installed one is older than what the programs want, as that of
// Debian 12 is.
const node = "node@20.20.2"

// Missing says what to do where npx is not installed.
const Missing = "npx is not installed: install node and npm (apt-get install nodejs npm)"

// Available reports whether programs can be run.
func Available() bool {
	_, err := exec.LookPath("npx")
	return err == nil
}

// Command returns the command that runs a program, such as Lighthouse, with arguments. Its name is that of the package.
func Command(ctx context.Context, program string, args ...string) *exec.Cmd {
	name, _, _ := strings.Cut(program, "@")
	list := []string{"--yes", "--package", program}
	if !recent(installed(ctx)) {
		list = append(list, "--package", node)
	}
	cmd := exec.CommandContext(ctx, "npx", append(append(list, "--", name), args...)...)
	cmd.Env = append(os.Environ(), "NO_UPDATE_NOTIFIER=1", "npm_config_fund=false", "npm_config_audit=false")
	return cmd
}

// Answer runs a command and returns the file that it writes. Programs end with a status other than 0 when they have found something, so
// what counts is whether the file is there. Error: it is not, with what the program said instead.
func Answer(cmd *exec.Cmd, file string) ([]byte, error) {
	said, ended := cmd.CombinedOutput()
	answer, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), errors.Join(ended, err), last(string(said)))
	}
	return answer, nil
}

// last is the end of a long text.
func last(text string) string {
	const most = 2000
	return text[max(0, len(text)-most):]
}

// installed is the version of node that is there: "v20.20.2". Empty when there is none.
func installed(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// recent reports whether a version of node is one that all programs run on: "^20.19.0 || ^22.16.0 || >= 24.0.0" is what
// html-validate 10.17.0 says in its package.json, and lighthouse wants less.
func recent(version string) bool {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	if len(parts) != 3 {
		return false
	}
	major, wrong := strconv.Atoi(parts[0])
	minor, wrongToo := strconv.Atoi(parts[1])
	if wrong != nil || wrongToo != nil {
		return false
	}
	return major == 20 && minor >= 19 || major == 22 && minor >= 16 || major >= 24
}
