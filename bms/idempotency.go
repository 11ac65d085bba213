package bms

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/internal/groupcommit"
)

// How long an answer is replayed, and how long a claim is honoured whose work
// neither finished nor failed: its program died, or it is slow. A call of a gateway under a claim
// ends well before the lease (maxGatewayTimeout).
const (
	keyLifetime = 24 * time.Hour
	keyLease    = time.Minute
	maxKeyLen   = 200
)

// Refusals of an idempotency key.
var (
	ErrKeyInFlight = fault.New(fault.Conflict, "key_in_flight", "a request with this idempotency key is still being worked on; ask again in a moment")
	ErrKeyReused   = fault.New(fault.Conflict, "key_reused", "this idempotency key was used for another request; use a new key")
)

// keyring claims idempotency keys. The claim is committed before the work begins, so
// that a twin is answered at once instead of waiting; the answer is stored in the
// work's own transaction. Claims that wait for the database share one commit.
type keyring struct {
	db    store.DB
	queue *groupcommit.Group[*keyClaim]
}

type keyClaim struct {
	claim store.KeyClaim
	inWay *store.KeyRow // who has the key already
	done  chan error
}

func newKeyring(db store.DB) *keyring {
	k := &keyring{db: db}
	k.queue = groupcommit.New(256, k.run)
	return k
}

func (k *keyring) run(batch []*keyClaim) {
	ctx, cancel := context.WithTimeout(context.Background(), judgeTimeout)
	defer cancel()
	claims := make([]store.KeyClaim, len(batch))
	for i, c := range batch {
		claims[i] = c.claim
	}
	var inWay map[int]store.KeyRow
	err := k.db.Update(ctx, func(tx store.Tx) error {
		var err error
		inWay, err = tx.ClaimKeys(ctx, claims)
		return err
	})
	for i, c := range batch { // nothing here or above panics: keys were checked
		if row, taken := inWay[i]; taken {
			c.inWay = &row
		}
		c.done <- err
	}
}

// claim returns the row that stands in the way, nil when the key is now ours.
func (k *keyring) claim(ctx context.Context, c store.KeyClaim) (*store.KeyRow, error) {
	waiting := &keyClaim{claim: c, done: make(chan error, 1)}
	k.queue.Submit(waiting)
	select {
	case err := <-waiting.done:
		return waiting.inWay, err
	case <-ctx.Done():
		return nil, fmt.Errorf("claim idempotency key: %w", ctx.Err())
	}
}

// finish stores the answer in the transaction that does the work.
type finish[T any] func(tx store.Tx, answer T) error

// once does work at most once for a key within a verb. A repetition with the same body
// gets the first answer, one with another body ErrKeyReused, and one that comes while the first is
// at work ErrKeyInFlight. When work fails it has changed nothing, and the key is free again.
// Without a key, work just runs.
//
// Work that outlasts its lease may find that a twin has taken the key over. The transaction that finishes
// is undone then with store.ErrKeyLost, so that only the twin's work counts, and the slow one
// gets the twin's answer too. Work that has acted outside of that transaction passes over
// store.ErrKeyLost itself and answers what it did.
func once[T any](ctx context.Context, c *Client, verb, key string, body any, work func(finish[T]) (T, error)) (T, error) {
	var none T
	if key == "" {
		return work(func(store.Tx, T) error { return nil })
	}
	if err := checkKey(key); err != nil {
		return none, err
	}
	hash, err := hashOf(body)
	if err != nil {
		return none, fmt.Errorf("hash request: %w", err)
	}
	now := c.db.Now()
	claim := store.KeyClaim{Scope: verb, Key: key, Hash: hash, LeaseUntil: now.Add(keyLease), ExpiresAt: now.Add(keyLifetime)}
	row, err := c.keys.claim(ctx, claim)
	if err != nil {
		return none, err
	}
	if row != nil {
		return replay[T](*row, hash)
	}
	answer, err := work(func(tx store.Tx, answer T) error {
		raw, err := json.Marshal(answer)
		if err != nil {
			return fmt.Errorf("store answer: %w", err)
		}
		return tx.FinishKey(ctx, claim, raw)
	})
	if err == nil {
		return answer, nil
	}
	ctx = context.WithoutCancel(ctx)
	c.dropKey(ctx, claim)
	if errors.Is(err, store.ErrKeyLost) || c.db.Now().After(claim.LeaseUntil) {
		return twins[T](ctx, c, claim, err)
	}
	return answer, err
}

// twins returns the answer of whoever took the key over from a claim that ran out; the cause
// why the slow work failed when nobody did.
func twins[T any](ctx context.Context, c *Client, claim store.KeyClaim, cause error) (T, error) {
	row, err := view(ctx, c.db, func(tx store.Tx) (store.KeyRow, error) { return tx.Key(ctx, claim.Scope, claim.Key) })
	switch {
	case err == nil:
		return replay[T](row, claim.Hash)
	case errors.Is(cause, store.ErrKeyLost): // the twin has failed, and the key is free again
		cause = ErrKeyInFlight
	}
	var none T
	return none, cause
}

// checkKey refuses keys that a database or a log would stumble over.
func checkKey(key string) error {
	if len(key) > maxKeyLen {
		return fault.Invalidf("idempotency_key", "must be at most %d bytes", maxKeyLen)
	}
	for i := range len(key) {
		if key[i] < ' ' || key[i] > '~' {
			return fault.Invalidf("idempotency_key", "must be printable ASCII")
		}
	}
	return nil
}

func replay[T any](row store.KeyRow, hash string) (T, error) {
	var answer T
	switch {
	case row.Hash != hash:
		return answer, ErrKeyReused
	case !row.Done:
		return answer, ErrKeyInFlight
	}
	if err := json.Unmarshal(row.Answer, &answer); err != nil {
		return answer, fmt.Errorf("replay answer: %w", err)
	}
	return answer, nil
}

// dropKey frees the key of work that failed. If that fails too, the lease frees it later.
func (c *Client) dropKey(ctx context.Context, claim store.KeyClaim) {
	err := c.db.Update(ctx, func(tx store.Tx) error { return tx.DropKey(ctx, claim) })
	if err != nil {
		c.log.WarnContext(ctx, "idempotency key not freed", logErr(err))
	}
}

func hashOf(body any) (string, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}
