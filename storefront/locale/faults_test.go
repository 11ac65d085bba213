package locale_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/locale"
)

// shown are the packages whose faults buyers see.
var shown = []string{
	"bms/booking", "bms/catalog", "bms/money", "bms/payment", "bms/pricing", "bms/search", "bms/seating", "bms/store", "bms/waitlist", "internal/web",
	"storefront/edge", "storefront/throttle",
}

// partly are packages of whose faults those have a text that buyers see by now: services of bms come before their
// pages. storefront/pages belongs to shown as soon as all pages ask for their texts.
var partly = []string{"bms", "bms/internal/sqlstore", "storefront/pages", "storefront", "storefront/api", "storefront/live", "bms/waitlist"}

// unseen are reasons that buyers of the pages never see, with why.
var unseen = map[string]string{
	"booking_no_code": "at the gate", "forged_ticket": "at the gate", "no_ticket_code": "at the gate", "other_show": "at the gate", "too_early": "at the gate",
	"unknown_key": "at the gate", "bad_signature": "to payment services", "stale_signature": "to payment services",
	"facts_mismatch": "to organizers", "over_refund": "to organizers", "refund_not_failed": "to organizers", "show_sells": "to organizers", "show_status": "to organizers",
	"missing_parent": "to organizers", "currency_mismatch": "to organizers", "inconsistent_inventory": "internal", "secret_missing": "of the API",
	"too_many_live": "to scripts, which ask for the seats instead",
}

// reason is what a fault says, where the code makes it.
type reason struct{ id, english, at string }

// Every fault that buyers see has a text.
func TestMessages_EveryFaultHasAText(t *testing.T) {
	t.Parallel()
	_, english := load(t, "en")
	found := 0
	for _, pkg := range shown {
		for _, r := range faultsOf(t, pkg) {
			if _, ok := unseen[r.id]; ok {
				continue
			}
			found++
			_, ok := english["fault."+r.id]
			assert.True(t, ok, "%s: buyers see %q: add fault.%s to messages/*.json (docs/translations.md), or to unseen in this test", r.at, r.english, r.id)
		}
	}
	assert.Greater(t, found, 40)
}

// The English text of a fault is that of the code, so that a sentence that changes is translated anew.
func TestMessages_EnglishOfFaultsIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	_, english := load(t, "en")
	texts := map[string][]string{} // by reason
	for id, e := range english {
		if parts := strings.Split(id, "."); parts[0] == "fault" {
			texts[parts[1]] = append(texts[parts[1]], e["other"])
		}
	}
	for _, pkg := range append(partly[:3:3], shown...) {
		for _, r := range faultsOf(t, pkg) {
			if _, ok := unseen[r.id]; ok || r.english == "" || texts[r.id] == nil {
				continue
			}
			assert.Contains(t, texts[r.id], locale.Sentence(r.english), "%s: change fault.%s in messages/en.json and translate it anew", r.at, r.id)
		}
	}
}

// faultsOf finds the calls of fault.New with a constant reason. One whose sentence is put together has no english.
func faultsOf(t *testing.T, pkg string) []reason {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pkg), "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files, pkg)
	var list []reason
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 3 || !isNew(call.Fun) {
				return true
			}
			if id := constant(call.Args[1]); id != "" {
				list = append(list, reason{id: id, english: constant(call.Args[2]), at: set.Position(call.Pos()).String()})
			}
			return true
		})
	}
	return list
}

// isNew reports whether an expression is fault.New.
func isNew(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != "New" {
		return false
	}
	pkg, ok := s.X.(*ast.Ident)
	return ok && pkg.Name == "fault"
}

// constant is the text of a string literal; empty for anything else.
func constant(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return s
}

// No text is for a fault that is gone.
func TestMessages_FaultsAreThoseOfTheCode(t *testing.T) {
	t.Parallel()
	known := []string{"invalid_field", "too_many_tries", "not_found"} // made by functions of bms/fault and internal/web
	for _, pkg := range slices.Concat(shown, partly) {
		for _, r := range faultsOf(t, pkg) {
			known = append(known, r.id)
		}
	}
	ids, _ := load(t, "en")
	for _, id := range ids {
		if parts := strings.Split(id, "."); parts[0] == "fault" && parts[1] != "field" {
			assert.True(t, slices.Contains(known, parts[1]), "%s: no code makes a fault with this reason any more", id)
		}
	}
}
