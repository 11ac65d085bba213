package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// Key is what a publisher's server proves itself with. It is made of the secret and the publisher's slug, so nothing of it is stored (ADR 0007); another
// secret makes all keys new.
func Key(secret []byte, publisher string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("publisher key\x00"))
	mac.Write([]byte(publisher))
	return "mqa_" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:24])
}

// owns reports whether an Authorization header has a publisher's key.
func (a *API) owns(publisher string, authorization []byte) bool {
	key, ok := strings.CutPrefix(string(authorization), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(key), []byte(Key(a.cfg.Secret, publisher))) == 1
}
