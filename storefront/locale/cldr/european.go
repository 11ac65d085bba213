package cldr

// spanish is es-ES.
var spanish = &Format{
	language: "es", region: "ES",
	months: []string{
		"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
	},
	shortMonths: []string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
	days:        []string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
	shortDays:   []string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"},
	am:          "a. m.", pm: "p. m.",

	day: "EEE, d MMM", dayLong: "EEEE, d 'de' MMMM 'de' y", date: "d MMM y", dateDay: "d MMM", clock: "H:mm", seconds: "H:mm:ss",
	at: "{1}, {0}", beside: "{1}, {0}",
	spans: [3]span{{"d–", "d MMM y"}, {"d MMM" + thinDash, "d MMM y"}, {"d MMM y" + thinDash, "d MMM y"}},

	decimal: ",", group: ".", minus: "-", fewest: 2, percent: nbsp + "%", symbolBehind: true,
	symbols: map[string]string{
		"THB": "฿", "USD": "US$",
		// Spanish keeps the codes of these.
		"AUD": "AUD", "BRL": "BRL", "CAD": "CAD", "CNY": "CNY", "GBP": "GBP", "HKD": "HKD", "ILS": "ILS", "INR": "INR", "KRW": "KRW",
		"MXN": "MXN", "NZD": "NZD", "TWD": "TWD", "XAF": "XAF", "XCD": "XCD", "XOF": "XOF",
	},
	zones: spanishZone, gmt: "GMT",

	kilometre: "km", metre: "m", hour: "h", minute: "min",
	pair: " y ", middle: ", ", last: " y ",
}

func spanishZone(abbreviation string) string {
	switch abbreviation {
	case "CET", "CEST", "WET", "WEST", "UTC":
		return abbreviation
	}
	return ""
}

// german is de-DE.
var german = &Format{
	language: "de", region: "DE",
	months: []string{
		"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
	},
	shortMonths: []string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
	days:        []string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
	shortDays:   []string{"So.", "Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa."},
	am:          "AM", pm: "PM",

	day: "EEE, d. MMM", dayLong: "EEEE, d. MMMM y", date: "d. MMM y", dateDay: "d. MMM", clock: clock24, seconds: seconds24,
	at: "{1} um {0}", beside: "{1}, {0}",
	spans: [3]span{{"d.–", "d. MMM y"}, {"d. MMM" + thinDash, "d. MMM y"}, {"d. MMM y" + thinDash, "d. MMM y"}},

	decimal: ",", group: ".", minus: "-", fewest: 1, percent: nbsp + "%", symbolBehind: true,
	symbols: map[string]string{"AUD": "AU$", "THB": "฿", "USD": "$", "JPY": "¥"},
	zones:   germanZone, gmt: "GMT",

	kilometre: "km", metre: "m", hour: "Std.", minute: "Min.",
	pair: " und ", middle: ", ", last: " und ",
}

func germanZone(abbreviation string) string {
	switch abbreviation {
	case "CET":
		return "MEZ"
	case "CEST":
		return "MESZ"
	case "EET":
		return "OEZ"
	case "EEST":
		return "OESZ"
	case "WET":
		return "WEZ"
	case "WEST":
		return "WESZ"
	case "UTC":
		return abbreviation
	}
	return ""
}
