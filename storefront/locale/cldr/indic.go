package cldr

// hindi is hi-IN.
var hindi = &Format{
	language: "hi", region: "IN",
	months: []string{
		"जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर",
	},
	shortMonths: []string{"जन॰", "फ़र॰", "मार्च", "अप्रैल", "मई", "जून", "जुल॰", "अग॰", "सित॰", "अक्टू॰", "नव॰", "दिस॰"},
	days:        []string{"रविवार", "सोमवार", "मंगलवार", "बुधवार", "गुरुवार", "शुक्रवार", "शनिवार"},
	shortDays:   []string{"रवि", "सोम", "मंगल", "बुध", "गुरु", "शुक्र", "शनि"},
	am:          "am", pm: "pm",

	day: "EEE, d MMM", dayLong: "EEEE, d MMMM y", date: "d MMM y", dateDay: "d MMM", clock: clock12, seconds: seconds12,
	at: "{1} को {0} बजे", beside: "{1}, {0}",
	spans: [3]span{{"d–", "d MMM y"}, {"d MMM – ", "d MMM y"}, {"d MMM y – ", "d MMM y"}},

	decimal: ".", group: ",", minus: "-", indian: true, fewest: 1, percent: "%",
	symbols: map[string]string{"THB": "฿", "USD": "$", "JPY": "JP¥"},
	zones:   indianZone, gmt: "GMT",

	kilometre: "कि॰मी॰", metre: "मी", hour: "घं॰", minute: "मि॰",
	pair: " और ", middle: ", ", last: ", और ",
}

// tamil is ta-IN. The hour is CLDR's narrow form: "ம.", the short one, is the month's as well.
var tamil = &Format{
	language: "ta", region: "IN",
	months: []string{
		"ஜனவரி", "பிப்ரவரி", "மார்ச்", "ஏப்ரல்", "மே", "ஜூன்", "ஜூலை", "ஆகஸ்ட்", "செப்டம்பர்", "அக்டோபர்", "நவம்பர்", "டிசம்பர்",
	},
	shortMonths: []string{"ஜன.", "பிப்.", "மார்.", "ஏப்.", "மே", "ஜூன்", "ஜூலை", "ஆக.", "செப்.", "அக்.", "நவ.", "டிச."},
	days:        []string{"ஞாயிறு", "திங்கள்", "செவ்வாய்", "புதன்", "வியாழன்", "வெள்ளி", "சனி"},
	shortDays:   []string{"ஞாயி.", "திங்.", "செவ்.", "புத.", "வியா.", "வெள்.", "சனி"},
	am:          "AM", pm: "PM",

	day: "MMM d, EEE", dayLong: "EEEE, d MMMM, y", date: "d MMM, y", dateDay: "MMM d", clock: clock12, seconds: seconds12,
	at: "{1} அன்று {0}", beside: "{1}, {0}",
	spans: [3]span{{"d – ", "d MMM, y"}, {"d MMM – ", "d MMM, y"}, {"d MMM, y – ", "d MMM, y"}},

	decimal: ".", group: ",", minus: "-", indian: true, fewest: 1, percent: "%",
	symbols: map[string]string{"THB": "฿", "USD": "$", "JPY": "¥"},
	zones:   indianZone, gmt: "GMT",

	kilometre: "கி.மீ.", metre: "மீ.", hour: "ம.நே.", minute: "நிமி.",
	pair: " மற்றும் ", middle: ", ", last: " மற்றும் ",
}

// indianZone knows the zones that readers in India do.
func indianZone(abbreviation string) string {
	switch abbreviation {
	case "IST", "UTC", "GMT":
		return abbreviation
	}
	return ""
}
