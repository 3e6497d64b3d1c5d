package task

import "regulars/app/sys/event"

// Changed: a task was made, moved, given away or closed by an exchange.
type Changed struct {
	TaskID     int64 `json:"task_id"`
	CustomerID int64 `json:"customer_id,omitempty"`
}

// Meta implements event.Fact.
func (f Changed) Meta() event.Meta {
	return event.Meta{Kind: "task.changed", CustomerID: f.CustomerID, SubjectKind: "task", SubjectID: f.TaskID}
}

// Assigned: somebody got a task.
type Assigned struct {
	TaskID     int64  `json:"task_id"`
	CustomerID int64  `json:"customer_id,omitempty"`
	OwnerID    int64  `json:"owner_id"`
	Title      string `json:"title"`
}

// Meta implements event.Fact.
func (f Assigned) Meta() event.Meta {
	return event.Meta{Kind: "task.assigned", CustomerID: f.CustomerID, SubjectKind: "task", SubjectID: f.TaskID}
}

// Done: somebody finished a task.
type Done struct {
	TaskID     int64  `json:"task_id"`
	CustomerID int64  `json:"customer_id,omitempty"`
	TaskKind   string `json:"task_kind"`
	Title      string `json:"title"`
	DueAt      int64  `json:"due_at,omitempty"` // unix ms
}

// Meta implements event.Fact.
func (f Done) Meta() event.Meta {
	return event.Meta{Kind: "task.done", CustomerID: f.CustomerID, SubjectKind: "task", SubjectID: f.TaskID}
}

// Removed: a task was deleted.
type Removed struct {
	TaskID     int64 `json:"task_id"`
	CustomerID int64 `json:"customer_id,omitempty"`
}

// Meta implements event.Fact.
func (f Removed) Meta() event.Meta {
	return event.Meta{Kind: "task.removed", CustomerID: f.CustomerID, SubjectKind: "task", SubjectID: f.TaskID}
}
