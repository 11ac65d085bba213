package openrtb_test

import (
	"testing"

	"github.com/prebid/openrtb/v20/openrtb2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

var (
	everything = openrtb.May{Identify: true, Personalise: true, PreciseGeo: true}
	us         = openrtb.Node{System: "marquee.example", Seller: "p-12", RequestID: "r-2"}
)

func TestBuildRequest_Golden(t *testing.T) {
	t.Parallel()
	for name, may := range map[string]openrtb.May{"nothing": {}, "everything": everything} {
		for kind, q := range map[string]*openrtb.Request{"banner": banner(t), "video": video(t)} {
			data := openrtb.BuildRequest(nil, q, may, us, true)
			golden(t, "build/"+kind+"-"+name+".json", data)
			known(t, data, &openrtb2.BidRequest{})
		}
	}
}

func TestScrubbed_TellsWhatMayBeTold(t *testing.T) {
	t.Parallel()
	q := banner(t)
	before := string(openrtb.AppendRequest(nil, q))

	s := q.Scrubbed(openrtb.May{})
	assert.Empty(t, s.User.ID+s.User.BuyerUID+s.Device.IFA)
	assert.Equal(t, "203.0.113.0", s.Device.IP)
	assert.Equal(t, "2001:db8:85a3::", s.Device.IPv6)
	assert.Zero(t, s.User.YOB)
	assert.Empty(t, s.User.Gender+s.User.Keywords+s.Site.Ref+s.Site.Search)
	assert.InDelta(t, 50.94, s.Device.Geo.Lat, 1e-9)
	assert.InDelta(t, 6.96, s.Device.Geo.Lon, 1e-9)
	assert.Empty(t, s.Device.Geo.Zip)
	assert.Equal(t, "Köln", s.Device.Geo.City)
	assert.NotEmpty(t, s.User.Consent, "bidders must know what they may")

	s = q.Scrubbed(openrtb.May{Identify: true})
	assert.Equal(t, q.User.ID, s.User.ID)
	assert.Equal(t, q.Device.IP, s.Device.IP)
	assert.Zero(t, s.User.YOB)

	s = q.Scrubbed(openrtb.May{Personalise: true})
	assert.Equal(t, q.User.YOB, s.User.YOB)
	assert.Equal(t, q.Site, s.Site)
	assert.Empty(t, s.User.ID)

	s = q.Scrubbed(everything)
	assert.Equal(t, q, s)
	assert.Equal(t, before, string(openrtb.AppendRequest(nil, q)), "the request itself stays as it was")
}

func TestScrubbed_Child(t *testing.T) {
	t.Parallel()
	q := banner(t)
	q.Regs.COPPA = true
	s := q.Scrubbed(everything)
	assert.Empty(t, s.User.ID+s.User.BuyerUID+s.Device.IFA+s.User.Gender)
	assert.False(t, s.Device.Geo.Located)
	assert.Zero(t, s.Device.Geo.Lat)
	assert.Equal(t, "DEU", s.Device.Geo.Country)
}

func TestScrubbed_Addresses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "::ffff:192.0.2.9": "192.0.2.0", "fe80::1%eth0": "fe80::", "not an address": "", "198.51.100.255": "198.51.100.0"} {
		q := banner(t)
		q.Device.IP = in
		assert.Equal(t, want, q.Scrubbed(openrtb.May{}).Device.IP, in)
	}
}

func TestBuildRequest_SupplyChain(t *testing.T) {
	t.Parallel()
	q := banner(t)
	first, err := openrtb.ParseRequest(openrtb.BuildRequest(nil, q, openrtb.May{}, us, false))
	require.NoError(t, err)
	require.Len(t, first.Source.Nodes, 3)
	assert.Equal(t, us, first.Source.Nodes[2], "we are the last link")
	assert.True(t, first.Source.Complete, "a chain that was complete stays so")
	assert.Len(t, q.Source.Nodes, 2)

	q.Source = openrtb.Source{}
	ours, err := openrtb.ParseRequest(openrtb.BuildRequest(nil, q, openrtb.May{}, us, true))
	require.NoError(t, err)
	assert.Equal(t, openrtb.Source{Complete: true, Ver: "1.0", Nodes: []openrtb.Node{us}}, ours.Source)

	none, err := openrtb.ParseRequest(openrtb.BuildRequest(nil, q, openrtb.May{}, openrtb.Node{}, true))
	require.NoError(t, err)
	assert.Empty(t, none.Source.Nodes)
}

// Requests that share a chain with room behind it do not write into each other.
func TestBuildRequest_LeavesTheChainAlone(t *testing.T) {
	t.Parallel()
	q := banner(t)
	room := make([]openrtb.Node, 3)
	copy(room, q.Source.Nodes)
	q.Source.Nodes = room[:2]
	openrtb.BuildRequest(nil, q, openrtb.May{}, us, true)
	assert.Equal(t, openrtb.Node{}, room[2])
}
