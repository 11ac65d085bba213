package portal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif" // what uploads may be
	_ "image/jpeg"
	_ "image/png"
	"io"
	"strings"

	_ "golang.org/x/image/webp" // also

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// Bounds of uploads.
const (
	maxUpload = 2 << 20 // bytes
	maxSide   = 4096    // pixels
	maxPixels = 16 << 20
)

// uploads are the formats of pictures that browsers show, by their name in package image.
var uploads = map[string]string{"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}

// attachment is a picture that came with a form. Its zero value is none.
type attachment struct {
	Kind string // its format, as in uploads
	Size ads.Size
	Body []byte
}

// attached reads the picture of a form's field of files, if there is one. Error: Invalid about field, for what is too large or does not begin as a
// picture does, whatever its name and type say.
func (r *request) attached(name, field string) (attachment, error) {
	if !strings.HasPrefix(string(r.rc.Request.Header.ContentType()), "multipart/") {
		return attachment{}, nil
	}
	header, err := r.rc.FormFile(name)
	if err != nil || header.Size == 0 {
		return attachment{}, nil // no file was chosen
	}
	if header.Size > maxUpload {
		return attachment{}, fault.Invalidf(field, "must be a picture of at most %d MB", maxUpload>>20)
	}
	file, err := header.Open()
	if err != nil {
		return attachment{}, fmt.Errorf("open an upload: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(file, maxUpload+1))
	if err != nil {
		return attachment{}, fmt.Errorf("read an upload: %w", err)
	}
	return measured(field, body)
}

// measured reads the format and the size of a picture from its first bytes.
func measured(field string, body []byte) (attachment, error) {
	head, kind, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case err != nil || uploads[kind] == "" || head.Width < 1 || head.Height < 1:
		return attachment{}, errPicture(field)
	case head.Width > maxSide || head.Height > maxSide || head.Width*head.Height > maxPixels:
		return attachment{}, fault.Invalidf(field, "must be at most %d pixels wide and high", maxSide)
	}
	return attachment{kind, ads.Size{Width: head.Width, Height: head.Height}, body}, nil
}

func errPicture(field string) error {
	return fault.Invalidf(field, "must be a PNG, JPEG, GIF or WebP picture that can be shown")
}

// whole decodes all of a picture, whose size is known: a small file that unpacks into gigabytes is none of these.
func (a attachment) whole(field string) error {
	if _, _, err := image.Decode(bytes.NewReader(a.Body)); err != nil {
		return errPicture(field)
	}
	return nil
}

// inline is the picture as an address (RFC 2397), for a preview of what is not stored.
func (a attachment) inline() string {
	return "data:" + uploads[a.Kind] + ";base64," + base64.StdEncoding.EncodeToString(a.Body)
}

// store stores the picture and returns its address.
func (r *request) store(a attachment) (string, error) {
	name, err := r.p.db.PutAsset(r.ctx, r.by(), uploads[a.Kind], a.Kind, a.Body)
	return ads.AssetPath + name, err
}
