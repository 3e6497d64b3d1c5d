package contact

import (
	"context"
	"strconv"

	"regulars/app/customer/customer"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// People who stand in the row of their company: contact.name, contact.phone and
// so on, contact2.name for the second one. More of them stand in rows of their
// own below, which say nothing else or the same of the company again.

const (
	part     = "contact"
	maxInRow = 5 // people in one row
	offered  = 3 // of whom the page offers columns for
)

var (
	familyNames = []string{"Last name", "Surname", "Family name", "姓氏", "姓"}
	givenNames  = []string{"First name", "Forename", "Given name", "名"}
)

// said is what files call a contact, and what they say of one.
var (
	saidWho  = []string{"contact", "contact person", "person", "联系人", "联络人"}
	saidWhat = map[string][]string{
		"name": {"", "name", "full name", "姓名", "名称", "名字"}, "title": {"title", "job title", "position", "role", "职务", "职位", "头衔", "角色"},
		"family_name": {"last name", "surname", "family name", "姓", "姓氏"}, "given_name": {"first name", "given name", "名"},
		"phone": {"phone", "tel", "telephone", "phone number", "电话", "联系电话", "座机", "联系方式"}, "mobile": {"mobile", "mobile phone", "cell", "手机", "手机号", "手机号码"},
		"email": {"email", "e-mail", "mail", "email address", "邮箱", "电子邮箱", "邮件"}, "wechat": {"wechat", "微信", "微信号"},
		"birthday": {"birthday", "date of birth", "生日", "出生日期"}, "notes": {"notes", "note", "remark", "remarks", "备注"},
	}
	saidOrder = []string{"name", "family_name", "given_name", "title", "phone", "mobile", "email", "wechat", "birthday", "notes"}
)

func partName(nth int) string {
	if nth == 1 {
		return part
	}
	return part + strconv.Itoa(nth)
}

// PartColumns implements customer.Part.
func (s *Service) PartColumns() []importer.Column {
	var out []importer.Column
	for nth := 1; nth <= maxInRow; nth++ {
		for _, what := range saidOrder {
			c := importer.Column{Name: partName(nth) + "." + what, Of: part, Nth: nth, Quiet: nth > offered}
			for _, who := range saidWho {
				for _, word := range saidWhat[what] {
					c.Synonyms = append(c.Synonyms, called(who, word, nth)...)
				}
			}
			out = append(out, c)
		}
	}
	return out
}

// called is how a header may say it: "Contact 2 phone" or "Contact phone 2".
func called(who, word string, nth int) []string {
	n := strconv.Itoa(nth)
	if nth == 1 {
		return []string{who + " " + word, who + " " + n + " " + word, who + " " + word + " " + n, "primary " + who + " " + word, "主要" + who + word}
	}
	return []string{who + " " + n + " " + word, who + " " + word + " " + n}
}

// MoreColumns implements customer.Part.
func (s *Service) MoreColumns(ctx context.Context) ([]importer.Column, error) {
	own, err := importer.OwnColumns(ctx, s.db.Reader(ctx), "contact")
	var out []importer.Column
	for nth := 1; nth <= maxInRow; nth++ {
		for _, c := range own {
			c.Name, c.Of, c.Nth, c.Quiet = partName(nth)+"."+c.Name, part, nth, nth > offered
			words := c.Synonyms
			c.Synonyms = nil
			for _, word := range words {
				c.Synonyms = append(c.Synonyms, called("contact", word, nth)...)
				c.Synonyms = append(c.Synonyms, called("联系人", word, nth)...)
			}
			out = append(out, c)
		}
	}
	return out, err
}

// StartPart implements customer.Part.
func (s *Service) StartPart(o importer.Options) customer.PartWork {
	if len(o.Match) > 0 { // people are known by all that is said of them, whatever tells customers apart
		o.Match = []string{"email", "phone", "name"}
	}
	return &partWork{importWork: importWork{s: s, o: o}}
}

// partWork takes the people of one run's customers.
type partWork struct {
	importWork
	read map[*importer.Record][]person
}

type person struct {
	Input
	row *importer.Row
}

// Begin implements customer.PartWork.
func (w *partWork) Begin(ctx context.Context, tx *db.Tx) error {
	w.read = map[*importer.Record][]person{}
	return w.begin(ctx, tx)
}

// Read implements customer.PartWork.
func (w *partWork) Read(ctx context.Context, tx *db.Tx, r *importer.Record) error {
	for _, row := range r.Rows {
		for nth := 1; nth <= maxInRow; nth++ {
			p := row.Part(partName(nth))
			if !p.Says() {
				continue
			}
			in, err := w.importWork.read(ctx, tx, p)
			if err != nil {
				return err
			}
			if in.Name == "" {
				in.Name = nameless(in)
			}
			if in.Name == "" { // what was left of it is no person
				continue
			}
			if err := in.Validate(); err != nil {
				return importer.At(p, err)
			}
			w.read[r] = append(w.read[r], person{in, p})
		}
	}
	return nil
}

// nameless calls somebody by where they are reached.
func nameless(in Input) string {
	switch {
	case len(in.Emails) > 0:
		return in.Emails[0]
	case len(in.Phones) > 0:
		return in.Phones[0].Raw
	}
	return in.WeChat
}

// Take implements customer.PartWork.
func (w *partWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record, id int64, fresh bool) (customer.PartAdded, error) {
	var out customer.PartAdded
	for _, p := range w.read[r] {
		p.CustomerID = id
		if fresh && len(w.people[id]) == 0 {
			w.people[id] = []Contact{} // nobody is there yet
		}
		same, err := w.known(ctx, tx, p.Input)
		if err != nil {
			return out, importer.At(p.row, err)
		}
		if same != nil && !fresh && w.o.On(r.Line) == importer.Update {
			did, err := w.update(ctx, tx, *same, r.Line, p.Input)
			if err != nil {
				return out, importer.At(p.row, err)
			}
			out.Changed = out.Changed || did == importer.Updated
			continue
		}
		if same != nil {
			continue
		}
		if err := w.add(ctx, tx, p.Input, &out); err != nil {
			return out, importer.At(p.row, err)
		}
	}
	return out, nil
}

// add stores somebody new.
func (w *partWork) add(ctx context.Context, tx *db.Tx, in Input, out *customer.PartAdded) error {
	var err error
	w.added.Values = nil
	if in.values, err = w.added.Over(in.values); err != nil {
		return err
	}
	id, err := insert(ctx, tx, in)
	if err != nil {
		return err
	}
	numbers, err := w.s.customers.AddReach(ctx, tx, in.CustomerID, id, in.Phones, in.Emails, w.region)
	if err != nil {
		return err
	}
	c := Contact{ID: id, CustomerID: in.CustomerID, Name: in.Name, Emails: in.Emails, Version: 1}
	for i, p := range in.Phones {
		c.Phones = append(c.Phones, customer.Phone{Raw: p.Raw, E164: numbers[i].E164})
	}
	w.people[in.CustomerID] = append(w.people[in.CustomerID], c)
	out.Changed = true
	out.Names, out.Phones, out.Emails = append(out.Names, in.Name), append(out.Phones, numbers...), append(out.Emails, in.Emails...)
	if in.WeChat != "" {
		out.WeChats = append(out.WeChats, in.WeChat)
	}
	return nil
}

// PartHeader implements customer.Part: people leave in a file of their own.
func (s *Service) PartHeader(context.Context, db.Q, bool) ([]string, error) { return nil, nil }

// PartCells implements customer.Part.
func (s *Service) PartCells(context.Context, db.Q, []int64) (map[int64][]string, error) {
	return nil, nil
}
