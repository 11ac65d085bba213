package locale

// ParseText reads a text and returns the placeholders, for its fuzz test.
func ParseText(s string) (names []string, filled string, err error) {
	t, err := parseText(s)
	if err != nil {
		return nil, "", err
	}
	return t.names(), t.fill(&filling{dir: LTR}), nil
}

// Read reads all texts, as the first catalog of a process does, for its benchmark.
func Read() error {
	_, err := readLibrary()
	return err
}
