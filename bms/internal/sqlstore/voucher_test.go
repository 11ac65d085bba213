package sqlstore_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/pricing"
	"github.com/marquee-tickets/marquee/bms/store"
)

// TestVoucher_WithoutLockIsUsedTooOften is the negative control of the suite's counting under
// concurrency: buyers who count without the lock all see room for one. SQLite's one writer needs no lock.
func TestVoucher_WithoutLockIsUsedTooOften(t *testing.T) {
	t.Parallel()
	db := openPG(t, bmstest.NewClock(bmstest.Start).Now)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	update(t, db, func(tx store.Tx) error {
		return errors.Join(tx.PutPartner(t.Context(), catalog.Partner{ID: "ptn_1"}),
			tx.PutVoucher(t.Context(), pricing.Voucher{ID: "vch_1", PartnerID: "ptn_1", Code: "SUMMER"}))
	})
	const buyers = 4
	var counted, done sync.WaitGroup
	counted.Add(buyers)
	for i := range buyers {
		done.Go(func() {
			assert.NoError(t, db.Update(t.Context(), func(tx store.Tx) error {
				uses, err := tx.VoucherUses(t.Context(), "vch_1", "", "", tx.Now())
				assert.Zero(t, uses.Total)
				counted.Done()
				counted.Wait()
				use := store.VoucherUse{Voucher: "vch_1", HoldID: fmt.Sprint("hld_", i), Until: tx.Now().Add(time.Hour)}
				return errors.Join(err, tx.PutVoucherUse(t.Context(), use))
			}))
		})
	}
	done.Wait()
	require.NoError(t, db.View(t.Context(), func(tx store.Tx) error {
		uses, err := tx.VoucherUses(t.Context(), "vch_1", "", "", tx.Now())
		assert.Equal(t, buyers, uses.Total)
		return err
	}))
}
