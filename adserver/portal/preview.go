package portal

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// preview is a frame in which a creative is seen.
type preview struct {
	Label string
	Src   string
	Size  ads.Size
}

// previews are a creative at each placement that it fits, those of one size together.
func previews(at string, c ads.Creative, fit []place) []preview {
	var list []preview
	where := map[ads.Size]int{}
	for _, p := range fit {
		if !p.Fits(c) {
			continue
		}
		size := frameSize(c)
		if i, there := where[size]; there {
			list[i].Label += ", " + p.seller + ": " + p.Name
			continue
		}
		where[size] = len(list)
		list = append(list, preview{Label: p.seller + ": " + p.Name, Src: at + "?size=" + plainSize(size), Size: size})
	}
	if len(list) == 0 {
		size := frameSize(c)
		list = append(list, preview{Label: "no placement that it fits", Src: at + "?size=" + plainSize(size), Size: size})
	}
	return list
}

// frameSize is how large a frame a creative needs.
func frameSize(c ads.Creative) ads.Size {
	switch c.Format {
	case ads.Image, ads.HTML:
		return c.Size
	case ads.Native:
		return ads.Size{Width: 320, Height: 360}
	case ads.Video:
	}
	return ads.Size{Width: 480, Height: 270}
}

func (p *Portal) previewPage(r *request) error {
	return r.showPreview(r.creative.Value)
}

// previewForm shows what a form that is not sent yet would make, in the frame that asked for it.
func (p *Portal) previewForm(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	format := ads.Format(f.Value("format"))
	if !format.Valid() {
		return errNoPage
	}
	if field, ok := pictures[format]; ok {
		// What is no picture is said when the form is sent.
		if a, err := r.attached("file", field); err == nil && a.Kind != "" {
			f.set(field, a.inline())
			f.set("size", plainSize(a.Size))
		}
	}
	return r.showPreview(creativeOf(f, ads.Creative{Line: r.line.Value.ID, Format: format}))
}

// previewPolicy lets a creative do what it may on a publisher's page: nothing but to be seen. The sandbox gives it an origin of its own, so that
// it could neither act as the member nor read a page, even if it ran.
const previewPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; media-src 'self' https:; " +
	"font-src https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

func (r *request) showPreview(c ads.Creative) error {
	size := frameSize(c)
	if asked, err := parseSize("size", r.query("size")); err == nil {
		size = asked
	}
	r.rc.Response.Header.Set(fasthttp.HeaderContentSecurityPolicy, previewPolicy)
	r.rc.SetContentType("text/html; charset=utf-8")
	r.rc.SetBodyString(r.p.cfg.Preview(c, size))
	return nil
}

// plainPreview is a creative without the frame that the ad server puts around it.
func plainPreview(c ads.Creative, size ads.Size) string {
	var body string
	switch c.Format {
	case ads.Image:
		body = picture(c.Image, size.Width, size.Height)
	case ads.HTML:
		body = c.HTML
	case ads.Native:
		body = `<div style="padding:12px">` + picture(c.Native.Image, size.Width-24, 0) + "<h1 style=\"font-size:1.1rem;margin:.6rem 0 .3rem\">" +
			html.EscapeString(c.Native.Title) + "</h1><p style=\"margin:0 0 .6rem\">" + html.EscapeString(c.Native.Body) +
			"</p><b>" + html.EscapeString(c.Native.Action) + "</b></div>"
	case ads.Video:
		body = fmt.Sprintf(`<video controls preload="metadata" width="%d" height="%d" src="%s"></video>`, size.Width, size.Height, html.EscapeString(c.Video.URL))
	}
	return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Preview</title>` +
		`<body style="margin:0;font:16px/1.4 system-ui,sans-serif;background:#fff;color:#111">` + body
}

func picture(p ads.ImagePart, width, height int) string {
	var b strings.Builder
	b.WriteString(`<img style="display:block;max-width:100%;height:auto" src="` + html.EscapeString(p.URL) + `" alt="` + html.EscapeString(p.Alt) + `"`)
	if width > 0 {
		b.WriteString(` width="` + strconv.Itoa(width) + `"`)
	}
	if height > 0 {
		b.WriteString(` height="` + strconv.Itoa(height) + `"`)
	}
	b.WriteString(">")
	return b.String()
}
