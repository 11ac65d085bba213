package sqlstore_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source finds the SQL in the package's own source: every text that a call hands
// to the executor. So a statement that is added is tested without anybody thinking of it.
type source struct {
	t         *testing.T
	files     *token.FileSet
	constants map[string]ast.Expr

	texts    map[string]string // constant statements by where they stand
	fields   map[string]bool   // fields of statements that are used
	composed map[string]bool   // functions that put a statement together at run time
}

// runners are the calls that run a statement, with the number of the argument that is its text.
var runners = map[string]int{
	"queue": 0, "expect": 2, "one": 3, "collect": 3, "write": 0, // of tx
	"statements": receiver,                // of a bulk statement
	"One":        2, "Each": 2, "Exec": 1, // of sqldb.Tx
}

// receiver stands for what a method is called on.
const receiver = -1

func readSource(t *testing.T) *source {
	t.Helper()
	s := &source{
		t: t, files: token.NewFileSet(), constants: map[string]ast.Expr{},
		texts: map[string]string{}, fields: map[string]bool{}, composed: map[string]bool{},
	}
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(s.files, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, s.constant)
		files = append(files, file)
	}
	for _, file := range files {
		for _, decl := range file.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok {
				ast.Inspect(fn, func(n ast.Node) bool { s.look(fn, n); return true })
			}
		}
	}
	return s
}

func (s *source) constant(n ast.Node) bool {
	if spec, ok := n.(*ast.ValueSpec); ok {
		for i, name := range spec.Names {
			if i < len(spec.Values) {
				s.constants[name.Name] = spec.Values[i]
			}
		}
	}
	return true
}

// look notes the statement when n runs one.
func (s *source) look(fn *ast.FuncDecl, n ast.Node) {
	switch n := n.(type) {
	case *ast.CallExpr:
		name, on := called(n)
		switch arg, ok := runners[name]; {
		case !ok:
		case arg == receiver:
			s.note(fn, on)
		default:
			require.Less(s.t, arg, len(n.Args), name)
			s.note(fn, n.Args[arg])
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "SQL" { // of a sqldb.Stmt
			s.note(fn, n.Value)
		}
	}
}

// called returns the name of what is called and what it is called on, if that is anything.
func called(call *ast.CallExpr) (name string, on ast.Expr) {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name, nil
	case *ast.SelectorExpr:
		return f.Sel.Name, f.X
	}
	return "", nil
}

func (s *source) note(fn *ast.FuncDecl, text ast.Expr) {
	where := s.files.Position(text.Pos()).String()
	if sql, ok := s.fold(text); ok {
		s.texts[where] = sql
		return
	}
	if address, ok := text.(*ast.UnaryExpr); ok { // &t.sql.putShows
		text = address.X
	}
	if field, ok := text.(*ast.SelectorExpr); ok {
		if of, ok := field.X.(*ast.SelectorExpr); ok && of.Sel.Name == "sql" { // t.sql.putShows
			s.fields[field.Sel.Name] = true
			return
		}
	}
	if _, runner := runners[fn.Name.Name]; runner { // hands its own argument on
		return
	}
	s.composed[fn.Name.Name] = true
}

// fold returns the value of a constant text.
func (s *source) fold(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.Ident:
		value, ok := s.constants[e.Name]
		if !ok {
			return "", false
		}
		return s.fold(value)
	case *ast.BinaryExpr:
		left, ok := s.fold(e.X)
		right, ok2 := s.fold(e.Y)
		return left + right, ok && ok2
	}
	return "", false
}
