package seatdemo

import (
	"html/template"

	"github.com/valyala/fasthttp"
)

// page shows how a page places the element: its scripts asked for early, its configuration inside it, and a form around it.
var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en" dir="{{.Dir}}">
<head>
<meta charset="utf-8">
<title>Choose your seats</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{{.App}}">
<link rel="icon" href="{{.Icon}}" type="image/svg+xml">
<link rel="modulepreload" href="{{.Chooser}}">
<link rel="preload" href="{{.Style}}" as="fetch" crossorigin>
<script type="module" src="{{.Element}}"></script>
</head>
<body>
<main class="wrap">
<h1>Choose your seats</h1>
<form id="form" method="post" action="/holds">
<bms-seatmap geometry="{{.Geometry}}" status="/seats"{{if .Live}} live="/live"{{end}}{{if .Quote}} quote="{{.Quote}}"{{end}} max="{{.Max}}"{{with .Section}} section="{{.}}"{{end}}>
<script type="application/json">{{.Config}}</script>
{{.Rest}}
</bms-seatmap>
<p><button id="send" class="button" type="submit">Reserve and go on</button></p>
</form>
</main>
</body>
</html>
`))

func (s *Site) page(rc *fasthttp.RequestCtx) {
	args := rc.QueryArgs()
	view := map[string]any{
		"Dir": "ltr", "App": s.files.Path("app.css"), "Chooser": s.files.Path("chooser.js"), "Style": s.files.Path("seatmap.css"),
		"Icon": s.files.Path("icon.svg"), "Element": s.files.Path("seatmap.js"), "Geometry": "/geometry?digest=" + s.hall.Digest, "Live": !args.Has("poll"), "Max": s.options.Max,
		"Config": s.options.Config, "Rest": s.options.Rest, "Quote": s.options.Quote,
	}
	if args.Has("dir") {
		view["Dir"] = string(args.Peek("dir"))
	}
	view["Section"] = string(args.Peek("section"))
	if args.Has("broken") {
		view["Geometry"] = "/nowhere"
	}
	rc.SetContentType("text/html; charset=utf-8")
	if err := page.Execute(rc, view); err != nil {
		rc.Error(err.Error(), fasthttp.StatusInternalServerError)
	}
}
