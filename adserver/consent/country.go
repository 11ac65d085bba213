package consent

// NeedsConsent reports whether the law of a country asks for consent before an identifier is stored or a profile used: the European Economic
// Area, the United Kingdom and Switzerland, and every country that is not known. The code is ISO 3166-1 alpha-2 or alpha-3, in either case.
//
// Sources: Directive 2002/58/EC, article 5(3), and Regulation (EU) 2016/679 with the members of the EU (europa.eu, 27 in 2024) and of the EEA
// (Decision 154/2018 of its Joint Committee); for their regions with codes of their own, article 355 TFEU; UK GDPR with PECR, regulation 6; for
// Switzerland the Telecommunications Act, article 45c, and the revised Data Protection Act of 2023, taken strictly.
func NeedsConsent(country string) bool {
	var code [3]byte
	if len(country) != 2 && len(country) != 3 {
		return true
	}
	for i := range len(country) {
		code[i] = country[i] &^ 0x20
		if code[i] < 'A' || code[i] > 'Z' {
			return true
		}
	}
	c := string(code[:len(country)])
	switch c {
	case "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT",
		"RO", "SE", "SI", "SK", "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "EST", "ESP", "FIN", "FRA", "GRC", "HRV", "HUN", "IRL", "ITA",
		"LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SWE", "SVN", "SVK": // the Union
		return true
	case "AX", "GF", "GP", "MF", "MQ", "RE", "YT", "ALA", "GUF", "GLP", "MAF", "MTQ", "REU", "MYT": // its regions
		return true
	case "IS", "LI", "NO", "ISL", "LIE", "NOR": // the rest of the Area
		return true
	case "GB", "CH", "GBR", "CHE", "UK", "EU": // "UK" and "EU" are reserved codes that databases of addresses use
		return true
	case "ZZ", "XX", "ZZZ", "XXX", "AP": // unknown, and "somewhere in Asia or the Pacific"
		return true
	}
	return false
}
