package sqlstore //nolint:testpackage // it opens what tests outside of the package reach

import (
	"reflect"

	"github.com/marquee-tickets/marquee/internal/sqldb"
)

// Executor returns what the store runs on, for what the contract forbids.
func Executor(db *DB) sqldb.DB { return db.db }

// Texts returns the statements that are built for a dialect, by the name of their field.
func Texts(d sqldb.Dialect) map[string]string {
	texts := map[string]string{}
	v := reflect.ValueOf(*newStatements(d))
	for i := range v.NumField() {
		text := v.Field(i)
		if text.Kind() == reflect.Struct { // a bulk statement
			text = text.FieldByName("sql")
		}
		texts[v.Type().Field(i).Name] = text.String()
	}
	return texts
}

// AuditTexts returns the statements of the audit by the name of their check.
func AuditTexts() map[string]string {
	texts := map[string]string{}
	for _, c := range auditChecks {
		texts[c.name] = c.sql
	}
	return texts
}
