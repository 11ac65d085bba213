package journal

import "os"

// BreakDisk makes every write from now on fail.
func (j *Journal) BreakDisk() { _ = j.file.Close() }

// WriteTo has everything from now on written to another file.
func (j *Journal) WriteTo(f *os.File) { j.file = f }

// AppendFrame frames a record as the journal does; begins says that it is the first of what was written together.
func AppendFrame(buf, record []byte, begins bool) []byte { return appendFrame(buf, record, begins) }
