package notify

import "testing"

// A task that a job made has nobody who gave it: the sentence must not begin
// with a hole.
func TestWhatNobodyGaveNamesNobody(t *testing.T) {
	for _, c := range []struct {
		n    Notification
		want string
	}{
		{Notification{Kind: Assigned, SubjectKind: "task", Data: `{"who":""}`}, "notification.assigned_nobody"},
		{Notification{Kind: Assigned, SubjectKind: "task", Data: `{"who":"Mei Lin"}`}, "notification.assigned"},
		{Notification{Kind: Assigned, SubjectKind: "customer", Data: `{"who":"","n":2}`}, "notification.assigned_customers_nobody"},
		{Notification{Kind: Assigned, SubjectKind: "customer", Data: `{"who":"Mei Lin","n":2}`}, "notification.assigned_customers"},
		{Notification{Kind: Mention, Data: `{}`}, "notification.mention_nobody"},
	} {
		if got := c.n.Message().Key; got != c.want {
			t.Errorf("%s of a %s with %s: %s, want %s", c.n.Kind, c.n.SubjectKind, c.n.Data, got, c.want)
		}
	}
}
