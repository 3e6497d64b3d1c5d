package app

import (
	"context"
	"time"

	"regulars/app/work/followup"
	"regulars/app/work/task"
)

// What slices ask of work: a call to make, an exchange to note.

// calls makes the tasks to call those whose data is in doubt.
type calls struct{ tasks *task.Service }

// Call implements quality.Calls.
func (c calls) Call(ctx context.Context, customer int64, title, day string) error {
	due, err := task.ParseWhen(day, time.UTC) // a day: the zone is the owner's
	if err != nil {
		return err
	}
	_, err = c.tasks.Create(ctx, task.Input{Title: title, CustomerID: customer, Due: due})
	return err
}

// caller logs from a case that somebody spoke with the customer.
type caller struct{ followups *followup.Service }

// LogContact implements feedback.Contacts.
func (c caller) LogContact(ctx context.Context, customer int64, channel, content string) (int64, error) {
	f, err := c.followups.Create(ctx, followup.Input{CustomerID: customer, Channel: channel, Content: content})
	return f.ID, err
}
