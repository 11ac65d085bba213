// Package device tells from a user agent string (RFC 9110, section 10.1.5) what somebody looks at a page with: the kind of machine, its system,
// the browser, and whether it is a machine that looks by itself.
//
//	parser, err := device.New(device.Config{})
//	d := parser.Parse(rc.UserAgent())   // d.Type, d.OS, d.Browser
//	d = d.WithHints(mobile, platform)   // Sec-CH-UA-Mobile and Sec-CH-UA-Platform, where the browser sent them
//	if d.Bot || !d.Known {              // it gets ads, so that the page keeps its shape, and they cost nobody anything
//
// A user agent is what a browser says of itself, so that everything here can be made up. Who wants to be taken for a person will be: package
// fraud looks at what he does as well. Who says that he is a machine is believed.
//
// Agents that were seen lately are remembered, so that the answer for them costs one lookup and no memory.
package device
