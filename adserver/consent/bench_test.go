package consent_test

import (
	"testing"

	"github.com/marquee-tickets/marquee/adserver/consent"
)

func BenchmarkDecide(b *testing.B) {
	for name, s := range map[string]consent.Strings{
		"none":    {Country: "DE"},
		"tcf":     {Country: "DE", TCF: "COyiBqdOyiBqdObAAAENAfCIAP8AAH-AAAAAB4AXQQgEAAAgoAAAAABAIYQUAAAAAAAAAAAAAAAIQIQCxIvkgQMAAAABgAIAAAAAAAAAAABAZAkAAA"},
		"gpp":     {Country: "US", GPP: gpp([]int{7}, forms[0].core(0, 2, 0)+".QA"), GPPSections: []int{7}},
		"privacy": {Country: "US", USPrivacy: "1YNN"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (consent.Rules{}).Decide(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
