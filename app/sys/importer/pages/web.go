package pages

import (
	"bytes"
	"cmp"
	"fmt"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/importer"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

func (p *Pages) routes(r *web.Router) {
	r.Get("/imports", importer.Write, p.list)
	r.Get("/imports/new", importer.Write, p.blank)
	r.Upload("/imports", importer.Write, importer.MaxUpload+1<<20, p.upload)
	r.Get("/imports/profiles", importer.Write, p.profiles)
	r.Get("/imports/profiles/:id", importer.Write, p.profile)
	r.Post("/imports/profiles/:id", importer.Write, p.changeProfile)
	r.Post("/imports/profiles/:id/delete", importer.Write, p.dropProfile)
	r.Get("/imports/:id", importer.Write, p.show)
	r.Get("/imports/:id/rows", importer.Write, p.rows)
	r.Post("/imports/:id", importer.Write, p.choose)
	r.Post("/imports/:id/fix", importer.Write, p.fix)
	r.Post("/imports/:id/pair", importer.Write, p.decide)
	r.Post("/imports/:id/undo", importer.Write, p.undo)
	r.Post("/imports/:id/delete", importer.Write, p.discard)
	r.Get("/imports/:id/problems.csv", importer.Write, p.problems)
}

const perPage = 50

type listBody struct {
	Runs  []importer.Run
	Kinds []importer.Kind
	Next  string
}

func (p *Pages) list(c *fiber.Ctx) error {
	before, _ := strconv.ParseInt(c.Query("cursor"), 10, 64) // anything else begins at the newest
	runs, err := p.engine.List(web.Ctx(c), before, perPage+1)
	if err != nil {
		return err
	}
	body := listBody{Runs: runs, Kinds: p.engine.Kinds(web.Ctx(c))}
	if len(runs) > perPage {
		body.Runs = runs[:perPage]
		body.Next = strconv.FormatInt(runs[perPage-1].ID, 10)
	}
	return web.Render(c, web.Page{Name: "importer/list", Title: "import.title", Body: body})
}

type newBody struct {
	Kinds []view.Option
	Kind  string
	Max   int

	Profiles []view.Option
	Profile  string
	Like     int64 // the run whose settings are used again
	LikeName string
}

func (p *Pages) blank(c *fiber.Ctx) error { return p.newPage(c, c.Query("kind"), nil) }

func (p *Pages) newPage(c *fiber.Ctx, kind string, problem error) error {
	body := newBody{Kind: kind, Max: importer.MaxUpload >> 20, Profile: either(c, "profile")}
	if err := p.offer(c, &body); err != nil {
		return err
	}
	for _, k := range p.engine.Kinds(web.Ctx(c)) {
		body.Kinds = append(body.Kinds, view.Option{Value: k.Name, Label: web.Locale(c).T(k.Label())})
	}
	return web.Render(c, web.Page{Name: "importer/new", Title: "import.new", Body: body, Err: problem})
}

func (p *Pages) upload(c *fiber.Ctx) error {
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 {
		check := &errs.Check{}
		check.Add("file", "import.error.choose_file")
		return p.newPage(c, c.FormValue("kind"), check.Err())
	}
	run, err := p.take(c, head)
	if e, ok := errs.As(err); ok && (e.Kind == errs.Invalid || e.Kind == errs.TooLarge) {
		shown := &errs.Error{Kind: errs.Invalid, Message: e.Message, Fields: e.Fields}
		return p.newPage(c, c.FormValue("kind"), shown)
	}
	if err != nil {
		return err
	}
	return web.Redirect(c, path(run.ID))
}

func (p *Pages) take(c *fiber.Ctx, head *multipart.FileHeader) (importer.Run, error) {
	f, err := head.Open()
	if err != nil {
		return importer.Run{}, fmt.Errorf("open the upload: %w", err)
	}
	defer func() { _ = f.Close() }()
	kind, o, err := p.begin(c)
	if err != nil {
		return importer.Run{}, err
	}
	return p.engine.Upload(web.Ctx(c), kind, head.Filename, f, importer.MaxUpload, o)
}

type showBody struct {
	Run      importer.Run
	Kind     importer.Kind
	Options  importer.Options
	Preview  importer.Preview
	Targets  []view.Option // where a column may go
	NewKinds []view.Option // or the kind of field that it may become
	Extras   []extra       // defaults for all rows
	Keys     []key
	Problems []shown
	Remarks  int
	Fixed    int // cells typed anew
	Pairs    importer.Pairs
	Error    string
}

// Wins is who wins in an update; the file unless somebody chose.
func (b showBody) Wins() string { return cmp.Or(b.Options.Wins, importer.WinsFile) }

// Rules are what may be chosen for Wins.
func (showBody) Rules() []string {
	return []string{importer.WinsFile, importer.WinsEmpty, importer.WinsHere}
}

// KnownBy is the i18n key of how the pair that is shown was found.
func (b showBody) KnownBy() string { return "import.column." + b.Pairs.Shown.Known }

// MaxFailed is after how many failed rows an import stops and asks.
func (showBody) MaxFailed() int { return importer.MaxFailed }

// Ready tells whether a check has said what will happen.
func (b showBody) Ready() bool { return b.Run.State == importer.Checked }

// Ends is the number of rows that the run will write.
func (b showBody) Ends() int { return b.Run.Created + b.Run.Updated }

type extra struct{ Name, Label, Value string }

type key struct {
	Name, Label string
	On          bool
}

type shown struct {
	Line          int
	Field, Reason string
	Cells         string
	Fatal         bool
	Column        string // the name of a column whose cell may be typed anew, "" = none
	Value         string // what the cell says
	Key           string // of what is wrong
}

// Did is the i18n key of what becomes of it, without its tense.
func (s shown) Did() string {
	switch {
	case s.Fatal:
		return "leave_row"
	case s.Key == importer.ProblemControl:
		return "take_out"
	}
	return "leave_cell"
}

// Cell names the cell in the fields of a form.
func (s shown) Cell() string { return strconv.Itoa(s.Line) + "-" + s.Column }

func (p *Pages) show(c *fiber.Ctx) error { return p.page(c, nil) }

func (p *Pages) page(c *fiber.Ctx, problem error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	b := showBody{}
	if b.Run, err = p.engine.Get(ctx, id); err != nil {
		return err
	}
	if b.Kind, err = p.engine.Kind(ctx, b.Run.Kind); err != nil {
		return err
	}
	if !b.Run.Busy() && c.Get("HX-Request") == "true" && c.Get("HX-Boosted") != "true" {
		return web.Redirect(c, path(id)) // what the progress bar waited for
	}
	b.Options = b.Run.Options()
	l := web.Locale(c)
	if m := b.Run.Error(); m.Key != "" {
		b.Error = l.Message(m)
	}
	if b.Remarks, err = p.engine.Remarks(ctx, id); err != nil {
		return err
	}
	if err := p.fill(c, &b); err != nil {
		return err
	}
	name, fragment := "importer/result", ""
	switch b.Run.State {
	case importer.Mapping, importer.Checked:
		name = "importer/map"
		row, _ := strconv.Atoi(c.Query("row")) // anything else is the first
		if b.Preview, err = p.engine.Preview(ctx, id, row); err != nil {
			return err
		}
		pair, _ := strconv.Atoi(c.Query("pair")) // anything else is the first
		if b.Pairs, err = p.engine.Pairs(ctx, id, pair); err != nil {
			return err
		}
	case importer.Checking, importer.Running, importer.Undoing:
		name, fragment = "importer/progress", "progress"
	}
	return web.Render(c, web.Page{Name: name, Heading: b.Run.FileName, Body: b, Err: problem, Fragment: fragment})
}

// shownProblems is how many rows the page lists; the file has all.
const shownProblems = 50

func (p *Pages) fill(c *fiber.Ctx, b *showBody) error {
	l := web.Locale(c)
	for _, col := range b.Kind.Columns {
		if !col.Quiet || slices.Contains(b.Options.Columns, col.Name) {
			b.Targets = append(b.Targets, view.Option{Value: col.Name, Label: col.In(l)})
		}
		if slices.Contains([]string{"owner_email", "tags", "source", "region", "category", "status", "channel"}, col.Name) {
			b.Extras = append(b.Extras, extra{col.Name, col.In(l), b.Options.Defaults[col.Name]})
		}
	}
	if p.engine.MayMake(web.Ctx(c), b.Kind) {
		for _, kind := range importer.NewKinds {
			b.NewKinds = append(b.NewKinds, view.Option{Value: importer.NewField + kind, Label: l.T("customfield.kind." + kind)})
		}
	}
	for _, m := range b.Kind.Match {
		b.Keys = append(b.Keys, key{m, l.T("import.column." + m), b.Options.Matches(m)})
	}
	for _, cells := range b.Options.Fixes {
		b.Fixed += len(cells)
	}
	return p.engine.Problems(web.Ctx(c), b.Run.ID, false, shownProblems, func(pr importer.Problem) error {
		s := shown{Line: pr.Line, Reason: l.Message(errs.Message{Key: pr.Key, Args: pr.Args}), Cells: strings.Join(pr.Cells, " | "), Fatal: pr.Fatal, Key: pr.Key}
		if value, known := p.engine.Cell(b.Run, pr); known {
			s.Column, s.Value, s.Field = pr.Field, value, b.Kind.Column(pr.Field).In(l)
		}
		b.Problems = append(b.Problems, s)
		return nil
	})
}

// choose stores what was chosen and, by the button pressed, checks or runs.
func (p *Pages) choose(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	run, err := p.engine.Get(ctx, id)
	if err != nil {
		return err
	}
	if run.State == importer.Mapping || run.State == importer.Checked {
		if run, err = p.engine.Choose(ctx, id, p.options(c, run.Options())); err != nil {
			return p.page(c, err)
		}
	}
	switch c.FormValue("do") {
	case "check":
		_, err = p.engine.Check(ctx, id)
	case "profile":
		return p.saveProfile(c, id)
	case "run":
		_, err = p.engine.Begin(ctx, id)
	}
	if err != nil {
		return p.page(c, err)
	}
	return web.Redirect(c, path(id))
}

// options are the form's. When the letters, the delimiter or the sheet change,
// the columns are guessed anew.
func (p *Pages) options(c *fiber.Ctx, old importer.Options) importer.Options {
	o := importer.Options{Encoding: c.FormValue("encoding"), Delimiter: c.FormValue("delimiter"), Sheet: c.FormValue("sheet"),
		OnDuplicate: c.FormValue("on_duplicate"), Wins: c.FormValue("wins"), CreateMissing: c.FormValue("create_missing") != "", MonthFirst: c.FormValue("dates") == "month",
		Defaults: map[string]string{}}
	same := o.Encoding == old.Encoding && o.Delimiter == old.Delimiter && o.Sheet == old.Sheet
	if same { // the lines are the same ones
		o.Prefer, o.Rows, o.Fixes = old.Prefer, old.Rows, old.Fixes
	}
	if o.Wins == importer.WinsFile {
		o.Wins = ""
	}
	if o.Wins != old.Wins { // a new rule for all replaces the ones by column
		o.Prefer = nil
	}
	for i := range old.Columns {
		name := "column-" + strconv.Itoa(i)
		if same && c.Request().PostArgs().Has(name) {
			o.Columns = append(o.Columns, c.FormValue(name))
		}
	}
	for k, v := range c.Request().PostArgs().All() {
		name := string(k)
		if column, ok := strings.CutPrefix(name, "default-"); ok && len(v) > 0 {
			o.Defaults[column] = string(v)
		}
		if name == "match" {
			o.Match = append(o.Match, string(v))
		}
	}
	return o
}

func (p *Pages) undo(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if _, err := p.engine.Undo(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Redirect(c, path(id))
}

func (p *Pages) discard(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := p.engine.Discard(web.Ctx(c), id); err != nil {
		return err
	}
	return web.Said(c, "/imports", "common.deleted")
}

func (p *Pages) problems(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := p.engine.FailedRows(web.Ctx(c), id, &buf, web.Locale(c).Message); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Attachment("import-" + strconv.FormatInt(id, 10) + "-failed.csv")
	return c.Send(buf.Bytes())
}
