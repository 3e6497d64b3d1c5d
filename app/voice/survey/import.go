package survey

import (
	"context"
	"strconv"
	"strings"

	people "regulars/app/customer/customer"
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
	Names(ctx context.Context, tx *db.Tx, cells []string) (*people.Names, error)
}

// Importer tells how a table of answers is brought in, those of another
// program or of a paper form. An answer is known by its survey, customer, day,
// score and words, so the same file again changes nothing.
func (s *Service) Importer(customers Directory) importer.Kind {
	return importer.Kind{
		Name: "responses", Permission: Ask, Href: "/surveys", Open: "/customers/", Missing: true,
		Columns: []importer.Column{
			{Name: "customer", Required: true, Synonyms: []string{"Customer ID", "Customer No", "客户编号"}},
			{Name: "score", Required: true, Number: true}, {Name: "comment"}, {Name: "answered_at"}, {Name: "survey"},
		},
		Start: func(o importer.Options) importer.Work {
			return &importWork{s: s, o: o, customers: customers, seen: map[givenKey]bool{}}
		},
	}
}

// importWork takes the answers of one run.
type importWork struct {
	s         *Service
	o         importer.Options
	customers Directory
	business  setting.Business
	surveys   []Survey
	names     *people.Names
	have      map[givenKey]bool
	seen      map[givenKey]bool // of a check's earlier batches, which were rolled back
	made      []givenKey        // what this batch adds to that
}

// givenKey is what an answer is known by: a customer's id, or the cell that
// names one who is not here yet. No day stands for a row that names none.
type givenKey struct {
	survey   int64
	customer int64
	cell     string
	day      cal.Date
	score    int
	comment  string
}

// Begin finds the customers of all rows and what they answered before.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	w.surveys = nil
	if err := tx.Select(ctx, &w.surveys, sqlSurveys); err != nil {
		return err
	}
	cells := map[string]bool{}
	for _, r := range batch {
		cells[r.Get("customer")] = true
	}
	var list []string
	for cell := range cells {
		list = append(list, cell)
	}
	if w.names, err = w.customers.Names(ctx, tx, list); err != nil {
		return err
	}
	ids := []int64{}
	for cell := range cells {
		if id, err := w.names.Find(cell); err == nil && id != 0 {
			ids = append(ids, id)
		}
	}
	w.have, w.made = map[givenKey]bool{}, nil
	rows, err := imported(ctx, tx, ids)
	for _, r := range rows {
		w.note(givenKey{survey: r.SurveyID, customer: int64(r.CustomerID), score: r.Score, comment: r.Comment}, cal.DateOf(r.AnsweredAt.Time, w.business.Zone()))
	}
	return err
}

// note remembers an answer with its day and for rows without one.
func (w *importWork) note(k givenKey, day cal.Date) {
	w.have[k] = true
	k.day = day
	w.have[k] = true
}

// Take keeps one answer, or passes over one that is here.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	v, a, day, err := w.read(r, tx)
	if err != nil {
		return 0, err
	}
	cell := strings.TrimSpace(r.Get("customer"))
	if a.CustomerID, err = w.names.Find(cell); err != nil {
		return 0, err
	}
	r.Is(a.CustomerID)
	r.Is(a.CustomerID)
	named := givenKey{survey: v.ID, cell: text.Fold(cell), day: day, score: a.Score, comment: a.Comment}
	here := a.CustomerID != 0 && w.have[givenKey{survey: v.ID, customer: a.CustomerID, day: day, score: a.Score, comment: a.Comment}]
	if (here || w.seen[named]) && w.o.OnDuplicate != importer.Create {
		return importer.Skipped, nil
	}
	if a.CustomerID, err = w.names.Must(ctx, tx, cell, w.o.CreateMissing); err != nil {
		return 0, err
	}
	w.note(givenKey{survey: v.ID, customer: a.CustomerID, score: a.Score, comment: a.Comment}, cal.DateOf(a.AnsweredAt, w.business.Zone()))
	w.made = append(w.made, named)
	return importer.Created, w.create(ctx, tx, v, a)
}

// End implements importer.Work.
func (w *importWork) End(context.Context, *db.Tx) error {
	if w.o.Dry {
		for _, k := range w.made {
			w.seen[k] = true
		}
	}
	return nil
}

func (w *importWork) read(r *importer.Record, tx *db.Tx) (Survey, Answer, cal.Date, error) {
	a := Answer{Comment: r.Get("comment"), Channel: Imported, Asked: []string{}}
	a.clean()
	c := &errs.Check{}
	v, ok := w.survey(r.Get("survey"))
	c.That(ok, "survey", "import.problem.no_survey", "value", clip(r.Get("survey")))
	c.That(!v.Anonymous, "survey", "survey.error.anonymous")
	cell := r.Get("score")
	decimal, _ := r.Decimal("score")
	score, err := strconv.Atoi(decimal)
	a.Score = score
	c.That(cell != "", "score", "error.required")
	c.That(cell == "" || err == nil, "score", "import.problem.score", "value", clip(cell))
	zone := w.business.Zone()
	var day cal.Date
	a.AnsweredAt = tx.Now
	if cell := r.Get("answered_at"); cell != "" {
		on, at, good := r.Moment("answered_at", zone)
		c.That(good, "answered_at", "import.problem.date", "value", clip(cell))
		if at.IsZero() && good { // the middle of its day, or now for one of today
			at = cal.At(on, 12, 0, zone)
			if on == cal.Today(tx.Now, zone) && at.After(tx.Now) {
				at = tx.Now
			}
		}
		day, a.AnsweredAt = on, at
	}
	if err := c.Err(); err != nil {
		return v, a, day, err
	}
	_, err = a.validate(v, tx.Now)
	return v, a, day, err
}

// survey is the one that a cell means: by name, by kind, or, when it is empty,
// the shop's first recommendation question.
func (w *importWork) survey(cell string) (Survey, bool) {
	word := text.Fold(strings.TrimSpace(cell))
	for _, v := range w.surveys {
		if word != "" && text.Fold(v.Name) == word {
			return v, true
		}
	}
	if word == "" {
		word = NPS
	}
	for _, v := range w.surveys { // the ones in use stand first
		if v.Kind == word {
			return v, true
		}
	}
	return Survey{}, false
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, v Survey, a Answer) error {
	r := Response{SurveyID: v.ID, SurveyName: v.Name, SurveyKind: v.Kind, CustomerID: db.ID(a.CustomerID), Score: a.Score, Comment: a.Comment,
		Answers: "{}", Channel: a.Channel, UserID: db.ID(auth.From(ctx).UserID), AnsweredAt: db.At(a.AnsweredAt)}
	if err := insertResponse(ctx, tx, &r); err != nil {
		return err
	}
	return w.s.d.Bus.Publish(ctx, tx, w.s.fact(v, r))
}

func clip(s string) string {
	if rs := []rune(s); len(rs) > 60 {
		return string(rs[:60]) + "…"
	}
	return s
}
