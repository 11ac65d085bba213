package fraud

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"

	"github.com/marquee-tickets/marquee/adserver/device"
)

// Marks are what a token remembers of whom its ad was decided on for: enough to see that somebody else uses it, too little to know who it was.
type Marks struct {
	Network uint32 // see Filter.NetworkHash
	Agent   uint32 // see Filter.AgentHash
}

// Marks returns the marks of an address and a user agent.
func (f *Filter) Marks(ip netip.Addr, agent []byte) Marks {
	return Marks{Network: f.NetworkHash(ip), Agent: f.AgentHash(agent)}
}

// Two networks are the same when they agree in as many bits: the smallest that are routed between providers. Within them telephones change
// their address from one request to the next.
const (
	bits4 = 24
	bits6 = 48
)

// network is the network around an address; the zero Prefix for the zero Addr.
func network(ip netip.Addr) netip.Prefix {
	ip = ip.Unmap().WithZone("")
	bits := bits4
	if ip.Is6() {
		bits = bits6
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// Contexts keep the hashes of different things apart. The lowest bit of a network's hash says its family.
const (
	ofNetwork byte = 1
	ofAgent   byte = 2

	familyBit uint32 = 1
)

// NetworkHash returns a keyed hash of the network around an address (/24 of IPv4, /48 of IPv6): 30 bits and the family. It is the same for the
// same Config.Key, on every node and for good. The hash of no address is 0, and of no other.
func (f *Filter) NetworkHash(ip netip.Addr) uint32 {
	p := network(ip)
	if !p.IsValid() {
		return 0
	}
	at := p.Addr().As16()
	sum := f.sum(ofNetwork, at[:])&^familyBit | 2 // never 0
	if p.Addr().Is6() {
		sum |= familyBit
	}
	return sum
}

// AgentHash returns a keyed hash of a user agent, of its first device.MaxLength bytes. It is the same for the same Config.Key, on every node and
// for good. The hash of no agent is 0, and of no other.
func (f *Filter) AgentHash(agent []byte) uint32 {
	if len(agent) == 0 {
		return 0
	}
	return max(1, f.sum(ofAgent, agent[:min(len(agent), device.MaxLength)]))
}

// sum is the beginning of SHA-256 over the key and the data: of so little of it nothing can be guessed about the key.
func (f *Filter) sum(of byte, data []byte) uint32 {
	var buffer [keyLength + 1 + device.MaxLength]byte
	n := copy(buffer[:], f.key[:])
	buffer[n] = of
	n += 1 + copy(buffer[n+1:], data)
	sum := sha256.Sum256(buffer[:n])
	return binary.BigEndian.Uint32(sum[:])
}

// otherNetwork reports whether two hashes are of different networks. A browser that reaches one server by IPv4 may reach the next by IPv6, so that
// networks of both families are not compared.
func otherNetwork(a, b uint32) bool {
	return a != 0 && b != 0 && a != b && a&familyBit == b&familyBit
}

func otherAgent(a, b uint32) bool { return a != 0 && b != 0 && a != b }
