// Package ratings reads who rated what, in the formats of MovieLens and as CSV, and divides it for training and testing.
package ratings

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
)

// Rating is one person's rating of one item. People and items are numbered from 0.
type Rating struct {
	User, Item int
	Stars      float64
	At         time.Time // zero when the file does not say
}

// Set is the content of a file. A rating given twice counts as the later line has it.
type Set struct {
	Users, Items int
	Ratings      []Rating // by user, in the order of the file
	Best         float64  // the most stars
}

// Load reads a file.
func Load(path string) (*Set, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	set, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return set, nil
}

// Read takes u.data (tabs), ratings.dat (two colons) or CSV, with or without a line of names: user, item, stars and, when there is a fourth
// column, the Unix time. Errors name the line.
func Read(r io.Reader) (*Set, error) {
	in := bufio.NewReader(r)
	first, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	first, _, _ = bytes.Cut(first, []byte("\n"))
	b := builder{users: map[string]int{}, items: map[string]int{}}
	switch {
	case bytes.Contains(first, []byte("::")):
		err = b.lines(in, "::")
	case bytes.Contains(first, []byte("\t")):
		err = b.lines(in, "\t")
	default:
		err = b.csv(in)
	}
	if err != nil {
		return nil, err
	}
	return b.set()
}

type builder struct {
	users, items map[string]int
	by           [][]Rating
	at           map[[2]int]int
	best         float64
}

func (b *builder) lines(in *bufio.Reader, sep string) error {
	s := bufio.NewScanner(in)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimRight(s.Text(), "\r")
		if line == "" {
			continue
		}
		if err := b.add(n, strings.Split(line, sep)); err != nil {
			return err
		}
	}
	return s.Err()
}

func (b *builder) csv(in *bufio.Reader) error {
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		line, _ := r.FieldPos(0)
		if err := b.add(line, fields); err != nil {
			return err
		}
	}
}

func (b *builder) add(line int, fields []string) error {
	if len(fields) < 3 {
		return fmt.Errorf("line %d: want user, item and stars, got %d fields", line, len(fields))
	}
	stars, err := strconv.ParseFloat(strings.TrimSpace(fields[2]), 64)
	if err != nil || math.IsNaN(stars) || math.IsInf(stars, 0) {
		if line == 1 {
			return nil // names
		}
		return fmt.Errorf("line %d: stars: %q is no number", line, fields[2])
	}
	r := Rating{User: number(b.users, fields[0]), Item: number(b.items, fields[1]), Stars: stars}
	if len(fields) > 3 {
		unix, err := strconv.ParseInt(strings.TrimSpace(fields[3]), 10, 64)
		if err != nil {
			return fmt.Errorf("line %d: time: %q is no whole number of seconds", line, fields[3])
		}
		r.At = time.Unix(unix, 0).UTC()
	}
	b.put(r)
	return nil
}

func (b *builder) put(r Rating) {
	if b.at == nil {
		b.at = map[[2]int]int{}
	}
	for len(b.by) <= r.User {
		b.by = append(b.by, nil)
	}
	b.best = max(b.best, r.Stars)
	key := [2]int{r.User, r.Item}
	if i, twice := b.at[key]; twice {
		b.by[r.User][i] = r
		return
	}
	b.at[key] = len(b.by[r.User])
	b.by[r.User] = append(b.by[r.User], r)
}

func number(of map[string]int, name string) int {
	name = strings.TrimSpace(name)
	n, known := of[name]
	if !known {
		n = len(of)
		of[name] = n
	}
	return n
}

func (b *builder) set() (*Set, error) {
	s := &Set{Users: len(b.users), Items: len(b.items), Best: b.best}
	for _, list := range b.by {
		s.Ratings = append(s.Ratings, list...)
	}
	if len(s.Ratings) == 0 {
		return nil, errors.New("there are no ratings in it")
	}
	return s, nil
}

// Split divides the ratings of each person at random: share of them for training, the rest for testing. The same seed divides in the
// same way.
func (s *Set) Split(share float64, seed uint64) (train, test *Set) {
	rng := rand.New(rand.NewPCG(seed, 0))
	train = &Set{Users: s.Users, Items: s.Items, Best: s.Best}
	test = &Set{Users: s.Users, Items: s.Items, Best: s.Best}
	for _, list := range s.ByUser() {
		for n, i := range rng.Perm(len(list)) {
			if float64(n) < math.Round(share*float64(len(list))) {
				train.Ratings = append(train.Ratings, list[i])
			} else {
				test.Ratings = append(test.Ratings, list[i])
			}
		}
	}
	return train, test
}

// ByUser returns the ratings of each person.
func (s *Set) ByUser() [][]Rating {
	by := make([][]Rating, s.Users)
	for _, r := range s.Ratings {
		by[r.User] = append(by[r.User], r)
	}
	return by
}
