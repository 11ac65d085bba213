package catalog

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// maxSVG is the most bytes of a picture that a brand brings along.
const maxSVG = 16 << 10

const svgSpace = "http://www.w3.org/2000/svg"

// svgElements are those that draw and do nothing else: no scripts, no styles, no animations, no links.
const svgElements = " svg g path rect circle ellipse line polyline polygon text tspan title desc defs " +
	"linearGradient radialGradient stop clipPath mask use symbol "

// checkSVG accepts a well-formed picture of plain shapes that loads nothing and runs nothing, whoever opens it.
func checkSVG(field, s string) error {
	if len(s) > maxSVG {
		return fault.Invalidf(field, "must have at most %d bytes, not %d", maxSVG, len(s))
	}
	if err := checkProse(field, s, maxSVG); err != nil {
		return err
	}
	depth, roots := 0, 0
	for d := xml.NewDecoder(strings.NewReader(s)); ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && roots == 1:
			return nil
		case err != nil:
			return fault.Invalidf(field, "must be one whole SVG picture, from <svg to </svg>")
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			if problem := svgProblem(t, depth == 0); problem != "" {
				return fault.Invalidf(field, "%s", problem)
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && strings.TrimSpace(string(t)) != "" {
				return fault.Invalidf(field, "must have nothing before <svg and after </svg>")
			}
		case xml.Directive, xml.ProcInst:
			return fault.Invalidf(field, "must begin with <svg, without a document type or other instructions")
		}
	}
}

// svgProblem says what is wrong with an element; empty when nothing is.
func svgProblem(e xml.StartElement, root bool) string {
	name := e.Name.Local
	if root && name != "svg" || e.Name.Space != svgSpace {
		return `must be a picture whose outermost element is <svg xmlns="` + svgSpace + `">`
	}
	if strings.Contains(name, " ") || !strings.Contains(svgElements, " "+name+" ") {
		return "must have plain shapes, text and gradients only; <" + clipped(name) + "> is none of them"
	}
	for _, a := range e.Attr {
		key, value := strings.ToLower(a.Name.Local), strings.ToLower(a.Value)
		switch {
		case strings.HasPrefix(key, "on") || key == "style" || key == "class":
			return "must not have the attribute " + clipped(a.Name.Local) + "; say how shapes look by fill, stroke and the like"
		case key == "href" && !strings.HasPrefix(value, "#"), strings.Contains(value, "url(") && !strings.HasPrefix(value, "url(#"):
			return "must refer to parts of itself only, by #name"
		}
	}
	return ""
}

func clipped(s string) string { return s[:min(len(s), 40)] }
