package cldr

// Marks that keep the direction of what has none of its own.
const (
	ltrMark = "\u200e"
	rtlMark = "\u200f"
)

// arabic is ar-AE, with Latin digits as CLDR has them there.
var arabic = &Format{
	language: "ar", region: "AE",
	months: []string{
		"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
	},
	shortMonths: []string{
		"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
	},
	days:      []string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
	shortDays: []string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
	am:        "ص", pm: "م",

	day: "EEE، d MMM", dayLong: "EEEE، d MMMM y", date: "d MMM y", dateDay: "d MMM", clock: clock12, seconds: seconds12,
	at: "{1} في {0}", beside: "{1}، {0}",
	spans: [3]span{{"d–", "d MMM y"}, {"d MMM – ", "d MMM y"}, {"d MMM y – ", "d MMM y"}},

	decimal: ".", group: ",", minus: ltrMark + "-", fewest: 1, percent: ltrMark + "%" + ltrMark, symbolBehind: true, mark: rtlMark,
	symbols: map[string]string{
		"AED": "د.إ." + rtlMark, "AUD": "AU$", "BHD": "د.ب." + rtlMark, "DZD": "د.ج." + rtlMark, "EGP": "ج.م." + rtlMark, "GBP": "UK£",
		"IQD": "د.ع." + rtlMark, "IRR": "ر.إ.", "JOD": "د.أ." + rtlMark, "JPY": "JP¥", "KWD": "د.ك." + rtlMark,
		"LBP": "ل.ل." + rtlMark, "LYD": "د.ل." + rtlMark, "MAD": "د.م." + rtlMark, "MRU": "أ.م.", "OMR": "ر.ع." + rtlMark,
		"QAR": "ر.ق." + rtlMark, "SAR": "ر.س." + rtlMark, "SDG": "ج.س.", "SYP": "ل.س." + rtlMark, "THB": "฿",
		"TND": "د.ت." + rtlMark, "USD": "US$", "YER": "ر.ي." + rtlMark,
	},
	zones: arabicZone, gmt: "غرينتش",

	kilometre: "كم", metre: "م", hour: "س", minute: "د",
	pair: " و", middle: " و", last: " و",
}

func arabicZone(abbreviation string) string {
	if abbreviation == "UTC" {
		return abbreviation
	}
	return ""
}
