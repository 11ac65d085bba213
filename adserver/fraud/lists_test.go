package fraud_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestParseNetworks(t *testing.T) {
	t.Parallel()
	n, err := fraud.ParseNetworks(strings.NewReader(`# data centres
192.0.2.0/25

  198.51.100.77   # one machine
203.0.113.9/24
2001:db8:1::/48 # all of it
2001:db8:2::1
::ffff:192.0.2.200
AS64496
as64511 # written small
`))
	require.NoError(t, err)
	assert.Equal(t, 8, n.Len())
	for _, in := range []string{
		"192.0.2.0", "192.0.2.127", "198.51.100.77", "203.0.113.255", "2001:db8:1:ffff::1", "2001:db8:2::1", "192.0.2.200", "::ffff:192.0.2.1", "2001:db8:1::1%eth0",
	} {
		assert.True(t, n.Contains(addr(in), 0), in)
	}
	for _, out := range []string{"192.0.2.128", "198.51.100.76", "203.0.112.1", "2001:db8:2::2", "::1"} {
		assert.False(t, n.Contains(addr(out), 0), out)
		assert.False(t, n.Contains(addr(out), 64500), out)
		assert.True(t, n.Contains(addr(out), 64496), out)
		assert.True(t, n.Contains(addr(out), 64511), out)
	}
	assert.False(t, n.Contains(netip.Addr{}, 0))
	assert.True(t, n.Contains(netip.Addr{}, 64496))
}

func TestParseNetworks_SaysWhichLineIsWrong(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		"192.0.2.0/33":            `line 1: "192.0.2.0/33" is no network, address or autonomous system`,
		"# one\n\n192.0.2":        `line 3: "192.0.2" is no network, address or autonomous system`,
		"0.0.0.0/0":               `line 1: "0.0.0.0/0" is too wide: at least /8 is wanted`,
		"192.0.2.0/7":             `line 1: "192.0.2.0/7" is too wide: at least /8 is wanted`,
		"2000::/3":                `line 1: "2000::/3" is too wide: at least /16 is wanted`,
		"::ffff:192.0.2.0/120":    `line 1: "::ffff:192.0.2.0/120" must be written as a network of IPv4`,
		"AS0":                     `line 1: "AS0" is no network, address or autonomous system`,
		"AS4294967296":            `line 1: "AS4294967296" is no network, address or autonomous system`,
		"fe80::1%eth0":            `line 1: "fe80::1%eth0" is no network, address or autonomous system`,
		"10.0.0.1\n10.0.0.1 ,":    `line 2: "10.0.0.1 ," is no network, address or autonomous system`,
		strings.Repeat("1", 2000): `line 1: is longer than 1024 bytes`,
	} {
		_, err := fraud.ParseNetworks(strings.NewReader(text))
		require.True(t, fault.Is(err, fault.Invalid), text)
		assert.Equal(t, message, err.Error())
	}
	broken := errors.New("the disk is gone")
	_, err := fraud.ParseNetworks(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
}

func TestParseNetworks_ContainsWhatOneOfItsNetworksContains(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		address := rapid.Custom(func(t *rapid.T) netip.Addr {
			few := rapid.SampledFrom([]byte{0, 1, 127, 128, 255})
			if rapid.Bool().Draw(t, "IPv4") {
				return netip.AddrFrom4([4]byte{10, few.Draw(t, "b"), few.Draw(t, "c"), few.Draw(t, "d")})
			}
			return netip.AddrFrom16([16]byte{0x20, 1, few.Draw(t, "c"), few.Draw(t, "d"), 5: few.Draw(t, "f"), 15: few.Draw(t, "p")})
		})
		var list []netip.Prefix
		var text strings.Builder
		for range rapid.IntRange(0, 20).Draw(t, "networks") {
			a := address.Draw(t, "address")
			p, err := a.Prefix(rapid.IntRange(16, a.BitLen()).Draw(t, "bits"))
			require.NoError(t, err)
			list = append(list, p)
			text.WriteString(p.String() + "\n")
		}
		n, err := fraud.ParseNetworks(strings.NewReader(text.String()))
		require.NoError(t, err)
		for range 20 {
			a := address.Draw(t, "asked")
			want := false
			for _, p := range list {
				want = want || p.Contains(a)
			}
			assert.Equal(t, want, n.Contains(a, 0), a)
		}
	})
}

func TestParseAgents(t *testing.T) {
	t.Parallel()
	a, err := fraud.ParseAgents(strings.NewReader("# made up\n" + browser + " #1\n\n  Bad/2  \n"))
	require.NoError(t, err)
	assert.Equal(t, 2, a.Len())
	assert.True(t, a.Contains([]byte(browser+" #1")), "a # inside of a line is a part of it")
	assert.True(t, a.Contains([]byte("Bad/2")))
	assert.False(t, a.Contains([]byte("bad/2")))
	assert.False(t, a.Contains(nil))
	_, err = fraud.ParseAgents(strings.NewReader("x\n" + strings.Repeat("y", 1025)))
	require.ErrorContains(t, err, "line 2: is longer")
}

func TestLists_NoneContainNothing(t *testing.T) {
	t.Parallel()
	var n *fraud.Networks
	var a *fraud.Agents
	assert.False(t, n.Contains(addr(home), 64496))
	assert.False(t, (&fraud.Networks{}).Contains(addr(home), 64496))
	assert.False(t, a.Contains([]byte("x")))
	assert.Zero(t, n.Len()+a.Len())
}

func TestNew_AListThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	_, err := fraud.New(fraud.Config{Key: key, Files: fraud.Files{Networks: filepath.Join(t.TempDir(), "none")}})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = fraud.New(fraud.Config{Key: key, Files: fraud.Files{Networks: written(t, "10.0.0.0/8\nten.0.0.0/8\n")}})
	require.ErrorContains(t, err, `line 2: "ten.0.0.0/8" is no network`)
	assert.Equal(t, "line 2", fault.Of(err).Field)
}

func TestReload_TakesUpNewEditionsAndKeepsOldOnes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "blocked.txt")
	rewritten(t, path, 0, "203.0.113.0/24\n")
	var log bytes.Buffer
	f := filter(t, fraud.Config{Files: fraud.Files{Networks: path}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	e := click(f)
	assert.Equal(t, fraud.BlockedNetwork, f.Classify(&e))

	rewritten(t, path, 1, "192.0.2.0/24\n")
	require.NoError(t, f.Reload())
	assert.Equal(t, fraud.OK, f.Classify(&e))
	require.NoError(t, f.Reload())
	assert.Equal(t, 2, strings.Count(log.String(), "list loaded"), "what has not changed is not read")

	e.IP, e.Decided = addr(elsewhere), fraud.Marks{}
	rewritten(t, path, 2, "nonsense\n")
	require.ErrorContains(t, f.Reload(), "line 1")
	require.NoError(t, f.Reload(), "it is not tried again before it has changed")
	assert.Equal(t, fraud.BlockedNetwork, f.Classify(&e))
	assert.Equal(t, 1, strings.Count(log.String(), "list not loaded"))
	assert.Contains(t, log.String(), "older_in_use=true")

	require.NoError(t, os.Remove(path))
	require.Error(t, f.Reload())
	assert.Equal(t, fraud.BlockedNetwork, f.Classify(&e), "nor does it go with its file")
	rewritten(t, path, 3, "")
	require.NoError(t, f.Reload())
	assert.Equal(t, fraud.OK, f.Classify(&e))
}

func TestRun_LooksAgainUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "agents.txt")
	rewritten(t, path, 0, "")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := filter(t, fraud.Config{Files: fraud.Files{Agents: path}, Every: time.Second})
		done := make(chan struct{})
		go func() { defer close(done); f.Run(ctx) }()
		e := click(f)
		assert.Equal(t, fraud.OK, f.Classify(&e))
		rewritten(t, path, 1, browser)
		time.Sleep(1500 * time.Millisecond)
		assert.Equal(t, fraud.BlockedAgent, f.Classify(&e))
		cancel()
		<-done
	})
}

func FuzzParseNetworks(f *testing.F) {
	f.Add("192.0.2.0/25\n# comment\nAS64496\n::1\n")
	f.Add("10.0.0.0/8#")
	f.Add("AS\n")
	f.Add("::ffff:1.2.3.4/128")
	f.Add("\x00\xff/\n\r\n1.2.3.4/-1")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := fraud.ParseNetworks(strings.NewReader(text))
		if err != nil {
			assert.Nil(t, n)
			assert.True(t, fault.Is(err, fault.Invalid))
			assert.Regexp(t, "^line [1-9]", fault.Of(err).Field)
			return
		}
		assert.LessOrEqual(t, n.Len(), strings.Count(text, "\n")+1)
		assert.False(t, n.Len() == 0 && n.Contains(addr(home), 64496))
		a, err := fraud.ParseAgents(io.LimitReader(strings.NewReader(text), 1<<10))
		require.NoError(t, err)
		assert.False(t, a.Contains(nil))
	})
}
