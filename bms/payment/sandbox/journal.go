package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
)

// entry is one line of the journal: something that happened to a payment. One
// of the pointers or Done is set.
type entry struct {
	Ref     string        `json:"ref,omitempty"`
	At      time.Time     `json:"at,omitzero"`
	Create  *createEntry  `json:"create,omitempty"`
	Choose  *chooseEntry  `json:"choose,omitempty"`
	Confirm *confirmEntry `json:"confirm,omitempty"`
	Refund  *refundEntry  `json:"refund,omitempty"`
	Done    deliveryID    `json:"done,omitempty"` // a webhook was taken or given up
}

// createEntry is what Create was asked.
type createEntry struct {
	Key         string           `json:"key"`
	IntentID    payment.IntentID `json:"intent_id"`
	Amount      money.Amount     `json:"amount"`
	Reference   string           `json:"reference,omitempty"`
	Description string           `json:"description,omitempty"`
	BuyerEmail  string           `json:"buyer_email,omitempty"`
	ReturnURL   string           `json:"return_url,omitempty"`
	NotifyURL   string           `json:"notify_url,omitempty"`
	ExpiresAt   time.Time        `json:"expires_at,omitzero"`
}

// chooseEntry is what the buyer, or a test in their place, decided.
type chooseEntry struct {
	Choice
	Key string `json:"key,omitempty"` // of Confirm
}

// confirmEntry is the shop taking what the buyer has authorized.
type confirmEntry struct {
	Key string `json:"key,omitempty"`
}

// refundEntry is money that went back.
type refundEntry struct {
	Key    string       `json:"key"` // empty when it was made at the bank's own desk
	Ref    string       `json:"refund_ref"`
	Amount money.Amount `json:"amount"`
	DoneAt time.Time    `json:"done_at"` // when it has arrived, or failed
	Failed bool         `json:"failed,omitempty"`
}

// journal is an append-only file of JSON lines. Each entry is handed to the
// operating system before append returns, so it survives the program being
// killed; it is not forced to the disk, so it may not survive the machine. One
// program at a time may have it open.
type journal struct {
	file *os.File
	err  error // of the first write that failed; the file may end in a torn line
}

// openJournal reads the entries of the file at path through apply and opens it
// for more. A torn last line, which a killed program leaves, is cut off: its
// caller never got an answer.
func openJournal(path string, apply func(entry) error) (*journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	whole, err := replay(file, apply)
	if err == nil {
		err = file.Truncate(whole)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &journal{file: file}, nil
}

// replay applies every whole line of r and returns how many bytes they have.
func replay(r io.Reader, apply func(entry) error) (whole int64, err error) {
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return whole, nil
		}
		if err != nil {
			return whole, err
		}
		var e entry
		err = json.Unmarshal(line, &e)
		if err == nil {
			err = apply(e)
		}
		if err != nil {
			return whole, fmt.Errorf("line %d is damaged, move the file away to begin with empty books: %w", n, err)
		}
		whole += int64(len(line))
	}
}

// append writes one entry. After a failed write every further one fails too,
// because what follows a torn line could not be read again. A nil journal
// keeps nothing.
func (j *journal) append(e entry) error {
	if j == nil {
		return nil
	}
	if j.err != nil {
		return j.err
	}
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode a journal entry: %w", err)
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		j.err = fmt.Errorf("write the sandbox journal: %w", err)
	}
	return j.err
}

// close closes the file.
func (j *journal) close() error {
	if j == nil {
		return nil
	}
	return j.file.Close()
}
