package task

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
)

// Directory finds customers by what the cells of a file call them.
type Directory interface {
	Names(ctx context.Context, tx *db.Tx, cells []string) (*customer.Names, error)
}

// Importer tells how a table of things to do is brought in. A task is known by
// its words, customer and day, so the same file again changes nothing.
func (s *Service) Importer(customers Directory) importer.Kind {
	return importer.Kind{
		Name: "tasks", Permission: Write, Href: "/tasks", Open: "/tasks/", Missing: true,
		Columns: []importer.Column{
			{Name: "task", Required: true, Synonyms: []string{"Task", "Title", "Subject", "To do", "Todo", "Task name", "任务", "任务名称", "待办", "待办事项", "主题", "标题"}},
			{Name: "customer", Synonyms: []string{"Customer ID", "Customer No", "Contact", "Company", "客户编号", "公司"}},
			{Name: "due_at", Synonyms: []string{"Due", "Due date", "Due at", "Deadline", "Due on", "截止日期", "截止时间", "到期日", "计划时间", "日期", "Date"}},
			{Name: "owner_email", Synonyms: []string{"Assigned to", "Assignee", "执行人", "指派给"}}, {Name: "notes", Synonyms: []string{"Description", "描述", "内容"}},
			{Name: "done", Synonyms: []string{"Done", "Completed", "Finished", "已完成", "完成", "Status", "状态"}},
		},
		Start: func(o importer.Options) importer.Work {
			return &importWork{s: s, o: o, customers: customers, seen: map[string]bool{}}
		},
	}
}

// importWork takes the tasks of one run.
type importWork struct {
	s         *Service
	o         importer.Options
	customers Directory
	business  setting.Business
	names     *customer.Names
	people    map[string]int64
	seen      map[string]bool // of a check's earlier batches, which were rolled back
	made      []string
}

// Begin finds the customers of all rows at once.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	if w.people, err = customer.StaffByName(ctx, tx); err != nil {
		return err
	}
	var cells []string
	for _, r := range batch {
		cells = append(cells, r.Get("customer"))
	}
	w.made = nil
	w.names, err = w.customers.Names(ctx, tx, cells)
	return err
}

// Take makes one task, or passes over one that is here.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	in := Input{Title: r.Get("task"), Notes: r.Get("notes"), Kind: Plain}
	in.Clean()
	c := &errs.Check{}
	c.That(in.Title != "", "task", "error.required")
	c.That(len([]rune(in.Title)) <= maxTitle, "task", "error.long", "n", maxTitle)
	c.That(len([]rune(in.Notes)) <= maxNotes, "notes", "error.long", "n", maxNotes)
	var day cal.Date
	if cell := r.Get("due_at"); cell != "" {
		d, at, ok := r.Moment("due_at", w.business.Zone())
		c.That(ok, "due_at", "import.problem.date", "value", Headline(cell))
		day, in.Due = d, When{At: at, Day: d}
		if !at.IsZero() {
			in.Due.Day = ""
		}
	}
	if err := c.Err(); err != nil {
		return 0, err
	}
	cell := strings.TrimSpace(r.Get("customer"))
	key := sourceOf(in.Title, cell, string(day))
	have, found, err := maybe(ctx, tx, sqlBySource, key)
	if err == nil && !found {
		have, err = w.alike(ctx, tx, in.Title, cell, day)
	}
	if err != nil {
		return 0, err
	}
	if (found || have.ID != 0 || w.seen[key]) && w.o.On(r.Line) != importer.Create {
		r.Is(have.ID)
		return importer.Skipped, nil
	}
	if found {
		key = "" // another one of the same words, as was asked for
	}
	if cell != "" {
		if in.CustomerID, err = w.names.Must(ctx, tx, cell, w.o.CreateMissing); err != nil {
			return 0, err
		}
	}
	return importer.Created, w.create(ctx, tx, r, in, key)
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, r *importer.Record, in Input, key string) error {
	in.OwnerID = w.owner(ctx, r)
	t := Task{CreatorID: db.ID(auth.From(ctx).UserID), SourceKey: db.Null(key)}
	if err := w.s.fill(ctx, tx, &t, in); err != nil {
		return err
	}
	var err error
	if t.ID, err = insert(ctx, tx, t); err != nil {
		return err
	}
	if done(r.Get("done")) {
		t.DoneAt, t.DoneBy = db.At(tx.Now), t.OwnerID
		if err := finish(ctx, tx, t); err != nil {
			return err
		}
	}
	r.Is(t.ID)
	w.made = append(w.made, key)
	return w.s.events.Publish(ctx, tx, Changed{TaskID: t.ID, CustomerID: int64(t.CustomerID)})
}

// never is where the order by due times puts a task without one.
const never = 9007199254740991

// alike is the task with these words that somebody made here for that customer
// and day; one without id where there is none.
func (w *importWork) alike(ctx context.Context, tx *db.Tx, title, cell string, day cal.Date) (Task, error) {
	args := []any{title, int64(never), int64(never) + 1}
	if day != "" {
		args = []any{title, db.At(day.Time(w.business.Zone())), db.At(day.AddDays(1).Time(w.business.Zone()))}
	}
	query := sqlAlike
	if cell != "" {
		id, err := w.names.Find(cell)
		if err != nil || id == 0 {
			return Task{}, nil // creating it says what is wrong with the cell
		}
		query, args = sqlAlikeOf, append([]any{id}, args...)
	}
	t, _, err := maybe(ctx, tx, query, args...)
	return t, err
}

// owner is who the row says, else whoever imports.
func (w *importWork) owner(ctx context.Context, r *importer.Record) int64 {
	who := strings.ToLower(strings.TrimSpace(r.Get("owner_email")))
	if id := w.people[who]; who != "" && id != 0 {
		return id
	}
	if who != "" {
		r.Remark("owner_email", "import.problem.owner", "value", Headline(who))
	}
	return auth.From(ctx).UserID
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error {
	if w.o.Dry {
		for _, key := range w.made {
			w.seen[key] = true
		}
	}
	return nil
}

// sourceOf is what a task of a file is known by.
func sourceOf(title, who, day string) string {
	sum := sha256.Sum256([]byte(text.Fold(title) + "\x00" + text.Fold(who) + "\x00" + day))
	return "import:" + hex.EncodeToString(sum[:12])
}

var doneWords = map[string]bool{"yes": true, "true": true, "1": true, "x": true, "done": true, "completed": true, "complete": true, "finished": true, "closed": true,
	"是": true, "已完成": true, "完成": true, "已办": true, "√": true}

func done(cell string) bool { return doneWords[text.Fold(strings.TrimSpace(cell))] }
