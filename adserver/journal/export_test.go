package journal

// BreakDisk makes every write from now on fail.
func (j *Journal) BreakDisk() { _ = j.file.Close() }
