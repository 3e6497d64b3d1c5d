package notify_test

import (
	"testing"

	"regulars/app/staff/notify"
)

// A task that a job made has nobody who gave it: the sentence must not begin
// with a hole.
func TestWhatNobodyGaveNamesNobody(t *testing.T) {
	for _, c := range []struct {
		n    notify.Notification
		want string
	}{
		{notify.Notification{Kind: notify.Assigned, SubjectKind: "task", Data: `{"who":""}`}, "notification.assigned_nobody"},
		{notify.Notification{Kind: notify.Assigned, SubjectKind: "task", Data: `{"who":"Mei Lin"}`}, "notification.assigned"},
		{notify.Notification{Kind: notify.Assigned, SubjectKind: "customer", Data: `{"who":"","n":2}`}, "notification.assigned_customers_nobody"},
		{notify.Notification{Kind: notify.Assigned, SubjectKind: "customer", Data: `{"who":"Mei Lin","n":2}`}, "notification.assigned_customers"},
		{notify.Notification{Kind: notify.Mention, Data: `{}`}, "notification.mention_nobody"},
	} {
		if got := c.n.Message().Key; got != c.want {
			t.Errorf("%s of a %s with %s: %s, want %s", c.n.Kind, c.n.SubjectKind, c.n.Data, got, c.want)
		}
	}
}
