package device

import (
	"hash/maphash"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/mileusna/useragent"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// MaxLength is how long a user agent may be, in bytes. Those of apps' windows reach 600; what is longer is not known.
const MaxLength = 1024

// Config is how a Parser remembers. The zero Config is right for most.
type Config struct {
	// Cache is how many user agents are remembered, the latest ones. Zero means 10,000, some 3 MB; at most a million.
	Cache int
}

func (c Config) withDefaults() Config {
	if c.Cache == 0 {
		c.Cache = 10_000
	}
	return c
}

func (c Config) validate() error {
	if c.Cache < 1 || c.Cache > 1_000_000 {
		return fault.Invalidf("Cache", "must be between 1 and 1,000,000")
	}
	return nil
}

// Parser reads user agents. It is safe for concurrent use.
type Parser struct {
	seed  maphash.Seed
	known *lru.Cache[uint64, reading]
}

// reading is what was found, with the agent, since two may have the same hash.
type reading struct {
	agent  string
	device Device
}

// New returns a parser that has seen no agent yet. Errors: a fault that names the field of cfg.
func New(cfg Config) (*Parser, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	known, err := lru.New[uint64, reading](cfg.Cache)
	if err != nil {
		return nil, err
	}
	return &Parser{seed: maphash.MakeSeed(), known: known}, nil
}

// Parse returns what a user agent says. It keeps nothing of agent, whose bytes may change afterwards.
func (p *Parser) Parse(agent []byte) Device {
	if len(agent) == 0 || len(agent) > MaxLength {
		return Device{Type: Unknown}
	}
	// Keyed by a hash because a string made of the bytes would cost memory each time.
	key := maphash.Bytes(p.seed, agent)
	if r, ok := p.known.Get(key); ok && r.agent == string(agent) {
		return r.device
	}
	text := string(agent)
	d := read(text)
	p.known.Add(key, reading{agent: text, device: d})
	return d
}

// read does what Parse remembers.
func read(agent string) Device {
	lower := strings.ToLower(agent)
	found := useragent.Parse(agent)
	d := Device{OS: osOf(found, lower), Browser: browserOf(found, lower)}
	d.Known = d.OS != "" && d.Browser != "" && (strings.HasPrefix(agent, "Mozilla/") || strings.HasPrefix(agent, "Opera/"))
	d.Bot = found.Bot || isRobot(lower) || !d.Known && strings.HasPrefix(lower, "whatsapp/")
	d.Type = typeOf(d, found, lower)
	return d.classed()
}

// typeOf knows tablets with Android by that they do not say Mobile, as Google asks of their makers, and those of Amazon by their browser, which
// they keep when they ask for pages of desktops.
func typeOf(d Device, found useragent.UserAgent, lower string) Type {
	switch {
	case d.Bot:
		return Bot
	case screens.in(lower):
		return TV
	case found.Tablet, d.Browser == Silk, d.OS == Android && !strings.Contains(lower, "mobile") && !strings.Contains(lower, "opera mini"):
		return Tablet
	case found.Mobile, strings.Contains(lower, "mobile") && d.Known, strings.Contains(lower, "midp"):
		return Phone
	}
	return typeOn(d.OS)
}

func osOf(found useragent.UserAgent, lower string) OS {
	switch {
	case strings.Contains(lower, "tizen"):
		return Tizen
	case strings.Contains(lower, "web0s"):
		return WebOS
	case strings.Contains(lower, "cros "):
		return ChromeOS
	}
	switch found.OS {
	case useragent.Windows:
		return Windows
	case useragent.MacOS:
		return MacOS
	case useragent.Linux:
		return Linux
	case useragent.ChromeOS:
		return ChromeOS
	case useragent.Android:
		return Android
	case useragent.IOS:
		return IOS
	case useragent.Harmony:
		return Harmony
	case useragent.WindowsPhone, useragent.FreeBSD, useragent.BlackBerry:
		return OtherOS
	}
	return unusual(lower)
}

// unusual are systems that the library does not know, or knows only in one order of words.
func unusual(lower string) OS {
	switch {
	case strings.Contains(lower, "ipod"):
		return IOS
	case strings.Contains(lower, "android"):
		return Android
	case strings.Contains(lower, "windows phone"), strings.Contains(lower, "playstation"), strings.Contains(lower, "nintendo"),
		strings.Contains(lower, "kaios"), strings.Contains(lower, "openbsd"), strings.Contains(lower, "netbsd"), strings.Contains(lower, "midp"), strings.Contains(lower, "symbian"):
		return OtherOS
	case strings.Contains(lower, "macintosh"):
		return MacOS
	case strings.Contains(lower, "windows"):
		return Windows
	case strings.Contains(lower, "x11"), strings.Contains(lower, "linux"):
		return Linux
	}
	return ""
}

// families are signs of browsers in an agent in lower case, the most telling first: almost all say Safari, and most say Chrome.
var families = []struct {
	sign    string
	browser Browser
}{
	{"instagram", Instagram},
	{"fban/", Facebook},
	{"fb_iab", Facebook},
	{"metaiab", Facebook},
	{"musical_ly", TikTok},
	{"bytedancewebview", TikTok},
	{"trill_", TikTok},
	{"samsungbrowser/", Samsung},
	{"ucbrowser/", UC},
	{"ubrowser/", UC},
	{"yabrowser/", Yandex},
	{"huaweibrowser/", Huawei},
	{"miuibrowser/", Miui},
	{"vivaldi/", Vivaldi},
	{"silk/", Silk},
	{"opr/", Opera},
	{"opt/", Opera},
	{"opios/", Opera},
	{"opera", Opera},
	{"edg/", Edge},
	{"edga/", Edge},
	{"edgios/", Edge},
	{"edge/", Edge},
	{"crios/", Chrome},
	{"fxios/", Firefox},
	{"focus/", Firefox},
	{"; wv)", WebView},
	{"seamonkey/", OtherBrowser},
	{"firefox/", Firefox},
	{"msie ", Explorer},
	{"trident/", Explorer},
}

// browserOf knows the families by their signs. What is built as Chrome or Safari and has another name besides is an other.
func browserOf(found useragent.UserAgent, lower string) Browser {
	for _, f := range families {
		if strings.Contains(lower, f.sign) {
			return f.browser
		}
	}
	engine := Browser("")
	switch {
	case strings.Contains(lower, "chrome/"), strings.Contains(lower, "chromium/"):
		engine = Chrome
	case strings.Contains(lower, "applewebkit/"):
		engine = Safari
	case strings.Contains(lower, "gecko/"):
		return OtherBrowser
	}
	switch found.Name {
	case useragent.Chrome, useragent.HeadlessChrome, useragent.Safari, "Chromium", "CrKey":
		return engine
	}
	if engine == "" {
		return ""
	}
	return OtherBrowser
}
