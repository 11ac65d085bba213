// Package account keeps what people prove themselves with: passwords as Argon2id hashes, and tokens of sessions.
//
//	hash, err := keeper.Hash(password)         // what is stored
//	ok, err := keeper.Verify(hash, password)   // in the same time for an account that is not there: hash is then empty
//	token, sum := account.NewToken()           // the cookie, and what is stored of it
package account

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// Bounds of a password. Source: NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where nothing else is asked for, long ones
// accepted, no rules about what it is made of; ours asks for 12, since tries are limited.
const (
	MinPassword = 12   // characters
	MaxPassword = 1024 // bytes
)

// Cost is how much work a hash is. Source: RFC 9106, and the OWASP Password Storage Cheat Sheet (19 MiB, two passes, one lane).
type Cost struct {
	Memory uint32 // KiB; zero means 19456
	Passes uint32 // zero means 2
}

const (
	saltSize = 16
	hashSize = 32
	lanes    = 1

	// most bounds what a hash that is stored may ask for, so that nobody who can write one stops the program.
	mostMemory = 1 << 20 // KiB
	mostPasses = 16
)

// Keeper hashes passwords, few at a time: each takes Cost.Memory. It is safe for concurrent use.
type Keeper struct {
	cost  Cost
	turns chan struct{}
	decoy string
}

// atOnce is how many hashes are made at the same time.
const atOnce = 4

// NewKeeper returns a keeper.
func NewKeeper(c Cost) *Keeper {
	if c.Memory == 0 {
		c.Memory = 19 << 10
	}
	if c.Passes == 0 {
		c.Passes = 2
	}
	k := &Keeper{cost: c, turns: make(chan struct{}, atOnce)}
	k.decoy = k.encode(rand.Text(), []byte(rand.Text())[:saltSize])
	return k
}

// CheckPassword returns an Invalid fault about field when a password is too short or too long, or says the name of who chose it.
func CheckPassword(field, password, email string) error {
	name, _, _ := strings.Cut(strings.ToLower(email), "@")
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return fault.Invalidf(field, "must have at least %d characters", MinPassword)
	case len(password) > MaxPassword:
		return fault.Invalidf(field, "must have at most %d bytes", MaxPassword)
	case strings.Count(password, password[:1]) == len(password):
		return fault.Invalidf(field, "must not be one character over and over")
	case len(name) >= 4 && strings.Contains(strings.ToLower(password), name):
		return fault.Invalidf(field, "must not contain the e-mail address")
	}
	return nil
}

// Hash returns a hash of a password in the PHC string format, with a salt of its own. It does not check the password.
func (k *Keeper) Hash(password string) string {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails
	return k.encode(password, salt)
}

func (k *Keeper) encode(password string, salt []byte) string {
	k.turns <- struct{}{}
	defer func() { <-k.turns }()
	sum := argon2.IDKey([]byte(password), salt, k.cost.Passes, k.cost.Memory, lanes, hashSize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, k.cost.Memory, k.cost.Passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// Verify reports whether a hash is that of the password. An empty hash is nobody's: the answer is no, and takes as long as any other.
// Error: a hash that Hash did not make.
func (k *Keeper) Verify(hash, password string) (bool, error) {
	known := hash != ""
	if !known {
		hash = k.decoy
	}
	h, err := decode(hash)
	if err != nil || len(password) > MaxPassword {
		return false, err
	}
	k.turns <- struct{}{}
	defer func() { <-k.turns }()
	got := argon2.IDKey([]byte(password), h.salt, h.cost.Passes, h.cost.Memory, lanes, uint32(len(h.sum)))
	return subtle.ConstantTimeCompare(got, h.sum) == 1 && known, nil
}

// Stale reports whether a hash was made at another cost than the keeper's, so that it is made anew at the next sign-in.
func (k *Keeper) Stale(hash string) bool {
	h, err := decode(hash)
	return err == nil && h.cost != k.cost
}

var errHash = errors.New("account: not a hash of a password")

// parts are those of a hash in the PHC string format.
type parts struct {
	cost      Cost
	salt, sum []byte
}

func decode(hash string) (parts, error) {
	list := strings.Split(hash, "$")
	if len(list) != 6 || list[0] != "" || list[1] != "argon2id" || list[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return parts{}, errHash
	}
	var h parts
	var p uint32
	n, scanErr := fmt.Sscanf(list[3], "m=%d,t=%d,p=%d", &h.cost.Memory, &h.cost.Passes, &p)
	var saltErr, sumErr error
	h.salt, saltErr = base64.RawStdEncoding.DecodeString(list[4])
	h.sum, sumErr = base64.RawStdEncoding.DecodeString(list[5])
	switch {
	case n != 3 || errors.Join(scanErr, saltErr, sumErr) != nil, p != lanes, len(h.salt) < 8, len(h.sum) < 16 || len(h.sum) > 64,
		h.cost.Memory < 8 || h.cost.Memory > mostMemory, h.cost.Passes < 1 || h.cost.Passes > mostPasses:
		return parts{}, errHash
	}
	return h, nil
}

// NewToken returns a fresh token with 130 bits of chance, and its sum.
func NewToken() (token string, sum [sha256.Size]byte) {
	token = rand.Text()
	return token, Sum(token)
}

// Sum is what is stored of a token: whoever reads the database cannot sign in with it.
func Sum(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }
