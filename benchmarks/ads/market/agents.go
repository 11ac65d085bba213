package market

import "fmt"

// agents are what people's browsers say of themselves, in the versions that are about at the same time.
var agents = makeAgents()

func makeAgents() (list []string) {
	const like = " AppleWebKit/537.36 (KHTML, like Gecko)"
	phones := []string{"SM-S918B", "SM-A546E", "SM-M146B", "Pixel 8", "Pixel 7a", "CPH2581", "V2250", "RMX3830", "23053RN02A", "moto g84 5G", "SM-X710", "K"}
	for v := 120; v <= 143; v++ {
		chrome := fmt.Sprintf("Chrome/%d.0.0.0", v)
		list = append(list,
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64)"+like+" "+chrome+" Safari/537.36",
			"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"+like+" "+chrome+" Safari/537.36",
			"Mozilla/5.0 (X11; Linux x86_64)"+like+" "+chrome+" Safari/537.36",
			fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64)%s %s Safari/537.36 Edg/%d.0.0.0", like, chrome, v),
			fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64)%s %s Safari/537.36 OPR/%d.0.0.0", like, chrome, v-14),
			fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:%d.0) Gecko/20100101 Firefox/%d.0", v, v),
			fmt.Sprintf("Mozilla/5.0 (Android 14; Mobile; rv:%d.0) Gecko/%d.0 Firefox/%d.0", v, v, v),
		)
		for i, phone := range phones {
			list = append(list, fmt.Sprintf("Mozilla/5.0 (Linux; Android %d; %s)%s %s Mobile Safari/537.36", 11+i%4, phone, like, chrome))
		}
		list = append(list, fmt.Sprintf("Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B)%s SamsungBrowser/%d.0 Chrome/115.0.0.0 Mobile Safari/537.36", like, v-98))
	}
	const webkit = " AppleWebKit/605.1.15 (KHTML, like Gecko)"
	for major := 15; major <= 18; major++ {
		for minor := range 7 {
			list = append(list,
				fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS %d_%d like Mac OS X)%s Version/%d.%d Mobile/15E148 Safari/604.1", major, minor, webkit, major, minor),
				fmt.Sprintf("Mozilla/5.0 (iPad; CPU OS %d_%d like Mac OS X)%s Version/%d.%d Mobile/15E148 Safari/604.1", major, minor, webkit, major, minor),
				fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)%s Version/%d.%d Safari/605.1.15", webkit, major, minor),
			)
		}
	}
	return append(list,
		"Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV Safari/537.36",
		"Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
	)
}
