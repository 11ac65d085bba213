package deps_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A partner's module that names every part of the SDK which needs no library.
const partner = `package main

import (
	"fmt"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

func open(db store.DB) (*bms.Client, error) { return bms.New(db, bms.Config{}) }

func main() {
	fmt.Println(money.New(250_00, "INR"), booking.Confirmed, sandbox.Name, open != nil)
	if _, err := seatmap.ParseGrid("nonsense"); err != nil {
		fmt.Println(err)
	}
}
`

// The module is built without a network and without a go.sum: there is nothing to check sums of.
func TestOutside_BmsBringsNoThirdParty(t *testing.T) {
	t.Parallel()
	here, err := filepath.Abs(root)
	require.NoError(t, err)
	dir := t.TempDir()
	mod := "module partner.example/shop\n\ngo 1.26.0\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + here + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(partner), 0o600))

	goIn(t, dir, "build", "-o", "shop", ".")
	program := filepath.Join(dir, "shop")
	for line := range strings.Lines(goIn(t, dir, "version", "-m", program)) {
		fields := strings.Fields(line)
		if len(fields) > 1 && fields[0] == "dep" {
			assert.Equal(t, module, fields[1], "a partner who imports bms gets no module but ours")
		}
	}
	assert.NoFileExists(t, filepath.Join(dir, "go.sum"))

	out, err := exec.CommandContext(t.Context(), program).CombinedOutput()
	require.NoError(t, err)
	assert.Contains(t, string(out), "INR 250.00 confirmed sandbox true\n")
	assert.Contains(t, string(out), "line 1")
}

// goIn runs the go command in a folder, away from any network.
func goIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s\n%s", strings.Join(args, " "), out)
	return string(out)
}
