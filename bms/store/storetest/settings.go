package storetest

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/store"
)

var settingTests = map[string]func(*suite){
	"Settings_FirstValueStays": testSetting,
	"Settings_OneOfMany":       testSettingRace,
	"Settings_Undone":          testSettingUndone,
}

func (s *suite) setting(key string, value []byte) ([]byte, error) {
	var stored []byte
	err := s.try(func(tx store.Tx) error {
		var err error
		stored, err = tx.Setting(s.Context(), key, value)
		return err
	})
	return stored, err
}

func testSetting(s *suite) {
	secret := []byte{0, 255, 1, '\'', 0xc3, 0x28} // no text in any encoding
	for _, value := range [][]byte{secret, []byte("another"), {}} {
		got, err := s.setting("secret", value)
		require.NoError(s, err)
		assert.Equal(s, secret, got)
	}
	got, err := s.setting("other", []byte("another"))
	require.NoError(s, err)
	assert.Equal(s, []byte("another"), got)
}

// Nodes that start together agree on one secret.
func testSettingRace(s *suite) {
	const n = 12
	stored := make([][]byte, n)
	for _, err := range together(n, func(i int) (err error) {
		stored[i], err = s.setting("secret", []byte{byte(i)})
		return err
	}) {
		require.NoError(s, err)
	}
	for _, v := range stored {
		assert.Equal(s, stored[0], v)
	}
}

func testSettingUndone(s *suite) {
	s.refused(store.ErrStale, func(tx store.Tx) error {
		_, err := tx.Setting(s.Context(), "secret", []byte("undone"))
		require.NoError(s, err)
		return store.ErrStale
	})
	got, err := s.setting("secret", []byte("kept"))
	require.NoError(s, err)
	assert.Equal(s, []byte("kept"), got)
}
