package lite

import (
	"database/sql"
	"maps"
)

// WriterStatements returns the statements that the writer's connection keeps parsed.
func WriterStatements(db *DB) map[string]*sql.Stmt { return maps.Clone(db.writer.statements) }

// ReaderStatements returns those of the first reader, foreground ones first.
func ReaderStatements(db *DB) map[string]*sql.Stmt {
	s := <-db.free
	defer func() { db.free <- s }()
	return maps.Clone(s.statements)
}
