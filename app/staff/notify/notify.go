// Package notify tells people inside the product what concerns them: a due
// follow-up, a mention, a new task, an answer, a case. Each telling happens
// once; everybody decides which kinds they want and sees only their own.
package notify

import (
	"encoding/json"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// The kinds of notification.
const (
	FollowUpDue = "follow_up_due"
	TaskDue     = "task_due"
	Mention     = "mention"
	Assigned    = "assigned"
	NewResponse = "new_response"
	CaseOpened  = "case_opened"
	CaseDue     = "case_due"
	Besieged    = "user_besieged"
	RevealOften = "reveal_often"
	PoolSoon    = "pool_soon"
	PoolBack    = "pool_back"
	Shared      = "shared"
	ShareAsked  = "share_asked"
	HandedOver  = "handed_over"
	Followed    = "followed"
	WroteBack   = "wrote_back"
	MailBounced = "mail_bounced"

	PaymentOverdue = "payment_overdue"

	LeadGiven  = "lead_given"
	LeadLate   = "lead_late"
	LeadSoon   = "lead_soon"
	DealWaits  = "deal_waits"
	QuoteAsked = "quote_asked"

	QuoteAnswered = "quote_answered"

	ApprovalAsked   = "approval_asked"
	ApprovalDecided = "approval_decided"

	ReportDue  = "report_due"
	ReportIn   = "report_in"
	ReportSaid = "report_said"
)

// Kinds lists them in the order in which a person switches them.
var Kinds = []string{FollowUpDue, TaskDue, DealWaits, Mention, Assigned, NewResponse, LeadGiven, LeadLate, LeadSoon, WroteBack, MailBounced, QuoteAsked, QuoteAnswered, CaseOpened, CaseDue, Besieged, RevealOften, PoolSoon, PoolBack, Shared, ShareAsked, HandedOver, Followed,
	ApprovalAsked, ApprovalDecided, PaymentOverdue,
	ReportDue, ReportIn, ReportSaid}

// Sections are the parts of the daily digest, in its order, that a person
// switches one by one.
var Sections = []string{"overdue", "today", "unhappy", "quiet", "birthdays"}

// needs are the kinds that only those hear of who have a permission.
var needs = map[string]string{PaymentOverdue: "payment.read", PoolSoon: "pool.read", PoolBack: "pool.read",
	Shared: "sharing.write", ShareAsked: "sharing.write", HandedOver: "sharing.write", Followed: "sharing.write", DealWaits: "deal.read",
	LeadGiven: "lead.read", LeadLate: "lead.read", LeadSoon: "lead.read",
	QuoteAsked: "quote.read", QuoteAnswered: "quote.read",
	ApprovalAsked: "approval.read", ApprovalDecided: "approval.read",
	ReportDue: "daybook.write", ReportIn: "daybook.read", ReportSaid: "daybook.read"}

// Notice is what somebody is to be told.
type Notice struct {
	UserID      int64
	Kind        string
	SubjectKind string // task, note, follow_up, response, case, customer
	SubjectID   int64
	CustomerID  int64
	Label       string         // the record's name, in the reader's language
	Args        map[string]any // further values of its sentence, e.g. who
	DedupeKey   string         // told once; "" is once per kind, subject and person
}

// Notification is a stored notice.
type Notification struct {
	field.Row
	ID           int64   `db:"id"`
	Kind         string  `db:"kind"`
	SubjectKind  string  `db:"subject_kind"`
	SubjectID    db.ID   `db:"subject_id"`
	CustomerID   db.ID   `db:"customer_id"`
	CustomerName db.Null `db:"customer_name"`
	Label        string  `db:"label"`
	Data         string  `db:"data"`
	CreatedAt    db.Time `db:"created_at"`
	ReadAt       db.Time `db:"read_at"`
	SnoozedUntil db.Time `db:"snoozed_until"`
}

// Unread tells whether it waits to be read.
func (n Notification) Unread() bool { return n.ReadAt.IsZero() }

// Message is its sentence.
func (n Notification) Message() errs.Message {
	args := errs.Args{}
	if err := json.Unmarshal([]byte(n.Data), &args); err != nil {
		args = errs.Args{}
	}
	for name, v := range args {
		if f, ok := v.(float64); ok && f == float64(int64(f)) {
			args[name] = int64(f) // whole numbers pick the plural
		}
	}
	if _, ok := args["who"]; !ok {
		args["who"] = ""
	}
	args["label"], args["customer"] = n.Label, string(n.CustomerName)
	nobody := args["who"] == "" // a job did it, or somebody who left
	switch {
	case n.Kind == Assigned && n.SubjectKind == "customer" && nobody:
		return errs.Message{Key: "notification.assigned_customers_nobody", Args: args}
	case n.Kind == Assigned && n.SubjectKind == "customer":
		return errs.Message{Key: "notification.assigned_customers", Args: args}
	case n.Kind == Assigned && n.SubjectKind == "case":
		return errs.Message{Key: ofCase(args["what"]), Args: args}
	case n.Kind == Assigned && nobody:
		return errs.Message{Key: "notification.assigned_nobody", Args: args}
	case n.Kind == HandedOver && args["note"] != nil:
		return errs.Message{Key: "notification.handed_record", Args: args}
	case n.Kind == Shared && n.SubjectKind == "deal":
		return errs.Message{Key: "notification.shared_deal", Args: args}
	case n.Kind == MailBounced && args["what"] == "doubted":
		return errs.Message{Key: "notification.mail_doubted", Args: args}
	case n.Kind == ReportDue:
		return errs.Message{Key: due(args["what"]), Args: args}
	case n.Kind == ApprovalDecided:
		return errs.Message{Key: decided(args["what"]), Args: args}
	case n.Kind == Mention && nobody:
		return errs.Message{Key: "notification.mention_nobody", Args: args}
	}
	return errs.Message{Key: "notification." + n.Kind, Args: args}
}

// ofCase is the sentence for whoever has to do something about a case.
func ofCase(what any) string {
	switch what {
	case "asked":
		return "notification.case_asked"
	case "answered":
		return "notification.case_answered"
	}
	return "notification.case_assigned"
}

// due is the sentence for whoever has a report to hand in.
func due(what any) string {
	if what == "week" {
		return "notification.report_due_week"
	}
	return "notification.report_due_day"
}

// decided is the sentence for whoever asked for an approval.
func decided(what any) string {
	switch what {
	case "approved":
		return "notification.approval_approved"
	case "rejected":
		return "notification.approval_rejected"
	}
	return "notification.approval_void"
}

// Icon is the symbol beside it.
func (n Notification) Icon() string {
	switch n.Kind {
	case FollowUpDue, TaskDue, ReportDue:
		return "clock"
	case PaymentOverdue:
		return "wallet"
	case NewResponse:
		return "smile"
	case WroteBack:
		return "mail"
	case DealWaits:
		return "board"
	case CaseOpened, CaseDue, Besieged, RevealOften, MailBounced:
		return "warn"
	case Assigned, ApprovalAsked, ApprovalDecided:
		return "check"
	}
	return "chat"
}

// Switch says whether a person wants a kind.
type Switch struct {
	Kind string
	On   bool
}

// Colleague is a person who can be mentioned or given a task.
type Colleague struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// clip keeps a label short enough for one line.
func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return s
}
