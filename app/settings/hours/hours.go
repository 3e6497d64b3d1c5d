// Package hours is when the shop works: hours of each weekday, holidays and
// make-up workdays. Clocks of complaints and days of surveys follow it.
package hours

import (
	"context"
	"strings"
	"time"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Write lets people change the working hours.
const Write = "hours.write"

// settingName is where the hours are kept.
const settingName = "business.hours"

// Plan is the working time as it is typed and stored.
type Plan struct {
	Week     [7]string `json:"week"`     // Sunday first: "09:00-12:00, 13:30-18:00", "" = closed
	Holidays []string  `json:"holidays"` // dates on which the shop is closed
	Makeup   []string  `json:"makeup"`   // dates on which it works all the same
}

// usual is Monday to Friday, nine to six.
func usual() Plan {
	var p Plan
	for day := time.Monday; day <= time.Friday; day++ {
		p.Week[day] = "09:00-18:00"
	}
	return p
}

// Service keeps the working hours.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Plan reads the working time.
func (s *Service) Plan(ctx context.Context) (Plan, error) {
	p := usual()
	err := setting.Get(ctx, s.db.Reader(ctx), settingName, &p)
	return p, err
}

// Hours are the working hours in the shop's zone.
func (s *Service) Hours(ctx context.Context) (*cal.Hours, error) {
	p, err := s.Plan(ctx)
	if err != nil {
		return nil, err
	}
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	return p.hours(b.Zone())
}

// Save changes the working time.
func (s *Service) Save(ctx context.Context, p Plan) error {
	if err := auth.From(ctx).May(Write); err != nil {
		return err
	}
	p.clean()
	if _, err := p.hours(time.UTC); err != nil {
		return err
	}
	return s.db.Write(ctx, "hours.save", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, settingName)
		return setting.Put(ctx, tx, settingName, p)
	})
}

func (p *Plan) clean() {
	for i := range p.Week {
		p.Week[i] = strings.TrimSpace(p.Week[i])
	}
	p.Holidays, p.Makeup = words(p.Holidays), words(p.Makeup)
}

func words(list []string) []string {
	var out []string
	for _, line := range list {
		out = append(out, strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \r\n\t,;，；、", r) })...)
	}
	return out
}

// hours checks the plan, field by field, and makes it computable.
func (p Plan) hours(zone *time.Location) (*cal.Hours, error) {
	c := &errs.Check{}
	var week cal.Week
	for i, text := range p.Week {
		spans, err := cal.ParseSpans(text)
		if err != nil {
			c.Add(fieldOf(i), "error.hours")
		}
		week[i] = spans
	}
	holidays := dates(c, "holidays", p.Holidays)
	makeup := dates(c, "makeup", p.Makeup)
	if err := c.Err(); err != nil {
		return nil, err
	}
	h, err := cal.NewHours(zone, week, holidays, makeup)
	if err != nil {
		c.Add("week1", "error.hours")
		return nil, c.Err()
	}
	return h, nil
}

func fieldOf(day int) string { return "week" + string(rune('0'+day)) }

func dates(c *errs.Check, field string, list []string) []cal.Date {
	var out []cal.Date
	for _, s := range list {
		d, err := cal.ParseDate(s)
		c.That(err == nil && d != "", field, "error.date")
		out = append(out, d)
	}
	return out
}
