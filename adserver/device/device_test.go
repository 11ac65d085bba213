package device_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func parser(t testing.TB, cfg device.Config) *device.Parser {
	t.Helper()
	p, err := device.New(cfg)
	require.NoError(t, err)
	return p
}

const (
	chromeOnWindows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	chromeOnPhone   = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
	chromeOnTablet  = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	chromeOnIPhone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1"
	television      = "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV Safari/537.36"
)

// people are agents of browsers that people use.
var people = []struct {
	agent   string
	kind    device.Type
	os      device.OS
	browser device.Browser
}{
	{chromeOnWindows, device.Desktop, device.Windows, device.Chrome},
	{chromeOnPhone, device.Phone, device.Android, device.Chrome},
	{chromeOnTablet, device.Tablet, device.Android, device.Chrome},
	{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
		device.Desktop, device.Windows, device.Edge,
	},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", device.Desktop, device.Windows, device.Firefox},
	{"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", device.Desktop, device.Windows, device.Explorer},
	{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0",
		device.Desktop, device.Windows, device.Opera,
	},
	{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 YaBrowser/25.10.0.0 Safari/537.36",
		device.Desktop, device.Windows, device.Yandex,
	},
	{
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
		device.Desktop, device.MacOS, device.Safari,
	},
	{
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
		device.Desktop, device.MacOS, device.Chrome,
	},
	{"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", device.Desktop, device.Linux, device.Firefox},
	{"Mozilla/5.0 (X11; Ubuntu; Linux aarch64; rv:109.0) Gecko/20100101 Firefox/119.0", device.Desktop, device.Linux, device.Firefox},
	{
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
		device.Desktop, device.ChromeOS, device.Chrome,
	},
	{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
		device.Phone, device.IOS, device.Safari,
	},
	{
		chromeOnIPhone,
		device.Phone, device.IOS, device.Chrome,
	},
	{
		"Mozilla/5.0 (iPad; CPU OS 15_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.3.1 Mobile/15E148 Safari/604.1",
		device.Tablet, device.IOS, device.Safari,
	},
	{
		"Mozilla/5.0 (Linux; Android 13; SM-A515F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
		device.Phone, device.Android, device.Samsung,
	},
	{
		"Mozilla/5.0 (Linux; U; Android 12; en-US; RMX3231) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.4.0.1306 Mobile Safari/537.36",
		device.Phone, device.Android, device.UC,
	},
	{"Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16", device.Phone, device.Android, device.Opera},
	{"Opera/9.80 (J2ME/MIDP; Opera Mini/4.2.23449/37.6423; U; en) Presto/2.12.423 Version/12.16", device.Phone, device.OtherOS, device.Opera},
	{
		"Mozilla/5.0 (Mobile; LYF/F120B/LYF-F120B-000-03-23-181018; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
		device.Phone, device.OtherOS, device.Firefox,
	},
	{
		"Mozilla/5.0 (Linux; Android 12; SM-N975F Build/SP1A.210812.016; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112.0.5615.101 Mobile Safari/537.36",
		device.Phone, device.Android, device.WebView,
	},
	{
		"Mozilla/5.0 (Linux; Android 11; moto g(50) 5G Build/RRSS31.Q2-54-59-6; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/112.0.5615.101 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/411.1.0.29.112;]",
		device.Phone, device.Android, device.Facebook,
	},
	{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 16_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 280.0.0.13.116 (iPhone15,3; iOS 16_3_1; en_SA@calendar=gregorian; ar-SA; scale=3.00; 1290x2796; 467822527)",
		device.Phone, device.IOS, device.Instagram,
	},
	{
		"Mozilla/5.0 (Linux; Android 9; Redmi Note 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/85.0.4183.127 Mobile Safari/537.36 (Ecosia android@85.0.4183.127)",
		device.Phone, device.Android, device.Chrome,
	},
	{
		"Mozilla/5.0 (Linux; Android 7.0; CUBOT_NOTE_S Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.101 Mobile Safari/537.36",
		device.Phone, device.Android, device.Chrome,
	},
	{
		"Mozilla/5.0 (Linux; Android 9; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/120.4.1 like Chrome/120.0.6099.230 Safari/537.36",
		device.Tablet, device.Android, device.Silk,
	},
	{
		"Mozilla/5.0 (X11; Linux aarch64) AppleWebKit/537.36 (KHTML, like Gecko) Silk/91.3.3 like Chrome/91.0.4472.133 Safari/537.36",
		device.Tablet, device.Linux, device.Silk,
	},
	{
		"Mozilla/5.0 (Linux; Android 7.1.2; AFTMM Build/NS6265; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/70.0.3538.110 Mobile Safari/537.36",
		device.TV, device.Android, device.WebView,
	},
	{
		television,
		device.TV, device.Tizen, device.OtherBrowser,
	},
	{
		"Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.88 Safari/537.36 WebAppManager",
		device.TV, device.WebOS, device.Chrome,
	},
	{"Mozilla/5.0 (PlayStation 4 3.11) AppleWebKit/537.73 (KHTML, like Gecko)", device.TV, device.OtherOS, device.OtherBrowser},
	{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox Series X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/48.0.2564.82 Safari/537.36 Edge/20.02",
		device.TV, device.Windows, device.Edge,
	},
}

func TestParse_WhatPeopleLookWith(t *testing.T) {
	t.Parallel()
	p := parser(t, device.Config{})
	for _, c := range people {
		d := p.Parse([]byte(c.agent))
		assert.False(t, d.Bot, c.agent)
		assert.True(t, d.Known, c.agent)
		assert.Equal(t, c.kind, d.Type, c.agent)
		assert.Equal(t, c.os, d.OS, c.agent)
		assert.Equal(t, c.browser, d.Browser, c.agent)
		assert.Equal(t, d, p.Parse([]byte(c.agent)), "what was remembered is the same")
	}
}

// robots say that they are, some of them behind the agent of a browser.
var robots = []string{
	"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
	"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
	"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
	"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
	"Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
	"Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
	"Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
	"AdsBot-Google (+http://www.google.com/adsbot.html)",
	"Mediapartners-Google",
	"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
	"WhatsApp/2.23.20.0 A",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/142.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
	"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5 Build/MRA58N) AppleWebKit/537.36(KHTML, like Gecko) Chrome/69.0.3464.0 Mobile Safari/537.36 Chrome-Lighthouse",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/117.0.0.0 Safari/537.36 GTmetrix",
	"curl/8.14.1",
	"Wget/1.21.4",
	"python-requests/2.32.5",
	"Python/3.9 aiohttp/3.7.3",
	"Go-http-client/2.0",
	"okhttp/4.12.0",
	"axios/1.7.9",
	"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
	"Java/17.0.2",
	"Apache-HttpClient/4.5.13 (Java/11.0.20)",
	"libwww-perl/6.67",
	"GuzzleHttp/7",
	"Dalvik/2.1.0 (Linux; U; Android 12; SM-A125F Build/SP1A.210812.016)",
	"PostmanRuntime/7.43.0",
	"Scrapy/2.11.2 (+https://scrapy.org)",
	"W3C_Validator/1.3 http://validator.w3.org/services",
}

func TestParse_Robots(t *testing.T) {
	t.Parallel()
	p := parser(t, device.Config{})
	for _, agent := range robots {
		d := p.Parse([]byte(agent))
		assert.True(t, d.Bot, agent)
		assert.Equal(t, device.Bot, d.Type, agent)
		assert.Equal(t, d, d.WithHints([]byte("?1"), []byte(`"Android"`)), "hints make no person of it")
	}
}

func TestParse_WhatNobodyKnows(t *testing.T) {
	t.Parallel()
	p := parser(t, device.Config{})
	assert.Equal(t, device.Device{Type: device.Unknown}, p.Parse(nil))
	assert.Equal(t, device.Device{Type: device.Unknown}, p.Parse([]byte(chromeOnPhone+strings.Repeat(" ", device.MaxLength))), "too long to be true")
	for _, agent := range []string{
		"-", "M", "Mozilla/5.0", "Mozilla/5.0 Google", "VilaApp v2", "\xff\xfe\x00", "Chrome/142.0.0.0 Safari/537.36",
		"realme ThemeStore " + chromeOnPhone, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "() { :; }; /bin/bash",
	} {
		d := p.Parse([]byte(agent))
		assert.False(t, d.Known, "%q", agent)
		assert.False(t, d.Bot, "%q", agent)
	}
	long := chromeOnPhone + strings.Repeat(" ", device.MaxLength-len(chromeOnPhone))
	assert.True(t, p.Parse([]byte(long)).Known, "as long as it may be")
}

func TestWithHints(t *testing.T) {
	t.Parallel()
	p := parser(t, device.Config{})
	for _, c := range []struct {
		about, agent, mobile, platform string
		kind                           device.Type
		os                             device.OS
	}{
		{"nothing sent", chromeOnPhone, "", "", device.Phone, device.Android},
		{"the same", chromeOnPhone, "?1", `"Android"`, device.Phone, device.Android},
		{"a telephone that asks for pages of desktops", chromeOnWindows, "?0", `"Android"`, device.Tablet, device.Android},
		{"a tablet that seemed a telephone", chromeOnPhone, "?0", `"Android"`, device.Tablet, device.Android},
		{"a Mac after all", chromeOnWindows, "?0", `"macOS"`, device.Desktop, device.MacOS},
		{"a Chromebook", chromeOnWindows, "?0", `"Chrome OS"`, device.Desktop, device.ChromeOS},
		{"Linux", chromeOnWindows, "?0", `"Linux"`, device.Desktop, device.Linux},
		{"Windows", chromeOnTablet, "?0", `"Windows"`, device.Desktop, device.Windows},
		{"a telephone of Apple's", chromeOnWindows, "?1", `"iOS"`, device.Phone, device.IOS},
		{"no values of these headers", chromeOnPhone, "yes", `Windows`, device.Phone, device.Android},
		{"a platform that we do not know", chromeOnPhone, "", `"Fuchsia"`, device.Phone, device.Android},
		{"half a string", chromeOnPhone, "?", `"`, device.Phone, device.Android},
	} {
		plain := p.Parse([]byte(c.agent))
		d := plain.WithHints([]byte(c.mobile), []byte(c.platform))
		assert.Equal(t, c.kind, d.Type, c.about)
		assert.Equal(t, c.os, d.OS, c.about)
		assert.Equal(t, plain.Class, d.Class, "what was compared without hints is compared without hints")
	}
}

// Classes are in tokens that another release of the program has signed.
func TestClass_StaysForGood(t *testing.T) {
	t.Parallel()
	p := parser(t, device.Config{})
	for agent, class := range map[string]uint32{
		"":              0,
		chromeOnWindows: 0x1_01_01,
		chromeOnPhone:   0x2_05_01,
		chromeOnTablet:  0x3_05_01,
		chromeOnIPhone:  0x2_06_01,
		television:      0x4_08_12,
		"curl/8.14.1":   0x5_00_00,
	} {
		assert.Equal(t, class, p.Parse([]byte(agent)).Class, agent)
	}
	newer := strings.ReplaceAll(chromeOnPhone, "142", "143")
	assert.Equal(t, p.Parse([]byte(chromeOnPhone)).Class, p.Parse([]byte(newer)).Class, "in whatever version")
}

func TestParse_KeepsNothingOfItsArgument(t *testing.T) {
	t.Parallel()
	p := parser(t, device.Config{})
	buffer := []byte(chromeOnWindows)
	before := p.Parse(buffer)
	copy(buffer, strings.Repeat("x", len(buffer)))
	assert.Equal(t, before, p.Parse([]byte(chromeOnWindows)))
	assert.False(t, p.Parse(buffer).Known)
}

func TestParse_ForgetsWhatWasNotSeenForLong(t *testing.T) {
	t.Parallel()
	p := parser(t, device.Config{Cache: 1})
	for range 3 {
		for _, c := range people {
			assert.Equal(t, c.browser, p.Parse([]byte(c.agent)).Browser)
		}
	}
}

func TestParse_ByManyAtOnce(t *testing.T) {
	t.Parallel()
	p := parser(t, device.Config{Cache: 8})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				for _, c := range people {
					assert.Equal(t, c.os, p.Parse([]byte(c.agent)).OS)
				}
			}
		})
	}
	all.Wait()
}

func TestNew_SaysWhichFieldIsWrong(t *testing.T) {
	t.Parallel()
	for _, size := range []int{-1, 1_000_001} {
		_, err := device.New(device.Config{Cache: size})
		require.True(t, fault.Is(err, fault.Invalid))
		assert.Equal(t, "Cache", fault.Of(err).Field)
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	assert.True(t, device.Unknown.Valid())
	assert.False(t, device.Type("").Valid())
	assert.False(t, device.Type("watch").Valid())
	assert.False(t, device.OS("").Valid())
	assert.False(t, device.Browser("").Valid())
	assert.False(t, device.Browser("netscape").Valid())
}

func FuzzParse(f *testing.F) {
	for _, c := range people {
		f.Add([]byte(c.agent), []byte("?0"), []byte(`"Windows"`))
	}
	for _, agent := range robots {
		f.Add([]byte(agent), []byte("?1"), []byte(`"Android"`))
	}
	f.Add([]byte("Mozilla/5.0 ((((;;;;[[[[http:///"), []byte{}, []byte(`"`))
	p := parser(f, device.Config{})
	f.Fuzz(func(t *testing.T, agent, mobile, platform []byte) {
		d := p.Parse(agent)
		assert.Equal(t, d, p.Parse(agent))
		for _, one := range []device.Device{d, d.WithHints(mobile, platform)} {
			assert.True(t, one.Type.Valid())
			assert.True(t, one.OS == "" || one.OS.Valid())
			assert.True(t, one.Browser == "" || one.Browser.Valid())
			assert.Equal(t, one.Bot, one.Type == device.Bot)
			assert.Equal(t, d.Class, one.Class)
		}
	})
}
