package device

import "strings"

// robots are parts of words, in lower case, that only machines have in their user agents: what they call themselves, the programs and
// libraries that they are made with, and the addresses that they leave for those who run servers.
var robots = wordsOf(
	"bot", "crawl", "spider", "slurp", "scrap", "fetch", "scan", "monitor", "check", "validat", "archive", "harvest", "extract", "preview",
	"headless", "phantomjs", "slimerjs", "puppeteer", "playwright", "selenium", "webdriver", "cypress", "htmlunit",
	"lighthouse", "gtmetrix", "pingdom", "pagespeed", "ptst", "speedcurve", "catchpoint", "synthetic", "uptime", "statuscake", "newrelic", "dynatrace", "ips-agent", "siteimprove", "ghost inspector", "optimizer",
	"zabbix", "nagios", "site24x7", "nmap", "nikto", "sqlmap", "acunetix", "censys", "nessus", "favicon", "screenshot", "thumbnail", "criticalcss",
	"facebookexternalhit", "facebookcatalog", "meta-external", "mediapartners", "apis-google", "feedfetcher",
	"google-", "-google", "googleother", "googleproducer", "googleagent", "imageproxy",
	"bingpreview", "daumoa", "yeti/", "ia_archiver", "ichiro", "yandeximages", "yandexmetrika", "baiduspider", "sogou web", "qwantify", "ecosia fav",
	"chatgpt", "gpt-", "openai", "claude-", "anthropic", "perplexity", "cohere", "feedly", "feedburner", "feedbin", "miniflux",
	"curl", "wget", "libwww", "urllib", "python", "aiohttp", "httpx", "scrapy", "go-http", "okhttp", "axios", "node-fetch", "undici",
	"java/", "jakarta", "httpclient", "http_request", "httpunit", "http-client", "guzzle", "php/", "ruby", "faraday", "perl", "dart", "reqwest", "postman",
	"insomnia", "restsharp", "winhttp", "dalvik", "cfnetwork", "apachebench", "jmeter", "siege", "k6/", "vegeta", "locust",
	"http://", "https://", "www.", "mailto",
)

// notRobots are words of people's machines that contain one of robots: makers of telephones.
var notRobots = []string{"cubot", "power_bot"}

// isRobot looks for words of robots in an agent in lower case.
func isRobot(lower string) bool {
	for _, word := range notRobots {
		lower = strings.ReplaceAll(lower, word, "")
	}
	return robots.in(lower)
}

// screens are words of televisions and of consoles.
var screens = wordsOf(
	"smart-tv", "smarttv", "smart tv", "googletv", "google tv", "android tv", "androidtv", "appletv", "apple tv", "hbbtv", "web0s", "netcast", "nettv",
	"viera", "bravia", "roku", "crkey", "philipstv", "tizen", "; aft", "xbox", "playstation", "nintendo", "shield", "mibox", "opera tv",
)

// words are looked for all at once: an agent is gone through once, and at each of its bytes only the words that begin with it are tried. One after the
// other they took 10 µs longer, which somebody who makes up agents could have had at will.
type words [256][]string

func wordsOf(list ...string) *words {
	w := &words{}
	for _, word := range list {
		w[word[0]] = append(w[word[0]], word)
	}
	return w
}

// in reports whether one of the words is in s.
func (w *words) in(s string) bool {
	for i := range len(s) {
		for _, word := range w[s[i]] {
			if strings.HasPrefix(s[i:], word) {
				return true
			}
		}
	}
	return false
}
