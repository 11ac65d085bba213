package token

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

const (
	proofSize   = 16
	lossContext = "marquee ad lost: " // no other use of a key has it
)

// AppendLoss appends what says that the bid of a token lost: its text, and a proof. A token is in the markup of its ad, so that whoever shows the ad
// has it; the proof is for whom the bid was sent to.
func (r *Ring) AppendLoss(dst, text []byte) []byte {
	dst = append(append(dst, text...), '.')
	return base64.RawURLEncoding.AppendEncode(dst, r.proof(text))
}

// Lost returns the text of the token in what AppendLoss made. Error: ErrToken.
func (r *Ring) Lost(loss []byte) (text []byte, err error) {
	text, proof, _ := bytes.Cut(loss, []byte{'.'})
	want := r.proof(text)
	if want == nil || !hmac.Equal(proof, base64.RawURLEncoding.AppendEncode(nil, want)) {
		return nil, ErrToken
	}
	return text, nil
}

// proof is by the key that sealed the token; nil when that is gone.
func (r *Ring) proof(text []byte) []byte {
	const digits = 4 // of base64, which are three bytes
	var head [3]byte
	if len(text) < digits || len(text) > MaxText {
		return nil
	}
	if _, err := base64.RawURLEncoding.Decode(head[:], text[:digits]); err != nil {
		return nil
	}
	secret := r.secrets[head[0]&15]
	if secret == nil {
		return nil
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(lossContext))
	mac.Write(text)
	return mac.Sum(nil)[:proofSize]
}
