package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/adserver/ads"
)

// Key is what a publisher's server proves itself with. It is made of the secret and the publisher's slug, so nothing of it is stored (ADR 0007); another
// secret makes all keys new.
func Key(secret []byte, publisher string) string {
	return "mqa_" + sealed(secret, "publisher key\x00", publisher)
}

// ConversionKey is what an advertiser's server proves itself with when it tells of conversions: whose it is, and what only the secret makes of that.
func ConversionKey(secret []byte, a ads.AdvertiserID) string {
	id := strconv.FormatUint(uint64(a), 10)
	return conversionKey + id + "_" + sealed(secret, "advertiser conversions\x00", id)
}

const conversionKey = "mqc_"

// sealed is what a secret makes of somebody's name, for one purpose.
func sealed(secret []byte, purpose, name string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	mac.Write([]byte(name))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:24])
}

// owns reports whether an Authorization header has a publisher's key.
func (a *API) owns(publisher string, authorization []byte) bool {
	key, ok := strings.CutPrefix(string(authorization), "Bearer ")
	return ok && subtle.ConstantTimeCompare([]byte(key), []byte(Key(a.cfg.Secret, publisher))) == 1
}

// teller is whose conversion key an Authorization header has; nobody's where there is none.
func (a *API) teller(authorization []byte) (ads.AdvertiserID, error) {
	if len(authorization) == 0 {
		return 0, nil
	}
	key, ok := strings.CutPrefix(string(authorization), "Bearer ")
	of, _, _ := strings.Cut(strings.TrimPrefix(key, conversionKey), "_")
	id, err := strconv.ParseUint(of, 10, 32)
	if !ok || err != nil || id == 0 || subtle.ConstantTimeCompare([]byte(key), []byte(ConversionKey(a.cfg.Secret, ads.AdvertiserID(id)))) != 1 {
		return 0, errConversionKey
	}
	return ads.AdvertiserID(id), nil
}
