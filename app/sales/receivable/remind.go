package receivable

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sales/payment"
	"regulars/app/staff/notify"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/job"
	"regulars/app/sys/setting"
)

// RemindersSetting holds when and in which words customers are reminded.
const RemindersSetting = "receivable.reminders"

// Reminders say whether customers are written to about what is overdue, after how
// many days, and in which words. A text left empty is the shipped one.
type Reminders struct {
	On    bool               `json:"on"`
	Steps []int              `json:"steps"` // days after the day, rising
	Texts map[string][]Words `json:"texts"` // by language, one a step
}

// Words are a letter. [name], [business] and [total] are filled in.
type Words struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

const (
	stepCount  = 3
	maxSubject = 150
	maxText    = 4000
	fresh      = 7  // days within which a colleague is told of what is newly overdue
	lasting    = 30 // days after the last step after which nobody is written to anew
)

var usualSteps = []int{3, 14, 30}

// Languages are those of the letters.
var Languages = []string{"en", "zh-CN"}

// ReadReminders reads the setting, with the usual steps where there are none.
func ReadReminders(ctx context.Context, q db.Q) (Reminders, error) {
	r := Reminders{}
	err := setting.Get(ctx, q, RemindersSetting, &r)
	if len(r.Steps) != stepCount {
		r.Steps = slices.Clone(usualSteps)
	}
	if r.Texts == nil {
		r.Texts = map[string][]Words{}
	}
	return r, err
}

// In is the letter of a step, counted from 0, in a language.
func (r Reminders) In(l *i18n.Locale, step int) Words {
	w := Words{}
	if own := r.Texts[l.Tag()]; step < len(own) {
		w = own[step]
	}
	if w.Subject == "" {
		w.Subject = l.T("receivable.mail.subject." + strconv.Itoa(step+1))
	}
	if w.Text == "" {
		w.Text = l.T("receivable.mail.text." + strconv.Itoa(step+1))
	}
	return w
}

func (r *Reminders) check() error {
	c := &errs.Check{}
	c.That(len(r.Steps) == stepCount, "steps", "error.choice")
	for n, days := range r.Steps {
		c.That(days >= 1 && days <= 365, fmt.Sprintf("step%d", n+1), "error.range", "min", 1, "max", 365)
		c.That(n == 0 || days > r.Steps[n-1], fmt.Sprintf("step%d", n+1), "receivable.error.steps")
	}
	for tag, list := range r.Texts {
		c.That(slices.Contains(Languages, tag) && len(list) <= stepCount, "texts", "error.choice")
		for n := range list {
			list[n].Subject, list[n].Text = text.Line(list[n].Subject), text.Block(list[n].Text)
			c.That(len([]rune(list[n].Subject)) <= maxSubject, fmt.Sprintf("subject_%s_%d", tag, n+1), "error.long", "n", maxSubject)
			c.That(len([]rune(list[n].Text)) <= maxText, fmt.Sprintf("text_%s_%d", tag, n+1), "error.long", "n", maxText)
		}
	}
	return c.Err()
}

// Reminders reads how customers are reminded.
func (s *Service) Reminders(ctx context.Context) (Reminders, error) {
	if err := auth.From(ctx).May(payment.Settings); err != nil {
		return Reminders{}, err
	}
	return ReadReminders(ctx, s.DB.Reader(ctx))
}

// SetReminders changes how customers are reminded.
func (s *Service) SetReminders(ctx context.Context, r Reminders) error {
	if err := auth.From(ctx).May(payment.Settings); err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	return s.DB.Write(ctx, "receivable.reminders", func(ctx context.Context, tx *db.Tx) error {
		return setting.Put(ctx, tx, RemindersSetting, r)
	})
}

func (s *Service) jobs() []job.Spec {
	return []job.Spec{{Name: "payments_overdue", Schedule: job.Daily(7, 40), Run: s.Nightly}}
}

// Nightly tells colleagues what is newly overdue, each part once, and writes to
// customers where the owner wants it, each part and step once.
func (s *Service) Nightly(ctx context.Context) error {
	q := s.DB.Reader(ctx)
	day, _, err := today(ctx, q, s.DB)
	if err != nil {
		return err
	}
	r, err := ReadReminders(ctx, q)
	if err != nil {
		return err
	}
	all, err := items(ctx, q, auth.Scope{Reach: auth.All})
	if err != nil {
		return err
	}
	byCustomer, order := map[int64][]Item{}, []int64{}
	for _, i := range all {
		if !i.Late(day) || i.Days(day) > r.Steps[stepCount-1]+lasting {
			continue
		}
		if byCustomer[i.CustomerID] == nil {
			order = append(order, i.CustomerID)
		}
		byCustomer[i.CustomerID] = append(byCustomer[i.CustomerID], i)
	}
	for _, id := range order {
		err := s.DB.Write(ctx, "receivable.overdue", func(ctx context.Context, tx *db.Tx) error {
			done, err := reached(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := s.tell(ctx, tx, byCustomer[id], done, day); err != nil {
				return err
			}
			if !r.On || s.Outbox == nil {
				return nil
			}
			return s.write(ctx, tx, r, byCustomer[id], done, day)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tell lets whoever looks after a customer know what is newly overdue.
func (s *Service) tell(ctx context.Context, tx *db.Tx, list []Item, done map[string]int, day cal.Date) error {
	var news []Item
	for _, i := range list {
		if _, told := done[i.key()]; !told && i.Days(day) <= fresh {
			news = append(news, i)
		}
	}
	if len(news) == 0 || s.Notices == nil {
		return nil
	}
	first := news[0]
	who := []int64{first.OwnerID}
	if first.OwnerID == 0 {
		var err error
		if who, err = owners(ctx, tx); err != nil {
			return err
		}
	}
	for _, id := range who {
		n := notify.Notice{UserID: id, Kind: notify.PaymentOverdue, SubjectKind: "customer", SubjectID: first.CustomerID, CustomerID: first.CustomerID,
			Label: first.CustomerName, Args: map[string]any{"n": len(news)}, DedupeKey: fmt.Sprintf("overdue:%s:%d", first.key(), id)}
		if err := s.Notices.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return note(ctx, tx, news, 0, 0)
}

// due is the step that a part has newly reached, counted from 1; 0 for none.
func (r Reminders) due(i Item, day cal.Date, reached int) int {
	for n := stepCount; n > 0; n-- {
		if i.Days(day) >= r.Steps[n-1] {
			if n > reached {
				return n
			}
			return 0
		}
	}
	return 0
}

// key names a part with its day: another day starts anew.
func (i Item) key() string { return fmt.Sprintf("%d:%d:%s", i.OrderID, i.InstalmentID, i.DueOn) }

// filled puts the names into a letter.
func filled(words, name, business, total string) string {
	return strings.NewReplacer("[name]", name, "[business]", business, "[total]", total).Replace(words)
}
