package deal

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/stats"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

const (
	waysPath   = "/settings/pipelines"
	stagesPath = "/settings/deal-stages"
	whyPath    = "/settings/deal-reasons"
)

func (s *Service) settingsRoutes(r *web.Router) {
	r.Get(waysPath, Settings, s.showWays)
	r.Post(waysPath, Settings, s.postWay)
	r.Post(waysPath+"/:id", Settings, s.saveWay)
	r.Post(waysPath+"/:id/delete", Settings, s.dropWay)
	r.Post(waysPath+"/:id/stages", Settings, s.postStage)
	r.Get(stagesPath+"/:id", Settings, s.showStage)
	r.Post(stagesPath+"/:id", Settings, s.saveStage)
	r.Post(stagesPath+"/:id/place", Settings, s.placeStage)
	r.Post(stagesPath+"/:id/delete", Settings, s.dropStage)
	s.paperRoutes(r)
	r.Post(whyPath, Settings, s.postReason)
	r.Post(whyPath+"/:id", Settings, s.saveReason)
}

// WaysPage feeds Settings > Pipelines.
type WaysPage struct {
	Settings []view.NavGroup
	Ways     []PipelineCard
	Reasons  []Reason
}

// PipelineCard is a pipeline as its settings show it.
type PipelineCard struct {
	Pipeline
	Lines  []StageLine
	Others []view.Option // stages of the other pipelines
}

// StageLine is a stage with what was learnt about it.
type StageLine struct {
	Stage
	Learnt string // in words
	First  bool
	Last   bool
}

func (s *Service) showWays(c *fiber.Ctx) error { return s.waysPage(c, nil) }

func (s *Service) waysPage(c *fiber.Ctx, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	q := s.db.Reader(ctx)
	b := WaysPage{Settings: web.SettingsNav(c)}
	all, err := pipelines(ctx, q)
	if err != nil {
		return err
	}
	n, err := openIn(ctx, q)
	if err != nil {
		return err
	}
	for _, p := range all {
		p.Open = n[p.ID]
		way := PipelineCard{Pipeline: p}
		known, err := learn(ctx, q, p)
		if err != nil {
			return err
		}
		for i, st := range p.Stages {
			way.Lines = append(way.Lines, StageLine{st, learntWords(l, known, known.Stages[st.ID]), i == 0, i == len(p.Stages)-1})
		}
		for _, o := range all {
			for _, st := range o.Stages {
				if o.ID != p.ID {
					way.Others = append(way.Others, view.Option{Value: st.ID, Label: o.Name + " › " + st.Name})
				}
			}
		}
		b.Ways = append(b.Ways, way)
	}
	if b.Reasons, err = reasons(ctx, q); err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/pipelines", Title: "deal.settings", Body: b, Err: problem})
}

// learntWords say what history makes of a stage, or that it is too early.
func learntWords(l *i18n.Locale, all Learnt, c stats.Chance) string {
	if all.Early() || c.N == 0 {
		return l.T("deal.figure.early")
	}
	return l.T("deal.learnt", "p", l.Percent(c.P), "low", l.Percent(c.Low), "high", l.Percent(c.High), "n", c.N)
}

func (s *Service) postWay(c *fiber.Ctx) error {
	p, err := s.AddPipeline(web.Ctx(c), c.FormValue("name"), nil)
	return s.arranged(c, err, "deal.pipeline_added", "name", p.Name)
}

// arranged goes back to the settings, with what is wrong where something is.
func (s *Service) arranged(c *fiber.Ctx, err error, key string, args ...any) error {
	if e, ok := errs.As(err); ok && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		return s.waysPage(c, err)
	}
	if err != nil {
		return err
	}
	return web.Done(c, waysPath, key, args...)
}

func (s *Service) saveWay(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	_, err = s.SavePipeline(web.Ctx(c), id, number(c.FormValue("version")), c.FormValue("name"), c.FormValue("standard") != "")
	return s.arranged(c, err, "common.saved")
}

func (s *Service) dropWay(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	return s.arranged(c, s.DropPipeline(web.Ctx(c), id, number(c.FormValue("to"))), "deal.pipeline_dropped")
}

func (s *Service) postStage(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	st, err := s.AddStage(web.Ctx(c), StageInput{PipelineID: id, Name: c.FormValue("name"), Probability: 20, Warn: true})
	if err != nil {
		return s.arranged(c, err, "common.saved")
	}
	return web.Done(c, stagesPath+"/"+idText(st.ID), "common.saved")
}

// StagePage feeds the page of one stage.
type StagePage struct {
	Settings []view.NavGroup
	Stage
	Pipeline Pipeline
	Learnt   string
	Needs    []view.Option
	Others   []view.Option // where its deals may go
}

// StageForm is a stage as it was typed.
type StageForm struct {
	Version                    int64
	Name, Probability, RotDays string
	Warn                       bool
	Playbook, Checklist        string
	Documents                  string
	Required                   []string
}

func (s *Service) stageByParam(c *fiber.Ctx) (Stage, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return Stage{}, err
	}
	return stageOf(web.Ctx(c), s.db.Reader(web.Ctx(c)), id)
}

func (s *Service) showStage(c *fiber.Ctx) error {
	st, err := s.stageByParam(c)
	if err != nil {
		return err
	}
	return s.stagePage(c, st, stageFormOf(st), nil)
}

func stageFormOf(st Stage) StageForm {
	return StageForm{Version: st.Version, Name: st.Name, Probability: strconv.Itoa(st.Probability), RotDays: strconv.Itoa(st.RotDays), Warn: st.Warn,
		Playbook: st.Playbook, Checklist: strings.Join(st.Checklist, "\n"), Documents: strings.Join(st.Documents, "\n"), Required: st.Required}
}

func (s *Service) stagePage(c *fiber.Ctx, st Stage, f StageForm, problem error) error {
	ctx, l := web.Ctx(c), web.Locale(c)
	q := s.db.Reader(ctx)
	b := StagePage{Settings: web.SettingsNav(c), Stage: st}
	var err error
	if b.Pipeline, err = s.reread(ctx, q, st.PipelineID); err != nil {
		return err
	}
	if b.Files, err = papersOf(ctx, q, st.ID); err != nil {
		return err
	}
	known, err := learn(ctx, q, b.Pipeline)
	if err != nil {
		return err
	}
	b.Learnt = learntWords(l, known, known.Stages[st.ID])
	for _, key := range Needs {
		b.Needs = append(b.Needs, view.Option{Value: key, Label: l.T("deal.need." + key)})
	}
	record, err := s.fields.Record(ctx, q, "deal")
	if err != nil {
		return err
	}
	for _, own := range record.Set {
		b.Needs = append(b.Needs, view.Option{Value: ownPrefix + own.Key, Label: own.Name(l.Tag())})
	}
	for _, o := range b.Pipeline.Stages {
		if o.ID != st.ID {
			b.Others = append(b.Others, view.Option{Value: o.ID, Label: o.Name})
		}
	}
	return web.Render(c, web.Page{Name: "sales/stage", Heading: st.Name, Body: b, Form: f, Err: problem})
}

func (s *Service) saveStage(c *fiber.Ctx) error {
	st, err := s.stageByParam(c)
	if err != nil {
		return err
	}
	f := StageForm{Version: number(c.FormValue("version")), Name: c.FormValue("name"), Probability: strings.TrimSpace(c.FormValue("probability")),
		RotDays: strings.TrimSpace(c.FormValue("rot_days")), Warn: c.FormValue("warn") != "", Playbook: c.FormValue("playbook"), Checklist: c.FormValue("checklist"),
		Documents: c.FormValue("documents")}
	for _, v := range c.Request().PostArgs().PeekMulti("required") {
		f.Required = append(f.Required, string(v))
	}
	check := &errs.Check{}
	whole := func(name, typed string) int {
		if typed == "" {
			return 0
		}
		n, err := strconv.Atoi(typed)
		check.That(err == nil, name, "error.number")
		return n
	}
	in := StageInput{PipelineID: st.PipelineID, Name: f.Name, Probability: whole("probability", f.Probability), RotDays: whole("rot_days", f.RotDays), Warn: f.Warn,
		Playbook: f.Playbook, Checklist: strings.Split(f.Checklist, "\n"), Required: f.Required, Documents: strings.Split(f.Documents, "\n")}
	if err = check.Err(); err == nil {
		_, err = s.SaveStage(web.Ctx(c), st.ID, f.Version, in)
	}
	if errs.Is(err, errs.Conflict) {
		f.Version = st.Version // having seen it, the reader may save again
	}
	if err != nil {
		return s.stagePage(c, st, f, err)
	}
	return web.Done(c, waysPath, "common.saved")
}

func (s *Service) placeStage(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	by := 1
	if c.FormValue("by") == "back" {
		by = -1
	}
	_, err = s.PlaceStage(web.Ctx(c), id, by)
	return s.arranged(c, err, "common.saved")
}

func (s *Service) dropStage(c *fiber.Ctx) error {
	st, err := s.stageByParam(c)
	if err != nil {
		return err
	}
	return s.arranged(c, s.DropStage(web.Ctx(c), st.ID, number(c.FormValue("to"))), "deal.stage_dropped", "name", st.Name)
}

func (s *Service) postReason(c *fiber.Ctx) error {
	_, err := s.AddReason(web.Ctx(c), c.FormValue("result"), c.FormValue("name"))
	return s.arranged(c, err, "common.saved")
}

func (s *Service) saveReason(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	_, err = s.SaveReason(web.Ctx(c), id, c.FormValue("name"), c.FormValue("active") != "")
	return s.arranged(c, err, "common.saved")
}
