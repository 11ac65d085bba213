package gorse

import (
	"context"
	"fmt"
	"iter"
	"net/http"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// PutUsers stores users, each as a whole, in batches. Of two with the same id the last counts. It can be repeated.
func (c *Client) PutUsers(ctx context.Context, users []User) error {
	for _, u := range users {
		if err := checkID("user", u.ID); err != nil {
			return err
		}
	}
	return inBatches(batch, lastOf(users, func(u User) string { return u.ID }), func(part []User) error {
		return c.write(ctx, "store users", http.MethodPost, part, "users")
	})
}

// PatchUser changes some fields of a user. That they are not known is no error, and does not make one.
func (c *Client) PatchUser(ctx context.Context, user string, patch UserPatch) error {
	if err := checkID("user", user); err != nil {
		return err
	}
	return c.write(ctx, "change a user", http.MethodPatch, patch, "user", user)
}

// User returns a user. One that is not known is a fault.NotFound.
func (c *Client) User(ctx context.Context, user string) (User, error) {
	var found User
	return found, c.read(ctx, "fetch a user", &found, "user", user)
}

// DeleteUser erases a user and their feedback. That they are not known is no error.
func (c *Client) DeleteUser(ctx context.Context, user string) error {
	if err := checkID("user", user); err != nil {
		return err
	}
	return c.write(ctx, "delete a user", http.MethodDelete, nil, "user", user)
}

// Users walks through all users in the byte order of their ids. An error ends it.
func (c *Client) Users(ctx context.Context) iter.Seq2[User, error] {
	return every(func(cursor string) ([]User, string, error) {
		p, err := c.fetch(ctx, batch, cursor, "users")
		return p.Users, p.Cursor, err
	})
}

// PutFeedback stores feedback in batches and overwrites what has the same type, user and item, so that it can be repeated. Of two
// with the same key the last counts. Users and items that are not known are made by it, unless the server's configuration says otherwise:
// then it is lost without a word.
func (c *Client) PutFeedback(ctx context.Context, list []Feedback) error {
	for n, f := range list {
		if err := f.validate(); err != nil {
			return err.In(fmt.Sprintf("feedback[%d]", n))
		}
	}
	return inBatches(batch, lastOf(list, Feedback.key), func(part []Feedback) error {
		return c.write(ctx, "store feedback", http.MethodPut, part, "feedback")
	})
}

// feedbackKey is what there is one feedback for.
type feedbackKey struct{ kind, user, item string }

func (f Feedback) key() feedbackKey { return feedbackKey{f.Type, f.User, f.Item} }

// validate returns the fault of a record that could not be found again.
func (f Feedback) validate() *fault.Error {
	if err := checkType(f.Type); err != nil {
		return fault.Of(err)
	}
	return fault.Of(checkIDs(f.User, f.Item))
}

// DeleteFeedback takes back feedback of one type, or all of a user with an item when the type is empty. What is not there is no error.
func (c *Client) DeleteFeedback(ctx context.Context, kind, user, item string) error {
	if err := checkIDs(user, item); err != nil {
		return err
	}
	path := []string{"feedback", user, item}
	if kind != "" {
		if err := checkType(kind); err != nil {
			return err
		}
		path = []string{"feedback", kind, user, item}
	}
	return c.write(ctx, "take back feedback", http.MethodDelete, nil, path...)
}

// UserFeedback returns all feedback of a user, in no order that can be relied on. A user that is not known has none.
func (c *Client) UserFeedback(ctx context.Context, user string) ([]Feedback, error) {
	if err := checkID("user", user); err != nil {
		return nil, err
	}
	var list []Feedback
	err := c.guarded(ctx, "fetch the feedback of a user", func(ctx context.Context) error {
		a, err := c.get(ctx, nil, "user", user, "feedback")
		if err != nil {
			return err
		}
		list = nil
		return decode(a.body, &list)
	})
	return list, err
}

// Feedback walks through the feedback of all users. An error ends it.
func (c *Client) Feedback(ctx context.Context) iter.Seq2[Feedback, error] {
	return every(func(cursor string) ([]Feedback, string, error) {
		p, err := c.fetch(ctx, batch, cursor, "feedback")
		return p.Feedback, p.Cursor, err
	})
}
