package store

// Unordered takes away what makes the journal's numbers follow the commits, for negative controls.
func Unordered(d *DB) *DB {
	d.sql.lock = ""
	return d
}
