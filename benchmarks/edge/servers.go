package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// server is one that is measured.
type server struct {
	name, version string
	port          int
	cmd           *exec.Cmd
}

type servers []*server

// start starts all servers, pinned to the second core, and waits until each serves every page from its cache.
func (o options) start(ctx context.Context, dir string) (servers, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var all servers
	add := func(name, version string, port int, args ...string) error {
		s := &server{name: name, version: version, port: port}
		s.cmd = exec.CommandContext(ctx, "taskset", append([]string{"-c", "1"}, args...)...)
		var complaints bytes.Buffer
		s.cmd.Stderr = &complaints
		if err := s.cmd.Start(); err != nil {
			return fmt.Errorf("%s (run with taskset, of the package util-linux): %w", name, err)
		}
		all = append(all, s)
		if err := s.warm(ctx); err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, complaints.String())
		}
		return nil
	}
	ports, err := freePorts(4)
	if err != nil {
		return nil, err
	}
	edgePort, barePort, nginxPort, varnishPort := ports[0], ports[1], ports[2], ports[3]
	if err := add("edge", "", edgePort, self, "-serve", "edge:"+strconv.Itoa(edgePort), "-cpuprofile", o.profile); err != nil {
		return all, err
	}
	origin := "127.0.0.1:" + strconv.Itoa(barePort)
	if err := add("bare", "fasthttp", barePort, self, "-serve", "bare:"+strconv.Itoa(barePort), "-copy", "http://127.0.0.1:"+strconv.Itoa(edgePort)); err != nil {
		return all, err
	}
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(nginxConf(dir, nginxPort, origin)), 0o600); err != nil {
		return all, err
	}
	if err := add("nginx", versionOf("nginx", "-v"), nginxPort, "nginx", "-c", conf, "-e", filepath.Join(dir, "error.log")); err != nil {
		return all, err
	}
	err = add("varnish", versionOf("varnishd", "-V"), varnishPort, "varnishd", "-F", "-a", "127.0.0.1:"+strconv.Itoa(varnishPort), "-b", origin,
		"-n", filepath.Join(dir, "varnish"), "-s", "malloc,64m", "-p", "thread_pools=1")
	return all, err
}

// nginxConf is a cache in front of the origin as nginx's own guide has it, one worker, without an access log.
func nginxConf(dir string, port int, origin string) string {
	return fmt.Sprintf(`
daemon off;
worker_processes 1;
user root;
pid %[1]s/nginx.pid;
events { worker_connections 1024; }
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	tcp_nodelay on;
	keepalive_requests 1000000000;
	open_file_cache max=1000;
	proxy_cache_path %[1]s/cache keys_zone=pages:10m inactive=1h;
	proxy_temp_path %[1]s/proxy;
	client_body_temp_path %[1]s/body;
	server {
		listen 127.0.0.1:%[2]d;
		location / {
			proxy_pass http://%[3]s;
			proxy_http_version 1.1;
			proxy_cache pages;
			proxy_cache_valid 200 1h;
		}
	}
}
`, dir, port, origin)
}

var versionNumber = regexp.MustCompile(`\d+\.\d+\.\d+`)

func versionOf(program, flag string) string {
	out, _ := exec.Command(program, flag).CombinedOutput() // some say it with an error
	return program + " " + versionNumber.FindString(string(out))
}

func (all servers) versions() string {
	var list []string
	for _, s := range all {
		if s.version != "" {
			list = append(list, s.version)
		}
	}
	return strings.Join(list, ", ")
}

// stop ends all servers; those of nginx and varnish take their children with them.
func (all servers) stop() {
	for _, s := range all {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
	}
	for _, s := range all {
		_ = s.cmd.Wait()
	}
}

// freePorts returns ports that nobody listens at.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer ln.Close()
		ports = append(ports, ln.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func (s *server) url(size int) string {
	return "http://127.0.0.1:" + strconv.Itoa(s.port) + pagePath(size)
}

// warm asks for every page until it comes whole, and then some more.
func (s *server) warm(ctx context.Context) error {
	for _, size := range sizes {
		var last error
		for n := 0; n < 5; {
			if last = s.check(size); last == nil {
				n++
				continue
			}
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
				return errors.Join(last, ctx.Err())
			}
			if s.cmd.ProcessState != nil {
				return last
			}
		}
	}
	return nil
}

// check asks for a page once.
func (s *server) check(size int) error {
	_, err := s.ask(size)
	return err
}

// ask returns a page as the server sends it.
func (s *server) ask(size int) (*fasthttp.Response, error) {
	request, response := new(fasthttp.Request), new(fasthttp.Response)
	request.SetRequestURI(s.url(size))
	request.Header.Set(fasthttp.HeaderAcceptEncoding, acceptEncoding)
	if err := fasthttp.DoTimeout(request, response, 5*time.Second); err != nil {
		return nil, err
	}
	if got := string(response.Header.ContentEncoding()); response.StatusCode() != fasthttp.StatusOK || got != acceptEncoding || len(response.Body()) < size<<10 {
		return nil, fmt.Errorf("status %d, %d bytes, encoding %q", response.StatusCode(), len(response.Body()), got)
	}
	return response, nil
}

var digits = regexp.MustCompile(`\d+`)

// alike returns an error unless both servers send the same header fields and bytes, but for the numbers in Date, Age and Cache-Status.
func alike(a, b *server) error {
	for _, size := range sizes {
		one, err := a.ask(size)
		if err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		other, err := b.ask(size)
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		x, y := one.Header.String(), other.Header.String()
		if digits.ReplaceAllString(x, "") != digits.ReplaceAllString(y, "") || !bytes.Equal(one.Body(), other.Body()) {
			return fmt.Errorf("%s and %s do not send the same:\n%s\n%s", a.name, b.name, x, y)
		}
	}
	return nil
}

var (
	requestsPerSec = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	requestsIn     = regexp.MustCompile(`(\d+) requests in`)
	notOK          = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
)

// load is one turn: wrk on the first core.
func (s *server) load(ctx context.Context, size int, o options) (turn, error) {
	t := turn{server: s.name, size: size}
	before, err := cpuOf(s.cmd.Process.Pid)
	if err != nil {
		return t, err
	}
	wrk := exec.CommandContext(ctx, "taskset", "-c", "0", "wrk", "-t1", "-c", strconv.Itoa(o.connections), "-d", fmt.Sprintf("%ds", max(1, int(o.length.Seconds()))),
		"-H", "Accept-Encoding: "+acceptEncoding, s.url(size))
	out, err := wrk.CombinedOutput()
	if err != nil {
		return t, fmt.Errorf("wrk (of the package wrk): %w: %s", err, out)
	}
	after, err := cpuOf(s.cmd.Process.Pid)
	if err != nil {
		return t, err
	}
	t.perSec = number(requestsPerSec, out)
	t.failed = int(number(notOK, out))
	if n := number(requestsIn, out); n > 0 {
		t.cpuMicro = float64((after - before).Microseconds()) / n
	}
	return t, nil
}

func number(pattern *regexp.Regexp, out []byte) float64 {
	m := pattern.FindSubmatch(out)
	if m == nil {
		return 0
	}
	n, _ := strconv.ParseFloat(string(m[1]), 64) // the pattern lets nothing else through
	return n
}

// cpuOf is the CPU time of a process and its descendants (proc(5), /proc/pid/stat fields 4, 14 and 15, in
// hundredths of a second).
func cpuOf(root int) (time.Duration, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	parents, ticks := map[int]int{}, map[int]int{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(raw), ") ")
		fields := strings.Fields(rest)
		pid, _ := strconv.Atoi(strings.Split(file, "/")[2])
		parents[pid], _ = strconv.Atoi(fields[1])
		user, _ := strconv.Atoi(fields[11])
		system, _ := strconv.Atoi(fields[12])
		ticks[pid] = user + system
	}
	sum := 0
	for pid := range ticks {
		for p := pid; p > 1; p = parents[p] {
			if p == root {
				sum += ticks[pid]
				break
			}
		}
	}
	return time.Duration(sum) * 10 * time.Millisecond, nil
}
