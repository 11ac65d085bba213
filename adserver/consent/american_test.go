package consent_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/consent"
)

// form is an American section as its specification lists it: how many answers of each kind.
type form struct {
	id, version                           int
	notices, objections, sensitive, child int
}

var forms = []form{
	{7, 1, 6, 3, 12, 2},
	{7, 2, 6, 3, 16, 3},
	{8, 1, 3, 2, 9, 2},
	{9, 1, 3, 2, 8, 1},
	{10, 1, 3, 2, 7, 1},
	{11, 1, 4, 2, 8, 1},
	{12, 1, 3, 2, 8, 3},
	{13, 1, 3, 2, 8, 3},
	{14, 1, 3, 2, 8, 3},
	{15, 1, 3, 2, 11, 3},
	{16, 1, 3, 2, 8, 1},
	{17, 1, 3, 2, 9, 5},
	{18, 1, 4, 2, 8, 1},
	{19, 1, 3, 2, 8, 1},
	{20, 1, 3, 2, 8, 3},
	{21, 1, 3, 2, 10, 5},
	{22, 1, 3, 2, 8, 1},
	{23, 1, 3, 2, 8, 1},
}

// core fills the section: noise where nothing is read, and the answers given.
func (f form) core(noise, objection, child int) string {
	answers := slices.Concat(
		slices.Repeat([]int{noise}, f.notices), slices.Repeat([]int{objection}, f.objections), slices.Repeat([]int{noise}, f.sensitive),
		slices.Repeat([]int{child}, f.child), []int{noise, noise, noise, noise},
	)
	return american(f.version, answers...)
}

func TestAmerican_EachSection(t *testing.T) {
	t.Parallel()
	decide := func(f form, core string) consent.Permissions {
		may, err := consent.Rules{}.Decide(consent.Strings{GPP: gpp([]int{f.id}, core), GPPSections: []int{f.id}, Country: "US"})
		require.NoError(t, err, "%+v", f)
		return may
	}
	for _, f := range forms {
		for noise := range 4 {
			assert.Equal(t, because(all, consent.ReasonNotNeeded), decide(f, f.core(noise, 2, 0)), "%+v", f)
			assert.Equal(t, because(all, consent.ReasonNotNeeded), decide(f, f.core(noise, 0, 0)), "%+v", f)
			assert.Equal(t, because(narrowed(all), consent.ReasonOptOut), decide(f, f.core(noise, 1, 0)), "%+v", f)
			assert.Equal(t, because(nothing, consent.ReasonChild), decide(f, f.core(noise, 2, 1)), "%+v", f)
			assert.Equal(t, because(nothing, consent.ReasonChild), decide(f, f.core(noise, 2, 2)), "%+v", f)
		}
		assert.Equal(t, because(narrowed(all), consent.ReasonOptOut), decide(f, f.core(0, 2, 0)+".YA"), "GPC is set: %+v", f)
		assert.Equal(t, because(all, consent.ReasonNotNeeded), decide(f, f.core(0, 2, 0)+".QA"), "GPC is not set: %+v", f)
	}
}

// One objection among several is enough, whichever it is.
func TestAmerican_AnyObjection(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(forms).Draw(t, "form")
		var answers []int
		add := func(n int, of ...int) (any bool) {
			for range n {
				a := rapid.SampledFrom(of).Draw(t, "answer")
				answers = append(answers, a)
				any = any || a == 1
			}
			return any
		}
		add(f.notices, 0, 1, 2)
		objects := add(f.objections, 0, 1, 2)
		add(f.sensitive, 0, 1, 2)
		add(f.child, 0)
		may, err := consent.Rules{}.Decide(consent.Strings{GPP: gpp([]int{f.id}, american(f.version, answers...)), Country: "US"})
		require.NoError(t, err)
		assert.Equal(t, !objects, may.Personalise)
		assert.True(t, may.Store)
	})
}

func TestAmerican_CannotBeRead(t *testing.T) {
	t.Parallel()
	for name, core := range map[string]string{
		"cut off":               forms[0].core(0, 2, 0)[:6],
		"objection of no sense": forms[0].core(0, 3, 0),
		"version to come":       american(3, slices.Repeat([]int{0}, 60)...),
		"version zero":          american(0, slices.Repeat([]int{0}, 60)...),
		"subsection to come":    forms[0].core(0, 2, 0) + ".gA",
		"empty subsection":      forms[0].core(0, 2, 0) + ".",
		"other letters":         forms[0].core(0, 2, 0) + "%",
		"empty":                 "",
	} {
		may, err := consent.Rules{}.Decide(consent.Strings{GPP: gpp([]int{7}, core), Country: "US"})
		require.Error(t, err, name)
		assert.Equal(t, because(nothing, consent.ReasonMalformed), may, name)
	}
}

func TestGPP_SectionsThatApply(t *testing.T) {
	t.Parallel()
	text := gpp([]int{2, 6, 7, 24}, everything, "1YNN", forms[0].core(0, 1, 0), "anything")
	for name, c := range map[string]struct {
		apply []int
		want  consent.Permissions
	}{
		"all":          {nil, because(nothing, consent.ReasonUnreadable)},
		"none of them": {[]int{-1}, because(all, consent.ReasonNotNeeded)},
		"Europe":       {[]int{2}, because(all, consent.ReasonConsent)},
		"US privacy":   {[]int{6}, because(all, consent.ReasonNotNeeded)},
		"US national":  {[]int{7}, because(narrowed(all), consent.ReasonOptOut)},
		"both":         {[]int{7, 2}, because(narrowed(all), consent.ReasonConsent)},
		"Maryland":     {[]int{24}, because(nothing, consent.ReasonUnreadable)},
	} {
		may, err := consent.Rules{}.Decide(consent.Strings{GPP: text, GPPSections: c.apply, Country: "US"})
		require.NoError(t, err, name)
		assert.Equal(t, c.want, may, name)
	}
}

// Two TC strings that disagree allow what both do.
func TestGPP_NarrowsTCF(t *testing.T) {
	t.Parallel()
	may, err := consent.Rules{}.Decide(consent.Strings{
		TCF: tcf{purposes: []int{1, 2}}.String(), GPP: gpp([]int{2}, tcf{purposes: []int{1, 7}}.String()), Country: "DE",
	})
	require.NoError(t, err)
	assert.Equal(t, consent.Permissions{Store: true, Reason: consent.ReasonConsent}, may)
}

// Ranges in the header stand for every section between.
func TestGPP_HeaderRanges(t *testing.T) {
	t.Parallel()
	header := new(writer).put(3, 6).put(1, 6).put(1, 12).put(1, 1).fibonacci(6).fibonacci(2).String()
	core := func(i int) string { return forms[i].core(0, 2, 0) }
	may, err := consent.Rules{}.Decide(consent.Strings{GPP: header + "~1YNN~" + core(0) + "~" + forms[2].core(0, 1, 0), GPPSections: []int{8}, Country: "US"})
	require.NoError(t, err)
	assert.False(t, may.Personalise, "California is the third")
}
