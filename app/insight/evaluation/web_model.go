package evaluation

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/custom"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/view/chart"
	"regulars/app/sys/web"
)

const home = "/insight/evaluation"

func (s *Service) modelRoutes(r *web.Router) {
	r.Get(home+"/model", Write, s.showModel)
	r.Post(home+"/rehearsal", Write, s.rehearse)
	r.Post(home+"/model", Write, s.publishModel)
	r.Get(home+"/versions", Read, s.showVersions)
	r.Peek(home+"/progress", Read, s.showProgress)
	r.Get(home+"/versions/:id", Read, s.showVersion)
	r.Post(home+"/versions/:id/again", Write, s.again)
	r.Post(home+"/hurry", Write, s.hurry)
	r.Get(home+"/pairs", Write, s.showPairs)
	r.Post(home+"/pairs", Write, s.comparePairs)
}

// tabs are the pages about evaluation.
type tabs struct {
	Open  string
	Write bool
}

// Tabs are those of a body.
func (t tabs) Tabs() tabs { return t }

// modelBody feeds the page on which the weights are tried and published.
type modelBody struct {
	tabs
	Latest Model
	Draft  Draft
	Tags   []view.Option
	Choice []view.Option // groups that may be weighed otherwise
	Now    Overview
	Effect *Rehearsal
	Shut   []string // fields by which nobody is judged, and why
	fair   custom.Set
}

// modelForm is what was typed, by field.
type modelForm map[string]string

// Grouped tells whether anybody is weighed otherwise.
func (f modelForm) Grouped() bool {
	for i := range maxGroups {
		if f[groupField(i)+"of"] != "" {
			return true
		}
	}
	return false
}

// V is what a field shows.
func (f modelForm) V(name string) string { return f[name] }

// Num is a field as a number, for the slider beside it.
func (f modelForm) Num(name string) float64 {
	v, err := number(f[name])
	if err != nil {
		return 0
	}
	return finite(v)
}

// Sum is what the weights come to together.
func (f modelForm) Sum() float64 {
	sum := 0.0
	for name := range f {
		if strings.HasPrefix(name, "w.") {
			sum += f.Num(name)
		}
	}
	return round(sum, 2)
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// number reads what people type; NaN and endless numbers are none.
func number(typed string) (float64, error) {
	v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(typed), "%"), ",", "."), 64)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = fmt.Errorf("%q is no number", typed)
	}
	return v, err
}

func formOf(d Draft) modelForm {
	f := modelForm{"base": strconv.FormatInt(d.Base, 10), "mode": d.Mode, "hysteresis": plain(d.Hysteresis), "overdue_days": strconv.Itoa(d.OverdueDays),
		"overdue_grade": d.OverdueGrade, "note": d.Note, "at_once": ""}
	if d.AtOnce {
		f["at_once"] = "1"
	}
	for name, id := range map[string]int64{"debt_tag": d.DebtTag, "blocked_tag": d.BlockedTag} {
		if f[name] = ""; id != 0 {
			f[name] = strconv.FormatInt(id, 10)
		}
	}
	for prefix, values := range map[string]map[string]float64{"w.": d.Weights, "b.": d.Bounds, "s.": d.Shares} {
		for key, v := range values {
			f[prefix+key] = plain(v)
		}
	}
	for i := range maxGroups {
		name, g := groupField(i), Group{}
		if f[name+"of"] = ""; i < len(d.Groups) {
			g = d.Groups[i]
			f[name+"of"] = g.Mark()
		}
		for _, key := range keysWith(d.Own) {
			if f[name+"w."+key] = ""; g.Weights != nil {
				f[name+"w."+key] = plain(g.Weights[key])
			}
		}
	}
	return f
}

// groupField begins the names of a group's inputs.
func groupField(i int) string { return "g" + strconv.Itoa(i) + "." }

// typedModel is the form as it came, read into a draft; what cannot be read is
// no number, which the draft's own check says beside its field.
func typedModel(c *fiber.Ctx, from Draft) (modelForm, Draft) {
	f := formOf(from)
	for name := range f {
		f[name] = strings.TrimSpace(c.FormValue(name))
	}
	read := func(name string) float64 {
		if f[name] == "" && strings.Contains(name, "w.") {
			return 0
		}
		v, err := number(f[name])
		if err != nil {
			return math.NaN()
		}
		return v
	}
	group := func(prefix string, keys []string) map[string]float64 {
		out := map[string]float64{}
		for _, key := range keys {
			out[key] = read(prefix + key)
		}
		return out
	}
	d := Draft{Own: from.Own, Weights: group("w.", keysWith(from.Own)), Bounds: group("b.", Grades[:3]), Note: f["note"], AtOnce: f["at_once"] != "",
		Rules: Rules{Mode: f["mode"], Hysteresis: read("hysteresis"), OverdueGrade: f["overdue_grade"]}}
	d.Base, _ = strconv.ParseInt(f["base"], 10, 64)
	if d.Mode == ByShare {
		d.Shares = group("s.", Grades)
	}
	for i := range maxGroups {
		if by, of, ok := strings.Cut(f[groupField(i)+"of"], "="); ok {
			d.Groups = append(d.Groups, Group{By: by, Of: of, Weights: group(groupField(i)+"w.", keysWith(from.Own))})
		}
	}
	days, err := strconv.Atoi(f["overdue_days"])
	if d.OverdueDays = days; err != nil && f["overdue_days"] != "" {
		d.OverdueDays = -1
	}
	d.DebtTag, _ = strconv.ParseInt(f["debt_tag"], 10, 64)
	d.BlockedTag, _ = strconv.ParseInt(f["blocked_tag"], 10, 64)
	return f, d
}

func (s *Service) showModel(c *fiber.Ctx) error {
	d, _, err := s.Begin(web.Ctx(c))
	if err != nil {
		return err
	}
	f := formOf(d)
	for key := range d.Weights { // what the wizard proposes comes in the address
		if v := c.Query("w." + key); v != "" {
			f["w."+key] = v
		}
	}
	return s.modelPage(c, f, nil, nil)
}

func (s *Service) modelPage(c *fiber.Ctx, f modelForm, effect *Rehearsal, problem error) error {
	ctx := web.Ctx(c)
	if err := mayDecide(ctx); err != nil {
		return err
	}
	b := modelBody{tabs: tabs{"model", true}, Effect: effect}
	var err error
	if b.Draft, b.Latest, err = s.Begin(ctx); err != nil {
		return err
	}
	if b.Choice, err = s.groupOptions(ctx, web.Locale(c)); err != nil {
		return err
	}
	if b.Tags, err = s.tagOptions(ctx); err != nil {
		return err
	}
	added, err := s.book.Record(ctx, s.db.Reader(ctx), "customer")
	if err != nil {
		return err
	}
	b.Shut, b.fair = shutFields(web.Locale(c), added), fit(added.Set)
	if effect == nil {
		if b.Now, err = s.Overview(ctx); err != nil {
			return err
		}
	}
	if errs.Is(problem, errs.Conflict) { // somebody published meanwhile: what was typed is kept and stands against theirs
		f["base"] = strconv.FormatInt(b.Latest.ID, 10)
		e := errs.New(errs.Conflict, "evaluation.error.stale", "n", b.Latest.ID, "who", b.Latest.Author)
		problem = e
	}
	return web.Render(c, web.Page{Name: "insight/model", Title: "evaluation.model.title", Body: b, Form: f, Err: problem, Fragment: "effect"})
}

func (s *Service) tagOptions(ctx context.Context) ([]view.Option, error) {
	var tags []tagName
	if err := s.db.Reader(ctx).Select(ctx, &tags, sqlTag); err != nil {
		return nil, err
	}
	var out []view.Option
	for _, t := range tags {
		out = append(out, view.Option{Value: strconv.FormatInt(t.ID, 10), Label: t.Name})
	}
	return out, nil
}

func (s *Service) rehearse(c *fiber.Ctx) error {
	from, _, err := s.Begin(web.Ctx(c))
	if err != nil {
		return err
	}
	f, d := typedModel(c, from)
	effect, err := s.Rehearse(web.Ctx(c), d)
	if err != nil {
		return s.modelPage(c, f, nil, err)
	}
	return s.modelPage(c, f, &effect, nil)
}

func (s *Service) publishModel(c *fiber.Ctx) error {
	from, _, err := s.Begin(web.Ctx(c))
	if err != nil {
		return err
	}
	f, d := typedModel(c, from)
	next, err := s.Publish(web.Ctx(c), d)
	if err != nil {
		return s.modelPage(c, f, nil, err)
	}
	return web.Done(c, home+"/versions", "evaluation.published", "n", next.ID)
}

// Lines are the weights with what they were.
func (b modelBody) Lines() []weightLine {
	var out []weightLine
	for _, key := range keysWith(b.Draft.Own) {
		l := weightLine{Key: key, Was: b.Latest.Weights[key]}
		if o, own := ownAt(b.Draft.Own, key); own {
			was, used := ownAt(b.Latest.Own, key)
			l.Own, l.Changed = o.ID, used && !o.same(was)
			l.Shut = o.closed(b.fair)
		}
		out = append(out, l)
	}
	return out
}

// Tried tells whether the form came with other weights, as the wizard leaves
// them, and nobody has seen yet what they would do.
func (b modelBody) Tried(f modelForm) bool {
	return b.Effect == nil && slices.ContainsFunc(b.Lines(), func(l weightLine) bool { return !l.Same(f) })
}

// weightLine is a dimension on the form.
type weightLine struct {
	Key     string
	Was     float64
	Own     int64 // of the shop itself
	Changed bool  // since the latest version, so that publishing makes the change hold
	Shut    bool  // its field may not be used any more
}

// Same tells whether what is typed is what is in force.
func (w weightLine) Same(f modelForm) bool { return math.Abs(f.Num("w."+w.Key)-w.Was) < .005 }

// gradeBefore is a letter before and after.
type gradeBefore struct {
	Letter string
	Change
	Was, Is chart.Meter
}

// Sign is the difference with its sign.
func (c Change) Sign(l *i18n.Locale) string {
	switch d := c.Delta(); {
	case d > 0:
		return "+" + l.Number(d)
	case d < 0:
		return "−" + l.Number(-d)
	}
	return "±0"
}

// Letters are the counts of each grade before and after.
func (b modelBody) Letters() []gradeBefore {
	var out []gradeBefore
	for _, g := range Grades {
		c := Change{b.Now.Grades[g], b.Now.Grades[g]}
		all := b.Now.Scored
		if b.Effect != nil {
			c, all = b.Effect.Grades[g], b.Effect.Scored
		}
		line := gradeBefore{Letter: g, Change: c}
		if all > 0 {
			line.Was = chart.Meter{Parts: []chart.Segment{{Share: float64(c.Before) / float64(all), Class: "soft"}}}
			line.Is = chart.Meter{Parts: []chart.Segment{{Share: float64(c.After) / float64(all), Class: "fg"}}}
		}
		out = append(out, line)
	}
	return out
}

// Map draws who would stand where.
func (b modelBody) Map(d view.Data) chart.Scatter {
	l := d.Locale
	corner := func(q string) string {
		c := b.Effect.Quads[q]
		if q != Rescue || c.Delta() == 0 { // the table below says the rest
			return l.T("evaluation.quadrant."+q) + " " + l.Number(c.After)
		}
		return l.T("evaluation.map.was", "name", l.T("evaluation.quadrant."+q), "n", l.Number(c.After), "was", l.Number(c.Before))
	}
	s := chart.Scatter{Label: l.T("evaluation.map"), Width: 300, MaxX: 100, MaxY: 100, MidX: 50, MidY: 50,
		Corners: [4]string{corner(Grow), corner(Protect), corner(Watch), corner(Rescue)}, Ends: [2]string{l.T("evaluation.value") + " 0", "100"}, Top: "100", Floor: "0"}
	for _, spot := range b.Effect.Spots {
		s.Spots = append(s.Spots, chart.Spot{X: spot.Value, Y: spot.Health, Warm: spot.Value >= 50 && spot.Health < 50})
	}
	return s
}

// Why says what moves somebody: "Payment and credit +3.2".
func (m Mover) Why(l *i18n.Locale, name func(key string) string) string {
	var parts []string
	for _, s := range m.Shifts {
		sign := "+"
		if s.Delta < 0 {
			sign = "−"
		}
		parts = append(parts, l.T("evaluation.shift", "name", name(s.Key), "points", sign+l.Decimal(math.Abs(s.Delta), 1)))
	}
	return strings.Join(parts, l.T("common.comma"))
}

// Why is what moves them, in the reader's language.
func (b modelBody) Why(d view.Data, m Mover) string {
	return m.Why(d.Locale, func(key string) string { return b.Name(d.Locale, key) })
}

// Name is what a dimension of the draft is called.
func (b modelBody) Name(l *i18n.Locale, key string) string { return nameOf(b.Draft.Own, l, key) }

// Name is what a dimension is called.
func (m Model) Name(l *i18n.Locale, key string) string { return nameOf(m.Own, l, key) }

func nameOf(own []Own, l *i18n.Locale, key string) string {
	if !strings.HasPrefix(key, ownPrefix) {
		return l.T("evaluation.dimension." + key)
	}
	if o, ok := ownAt(own, key); ok {
		return o.Name(l.Tag())
	}
	return l.T("evaluation.own.gone")
}

func ownAt(own []Own, key string) (Own, bool) {
	for _, o := range own {
		if o.Key() == key {
			return o, true
		}
	}
	return Own{}, false
}
