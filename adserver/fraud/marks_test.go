package fraud_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/fraud"
)

func TestMarks_AreTheSameOnEveryNodeWithTheKey(t *testing.T) {
	t.Parallel()
	f, twin, other := filter(t, fraud.Config{}), filter(t, fraud.Config{}), filter(t, fraud.Config{Key: []byte("another key than the others have")})
	m := f.Marks(addr(home), []byte(browser))
	assert.Equal(t, m, twin.Marks(addr(home), []byte(browser)))
	theirs := other.Marks(addr(home), []byte(browser))
	assert.NotEqual(t, m.Network, theirs.Network)
	assert.NotEqual(t, m.Agent, theirs.Agent)
	assert.Equal(t, fraud.Marks{Network: 0x97ade566, Agent: 0x75dfae2e}, m, "for good")
}

func TestNetworkHash(t *testing.T) {
	t.Parallel()
	f := filter(t, fraud.Config{})
	same := func(a, b string) bool { return f.NetworkHash(addr(a)) == f.NetworkHash(addr(b)) }
	assert.True(t, same("203.0.113.0", "203.0.113.255"))
	assert.True(t, same("203.0.113.7", "::ffff:203.0.113.7"))
	assert.True(t, same("2001:db8:1::1", "2001:db8:1:ffff::2%eth0"))
	assert.False(t, same("203.0.113.7", "203.0.112.7"))
	assert.False(t, same("2001:db8:1::1", "2001:db8:2::1"))
	assert.Zero(t, f.NetworkHash(netip.Addr{}))
}

func TestHashes_AreZeroForNothingOnly(t *testing.T) {
	t.Parallel()
	f := filter(t, fraud.Config{})
	assert.Zero(t, f.AgentHash(nil))
	rapid.Check(t, func(t *rapid.T) {
		four := netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "IPv4")))
		six := netip.AddrFrom16([16]byte(append([]byte{0x20}, rapid.SliceOfN(rapid.Byte(), 15, 15).Draw(t, "IPv6")...)))
		assert.NotZero(t, f.NetworkHash(four))
		assert.Zero(t, f.NetworkHash(four)&1)
		assert.Equal(t, uint32(1), f.NetworkHash(six)&1)
		agent := rapid.SliceOfN(rapid.Byte(), 1, device.MaxLength+10).Draw(t, "agent")
		assert.NotZero(t, f.AgentHash(agent))
		assert.Equal(t, f.AgentHash(agent[:min(len(agent), device.MaxLength)]), f.AgentHash(agent))
	})
}
