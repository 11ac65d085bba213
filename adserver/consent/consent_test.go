package consent_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/bms/fault"
)

var (
	yes, no = true, false

	everything = tcf{purposes: []int{1, 2, 3, 4, 7}, features: []int{1}}.String()

	nothing = consent.Permissions{}
	all     = consent.Permissions{Store: true, Personalise: true, FrequencyByUser: true, Measure: true, PreciseGeo: true}
)

// because is p with a reason.
func because(p consent.Permissions, reason string) consent.Permissions {
	p.Reason = reason
	return p
}

// narrowed is p without what an objection takes.
func narrowed(p consent.Permissions) consent.Permissions {
	p.Personalise, p.PreciseGeo = false, false
	return p
}

func TestDecide(t *testing.T) {
	t.Parallel()
	publisher := all
	publisher.PreciseGeo = false
	for name, c := range map[string]struct {
		in   consent.Strings
		want consent.Permissions
	}{
		"nothing is known":                       {consent.Strings{}, because(nothing, consent.ReasonNoSignal)},
		"silence in Germany":                     {consent.Strings{Country: "DE"}, because(nothing, consent.ReasonNoSignal)},
		"silence in India":                       {consent.Strings{Country: "IN"}, because(all, consent.ReasonNotNeeded)},
		"silence in India, GDPR said":            {consent.Strings{Country: "IN", GDPR: true}, because(nothing, consent.ReasonNoSignal)},
		"consent in Germany":                     {consent.Strings{Country: "DE", TCF: everything}, because(all, consent.ReasonConsent)},
		"consent, but GPC":                       {consent.Strings{Country: "DE", TCF: everything, GPC: true}, because(narrowed(all), consent.ReasonConsent)},
		"refused by TCF where none is needed":    {consent.Strings{Country: "IN", TCF: tcf{}.String()}, because(nothing, consent.ReasonConsent)},
		"publisher asked":                        {consent.Strings{Country: "FR", Personal: &yes}, because(publisher, consent.ReasonPublisher)},
		"publisher was refused":                  {consent.Strings{Country: "US", Personal: &no}, because(nothing, consent.ReasonPublisher)},
		"publisher was refused, TCF was not":     {consent.Strings{Country: "FR", Personal: &no, TCF: everything}, because(nothing, consent.ReasonPublisher)},
		"publisher may, TCF refuses":             {consent.Strings{Country: "FR", Personal: &yes, TCF: tcf{}.String()}, because(nothing, consent.ReasonConsent)},
		"device limits tracking":                 {consent.Strings{Country: "US", LimitTracking: true}, because(nothing, consent.ReasonDevice)},
		"browser sends DNT, with consent":        {consent.Strings{Country: "DE", TCF: everything, DoNotTrack: true}, because(nothing, consent.ReasonDevice)},
		"a child":                                {consent.Strings{Country: "US", Child: true}, because(nothing, consent.ReasonChild)},
		"GPC in California":                      {consent.Strings{Country: "US", GPC: true}, because(narrowed(all), consent.ReasonOptOut)},
		"US privacy string objects":              {consent.Strings{Country: "US", USPrivacy: "1YYN"}, because(narrowed(all), consent.ReasonOptOut)},
		"US privacy string does not object":      {consent.Strings{Country: "US", USPrivacy: "1YNN"}, because(all, consent.ReasonNotNeeded)},
		"US privacy string does not apply":       {consent.Strings{Country: "US", USPrivacy: "1---"}, because(all, consent.ReasonNotNeeded)},
		"US privacy string is no consent":        {consent.Strings{Country: "DE", USPrivacy: "1YNN"}, because(nothing, consent.ReasonNoSignal)},
		"objects in the US, publisher had asked": {consent.Strings{Country: "US", USPrivacy: "1YYN", Personal: &yes}, because(narrowed(publisher), consent.ReasonPublisher)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			may, err := consent.Rules{}.Decide(c.in)
			require.NoError(t, err)
			assert.Equal(t, c.want, may)
		})
	}
}

func TestDecide_EachPurposeOpensItsOwnDoor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   tcf
		want consent.Permissions
	}{
		"storing alone":                  {tcf{purposes: []int{1}}, consent.Permissions{Store: true}},
		"selection without storing":      {tcf{purposes: []int{2}}, nothing},
		"storing and selection":          {tcf{purposes: []int{1, 2}}, consent.Permissions{Store: true, FrequencyByUser: true}},
		"profiles made, and not used":    {tcf{purposes: []int{1, 3}}, consent.Permissions{Store: true}},
		"profiles used, and not made":    {tcf{purposes: []int{1, 4}}, consent.Permissions{Store: true}},
		"profiles without storing":       {tcf{purposes: []int{3, 4}}, nothing},
		"profiles":                       {tcf{purposes: []int{1, 3, 4}}, consent.Permissions{Store: true, Personalise: true}},
		"measuring":                      {tcf{purposes: []int{7}}, consent.Permissions{Measure: true}},
		"precise places":                 {tcf{features: []int{1}}, consent.Permissions{PreciseGeo: true}},
		"another feature":                {tcf{features: []int{2}}, nothing},
		"purposes that are not ours":     {tcf{purposes: []int{5, 6, 8, 9, 10, 11}}, nothing},
		"the publisher's own count":      {tcf{purposes: []int{1, 2}, own: []int{1, 7}}, consent.Permissions{Store: true, Measure: true}},
		"the publisher has none":         {tcf{purposes: []int{1, 2}, own: []int{}}, nothing},
		"features with the publisher's":  {tcf{features: []int{1}, own: []int{7}}, consent.Permissions{Measure: true, PreciseGeo: true}},
		"restrictions are for vendors":   {tcf{purposes: []int{1}, restricted: [][3]int{{1, 0, 9}}}, consent.Permissions{Store: true}},
		"vendors do not matter to us":    {tcf{purposes: []int{1}, vendors: []int{1, 2, 3}}, consent.Permissions{Store: true}},
		"nor do they when listed single": {tcf{purposes: []int{1}, vendors: []int{1, 2, 3}, ranges: true}, consent.Permissions{Store: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			may, err := consent.Rules{}.Decide(consent.Strings{TCF: c.in.String(), Country: "NL"})
			require.NoError(t, err)
			assert.Equal(t, because(c.want, consent.ReasonConsent), may)
		})
	}
}

func TestDecide_AsVendor(t *testing.T) {
	t.Parallel()
	rules := consent.Rules{Vendor: 77}
	stores := consent.Permissions{Store: true, FrequencyByUser: true, Reason: consent.ReasonConsent}
	for name, c := range map[string]struct {
		in   tcf
		want consent.Permissions
	}{
		"allowed, as a bit":            {tcf{purposes: []int{1, 2}, vendors: []int{3, 77, 80}}, stores},
		"allowed, as the last bit":     {tcf{purposes: []int{1, 2}, vendors: []int{77}}, stores},
		"allowed, in a list":           {tcf{purposes: []int{1, 2}, vendors: []int{3, 77, 800}, ranges: true}, stores},
		"others are allowed":           {tcf{purposes: []int{1, 2}, vendors: []int{76, 78}}, because(nothing, consent.ReasonVendor)},
		"others are listed":            {tcf{purposes: []int{1, 2}, vendors: []int{76, 78}, ranges: true}, because(nothing, consent.ReasonVendor)},
		"nobody is allowed":            {tcf{purposes: []int{1, 2}}, because(nothing, consent.ReasonVendor)},
		"the publisher's do not count": {tcf{vendors: []int{77}, own: []int{1, 2}}, because(nothing, consent.ReasonConsent)},
		"a purpose is forbidden": {
			tcf{purposes: []int{1, 2}, vendors: []int{77}, restricted: [][3]int{{2, 0, 77}}},
			consent.Permissions{Store: true, Reason: consent.ReasonConsent},
		},
		"consent is demanded":     {tcf{purposes: []int{1, 2}, vendors: []int{77}, restricted: [][3]int{{2, 1, 77}}}, stores},
		"another is forbidden it": {tcf{purposes: []int{1, 2}, vendors: []int{77}, restricted: [][3]int{{2, 0, 76}, {9, 0, 77}}}, stores},
		"only legitimate interest may be claimed": {
			tcf{purposes: []int{1, 2}, vendors: []int{77}, restricted: [][3]int{{9, 1, 5}, {1, 2, 77}}},
			because(nothing, consent.ReasonConsent),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			may, err := rules.Decide(consent.Strings{TCF: c.in.String(), Country: "NL"})
			require.NoError(t, err)
			assert.Equal(t, c.want, may)
		})
	}
}

func TestDecide_VendorInARange(t *testing.T) {
	t.Parallel()
	text := tcfCore(func(w *writer) {
		w.put(90, 16).put(1, 1).put(2, 12).put(0, 1).put(3, 16).put(1, 1).put(70, 16).put(80, 16)
	})
	for vendor, in := range map[uint16]bool{1: false, 3: true, 4: false, 69: false, 70: true, 77: true, 80: true, 81: false, 90: false, 65535: false} {
		may, err := consent.Rules{Vendor: vendor}.Decide(consent.Strings{TCF: text})
		require.NoError(t, err)
		assert.Equal(t, in, may.Reason == consent.ReasonConsent, "vendor %d", vendor)
	}
}

// The strings of the specification, and of a consent manager in use.
func TestDecide_PublishedStrings(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"DBABM~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA",
		"DBACNY~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", "DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN",
		"DBABjw~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN",
	} {
		_, err := consent.Rules{}.Decide(consent.Strings{GPP: text, Country: "BE"})
		require.NoError(t, err, text)
	}
	may, err := consent.Rules{Vendor: 2}.Decide(consent.Strings{TCF: "COvcSpYOvcSpYC9AAAENAPCAAAAAAAAAAAAACvwDQABAAIAAYABIAC4AJQAagA9ACEAPgAjIBJoCvAK-AAAAAA"})
	require.NoError(t, err)
	assert.Equal(t, because(nothing, consent.ReasonConsent), may, "vendor 2 is on the list and no purpose is allowed")
}

func TestDecide_MalformedAllowsNothing(t *testing.T) {
	t.Parallel()
	good := everything
	for name, c := range map[string]struct {
		in    consent.Strings
		field string
	}{
		"TCF of version 1":           {consent.Strings{TCF: "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA"}, "tcf"},
		"TCF cut off":                {consent.Strings{TCF: good[:30]}, "tcf"},
		"TCF without its last":       {consent.Strings{TCF: good[:len(good)-3]}, "tcf"},
		"TCF with other letters":     {consent.Strings{TCF: good[:20] + "?" + good[21:]}, "tcf"},
		"TCF with padding":           {consent.Strings{TCF: good + "="}, "tcf"},
		"TCF names no list":          {consent.Strings{TCF: "C" + strings.Repeat("A", 48)}, "tcf"},
		"TCF with a strange segment": {consent.Strings{TCF: good + ".gAAA"}, "tcf"},
		"TCF with an empty segment":  {consent.Strings{TCF: good + "."}, "tcf"},
		"TCF with half a segment":    {consent.Strings{TCF: good + ".YAA"}, "tcf"},
		"TCF with a range that ends before it begins": {
			consent.Strings{TCF: tcfCore(func(w *writer) { w.put(90, 16).put(1, 1).put(1, 12).put(1, 1).put(80, 16).put(70, 16) })}, "tcf",
		},
		"TCF with a range from zero": {
			consent.Strings{TCF: tcfCore(func(w *writer) { w.put(90, 16).put(1, 1).put(1, 12).put(0, 1).put(0, 16) })}, "tcf",
		},
		"TCF with a vendor beyond the highest": {
			consent.Strings{TCF: tcfCore(func(w *writer) { w.put(90, 16).put(1, 1).put(1, 12).put(0, 1).put(91, 16) })}, "tcf",
		},
		"GPP with a number of a thousand digits": {
			consent.Strings{GPP: new(writer).put(3, 6).put(1, 6).put(1, 12).put(0, 1).zeros(1000).put(3, 2).String() + "~1YNN"}, "gpp",
		},
		"GPP of nothing":             {consent.Strings{GPP: "~"}, "gpp"},
		"GPP of another type":        {consent.Strings{GPP: "EBABMA~" + good}, "gpp"},
		"GPP with more than it says": {consent.Strings{GPP: gpp([]int{6}, "1YNN", "1YNN")}, "gpp"},
		"GPP with less than it says": {consent.Strings{GPP: gpp([]int{6, 7}, "1YNN")}, "gpp"},
		"GPP with a bad section":     {consent.Strings{GPP: gpp([]int{6}, "2YNN")}, "gpp"},
		"GPP without what applies":   {consent.Strings{GPP: gpp([]int{6}, "1YNN"), GPPSections: []int{7}}, "gpp_sid"},
		"sections and no GPP":        {consent.Strings{GPPSections: []int{7}}, "gpp_sid"},
		"GPP with a bad range":       {consent.Strings{GPP: new(writer).put(3, 6).put(1, 6).put(1, 12).put(1, 1).fibonacci(7).fibonacci(30000).String() + "~1YNN"}, "gpp"},
		"US privacy too short":       {consent.Strings{USPrivacy: "1YN"}, "us_privacy"},
		"US privacy of version 2":    {consent.Strings{USPrivacy: "2YNN"}, "us_privacy"},
		"US privacy of other words":  {consent.Strings{USPrivacy: "1Y0N"}, "us_privacy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.in.Country, c.in.Personal = "US", &yes
			may, err := consent.Rules{}.Decide(c.in)
			require.Error(t, err)
			assert.Equal(t, fault.Invalid, fault.CodeOf(err))
			assert.Equal(t, c.field, fault.Of(err).Field)
			assert.Equal(t, because(nothing, consent.ReasonMalformed), may)
		})
	}
}

func TestNeedsConsent(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"", "DE", "de", "DEU", "GB", "CHE", "NO", "RE", "D", "??", "ZZ", "Deutschland", "1A", "EU", "ISL"} {
		assert.True(t, consent.NeedsConsent(c), "%q", c)
	}
	for _, c := range []string{"US", "us", "IND", "in", "BR", "JPN", "AE", "CA", "TR"} {
		assert.False(t, consent.NeedsConsent(c), "%q", c)
	}
}

// Both forms of a code mean the same.
func TestNeedsConsent_BothForms(t *testing.T) {
	t.Parallel()
	for two, three := range map[string]string{"AT": "AUT", "DK": "DNK", "EE": "EST", "HR": "HRV", "LV": "LVA", "SI": "SVN", "SK": "SVK", "US": "USA", "LI": "LIE", "YT": "MYT", "MX": "MEX"} {
		assert.Equal(t, consent.NeedsConsent(two), consent.NeedsConsent(three), two)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	base := consent.Strings{TCF: everything, Country: "DE", GPPSections: []int{2, 7}}
	key, ok := base.Key()
	require.True(t, ok)
	again := base
	again.GPPSections = []int{7, 2}
	same, _ := again.Key()
	assert.Equal(t, key, same, "the order of sections does not matter")
	assert.Equal(t, key, key.Clone())

	seen := map[consent.Key]bool{key: true}
	for _, change := range []func(*consent.Strings){
		func(s *consent.Strings) { s.TCF = "" }, func(s *consent.Strings) { s.GPP = "x" }, func(s *consent.Strings) { s.USPrivacy = "1YNN" },
		func(s *consent.Strings) { s.Country = "FR" }, func(s *consent.Strings) { s.LimitTracking = true }, func(s *consent.Strings) { s.DoNotTrack = true },
		func(s *consent.Strings) { s.GPC = true }, func(s *consent.Strings) { s.GDPR = true }, func(s *consent.Strings) { s.Child = true },
		func(s *consent.Strings) { s.Personal = &yes }, func(s *consent.Strings) { s.Personal = &no }, func(s *consent.Strings) { s.GPPSections = nil },
		func(s *consent.Strings) { s.GPPSections = []int{2} },
	} {
		other := base
		change(&other)
		k, ok := other.Key()
		require.True(t, ok)
		assert.False(t, seen[k], "%+v", other)
		seen[k] = true
	}
	base.GPPSections = []int{64}
	_, ok = base.Key()
	assert.False(t, ok)
}

func TestDecide_AllocatesNothing(t *testing.T) {
	if underRace {
		t.Skip("the race detector allocates")
	}
	rules := consent.Rules{Vendor: 77}
	for name, s := range map[string]consent.Strings{
		"no strings":  {Country: "DE", Personal: &yes},
		"all strings": {Country: "DE", TCF: everything, GPP: gpp([]int{2, 6}, everything, "1YNN"), GPPSections: []int{2, 6}, USPrivacy: "1YNN"},
	} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = rules.Decide(s) }), name)
		assert.Zero(t, testing.AllocsPerRun(100, func() { s.Key() }), name)
	}
}
