package fraud_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// wrongs are what is wrong with events, each with its reason, in the order of the checks.
var wrongs = []struct {
	about string
	do    func(e *fraud.Event)
	want  fraud.Reason
}{
	{"a preview", func(e *fraud.Event) { e.Forced = true }, fraud.Forced},
	{"the office", func(e *fraud.Event) { e.IP = addr("10.1.2.3") }, fraud.Internal},
	{"the office, as IPv6 writes it", func(e *fraud.Event) { e.IP = addr("::ffff:10.1.2.3") }, fraud.Internal},
	{"somebody of ours", func(e *fraud.Event) { e.Staff = true }, fraud.Staff},
	{"Safari looks ahead", func(e *fraud.Event) { e.Ahead.Purpose = []byte("preview") }, fraud.Prefetch},
	{"Firefox fetches ahead", func(e *fraud.Event) { e.Ahead.XMoz = []byte("prefetch") }, fraud.Prefetch},
	{"Chrome renders ahead", func(e *fraud.Event) { e.Ahead.SecPurpose = []byte("Prefetch;prerender") }, fraud.Prefetch},
	{"a crawler", func(e *fraud.Event) { e.Device.Bot = true }, fraud.BotAgent},
	{"no browser", func(e *fraud.Event) { e.Device.Known = false }, fraud.UnknownAgent},
	{"nobody saw it", func(e *fraud.Event) { e.Viewed = time.Time{} }, fraud.ClickWithoutView},
	{"in a blink", func(e *fraud.Event) { e.Now = e.Viewed.Add(299 * time.Millisecond) }, fraud.TooFast},
	{"before it was seen", func(e *fraud.Event) { e.Now = e.Viewed.Add(-time.Second) }, fraud.TooFast},
	{"a blocked agent", func(e *fraud.Event) { e.Agent = []byte(browser + " Bad/1") }, fraud.BlockedAgent},
	{"a blocked network", func(e *fraud.Event) { e.IP = addr("198.51.100.1") }, fraud.BlockedNetwork},
	{"a data centre by its network", func(e *fraud.Event) { e.IP = addr("198.51.100.17") }, fraud.DataCentre},
	{"a data centre by its autonomous system", func(e *fraud.Event) { e.IP = addr("198.51.100.49") }, fraud.DataCentre},
	{"a data centre by the database", func(e *fraud.Event) { e.IP = addr("198.51.100.65") }, fraud.DataCentre},
	{"a proxy by its network", func(e *fraud.Event) { e.IP = addr("198.51.100.33") }, fraud.AnonymousNetwork},
	{"a VPN, in a data centre as they are", func(e *fraud.Event) { e.IP = addr("198.51.100.81") }, fraud.AnonymousNetwork},
	{"Tor", func(e *fraud.Event) { e.IP = addr("198.51.100.97") }, fraud.AnonymousNetwork},
	{"a public proxy", func(e *fraud.Event) { e.IP = addr("198.51.100.113") }, fraud.AnonymousNetwork},
	{"a home that is lent", func(e *fraud.Event) { e.IP = addr("198.51.100.129") }, fraud.AnonymousNetwork},
	{"hidden in whatever way", func(e *fraud.Event) { e.IP = addr("198.51.100.145") }, fraud.AnonymousNetwork},
	{"another country", func(e *fraud.Event) { e.SeenIn = "DE" }, fraud.CountryMismatch},
	{"another browser", func(e *fraud.Event) { e.Agent = []byte(browser + " Other/1") }, fraud.UserAgentMismatch},
	{"no browser any more", func(e *fraud.Event) { e.Decided.Agent++ }, fraud.UserAgentMismatch},
	{"another network", func(e *fraud.Event) { e.IP = addr(elsewhere) }, fraud.NetworkMismatch},
}

func TestClassify_EveryReason(t *testing.T) {
	t.Parallel()
	f := guarded(t)
	for _, w := range wrongs {
		e := click(f)
		w.do(&e)
		assert.Equal(t, w.want, f.Classify(&e), w.about)
	}
	e := click(f)
	assert.Equal(t, fraud.OK, f.Classify(&e), "none of those was counted for its user")
}

// Of two wrongs the one that is checked first is the reason.
func TestClassify_TheOrderOfReasons(t *testing.T) {
	t.Parallel()
	f := guarded(t)
	order := map[fraud.Reason]int{}
	for _, w := range wrongs {
		if _, known := order[w.want]; !known {
			order[w.want] = len(order)
		}
	}
	for _, first := range wrongs {
		for _, second := range wrongs {
			if order[first.want] >= order[second.want] {
				continue
			}
			e := click(f)
			second.do(&e)
			first.do(&e)
			assert.Equal(t, first.want, f.Classify(&e), "%s and %s", first.about, second.about)
		}
	}
}

func TestClassify_WhatCounts(t *testing.T) {
	t.Parallel()
	for about, do := range map[string]func(e *fraud.Event){
		"as it should be":                     func(*fraud.Event) {},
		"another address of the same network": func(e *fraud.Event) { e.IP = addr("203.0.113.200") },
		"by IPv6 after IPv4":                  func(e *fraud.Event) { e.IP = addr(homeSix) },
		"just in time":                        func(e *fraud.Event) { e.Now = e.Viewed.Add(300 * time.Millisecond) },
		"no marks in the token":               func(e *fraud.Event) { e.Decided = fraud.Marks{}; e.IP = addr(elsewhere) },
		"no country known now":                func(e *fraud.Event) { e.SeenIn = "" },
		"no country asked for":                func(e *fraud.Event) { e.DecidedIn, e.SeenIn = "", "DE" },
		"no address":                          func(e *fraud.Event) { e.IP = netip.Addr{} },
		"another purpose":                     func(e *fraud.Event) { e.Ahead.Purpose = []byte("pre") },
		"a view at once":                      func(e *fraud.Event) { e.Kind, e.Viewed, e.Now = fraud.View, time.Time{}, e.Issued },
		"bought days later, on the desktop": func(e *fraud.Event) {
			e.Kind, e.Now, e.IP, e.Agent = fraud.Conversion, e.Now.AddDate(0, 0, 5), addr(elsewhere), []byte("Mozilla/5.0 (X11)")
		},
		"told by a server of the advertiser's": func(e *fraud.Event) {
			e.Kind, e.ByServer, e.Device.Known, e.Agent, e.IP = fraud.Conversion, true, false, []byte("curl/8.14.1"), addr("198.51.100.17")
		},
	} {
		f := guarded(t)
		e := click(f)
		do(&e)
		assert.Equal(t, fraud.OK, f.Classify(&e), about)
	}
}

func TestClassify_AServerIsJudgedByWhatWasDone(t *testing.T) {
	t.Parallel()
	f := guarded(t)
	conversion := func() fraud.Event {
		e := click(f)
		e.Kind, e.ByServer = fraud.Conversion, true
		return e
	}
	e := conversion()
	e.Viewed = time.Time{}
	assert.Equal(t, fraud.ClickWithoutView, f.Classify(&e))
	e = conversion()
	e.Forced = true
	assert.Equal(t, fraud.Forced, f.Classify(&e))
	e = conversion()
	e.Staff = true
	assert.Equal(t, fraud.Staff, f.Classify(&e))
	for range 10 {
		e = conversion()
		assert.Equal(t, fraud.OK, f.Classify(&e))
	}
	assert.Equal(t, fraud.RateUser, f.Classify(&e), "whoever tells of it")
}

func TestClassify_TimesThatAreConfigured(t *testing.T) {
	t.Parallel()
	f := filter(t, fraud.Config{ViewAfter: time.Second, ClickAfter: -1, Roaming: true})
	e := click(f)
	e.Now = e.Viewed
	assert.Equal(t, fraud.OK, f.Classify(&e), "at once")
	e.IP = addr(elsewhere)
	assert.Equal(t, fraud.OK, f.Classify(&e), "from elsewhere")
	e.Kind, e.Now = fraud.View, e.Issued.Add(999*time.Millisecond)
	assert.Equal(t, fraud.TooFast, f.Classify(&e))
	e.Now = e.Issued.Add(time.Second)
	assert.Equal(t, fraud.OK, f.Classify(&e))
	e.Issued = time.Time{}
	assert.Equal(t, fraud.OK, f.Classify(&e), "it is not known since when")
}

func TestClassify_PrivateNetworksCountUnlessTheyAreInternal(t *testing.T) {
	t.Parallel()
	open, closed := filter(t, fraud.Config{}), filter(t, fraud.Config{Internal: fraud.Private()})
	for _, ip := range []string{"127.0.0.1", "::1", "10.0.0.1", "172.31.255.1", "192.168.1.1", "169.254.1.1", "fd00::1", "fe80::1%eth0"} {
		e := click(open)
		e.User, e.Decided, e.IP = 0, fraud.Marks{}, addr(ip)
		assert.Equal(t, fraud.OK, open.Classify(&e), ip)
		assert.Equal(t, fraud.Internal, closed.Classify(&e), ip)
	}
	e := click(closed)
	assert.Equal(t, fraud.OK, closed.Classify(&e))
}

func TestNew_SaysWhichFieldIsWrong(t *testing.T) {
	t.Parallel()
	for field, cfg := range map[string]fraud.Config{
		"Key":               {Key: []byte("short")},
		"Slots":             {Key: key, Slots: -1},
		"Every":             {Key: key, Every: -1},
		"ViewAfter":         {Key: key, ViewAfter: -1},
		"Internal":          {Key: key, Internal: []netip.Prefix{{}}},
		"User[1].Burst":     {Key: key, User: fraud.Rates{fraud.Click: {Every: time.Second}}},
		"Network[0].Every":  {Key: key, Network: fraud.Rates{fraud.View: {Burst: 1}}},
		"Provider[2].Every": {Key: key, Provider: fraud.Rates{fraud.Conversion: {Burst: 1, Every: 25 * time.Hour}}},
		"Provider[2]":       {Key: key, Provider: fraud.Rates{fraud.Conversion: {Burst: 1_000_000, Every: 24 * time.Hour}}},
	} {
		_, err := fraud.New(cfg)
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", field, err)
		assert.Equal(t, field, fault.Of(err).Field)
	}
}

func TestReasons_HaveNamesThatAreReadBack(t *testing.T) {
	t.Parallel()
	all, seen := fraud.Reasons(), map[string]bool{}
	for i, r := range all {
		assert.Equal(t, i, int(r))
		assert.True(t, r.Valid())
		assert.Regexp(t, "^[a-z]+(_[a-z]+)*$", r.String())
		assert.Regexp(t, `^[A-Z].*\.$`, r.Description(), r)
		assert.False(t, seen[r.String()] || seen[r.Description()], r)
		seen[r.String()], seen[r.Description()] = true, true
		back, ok := fraud.ParseReason(r.String())
		assert.True(t, ok)
		assert.Equal(t, r, back)
		assert.Equal(t, r == fraud.OK, r.Billable())
	}
	unknown := fraud.Reason(200)
	assert.False(t, unknown.Valid() || unknown.Billable())
	assert.Equal(t, "unknown_reason", unknown.String())
	assert.Empty(t, unknown.Description())
	_, ok := fraud.ParseReason("unknown_reason")
	assert.False(t, ok)
}

// The numbers are in journals that another release of the program has written.
func TestReasons_NumbersStayForGood(t *testing.T) {
	t.Parallel()
	var names []string
	for _, r := range fraud.Reasons() {
		names = append(names, r.String())
	}
	assert.Equal(t, []string{
		"ok", "bad_token", "expired_token", "duplicate", "hidden", "forced", "internal_network", "staff", "prefetch", "bot_user_agent", "unknown_user_agent",
		"click_without_view", "too_fast", "blocked_user_agent", "blocked_network", "data_centre", "anonymous_network", "country_mismatch",
		"user_agent_mismatch", "network_mismatch", "rate_user", "rate_network", "rate_provider",
	}, names)
}
