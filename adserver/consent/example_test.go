package consent_test

import (
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/consent"
)

func ExampleRules_Decide() {
	rules := consent.Rules{}
	for _, s := range []consent.Strings{
		{Country: "DE"},
		{Country: "DE", TCF: "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"},
		{Country: "US"},
		{Country: "US", USPrivacy: "1YYN"},
		{Country: "US", USPrivacy: "yes"},
	} {
		may, err := rules.Decide(s)
		fmt.Println(may.Reason, may.Store, may.Personalise, err)
	}
	// Output:
	// no_signal false false <nil>
	// consent false false <nil>
	// not_needed true true <nil>
	// opt_out true false <nil>
	// malformed false false us_privacy: is not of the form 1YNN
}
