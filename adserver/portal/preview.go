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
	return r.showPreview(r.creativeOf(f, ads.Creative{Line: r.line.Value.ID, Format: format}))
}

// previewPolicy lets a creative do what it may on a publisher's page: nothing but to be seen, with pictures of ours and such as it has in itself. The sandbox
// gives it an origin of its own, so that it could neither act as the member nor read a page, even if it ran.
const previewPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self' https:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

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

// plainPreview is a creative without the frame that the ad server puts around it. The document of an HTML ad begins as that of a storefront does (package
// pages), so that it looks as it will.
func plainPreview(c ads.Creative, size ads.Size) string {
	const head = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Preview</title><style>body{margin:0}</style>`
	switch c.Format {
	case ads.Image:
		return head + picture(c.Image, size.Width, size.Height)
	case ads.HTML:
		return head + c.HTML
	case ads.Native:
		return head + nativePreview(c.Native, size)
	case ads.Video:
	}
	return head + videoPreview(c.Video, size)
}

// wordStyle is how words are shown in a preview that has none of a page's own look.
const wordStyle = `<style>body{padding:12px;font:16px/1.4 system-ui,sans-serif;background:#fff;color:#111}h1{font-size:1.1rem;margin:.6rem 0 .3rem}p{margin:0 0 .6rem}</style>`

func nativePreview(n ads.NativePart, size ads.Size) string {
	return wordStyle + picture(n.Image, size.Width-24, 0) + "<h1>" + html.EscapeString(n.Title) + "</h1><p>" + html.EscapeString(n.Body) + "</p><b>" +
		html.EscapeString(n.Action) + "</b>"
}

func videoPreview(v ads.VideoPart, size ads.Size) string {
	if v.Tag != "" {
		return wordStyle + "<p>Another ad server chooses the video each time: " + html.EscapeString(v.Tag) + "</p>"
	}
	return fmt.Sprintf(`<video controls preload="metadata" width="%d" height="%d" src="%s"></video>`, size.Width, size.Height, html.EscapeString(v.URL))
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
