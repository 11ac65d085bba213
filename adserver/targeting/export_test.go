package targeting

// CompileUnverified makes an index that takes what its rows say for certain.
func CompileUnverified(items []Item) (*Index, error) {
	x, err := Compile(items)
	x.verify = nil
	return x, err
}

// Alternatives writes an expression out and puts it together again: an Or of Ands of clauses.
func Alternatives(e Expr) ([]Expr, error) {
	written, err := e.alternatives()
	var all []Expr
	for _, c := range written {
		var terms []Expr
		for _, t := range c {
			for _, m := range t.must {
				terms = append(terms, In(t.dim, m...))
			}
			if len(t.not) > 0 {
				terms = append(terms, Not(In(t.dim, t.not...)))
			}
		}
		all = append(all, And(terms...))
	}
	return all, err
}

// Canonical is a value as it is compared.
func Canonical(d Dim, value string) string { return canonical(d, value) }
