package consent_test

import (
	"strings"
	"testing"

	"github.com/prebid/go-gdpr/consentconstants"
	tcf2 "github.com/prebid/go-gdpr/vendorconsent/tcf2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// another is what is asked of prebid's reader of TC strings, with which ours has to agree.
type another interface {
	PurposeAllowed(id consentconstants.Purpose) bool
	SpecialFeatureOptIn(id uint16) bool
	VendorConsent(id uint16) bool
	CheckPubRestriction(purposeID, restrictType uint8, vendor uint16) bool
}

func FuzzTCF_AgreesWithAnother(f *testing.F) {
	for _, text := range []string{
		everything, tcf{}.String(), tcf{vendors: []int{1, 5, 77}, restricted: [][3]int{{1, 0, 5}, {2, 2, 5}}}.String(),
		tcf{purposes: []int{1, 4}, vendors: []int{1, 5, 77}, ranges: true}.String(), tcf{own: []int{1}}.String(),
		"COvcSpYOvcSpYC9AAAENAPCAAAAAAAAAAAAACvwDQABAAIAAYABIAC4AJQAagA9ACEAPgAjIBJoCvAK-AAAAAA",
		"COwAdDhOwAdDhN4ABAENAPCgAAQAAv___wAAAFP_AAp_4AI6ACACAA", "COyiBqdOyiBqdObAAAENAfCIAP8AAH-AAAAAB4AXQQgEAAAgoAAAAABAIYQUAAAAAAAAAAAAAAAIQIQCxIvkgQMAAAABgAIAAAAAAAAAAABAZAkAAA",
		"COx3XOeOx3XOeLkAAAENAfCIAAAAAHgAAIAAAAAAAAAA", "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA",
		"COvcSpYOvcSpYC9AAAENAPCYABIAC4AJQAagA9ACEAPgCAjIBJoCvAK-AAAAAA", // on which another panics
	} {
		f.Add(text, uint16(5))
	}
	f.Fuzz(func(t *testing.T, text string, vendor uint16) {
		core, _, _ := strings.Cut(text, ".")
		may, err := consent.Rules{Vendor: vendor}.Decide(consent.Strings{TCF: core, Country: "DE"})
		if err != nil {
			require.Equal(t, because(nothing, consent.ReasonMalformed), may)
		}
		if core == "" || core[0] != 'C' || strings.ContainsAny(core, "\r\n") {
			return
		}
		other := readOtherwise(core)
		if other == nil {
			return // it wants 29 bytes at least, and ranges of two
		}
		require.NoError(t, err)
		allows := func(purpose int) bool {
			id := uint8(purpose)
			return other.PurposeAllowed(consentconstants.Purpose(id)) && (vendor == 0 ||
				other.VendorConsent(vendor) && !other.CheckPubRestriction(id, 0, vendor) && !other.CheckPubRestriction(id, 2, vendor))
		}
		if vendor != 0 && repeated(core) {
			return // it keeps the last of the restrictions on one purpose, we keep all
		}
		assert.Equal(t, consent.Permissions{
			Store: allows(1), FrequencyByUser: allows(1) && allows(2), Personalise: allows(1) && allows(3) && allows(4), Measure: allows(7),
			PreciseGeo: other.SpecialFeatureOptIn(1) && (vendor == 0 || other.VendorConsent(vendor)), Reason: may.Reason,
		}, may)
	})
}

// readOtherwise has another read a core, nil when it cannot. On some that are cut off go-gdpr v1.12.0 panics.
func readOtherwise(core string) (read another) {
	defer func() {
		if recover() != nil {
			read = nil
		}
	}()
	parsed, err := tcf2.ParseString(core)
	if err != nil {
		return nil
	}
	read, _ = parsed.(another)
	return read
}

// repeated reports whether a string is long enough to restrict a purpose twice, which is as good as never.
func repeated(core string) bool { return len(core) > 60 }

func FuzzGPP(f *testing.F) {
	for _, text := range []string{
		gpp([]int{2, 6}, everything, "1YNN"), gpp([]int{7}, forms[0].core(1, 2, 0)+".YA"), "DBABjw~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", "DBAA", "~",
		"DBABrGA~DSJgmkoZJSA.YA~BlgWEYCY.QA~BSFgmiU~bSFgmJQ.YA~BWJYJllA~bSFgmSZQ.YA",
	} {
		f.Add(text, 7, "US")
	}
	f.Fuzz(func(t *testing.T, text string, section int, country string) {
		s := consent.Strings{GPP: text, GPPSections: []int{section}, Country: country}
		one, err := consent.Rules{}.Decide(s)
		if err != nil {
			require.Equal(t, because(nothing, consent.ReasonMalformed), one)
			require.Contains(t, []string{"gpp", "gpp_sid"}, fault.Of(err).Field)
		}
		s.GPPSections = nil
		whole, err := consent.Rules{}.Decide(s)
		if err != nil || section < 0 {
			return
		}
		assert.True(t, !whole.Personalise || one.Personalise || one.Reason == consent.ReasonMalformed || one.Reason == consent.ReasonNoSignal,
			"all sections allow no more than one of them, unless it is not there or says nothing of consent")
	})
}

func FuzzUSPrivacy(f *testing.F) {
	f.Add("1YNN")
	f.Add("1---")
	f.Add("1YYY")
	f.Fuzz(func(t *testing.T, text string) {
		may, err := consent.Rules{}.Decide(consent.Strings{USPrivacy: text, Country: "US"})
		switch {
		case text == "":
			assert.True(t, may.Personalise)
		case err != nil:
			assert.Equal(t, because(nothing, consent.ReasonMalformed), may)
		default:
			require.Len(t, text, 4)
			assert.Equal(t, !strings.EqualFold(text[2:3], "Y"), may.Personalise)
			assert.True(t, may.Store)
		}
	})
}
