package sellers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/sellers"
	"github.com/marquee-tickets/marquee/bms/fault"
)

var ours = sellers.Record{System: "marquee.example", Account: "p-12", Relation: sellers.Direct, CertID: "f08c47fec0942fa0"}

// file is one with everything.
func file() sellers.AdsTxt {
	return sellers.AdsTxt{
		OwnerDomain: "ring-lichtspiele.example",
		Managers:    []sellers.Manager{{Domain: "marquee.example"}, {Domain: "sales.example", Country: "DE"}},
		Contacts:    []string{"ads@kino.example", "https://kino.example/ads?a=b"},
		Subdomains:  []string{"tickets.kino.example"},
		Partners:    []string{"tv.example"},
		Records:     []sellers.Record{ours, {System: "exchange.example", Account: "XF7342", Relation: sellers.Reseller}},
	}
}

const text = `OWNERDOMAIN=ring-lichtspiele.example
MANAGERDOMAIN=marquee.example
MANAGERDOMAIN=sales.example, DE
CONTACT=ads@kino.example
CONTACT=https://kino.example/ads?a=b
SUBDOMAIN=tickets.kino.example
INVENTORYPARTNERDOMAIN=tv.example
marquee.example, p-12, DIRECT, f08c47fec0942fa0
exchange.example, XF7342, RESELLER
`

func TestAppendAdsTxt(t *testing.T) {
	t.Parallel()
	got, err := sellers.AppendAdsTxt([]byte("# ours\n"), file())
	require.NoError(t, err)
	assert.Equal(t, "# ours\n"+text, string(got))
	assert.Equal(t, "marquee.example, p-12, DIRECT, f08c47fec0942fa0", ours.String())
}

func TestAppendAdsTxt_NobodyMaySell(t *testing.T) {
	t.Parallel()
	got, err := sellers.AppendAdsTxt(nil, sellers.AdsTxt{})
	require.NoError(t, err)
	assert.Equal(t, "placeholder.example.com, placeholder, DIRECT, placeholder\n", string(got))
	f := sellers.ParseAdsTxt(got)
	assert.Equal(t, sellers.AdsTxt{}, f)
	assert.Equal(t, sellers.Absent, f.Standing(ours))
}

func TestAppendAdsTxt_RefusesNamingTheField(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*sellers.AdsTxt){
		"owner_domain":        func(f *sellers.AdsTxt) { f.OwnerDomain = "https://kino.example" },
		"managers[0].domain":  func(f *sellers.AdsTxt) { f.Managers[0].Domain = "localhost" },
		"managers[1].country": func(f *sellers.AdsTxt) { f.Managers[1].Country = "Germany" },
		"managers[2].country": func(f *sellers.AdsTxt) { f.Managers = append(f.Managers, f.Managers[1]) },
		"contacts[1]":         func(f *sellers.AdsTxt) { f.Contacts[1] = "a\nevil.example, 1, DIRECT" },
		"contacts[0]":         func(f *sellers.AdsTxt) { f.Contacts[0] = "" },
		"subdomains[0]":       func(f *sellers.AdsTxt) { f.Subdomains[0] = "a..example" },
		"partners[0]":         func(f *sellers.AdsTxt) { f.Partners[0] = "-a.example" },
		"records[0].system":   func(f *sellers.AdsTxt) { f.Records[0].System = "Marquee.example" },
		"records[1].account":  func(f *sellers.AdsTxt) { f.Records[1].Account = "1, DIRECT\nevil.example" },
		"records[1].relation": func(f *sellers.AdsTxt) { f.Records[1].Relation = "FRIEND" },
		"records[0].cert_id":  func(f *sellers.AdsTxt) { f.Records[0].CertID = "a;b" },
	} {
		f := file()
		change(&f)
		got, err := sellers.AppendAdsTxt([]byte("kept"), f)
		require.Error(t, err, field)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, field, fault.Of(err).Field)
		assert.Equal(t, "kept", string(got))
	}
}

func TestParseAdsTxt_ReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"\n", "\r\n", "\r"} {
		assert.Equal(t, file(), sellers.ParseAdsTxt([]byte("\ufeff"+strings.ReplaceAll(text, "\n", end))))
	}
}

func TestParseAdsTxt_AsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	f := sellers.ParseAdsTxt([]byte(`
# Who may sell
  Marquee.Example ,	p-12,direct,f08c47fec0942fa0   # banner, video
marquee.example,p-12,DIRECT;ext=1, 2
exchange.example, a=b, Reseller
contact=ads@kino.example;x
OwnerDomain = Ring-Lichtspiele.EXAMPLE # us
ownerdomain=other.example
managerdomain = marquee.example , de
managerdomain=second.example,DE
managerdomain=third.example, Germany
unknown=anything
two.example, 1
five.example, 1, DIRECT, a, b
no domain, 1, DIRECT
friend.example, 1, FRIEND
empty.example, , DIRECT
<html>
=
`))
	assert.Equal(t, []sellers.Record{
		ours, {System: "marquee.example", Account: "p-12", Relation: sellers.Direct}, {System: "exchange.example", Account: "a=b", Relation: sellers.Reseller},
	}, f.Records)
	assert.Equal(t, "ring-lichtspiele.example", f.OwnerDomain)
	assert.Equal(t, []sellers.Manager{{Domain: "marquee.example", Country: "DE"}}, f.Managers)
	assert.Equal(t, []string{"ads@kino.example"}, f.Contacts)
	lines := make([]int, 0, len(f.Problems))
	for _, p := range f.Problems {
		lines = append(lines, p.Line)
		assert.NotEmpty(t, p.What)
	}
	assert.Equal(t, []int{8, 10, 11, 13, 14, 15, 16, 17, 18}, lines)
}

func TestParseAdsTxt_Bounds(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&many, "a.example, %d, DIRECT\nwrong\n", i)
	}
	f := sellers.ParseAdsTxt([]byte(many.String()))
	assert.Len(t, f.Records, 50_000)
	assert.Len(t, f.Problems, 100)
}

func TestStanding(t *testing.T) {
	t.Parallel()
	f := file()
	for want, r := range map[sellers.Standing]sellers.Record{
		sellers.Listed:        {System: "MARQUEE.example", Account: "p-12", Relation: sellers.Direct, CertID: "another"},
		sellers.OtherRelation: {System: "marquee.example", Account: "p-12", Relation: sellers.Reseller},
		sellers.OtherAccount:  {System: "marquee.example", Account: "P-12", Relation: sellers.Direct},
		sellers.Absent:        {System: "ads.marquee.example", Account: "p-12", Relation: sellers.Direct},
	} {
		assert.Equal(t, want, f.Standing(r))
	}
	f.Records = append([]sellers.Record{{System: "marquee.example", Account: "p-12", Relation: sellers.Reseller}, {System: "marquee.example", Account: "p-1", Relation: sellers.Direct}}, f.Records...)
	assert.Equal(t, sellers.Listed, f.Standing(ours), "one line that fits is enough")
}

func TestOwnedBy(t *testing.T) {
	t.Parallel()
	f := file()
	assert.True(t, f.OwnedBy("Ring-Lichtspiele.example", "kino.example"))
	assert.False(t, f.OwnedBy("kino.example", "kino.example"))
	f.OwnerDomain = ""
	assert.True(t, f.OwnedBy("kino.example", "kino.example"), "who says nothing owns itself")
}

// list are publishers of each kind.
func list() sellers.Directory {
	return sellers.Directory{
		ContactEmail: "sellers@marquee.example", Identifiers: []sellers.Identifier{{Name: "TAG-ID", Value: "f08c47fec0942fa0"}},
		Publishers: []sellers.Publisher{
			{ID: "p-2", Name: "Ring Lichtspiele GmbH & Co", Domain: "ring-lichtspiele.example", Kind: sellers.Owner},
			{ID: "p-1", Name: "Sales", Domain: "sales.example", Kind: sellers.Intermediary, Passthrough: true, Comment: "for <clubs>"},
			{ID: "p-3", Name: "Secret", Domain: "secret.example", Kind: sellers.Both, Confidential: true, Comment: "Secret"},
		},
	}
}

func TestDirectoryJSON(t *testing.T) {
	t.Parallel()
	got, err := sellers.DirectoryJSON(list())
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"contact_email": "sellers@marquee.example", "version": "1.0", "identifiers": [{"name": "TAG-ID", "value": "f08c47fec0942fa0"}],
		"sellers": [
			{"seller_id": "p-1", "name": "Sales", "domain": "sales.example", "seller_type": "INTERMEDIARY", "is_passthrough": 1, "comment": "for <clubs>"},
			{"seller_id": "p-2", "name": "Ring Lichtspiele GmbH & Co", "domain": "ring-lichtspiele.example", "seller_type": "PUBLISHER"},
			{"seller_id": "p-3", "seller_type": "BOTH", "is_confidential": 1}
		]}`, string(got))
	assert.NotContains(t, strings.ToLower(string(got)), "secret")

	got, err = sellers.DirectoryJSON(sellers.Directory{ContactAddress: "Ring 1"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"contact_address": "Ring 1", "version": "1.0", "sellers": []}`, string(got))
}

func TestDirectoryJSON_RefusesNamingTheField(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*sellers.Directory){
		"contact_email":        func(d *sellers.Directory) { d.ContactEmail = "" },
		"identifiers[0]":       func(d *sellers.Directory) { d.Identifiers[0].Value = "" },
		"publishers[0].id":     func(d *sellers.Directory) { d.Publishers[0].ID = "p,2" },
		"publishers[1].id":     func(d *sellers.Directory) { d.Publishers[1].ID = "p-2" },
		"publishers[1].kind":   func(d *sellers.Directory) { d.Publishers[1].Kind = "" },
		"publishers[0].name":   func(d *sellers.Directory) { d.Publishers[0].Name = " " },
		"publishers[0].domain": func(d *sellers.Directory) { d.Publishers[0].Domain = "" },
	} {
		d := list()
		change(&d)
		_, err := sellers.DirectoryJSON(d)
		require.Error(t, err, field)
		assert.Equal(t, field, fault.Of(err).Field)
	}
}

// What publishers are told to write is what we look for.
func TestRecord_IsFoundWhereItIsWritten(t *testing.T) {
	t.Parallel()
	for i, want := range []sellers.Relation{sellers.Direct, sellers.Reseller, sellers.Direct} {
		r := list().Publishers[i].Record("marquee.example", "")
		assert.Equal(t, want, r.Relation)
		f := sellers.ParseAdsTxt([]byte("# please\n" + r.String()))
		assert.Equal(t, sellers.Listed, f.Standing(r))
	}
}

func TestAdsTxt_RoundTrip(t *testing.T) {
	t.Parallel()
	domain := rapid.StringMatching(`[a-z][a-z0-9]{0,10}(\.[a-z][a-z0-9]{0,5}){1,3}`)
	rapid.Check(t, func(t *rapid.T) {
		var f sellers.AdsTxt
		for range rapid.IntRange(0, 5).Draw(t, "records") {
			f.Records = append(f.Records, sellers.Record{
				System: domain.Draw(t, "system"), Account: rapid.StringMatching(`[!-"$-+\--:<>-~][!-"$-+\--:<-~]{0,20}`).Draw(t, "account"),
				Relation: rapid.SampledFrom([]sellers.Relation{sellers.Direct, sellers.Reseller}).Draw(t, "relation"),
				CertID:   rapid.StringMatching(`([a-z0-9]{4,16})?`).Draw(t, "cert"),
			})
		}
		if rapid.Bool().Draw(t, "owned") {
			f.OwnerDomain = domain.Draw(t, "owner")
		}
		written, err := sellers.AppendAdsTxt(nil, f)
		require.NoError(t, err)
		assert.Equal(t, f, sellers.ParseAdsTxt(written))
	})
}

func FuzzParseAdsTxt(f *testing.F) {
	f.Add([]byte(text))
	f.Add([]byte("\ufeffa.example,b,DIRECT#c\r\rx=y\n=\n;\n,,,\nmanagerdomain=a.b,xx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		read := sellers.ParseAdsTxt(data)
		for _, r := range read.Records {
			assert.NotEqual(t, sellers.Absent, read.Standing(r))
			assert.True(t, r.Relation.Valid())
		}
		contacts := read.Contacts
		read.Contacts, read.Problems = nil, nil
		written, err := sellers.AppendAdsTxt(nil, read)
		require.NoError(t, err, "what was read can be written")
		assert.Equal(t, read, sellers.ParseAdsTxt(written))
		for _, c := range contacts {
			assert.NotContains(t, c, "\n")
		}
	})
}

func FuzzDirectoryJSON(f *testing.F) {
	f.Add("p-1", "Name", "a.example", "note", false)
	f.Fuzz(func(t *testing.T, id, name, domain, comment string, confidential bool) {
		got, err := sellers.DirectoryJSON(sellers.Directory{
			ContactEmail: name + "@x", Publishers: []sellers.Publisher{{ID: id, Name: name, Domain: domain, Comment: comment, Kind: sellers.Both, Confidential: confidential}},
		})
		if err != nil {
			assert.NotEmpty(t, fault.Of(err).Field)
			return
		}
		assert.True(t, json.Valid(got))
	})
}
