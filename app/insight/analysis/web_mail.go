package analysis

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// reader is somebody a report can be sent to.
type reader struct {
	ID     int64
	Name   string
	Chosen bool
}

// fillMail adds to the page of a report when it comes by mail.
func (s *Service) fillMail(c *fiber.Ctx, b *showBody) error {
	ctx := web.Ctx(c)
	var err error
	if b.Mail, err = mailOf(ctx, s.DB.Reader(ctx), b.Report.ID); err != nil {
		return err
	}
	people, err := records(ctx, s.DB.Reader(ctx), sqlColleagues)
	if err != nil {
		return err
	}
	for _, p := range people {
		a, _, err := s.Users.Actor(ctx, p.ID)
		if err != nil {
			return err
		}
		if a != nil && b.Report.sees(a) && (p.ID == web.Actor(c).UserID || web.Actor(c).Can(Share)) {
			b.People = append(b.People, reader{p.ID, p.Name, slices.Contains(b.Mail.Readers, p.ID)})
		}
	}
	return nil
}

// MailDays are the choices of a day: of the week, or of the month.
func (showBody) MailDays(d view.Data) []view.Option {
	var out []view.Option
	for _, n := range []int{1, 2, 3, 4, 5, 6, 0} {
		out = append(out, view.Option{Value: "w" + strconv.Itoa(n), Label: d.Locale.T("analysis.mail.weekly", "day", sayTime(d.Locale, "weekday", strconv.Itoa(n)))})
	}
	for n := 1; n <= lastDay; n++ {
		out = append(out, view.Option{Value: "m" + strconv.Itoa(n), Label: d.Locale.T("analysis.mail.monthly", "n", n)})
	}
	return out
}

// MailDay is the choice that holds.
func (b showBody) MailDay() string {
	if b.Mail.Rhythm == "" {
		return ""
	}
	return b.Mail.Rhythm[:1] + strconv.Itoa(b.Mail.Day)
}

func (s *Service) saveMail(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	m := Mail{Papers: papersOf(formed(c, "papers"))}
	if when := c.FormValue("when"); when != "" {
		m.Rhythm = map[byte]string{'w': "weekly", 'm': "monthly"}[when[0]]
		if m.Day, err = strconv.Atoi(when[1:]); err != nil || m.Rhythm == "" {
			m.Rhythm = "?" // refused by the service
		}
	}
	for _, raw := range formed(c, "readers") {
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil {
			n = -1 // nobody
		}
		m.Readers = append(m.Readers, n)
	}
	if _, err := s.SetMail(web.Ctx(c), id, m); err != nil {
		return s.showOne(c, id, err)
	}
	return web.Done(c, path(id), "analysis.done.mail")
}

// Papers are the files that can come along.
func (showBody) Papers() []string { return Papers }

// Comes tells whether a file comes along; as long as no mail is arranged the
// spreadsheet is proposed.
func (b showBody) Comes(format string) bool {
	return b.Mail.Papers.Has(format) || b.Mail.Rhythm == "" && format == Papers[0]
}
