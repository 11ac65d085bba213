package bms

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/marquee-tickets/marquee/bms/store"
)

// vault keeps the secrets that an installation makes for itself when it first
// needs them: one for the links and holds of guests, one that signs tickets. They
// live in the database, so all its nodes share them.
type vault struct {
	db     store.DB
	secret readOnce[[]byte]
	signer readOnce[ed25519.PrivateKey]
}

func newVault(db store.DB) *vault { return &vault{db: db} }

// readOnce is a secret that is read when somebody wants it first. Whoever wants it afterwards waits for nobody: he may be in the middle of a unit of work for which
// the reading of another secret waits.
type readOnce[T any] struct {
	reading sync.Mutex
	value   atomic.Pointer[T]
}

// get returns the secret, which is read where nobody has.
func (k *readOnce[T]) get(read func() (T, error)) (T, error) {
	if v := k.value.Load(); v != nil {
		return *v, nil
	}
	k.reading.Lock()
	defer k.reading.Unlock()
	if v := k.value.Load(); v != nil {
		return *v, nil
	}
	v, err := read()
	if err == nil {
		k.value.Store(&v)
	}
	return v, err
}

// The settings under which the secrets are stored.
const (
	settingSecret = "guest_secret"
	settingTicket = "ticket_key/1" // the number is the key's id in ticket codes
	ticketKeyID   = 1
)

// token is what a guest must show to act on the thing with the given id: 26
// letters and digits that only this installation can make.
func (v *vault) token(ctx context.Context, purpose, id string) (string, error) {
	secret, err := v.guestSecret(ctx)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose + "\x00" + id))
	return lowerBase32.EncodeToString(mac.Sum(nil)[:16]), nil
}

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// renewed is what the token of a generation is made of. That of generation 0 is the id alone, as it was before links
// could be made anew; no id has a NUL.
func renewed(id string, generation int) string {
	if generation == 0 {
		return id
	}
	return id + "\x00" + strconv.Itoa(generation)
}

// check reports whether the token is the right one, in constant time.
func (v *vault) check(ctx context.Context, purpose, id, token string) (bool, error) {
	want, err := v.token(ctx, purpose, id)
	return subtle.ConstantTimeCompare([]byte(want), []byte(token)) == 1, err
}

func (v *vault) guestSecret(ctx context.Context) ([]byte, error) {
	return v.secret.get(func() ([]byte, error) { return v.setting(ctx, settingSecret, random(32)) })
}

// purposeProgram is what begins the purposes of Secret, so that none of them is one of ours.
const purposeProgram = "program/"

// Secret returns 32 bytes for a purpose of the calling program, such as signing links: the same for one purpose on all
// nodes of the installation, and known nowhere else.
func (c *Client) Secret(ctx context.Context, purpose string) ([]byte, error) {
	secret, err := c.vault.guestSecret(ctx)
	if err != nil {
		return nil, fmt.Errorf("secret for %.80q: %w", purpose, err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purposeProgram + purpose))
	return mac.Sum(nil), nil
}

// ticketKey is the key that signs ticket codes.
func (v *vault) ticketKey(ctx context.Context) (ed25519.PrivateKey, error) {
	return v.signer.get(func() (ed25519.PrivateKey, error) {
		seed, err := v.setting(ctx, settingTicket, random(ed25519.SeedSize))
		if err != nil {
			return nil, err
		}
		if len(seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("setting %s has %d bytes, not %d", settingTicket, len(seed), ed25519.SeedSize)
		}
		return ed25519.NewKeyFromSeed(seed), nil
	})
}

func (v *vault) setting(ctx context.Context, key string, fresh []byte) ([]byte, error) {
	var stored []byte
	err := v.db.Update(ctx, func(tx store.Tx) error {
		var err error
		stored, err = tx.Setting(ctx, key, fresh)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read secret: %w", err)
	}
	return stored, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand aborts the program instead
	return b
}
