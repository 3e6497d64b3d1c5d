package approval

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/sys/auth"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const rulesHome = "/settings/approvals"

func (s *Service) ruleRoutes(r *web.Router) {
	r.Get(rulesHome, Admin, s.ruleIndex)
	r.Get(rulesHome+"/new", Admin, s.ruleNew)
	r.Post(rulesHome, Admin, s.rulePost)
	r.Get(rulesHome+"/:id", Admin, s.ruleShow)
	r.Post(rulesHome+"/:id", Admin, s.rulePost)
	r.Post(rulesHome+"/:id/delete", Admin, s.ruleDrop)
}

// told says a rule in words.
type told struct {
	Rule
	When  string
	Whose string
}

type rulesBody struct {
	Settings []view.NavGroup
	Rules    []told
}

func (s *Service) ruleIndex(c *fiber.Ctx) error {
	list, err := s.Rules(web.Ctx(c))
	if err != nil {
		return err
	}
	names, err := s.names(c)
	if err != nil {
		return err
	}
	b, l := rulesBody{Settings: web.SettingsNav(c)}, web.Locale(c)
	for _, r := range list {
		t := told{Rule: r, When: when(l, r, web.Business(c).Currency)}
		var whose []string
		for _, st := range r.Steps {
			whose = append(whose, Whom(l, st.Who, st.Role, names[st.UserID]))
		}
		t.Whose = strings.Join(whose, " → ")
		b.Rules = append(b.Rules, t)
	}
	return web.Render(c, web.Page{Name: "settings/approvals", Title: "settings.approvals", Body: b})
}

func (s *Service) names(c *fiber.Ctx) (map[int64]string, error) {
	people, err := s.Notices.Colleagues(web.Ctx(c))
	out := map[int64]string{}
	for _, p := range people {
		out[p.ID] = p.Name
	}
	return out, err
}

// when is from when on a rule asks.
func when(l *i18n.Locale, r Rule, currency string) string {
	switch r.Basis {
	case Amount:
		return l.T("approval.over", "limit", l.Money(r.Threshold, currency))
	case Discount:
		return l.T("approval.over", "limit", percent(l, r.Threshold))
	case Rows:
		return l.T("approval.over_rows", "n", r.Threshold)
	}
	return l.T("approval.basis.always")
}

// Whom says who decides a step.
func Whom(l *i18n.Locale, who, role, name string) string {
	switch who {
	case Role:
		return l.T("role.name." + role)
	case Person:
		return name
	}
	return l.T("approval.who.manager")
}

// Whom says who decides the step, in the reader's language.
func (st Step) Whom(l *i18n.Locale) string { return Whom(l, st.Who, st.Role, string(st.UserName)) }

// ruleForm is a rule as it was typed; a step is "manager", "role:owner" or
// "person:3".
type ruleForm struct {
	Version             int64
	Kind, Basis, Limit  string
	Step1, Step2, Step3 string
	Enabled             bool
}

// ruleBody feeds the form of a rule.
type ruleBody struct {
	Settings             []view.NavGroup
	ID                   int64
	Kinds, Bases, People []view.Option
}

func (s *Service) ruleNew(c *fiber.Ctx) error {
	return s.ruleEdit(c, 0, ruleForm{Step1: Manager, Enabled: true, Basis: Amount}, nil)
}

func (s *Service) ruleShow(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, err := s.Rule(web.Ctx(c), id)
	if err != nil {
		return err
	}
	return s.ruleEdit(c, id, formFrom(r, web.Business(c).Currency), nil)
}

func formFrom(r Rule, currency string) ruleForm {
	f := ruleForm{Version: r.Version, Kind: r.Kind, Basis: r.Basis, Enabled: r.Enabled}
	switch r.Basis {
	case Amount:
		f.Limit = money.Decimal(r.Threshold, currency)
	case Discount:
		f.Limit = strconv.FormatFloat(float64(r.Threshold)/100, 'f', -1, 64)
	case Rows:
		f.Limit = strconv.FormatInt(r.Threshold, 10)
	}
	for i, t := range r.Steps {
		typed := t.Who
		switch t.Who {
		case Role:
			typed += ":" + t.Role
		case Person:
			typed += ":" + strconv.FormatInt(t.UserID, 10)
		}
		*[]*string{&f.Step1, &f.Step2, &f.Step3}[i] = typed
	}
	return f
}

func (s *Service) ruleEdit(c *fiber.Ctx, id int64, f ruleForm, problem error) error {
	l := web.Locale(c)
	b := ruleBody{Settings: web.SettingsNav(c), ID: id, People: []view.Option{{Value: Manager, Label: l.T("approval.who.manager")},
		{Value: Role + ":" + auth.Manager, Label: l.T("role.name.manager")}, {Value: Role + ":" + auth.Owner, Label: l.T("role.name.owner")}}}
	for _, of := range s.consumers {
		b.Kinds = append(b.Kinds, view.Option{Value: of.Kind, Label: l.T("approval.kind." + of.Kind)})
	}
	for _, basis := range []string{Amount, Discount, Rows, Always} {
		b.Bases = append(b.Bases, view.Option{Value: basis, Label: l.T("approval.basis." + basis)})
	}
	people, err := s.Notices.Colleagues(web.Ctx(c))
	if err != nil {
		return err
	}
	for _, p := range people {
		b.People = append(b.People, view.Option{Value: Person + ":" + strconv.FormatInt(p.ID, 10), Label: p.Name})
	}
	if e, ok := errs.As(problem); ok && e.Kind == errs.Conflict {
		if now, ok := e.Current.(Rule); ok { // saving again takes what was typed
			f.Version = now.Version
		}
	}
	pg := web.Page{Name: "settings/approval-rule", Title: "approval.rule", Body: b, Form: f, Err: problem}
	if id == 0 {
		pg.Title = "approval.rule_new"
	}
	return web.Render(c, pg)
}

func (s *Service) rulePost(c *fiber.Ctx) error {
	id := int64(0)
	if c.Params("id") != "" {
		var err error
		if id, err = web.ID(c, "id"); err != nil {
			return err
		}
	}
	f := ruleForm{Kind: c.FormValue("kind"), Basis: c.FormValue("basis"), Limit: strings.TrimSpace(c.FormValue("limit")), Step1: c.FormValue("step1"),
		Step2: c.FormValue("step2"), Step3: c.FormValue("step3"), Enabled: c.FormValue("enabled") != ""}
	f.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // 0 is simply stale
	in, err := f.input(web.Business(c).Currency)
	if err == nil {
		_, err = s.PutRule(web.Ctx(c), id, f.Version, in)
	}
	if errs.Is(err, errs.Invalid) || errs.Is(err, errs.Conflict) {
		return s.ruleEdit(c, id, f, err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, rulesHome, "common.saved")
}

func (f ruleForm) input(currency string) (Input, error) {
	in, c := Input{Kind: f.Kind, Basis: f.Basis, Enabled: f.Enabled}, &errs.Check{}
	var err error
	switch f.Basis {
	case Amount:
		in.Threshold, err = money.Parse(f.Limit, currency)
	case Discount:
		in.Threshold, err = money.Parse(strings.TrimSuffix(f.Limit, "%"), "CNY") // hundredths of a percent
	case Rows:
		in.Threshold, err = strconv.ParseInt(f.Limit, 10, 64)
	}
	c.That(err == nil, "limit", "approval.error.threshold")
	for _, typed := range []string{f.Step1, f.Step2, f.Step3} {
		who, what, _ := strings.Cut(typed, ":")
		switch who {
		case "":
		case Role:
			in.Steps = append(in.Steps, Turn{Who: who, Role: what})
		case Person:
			id, err := strconv.ParseInt(what, 10, 64)
			c.That(err == nil, "step1", "error.choice")
			in.Steps = append(in.Steps, Turn{Who: who, UserID: id})
		default:
			in.Steps = append(in.Steps, Turn{Who: who})
		}
	}
	return in, c.Err()
}

func (s *Service) ruleDrop(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := s.DropRule(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Done(c, rulesHome, "common.deleted")
}
