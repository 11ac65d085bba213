package portal

import (
	"bytes"
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

// uploadedAsset is a picture that was stored.
type uploadedAsset struct {
	URL  string
	Size ads.Size
}

// upload stores the picture of a form's field of files, if there is one. Error: Invalid about field, for what is no picture: its first
// bytes decide and the whole is decoded, whatever its name and type say.
func (r *request) upload(name, field string) (uploadedAsset, error) {
	if !strings.HasPrefix(string(r.rc.Request.Header.ContentType()), "multipart/") {
		return uploadedAsset{}, nil
	}
	header, err := r.rc.FormFile(name)
	if err != nil || header.Size == 0 {
		return uploadedAsset{}, nil // no file was chosen
	}
	if err := r.p.limits.uploads.Take(r.who.Email); err != nil {
		return uploadedAsset{}, err
	}
	if header.Size > maxUpload {
		return uploadedAsset{}, fault.Invalidf(field, "must be a picture of at most %d MB", maxUpload>>20)
	}
	file, err := header.Open()
	if err != nil {
		return uploadedAsset{}, fmt.Errorf("open an upload: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(file, maxUpload+1))
	if err != nil {
		return uploadedAsset{}, fmt.Errorf("read an upload: %w", err)
	}
	kind, size, err := checkPicture(field, body)
	if err != nil {
		return uploadedAsset{}, err
	}
	asset, err := r.p.db.PutAsset(r.ctx, r.by(), uploads[kind], kind, body)
	if err != nil {
		return uploadedAsset{}, err
	}
	return uploadedAsset{URL: ads.AssetPath + asset, Size: size}, nil
}

// checkPicture returns the format and size of a picture. The size is read first, so that a small file that unpacks into gigabytes is not.
func checkPicture(field string, body []byte) (kind string, size ads.Size, err error) {
	wrong := fault.Invalidf(field, "must be a PNG, JPEG, GIF or WebP picture that can be shown")
	head, kind, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case err != nil || uploads[kind] == "" || head.Width < 1 || head.Height < 1:
		return "", ads.Size{}, wrong
	case head.Width > maxSide || head.Height > maxSide || head.Width*head.Height > maxPixels:
		return "", ads.Size{}, fault.Invalidf(field, "must be at most %d pixels wide and high", maxSide)
	}
	if _, _, err := image.Decode(bytes.NewReader(body)); err != nil {
		return "", ads.Size{}, wrong
	}
	return kind, ads.Size{Width: head.Width, Height: head.Height}, nil
}
