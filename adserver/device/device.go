package device

// Type is the kind of a machine, as targeting and reports name it.
type Type string

// The types. A games console at a television counts as a television, for that is where its page is seen.
const (
	Unknown Type = "unknown"
	Desktop Type = "desktop"
	Phone   Type = "phone"
	Tablet  Type = "tablet"
	TV      Type = "tv"
	Bot     Type = "bot"
)

// Valid reports whether t is one of the types of this package.
func (t Type) Valid() bool { return t == Unknown || t.number() != 0 }

func (t Type) number() uint32 {
	switch t {
	case Desktop:
		return 1
	case Phone:
		return 2
	case Tablet:
		return 3
	case TV:
		return 4
	case Bot:
		return 5
	case Unknown:
	}
	return 0
}

// OS is an operating system. The empty OS is not known.
type OS string

// The systems. OtherOS is one that is known, but too rare to be aimed at: FreeBSD, KaiOS, a console's.
const (
	Windows  OS = "windows"
	MacOS    OS = "macos"
	Linux    OS = "linux"
	ChromeOS OS = "chromeos"
	Android  OS = "android"
	IOS      OS = "ios" // of telephones and of tablets, unless a tablet says that it is a Mac, as it does when it asks for pages of desktops
	Harmony  OS = "harmony"
	Tizen    OS = "tizen"
	WebOS    OS = "webos"
	OtherOS  OS = "other"
)

// Valid reports whether o is one of the systems of this package.
func (o OS) Valid() bool { return o.number() != 0 }

func (o OS) number() uint32 {
	switch o {
	case Windows:
		return 1
	case MacOS:
		return 2
	case Linux:
		return 3
	case ChromeOS:
		return 4
	case Android:
		return 5
	case IOS:
		return 6
	case Harmony:
		return 7
	case Tizen:
		return 8
	case WebOS:
		return 9
	case OtherOS:
		return 10
	}
	return 0
}

// Browser is a family of browsers. The empty Browser is not known.
type Browser string

// The families. An app's window on the web counts as the app where it says which; OtherBrowser is any other that is built as browsers are.
const (
	Chrome       Browser = "chrome"
	Safari       Browser = "safari"
	Firefox      Browser = "firefox"
	Edge         Browser = "edge"
	Opera        Browser = "opera"
	Samsung      Browser = "samsung"
	Explorer     Browser = "explorer"
	Yandex       Browser = "yandex"
	UC           Browser = "uc"
	Huawei       Browser = "huawei"
	Miui         Browser = "miui"
	Vivaldi      Browser = "vivaldi"
	Silk         Browser = "silk"
	Facebook     Browser = "facebook"
	Instagram    Browser = "instagram"
	TikTok       Browser = "tiktok"
	WebView      Browser = "webview" // of an app on Android that does not say which
	OtherBrowser Browser = "other"
)

// Valid reports whether b is one of the families of this package.
func (b Browser) Valid() bool { return b.number() != 0 }

func (b Browser) number() uint32 {
	for i, family := range [...]Browser{
		Chrome, Safari, Firefox, Edge, Opera, Samsung, Explorer, Yandex, UC, Huawei, Miui, Vivaldi, Silk, Facebook, Instagram, TikTok, WebView, OtherBrowser,
	} {
		if b == family {
			return uint32(i) + 1
		}
	}
	return 0
}

// Device is what a user agent says. The zero Device, but for its Type, is one that says nothing.
type Device struct {
	Type    Type
	OS      OS
	Browser Browser

	// Bot says that it is no person's: a crawler, a program without a window, a library for HTTP, a monitor.
	Bot bool

	// Known says that it names a system and a browser as those that people use do. A Bot may be known, too, by the browser it contains.
	Known bool

	// Class is a number that two agents share which are the same kind of machine, system and browser in whatever version: the same for good, from
	// one release of the program to the next, and untouched by WithHints, so that what decided and what is seen later can be compared.
	Class uint32
}

// classed returns the device with its class.
func (d Device) classed() Device {
	d.Class = d.Type.number()<<16 | d.OS.number()<<8 | d.Browser.number()
	return d
}

// WithHints returns the device as two client hints correct it, which browsers of the Chromium family send in addition, since their user agents keep
// silent: mobile is Sec-CH-UA-Mobile ("?1" or "?0"), platform is Sec-CH-UA-Platform ("\"Android\""), each empty where it was not sent. What is no such
// value is left out of account. A bot stays one. Source: User-Agent Client Hints (W3C Community Group Draft), sections 3.3 and 3.6.
func (d Device) WithHints(mobile, platform []byte) Device {
	if d.Bot {
		return d
	}
	if os := platformOf(platform); os != "" && os != d.OS {
		d.OS = os
		if d.Type != TV {
			d.Type = typeOn(os)
		}
	}
	switch {
	case string(mobile) == "?1":
		d.Type = Phone
	case string(mobile) == "?0" && d.Type == Phone && d.OS == Android:
		d.Type = Tablet
	}
	return d
}

// platformOf reads Sec-CH-UA-Platform, a string of structured fields (RFC 9651).
func platformOf(hint []byte) OS {
	if len(hint) < 2 || hint[0] != '"' || hint[len(hint)-1] != '"' {
		return ""
	}
	switch string(hint[1 : len(hint)-1]) {
	case "Windows":
		return Windows
	case "macOS":
		return MacOS
	case "Linux":
		return Linux
	case "Chrome OS", "Chromium OS":
		return ChromeOS
	case "Android":
		return Android
	case "iOS":
		return IOS
	}
	return ""
}

// typeOn is what a system mostly runs on.
func typeOn(os OS) Type {
	switch os {
	case Windows, MacOS, Linux, ChromeOS:
		return Desktop
	case Android, IOS, Harmony:
		return Phone
	case Tizen, WebOS:
		return TV
	case OtherOS:
	}
	return Unknown
}
