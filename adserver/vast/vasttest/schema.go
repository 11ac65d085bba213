// Package vasttest holds documents against the rules of VAST 4.2, in tests of whatever writes them.
package vasttest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// The rules of VAST 4.2 for the elements that are written here: which children in which order and how many, which attributes, and of what type.
// They are told in a small language of our own: "Name" once, "Name?" perhaps, "Name*" any number, "Name+" one at least; attributes "name:type", with
// "!" behind those that are required.
type rule struct {
	children string
	attrs    string
	text     string // type of the text; empty for none
}

const tracking = "mute|unmute|pause|resume|rewind|skip|playerExpand|playerCollapse|loaded|start|firstQuartile|midpoint|thirdQuartile|complete|progress|" +
	"closeLinear|creativeView|acceptInvitation|adExpand|adCollapse|minimize|close|overlayViewDuration|otherAdInteraction|interactiveStart"

// rules by path below VAST; the longest that ends an element's path counts, so that one name may mean different things in different places.
var rules = map[string]rule{
	"VAST":    {children: "Ad*|Error*", attrs: "version:string!"},
	"Ad":      {children: "InLine|Wrapper", attrs: "id:string sequence:integer"},
	"InLine":  {children: "AdSystem Error* Impression+ Pricing? ViewableImpression? AdServingId AdTitle AdVerifications? Advertiser? Category* Creatives Description? Expires?"},
	"Wrapper": {children: "AdSystem Error* Impression+ Pricing? ViewableImpression? AdVerifications? BlockedAdCategories* Creatives? VASTAdTagURI", attrs: "followAdditionalWrappers:boolean allowMultipleAds:boolean fallbackOnNoAd:boolean"},

	"AdSystem": {text: "string", attrs: "version:string"}, "Error": {text: "uri"}, "Impression": {text: "uri", attrs: "id:string"},
	"Pricing":            {text: "decimal", attrs: "model:(CPC|CPM|CPE|CPV)! currency:[a-zA-Z]{3}!"},
	"ViewableImpression": {children: "Viewable*"}, "Viewable": {text: "uri"},
	"AdServingId": {text: "string"}, "AdTitle": {text: "string"}, "Advertiser": {text: "string"}, "Description": {text: "string"},
	"Expires": {text: "integer"}, "Category": {text: "string", attrs: "authority:uri!"}, "BlockedAdCategories": {text: "string", attrs: "authority:uri"},
	"VASTAdTagURI": {text: "uri"},

	"AdVerifications": {children: "Verification*"}, "Verification": {children: "JavaScriptResource* TrackingEvents? VerificationParameters?", attrs: "vendor:string"},
	"JavaScriptResource": {text: "uri", attrs: "apiFramework:string browserOptional:boolean"}, "VerificationParameters": {text: "string"},
	"Verification/TrackingEvents/Tracking": {text: "uri", attrs: "event:string!"},

	"Creatives":                  {children: "Creative+"},
	"InLine/Creatives/Creative":  {children: "Linear? NonLinearAds? UniversalAdId+", attrs: "id:string adId:string"},
	"Wrapper/Creatives/Creative": {children: "Linear? NonLinearAds?", attrs: "id:string adId:string"},
	"UniversalAdId":              {text: "string", attrs: "idRegistry:string!"},

	"InLine/Creatives/Creative/Linear":  {children: "TrackingEvents? Duration MediaFiles VideoClicks?", attrs: "skipoffset:offset"},
	"Wrapper/Creatives/Creative/Linear": {children: "TrackingEvents? VideoClicks?", attrs: "skipoffset:offset"},
	"TrackingEvents":                    {children: "Tracking*"}, "Tracking": {text: "uri", attrs: "event:(" + tracking + ")! offset:offset"},
	"Duration": {text: "time"}, "MediaFiles": {children: "MediaFile+"},
	"MediaFile":   {text: "uri", attrs: "id:string delivery:(streaming|progressive)! type:string! width:integer! height:integer! codec:string bitrate:integer scalable:boolean maintainAspectRatio:boolean"},
	"VideoClicks": {children: "ClickTracking* ClickThrough?"}, "ClickTracking": {text: "uri", attrs: "id:string"}, "ClickThrough": {text: "uri", attrs: "id:string"},

	"NonLinearAds": {children: "TrackingEvents? NonLinear*"},
	"InLine/Creatives/Creative/NonLinearAds/NonLinear": {
		children: "HTMLResource* IFrameResource* StaticResource* NonLinearClickThrough? NonLinearClickTracking*",
		attrs:    "id:string width:integer! height:integer! scalable:boolean maintainAspectRatio:boolean minSuggestedDuration:time",
	},
	"Wrapper/Creatives/Creative/NonLinearAds/NonLinear": {children: "NonLinearClickTracking?"},
	"HTMLResource": {text: "string"}, "IFrameResource": {text: "uri"}, "StaticResource": {text: "uri", attrs: "creativeType:string!"},
	"NonLinearClickThrough": {text: "uri"}, "NonLinearClickTracking": {text: "uri", attrs: "id:string"},
}

// types of values; others in a rule are patterns themselves.
var types = map[string]string{
	"string":  `(?s).*`,
	"uri":     `(https?://[!-~]+|about:blank)`,
	"integer": `-?\d+`,
	"boolean": `(true|false|1|0)`,
	"decimal": `-?\d+(\.\d+)?`,
	"time":    `([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?`,
	"offset":  `(\d{2}:[0-5]\d:[0-5]\d(\.\d\d\d)?|1?\d?\d(\.?\d)*%)`,
}

func is(kind, value string) bool {
	pattern, ok := types[kind]
	if !ok {
		pattern = kind
	}
	return regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString(value)
}

// element is one of a document that was read.
type element struct {
	name     string
	attrs    []xml.Attr
	children []*element
	text     strings.Builder
}

// parse reads a document into elements; names must be of the namespace.
func parse(doc []byte) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(string(doc)))
	root := &element{}
	stack := []*element{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := stack[len(stack)-1]
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Space != "http://www.iab.com/VAST" {
				return nil, fmt.Errorf("%s is of the namespace %q", token.Name.Local, token.Name.Space)
			}
			child := &element{name: token.Name.Local, attrs: token.Attr}
			top.children = append(top.children, child)
			stack = append(stack, child)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text.Write(token)
		}
	}
	if len(root.children) != 1 || root.children[0].name != "VAST" {
		return nil, errors.New("the root is not one VAST")
	}
	return root.children[0], nil
}

// Validate reads a document and holds it against the rules. Error: the first that it breaks, with the path of the element.
func Validate(doc []byte) error {
	root, err := parse(doc)
	if err != nil {
		return err
	}
	return root.validate("VAST")
}

func (e *element) validate(path string) error {
	r, ok := ruleOf(path)
	if !ok {
		return fmt.Errorf("%s: no rule", path)
	}
	if err := e.validateAttrs(r, path); err != nil {
		return err
	}
	names := make([]string, len(e.children))
	for i, c := range e.children {
		names[i] = c.name
	}
	if !matches(r.children, names) {
		return fmt.Errorf("%s: children %v are not %q", path, names, r.children)
	}
	switch text := strings.TrimSpace(e.text.String()); {
	case r.text == "" && text != "":
		return fmt.Errorf("%s: text %q", path, text)
	case r.text != "" && !is(r.text, text):
		return fmt.Errorf("%s: %q is no %s", path, text, r.text)
	}
	for _, c := range e.children {
		if err := c.validate(path + "/" + c.name); err != nil {
			return err
		}
	}
	return nil
}

func ruleOf(path string) (rule, bool) {
	for {
		if r, ok := rules[path]; ok {
			return r, true
		}
		_, rest, more := strings.Cut(path, "/")
		if !more {
			return rule{}, false
		}
		path = rest
	}
}

func (e *element) validateAttrs(r rule, path string) error {
	var seen []string
	for _, a := range e.attrs {
		if a.Name.Local == "xmlns" {
			continue
		}
		if slices.Contains(seen, a.Name.Local) {
			return fmt.Errorf("%s: attribute %s comes twice", path, a.Name.Local)
		}
		seen = append(seen, a.Name.Local)
		if !slices.ContainsFunc(strings.Fields(r.attrs), func(want string) bool {
			name, kind, _ := strings.Cut(strings.TrimSuffix(want, "!"), ":")
			return name == a.Name.Local && is(kind, a.Value)
		}) {
			return fmt.Errorf("%s: attribute %s=%q", path, a.Name.Local, a.Value)
		}
	}
	for want := range strings.FieldsSeq(r.attrs) {
		name, _, _ := strings.Cut(want, ":")
		if strings.HasSuffix(want, "!") && !slices.Contains(seen, name) {
			return fmt.Errorf("%s: attribute %s is missing", path, name)
		}
	}
	return nil
}

// matches reports whether names are what the pattern of children says.
func matches(pattern string, names []string) bool {
	var re strings.Builder
	for i, choice := range strings.Split(pattern, "|") {
		if i > 0 {
			re.WriteByte('|')
		}
		for child := range strings.FieldsSeq(choice) {
			name := strings.TrimRight(child, "?*+")
			re.WriteString("(?:" + name + " )" + child[len(name):])
		}
	}
	return regexp.MustCompile("^(?:" + re.String() + ")$").MatchString(strings.Join(append(names, ""), " "))
}

// Values returns what a document says, in its order: the texts of elements that have no others in them by their names, attributes by "Element@name".
func Values(doc []byte) (map[string][]string, error) {
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	said := map[string][]string{}
	root.say(said)
	return said, nil
}

func (e *element) say(to map[string][]string) {
	if text := e.text.String(); len(e.children) == 0 && text != "" {
		to[e.name] = append(to[e.name], text)
	}
	for _, a := range e.attrs {
		name := e.name + "@" + a.Name.Local
		to[name] = append(to[name], a.Value)
	}
	for _, c := range e.children {
		c.say(to)
	}
}
