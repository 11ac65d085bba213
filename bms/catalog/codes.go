package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// countries is every officially assigned code of ISO 3166-1 alpha-2 (249 of
// them, as the maintenance agency's online browsing platform lists them), and XK
// for Kosovo, which ISO leaves to users.
const countries = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ " +
	"BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ " +
	"CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ " +
	"EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY " +
	"HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ " +
	"LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ " +
	"NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
	"SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ " +
	"UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "

func checkCountry(field, code string) error {
	if len(code) != 2 || strings.Contains(code, " ") || !strings.Contains(countries, " "+code+" ") {
		return fault.Invalidf(field, "%.16q must be an ISO 3166 code of two capital letters, like DE", code)
	}
	return nil
}

// languageForm is the part of RFC 5646 that is met in practice: a language, then
// a script, a region and variants, in the customary capitals.
var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$`)

func checkLanguage(field, tag string) error {
	if len(tag) > 35 || !languageForm.MatchString(tag) {
		return fault.Invalidf(field, "%.40q must be a BCP 47 language tag, like de or pt-BR", tag)
	}
	return nil
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// lastWord returns the last name of a field path: "kind" of "media[2].kind".
func lastWord(field string) string { return field[strings.LastIndexByte(field, '.')+1:] }
