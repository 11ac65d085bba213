package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// maxAsset is how large an upload may be, in bytes.
const maxAsset = 2 << 20

// Asset is a picture or video that was uploaded.
type Asset struct {
	Name    string // the hash of its content and an ending: what follows ads.AssetPath in its address
	MIME    string // "image/png"
	Content []byte
}

// What names are made of, as ads.AssetPath has it.
var (
	ending    = regexp.MustCompile(`^[a-z0-9]{2,5}$`)
	assetName = regexp.MustCompile(`^[0-9a-f]{32}\.[a-z0-9]{2,5}$`)
)

const (
	addAsset = "insert into ad_asset (name, mime, content) values ($1, $2, $3) on conflict do nothing"

	readAsset = "select name, mime, content from ad_asset where name = $1"
)

// PutAsset stores an upload under the hash of its content and returns its name; the same content again has the same. Whether it is what its
// type says is for the caller to see. Errors: Invalid about the content, its type or its ending ("png").
func (d *DB) PutAsset(ctx context.Context, by MemberID, mime, end string, content []byte) (name string, err error) {
	switch {
	case len(content) == 0 || len(content) > maxAsset:
		return "", fault.Invalidf("content", "must have between 1 and %d bytes", maxAsset)
	case word("mime", mime, 100) != nil:
		return "", fault.Invalidf("mime", "must be a type such as image/png")
	case !ending.MatchString(end):
		return "", fault.Invalidf("ending", "must be two to five lower-case letters and digits")
	}
	sum := sha256.Sum256(content)
	name = hex.EncodeToString(sum[:16]) + "." + end
	note, err := json.Marshal(name)
	if err != nil {
		return "", err
	}
	err = d.update(ctx, "store an upload", func(tx sqldb.Tx) error {
		n, err := tx.Exec(ctx, addAsset, name, mime, content)
		if err != nil || n == 0 {
			return err
		}
		return act(tx, Act{By: by, What: "upload", Kind: "asset", After: note})
	})
	return name, err
}

var errNoAsset = fault.NotFoundf("there is no such upload")

// Asset returns an upload. Error: NotFound.
func (d *DB) Asset(ctx context.Context, name string) (Asset, error) {
	if !assetName.MatchString(name) {
		return Asset{}, errNoAsset
	}
	a, ok, err := one(ctx, d.db, func(r sqldb.Row, a *Asset) error { return r.Scan(&a.Name, &a.MIME, &a.Content) }, readAsset, name)
	if err == nil && !ok {
		err = errNoAsset
	}
	return a, attempted("find an upload", err)
}
