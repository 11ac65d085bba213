package market

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// Child is a server in a process of its own: this program, started with -serve.
type Child struct {
	Addr netip.AddrPort
	cmd  *exec.Cmd
}

// Start starts this program with arguments by which it calls Serve, and waits until it listens.
func Start(ctx context.Context, args ...string) (*Child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &Child{cmd: exec.CommandContext(ctx, self, args...)}
	c.cmd.Stderr = os.Stderr
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s did not begin: %w", strings.Join(args, " "), err), c.cmd.Wait())
	}
	c.Addr, err = netip.ParseAddrPort(strings.TrimSpace(line))
	return c, err
}

// Figures returns what the server did since it was asked the last time.
func (c *Child) Figures() (f Figures, err error) {
	request, response := new(fasthttp.Request), new(fasthttp.Response)
	request.SetRequestURI("http://" + c.Addr.String() + figuresPath)
	if err := fasthttp.DoTimeout(request, response, 10*time.Second); err != nil {
		return f, err
	}
	return f, json.Unmarshal(response.Body(), &f)
}

// Stop has the server end in order.
func (c *Child) Stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return c.cmd.Wait()
}

// Kill ends the server where it is, as a failure of its computer's power would, save for what the kernel has.
func (c *Child) Kill() error {
	err := c.cmd.Process.Kill()
	_ = c.cmd.Wait() // it says that it was killed
	return err
}
