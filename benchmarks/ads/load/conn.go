//go:build linux

package load

import (
	"bytes"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// conn is a connection.
type conn struct {
	number int
	fd     int
	due    time.Time // when its request was due
	begun  []byte    // of an answer that is not whole yet
}

// open makes the connections, and the timer where there is a rate.
func (l *loop) open() (err error) {
	if l.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return fmt.Errorf("load: epoll: %w", err)
	}
	for n := range l.plan.Connections {
		c := &conn{number: n, fd: -1}
		l.conns = append(l.conns, c)
		if err := c.dial(l.plan); err != nil {
			return err
		}
		if err := l.watch(c.fd, n, unix.EPOLLIN); err != nil {
			return err
		}
	}
	if l.plan.Rate == 0 {
		return nil
	}
	if l.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC); err != nil {
		return fmt.Errorf("load: timer: %w", err)
	}
	every := unix.NsecToTimespec(int64(time.Second) / int64(l.plan.Rate))
	if err := unix.TimerfdSettime(l.timer, 0, &unix.ItimerSpec{Interval: every, Value: every}, nil); err != nil {
		return fmt.Errorf("load: timer: %w", err)
	}
	return l.watch(l.timer, len(l.conns), unix.EPOLLIN)
}

// watch has epoll tell of a file by a number.
func (l *loop) watch(fd, number int, events uint32) error {
	if err := unix.EpollCtl(l.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: int32(number)}); err != nil {
		return fmt.Errorf("load: epoll: %w", err)
	}
	return nil
}

func (l *loop) close() {
	for _, c := range l.conns {
		if c.fd >= 0 {
			_ = unix.Close(c.fd)
		}
	}
	if l.timer > 0 {
		_ = unix.Close(l.timer)
	}
	_ = unix.Close(l.poll)
}

func (c *conn) dial(p Plan) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("load: socket: %w", err)
	}
	c.fd = fd
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: int(p.Addr.Port()), Addr: p.Addr.Addr().As4()}); err != nil {
		return fmt.Errorf("load: connect: %w", err)
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return fmt.Errorf("load: no delay: %w", err)
	}
	return unix.SetNonblock(fd, true)
}

// write sends a request. With one at a time on a connection the kernel has room for all of it.
func (c *conn) write(request []byte) error {
	n, err := unix.Write(c.fd, request)
	if err == nil && n < len(request) {
		err = fmt.Errorf("%d of %d bytes", n, len(request))
	}
	if err != nil {
		return fmt.Errorf("load: write: %w", err)
	}
	return nil
}

var (
	headEnd       = []byte("\r\n\r\n")
	contentLength = []byte("\r\nContent-Length: ")
)

// parse reads an answer (RFC 9112): its status and body, and whether it is whole. Of what it may say of its length only Content-Length is known.
func parse(text []byte) (status int, body []byte, whole bool) {
	const first = len("HTTP/1.1 200")
	head, rest, ended := bytes.Cut(text, headEnd)
	if !ended || len(head) < first {
		return 0, nil, false
	}
	_, said, _ := bytes.Cut(head, contentLength)
	length := number(said) // zero where nothing is said
	if len(rest) < length {
		return 0, nil, false
	}
	return number(head[first-3 : first]), rest[:length], true
}

// number reads the digits at the beginning.
func number(text []byte) (n int) {
	for _, c := range text {
		if c < '0' || c > '9' {
			break
		}
		n = min(n*10+int(c-'0'), 1<<30)
	}
	return n
}
