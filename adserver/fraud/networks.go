package fraud

import (
	"bufio"
	"errors"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gaissmai/bart"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Networks is a set of networks and of autonomous systems. The zero Networks, and nil, is empty. It is safe for concurrent use once it is made.
type Networks struct {
	table   bart.Lite
	systems map[uint32]bool
	size    int
}

// A list of networks has at most so many lines, of so many bytes. The networks of all large providers of machines together are some 100,000.
const (
	maxLines = 5_000_000
	maxLine  = 1024
)

// The widest networks that a list may have: wider ones are slips of the pen, which would stop the income of a country.
const (
	widest4 = 8
	widest6 = 16
)

// ParseNetworks reads a list: a network ("192.0.2.0/24", "2001:db8::/32"), an address or an autonomous system ("AS64496") to a line. What follows
// a # is left out of account, as are empty lines. Errors: a fault that names the line as its field; those of r.
func ParseNetworks(r io.Reader) (*Networks, error) {
	n := &Networks{}
	err := eachLine(r, func(line string) *fault.Error {
		if number, ok := system(line); ok {
			if n.systems == nil {
				n.systems = map[uint32]bool{}
			}
			n.systems[number] = true
			n.size++
			return nil
		}
		p, err := prefix(line)
		if err != nil {
			return err
		}
		n.add(p)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return n, nil
}

// system reads the number of an autonomous system.
func system(s string) (uint32, bool) {
	digits, ok := strings.CutPrefix(strings.ToUpper(s), "AS")
	if !ok {
		return 0, false
	}
	number, err := strconv.ParseUint(digits, 10, 32)
	return uint32(number), err == nil && number != 0
}

func prefix(s string) (netip.Prefix, *fault.Error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, fault.Invalidf("", "%q is no network, address or autonomous system", s)
	}
	widest := widest4
	if p.Addr().Is6() {
		widest = widest6
	}
	switch {
	case p.Addr().Is4In6():
		return netip.Prefix{}, fault.Invalidf("", "%q must be written as a network of IPv4", s)
	case p.Bits() < widest:
		return netip.Prefix{}, fault.Invalidf("", "%q is too wide: at least /%d is wanted", s, widest)
	}
	return p.Masked(), nil
}

func (n *Networks) add(p netip.Prefix) {
	n.table.Insert(p.Masked())
	n.size++
}

// Len returns how many networks and systems were added.
func (n *Networks) Len() int {
	if n == nil {
		return 0
	}
	return n.size
}

// Contains reports whether an address is in one of the networks, or the autonomous system that it belongs to is one of those of the set;
// provider is its number, 0 where that is not known.
func (n *Networks) Contains(ip netip.Addr, provider uint32) bool {
	if n == nil {
		return false
	}
	return ip.IsValid() && n.table.Contains(ip.Unmap().WithZone("")) || provider != 0 && n.systems[provider]
}

// Agents is a set of user agents, each as it is sent. Nil is empty. It is safe for concurrent use.
type Agents struct{ known map[string]struct{} }

// ParseAgents reads a list: one user agent to a line, without space around it. Empty lines, and those that begin with a #, are left out of account.
// Errors: a fault that names the line as its field; those of r.
func ParseAgents(r io.Reader) (*Agents, error) {
	a := &Agents{known: map[string]struct{}{}}
	err := lines(r, func(line string) *fault.Error {
		a.known[line] = struct{}{}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// Len returns how many agents there are.
func (a *Agents) Len() int {
	if a == nil {
		return 0
	}
	return len(a.known)
}

// Contains reports whether the agent is one of the set.
func (a *Agents) Contains(agent []byte) bool {
	if a == nil {
		return false
	}
	_, ok := a.known[string(agent)]
	return ok
}

// eachLine is lines, without what follows a # in each.
func eachLine(r io.Reader, do func(line string) *fault.Error) error {
	return lines(r, func(line string) *fault.Error {
		line, _, _ = strings.Cut(line, "#")
		return do(strings.TrimSpace(line))
	})
}

// lines calls do with each line that is not empty and no comment.
func lines(r io.Reader, do func(line string) *fault.Error) error {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, maxLine+1), maxLine+1)
	number := 0
	for in.Scan() {
		number++
		if number > maxLines {
			return fault.Invalidf("line "+strconv.Itoa(number), "is more than a list may have")
		}
		line := strings.TrimSpace(in.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := do(line); err != nil {
			return err.In("line " + strconv.Itoa(number))
		}
	}
	if errors.Is(in.Err(), bufio.ErrTooLong) {
		return fault.Invalidf("line "+strconv.Itoa(number+1), "is longer than %d bytes", maxLine)
	}
	return in.Err()
}
