package deal

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/kit/errs"
	"regulars/app/sales/product"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
)

// Directory finds customers by what the cells of a file call them.
type Directory interface {
	Names(ctx context.Context, tx *db.Tx, cells []string) (*customer.Names, error)
}

// Catalogue finds products by what the cells of a file call them.
type Catalogue interface {
	Names(ctx context.Context, tx *db.Tx, cells []string) (*product.Names, error)
}

// Importer tells how a table of deals is brought in, such as the export of
// another program's pipeline. A stage called Won or Lost is a result. An account
// that is nobody here leaves the deal without a customer, and a salesperson who
// is nobody here stays as a name.
func (s *Service) Importer(customers Directory, products Catalogue) importer.Kind {
	return importer.Kind{
		Name: "deals", Permission: Write, Href: home + "?view=" + listLook, Subject: "deal", Open: home + "/", Missing: true,
		Columns: []importer.Column{
			{Name: "name", Synonyms: []string{"Deal", "Deal name", "Opportunity", "Opportunity name", "Title", "Subject", "商机", "商机名称", "商机标题", "销售机会", "机会名称"}},
			{Name: "customer", Synonyms: []string{"Account name", "Company", "Organization", "Customer ID", "Customer No", "客户编号", "公司", "公司名称"}},
			{Name: "pipeline", Synonyms: []string{"Pipeline name", "Sales pipeline", "销售管道", "管道", "销售流程", "商机类型"}},
			{Name: "stage", Synonyms: []string{"Deal stage", "Sales stage", "Opportunity stage", "阶段", "销售阶段", "商机阶段"}},
			{Name: "amount", Number: true, Synonyms: []string{"Close value", "Deal value", "Deal amount", "Opportunity amount", "Expected revenue", "商机金额", "预计金额", "预计销售金额", "成交金额"}},
			{Name: "expected_close", Synonyms: []string{"Expected close date", "Expected closing", "Close by", "预计成交日期", "预计成交", "预计结单日期", "预计签单日期"}},
			{Name: "created_on", Synonyms: []string{"Engage date", "Created", "Create date", "Created at", "Opened on", "Start date", "创建日期", "创建时间", "开始日期", "接洽日期"}},
			{Name: "closed_on", Synonyms: []string{"Close date", "Closed date", "Closed", "Won time", "结单日期", "成交日期", "关闭日期", "结束日期"}},
			{Name: "result", Synonyms: []string{"Outcome", "Status", "Deal status", "Won or lost", "结果", "状态", "商机状态", "输赢"}},
			{Name: "reason", Synonyms: []string{"Lost reason", "Loss reason", "Win reason", "Close reason", "原因", "输单原因", "赢单原因"}},
			{Name: "owner_email", Synonyms: []string{"Deal owner", "Opportunity owner", "商机负责人"}},
			{Name: "sales_agent", Synonyms: []string{"Sales agent", "Agent", "Sales rep", "销售代表", "原负责人"}},
			{Name: "product"},
			{Name: "source"},
			{Name: "notes", Synonyms: []string{"Description", "描述"}},
			{Name: "external_id", Synonyms: []string{"Opportunity ID", "Deal ID", "Record ID", "商机编号", "商机ID"}},
		},
		Match: []string{"external_id"},
		More: func(ctx context.Context) ([]importer.Column, error) {
			return importer.OwnColumns(ctx, s.db.Reader(ctx), "deal")
		},
		Start: func(o importer.Options) importer.Work {
			return &importWork{s: s, o: o, customers: customers, products: products, seen: map[string]bool{}}
		},
	}
}

// importWork takes the deals of one run.
type importWork struct {
	s         *Service
	o         importer.Options
	customers Directory
	products  Catalogue
	business  setting.Business
	added     custom.Record // the shop's own fields
	names     *customer.Names
	goods     *product.Names
	people    map[string]int64
	ways      []Pipeline
	why       []Reason
	have      map[string]int64 // deals that are here, by what they are known by
	seen      map[string]bool  // of a check's earlier batches, which were rolled back
	made      []string
}

// Begin finds whatever the rows name at once.
func (w *importWork) Begin(ctx context.Context, tx *db.Tx, batch []*importer.Record) error {
	var err error
	if w.business, err = setting.ReadBusiness(ctx, tx); err != nil {
		return err
	}
	if w.added, err = w.s.fields.Record(ctx, tx, "deal"); err != nil {
		return err
	}
	if w.people, err = customer.StaffByName(ctx, tx); err != nil {
		return err
	}
	if w.ways, err = w.s.ensure(ctx, tx); err != nil {
		return err
	}
	if w.why, err = reasons(ctx, tx); err != nil {
		return err
	}
	var who, what, ids, titles []string
	for _, r := range batch {
		who, what = append(who, r.Get("customer")), append(what, plain(r.Get("product")))
		ids, titles = append(ids, plain(r.Get("external_id"))), append(titles, titleOf(r))
	}
	w.made = nil
	if w.have, err = known(ctx, tx, ids, titles); err != nil {
		return err
	}
	if w.names, err = w.customers.Names(ctx, tx, who); err != nil {
		return err
	}
	w.goods, err = w.products.Names(ctx, tx, what)
	return err
}

// Take makes or changes one deal, or passes over one that is here.
func (w *importWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record) (importer.Outcome, error) {
	d, err := w.read(r)
	if err != nil {
		return 0, err
	}
	if d.values, err = r.Own(ctx, tx, w.added); err != nil {
		return 0, err
	}
	if err := w.whose(ctx, tx, r, &d); err != nil {
		return 0, err
	}
	key := d.key()
	id := w.have[key]
	r.Is(id)
	if (id != 0 || w.seen[key]) && w.o.On(r.Line) == importer.Skip {
		return importer.Skipped, nil
	}
	if w.o.On(r.Line) == importer.Create && d.ExternalID != "" && id != 0 {
		return 0, wrong("external_id", "error.taken")
	}
	if id != 0 && w.o.On(r.Line) == importer.Update {
		return w.change(ctx, tx, id, d)
	}
	if err := w.stand(ctx, tx, &d); err != nil {
		return 0, err
	}
	if err := w.create(ctx, tx, &d); err != nil {
		return 0, err
	}
	r.Is(d.ID)
	w.have[key], w.made = d.ID, append(w.made, key)
	return importer.Created, nil
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

// whose finds the customer, the owner and the reason that a row names.
func (w *importWork) whose(ctx context.Context, tx *db.Tx, r *importer.Record, d *draft) error {
	cell := plain(r.Get("customer"))
	id, err := w.names.Find(cell)
	if err != nil {
		return err
	}
	if id == 0 && cell != "" && w.o.CreateMissing {
		if id, err = w.names.Must(ctx, tx, cell, true); err != nil {
			return err
		}
	}
	if id == 0 && cell != "" {
		r.Remark("customer", "import.problem.no_customer", "value", clip(cell))
		d.Notes = strings.TrimSpace(cell + "\n" + d.Notes)
	}
	d.CustomerID = db.ID(id)
	for _, column := range []string{"owner_email", "sales_agent"} {
		who := plain(r.Get(column))
		if id := w.people[strings.ToLower(who)]; id != 0 && who != "" {
			d.OwnerID = db.ID(id)
		} else if who != "" && d.Agent == "" {
			d.Agent = clip(who)
		}
	}
	if d.OwnerID == 0 && d.Agent == "" {
		d.OwnerID = db.ID(auth.From(ctx).UserID)
	}
	if why := plain(r.Get("reason")); why != "" && d.Result != Open {
		i := slices.IndexFunc(w.why, func(x Reason) bool { return x.Result == d.Result && strings.EqualFold(x.Name, why) })
		if i < 0 {
			d.ReasonNote = why
		} else {
			d.ReasonID = db.ID(w.why[i].ID)
		}
	}
	return nil
}

// stand finds the pipeline and the stage that a row names, or makes them.
func (w *importWork) stand(ctx context.Context, tx *db.Tx, d *draft) error {
	p, err := w.wayNamed(ctx, tx, d.pipeline)
	if err != nil {
		return err
	}
	if len(p.Stages) == 0 && d.stage == "" {
		d.stage = readyFor(w.business.Locale).stages[0].name
	}
	d.PipelineID = p.ID
	if d.stage == "" {
		d.StageID = p.Stages[0].ID
		if d.Result == Won {
			d.StageID = p.Stages[len(p.Stages)-1].ID
		}
		return nil
	}
	for _, st := range p.Stages {
		if strings.EqualFold(st.Name, d.stage) {
			d.StageID = st.ID
			return nil
		}
	}
	at := slices.IndexFunc(usualStages, func(names []string) bool { return slices.Contains(names, strings.ToLower(d.stage)) })
	if !w.o.CreateMissing && at >= 0 && at < len(p.Stages) {
		d.StageID = p.Stages[at].ID
		return nil
	}
	if !w.o.CreateMissing {
		return wrong("stage", "import.problem.no_stage", "value", clip(d.stage))
	}
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	in := StageInput{PipelineID: p.ID, Name: clip(d.stage), Probability: 20, Warn: true}
	if at >= 0 {
		in.Probability = 10 + 20*at
	}
	st, err := addStage(ctx, tx, in, len(p.Stages))
	if err != nil {
		return err
	}
	d.StageID = st
	w.ways, err = pipelines(ctx, tx)
	return err
}

func (w *importWork) wayNamed(ctx context.Context, tx *db.Tx, name string) (Pipeline, error) {
	if name == "" {
		return w.s.pipeline(w.ways, 0)
	}
	for _, p := range w.ways {
		if strings.EqualFold(p.Name, name) {
			return p, nil
		}
	}
	if !w.o.CreateMissing {
		return Pipeline{}, wrong("pipeline", "import.problem.no_pipeline", "value", clip(name))
	}
	if err := auth.From(ctx).May(Settings); err != nil {
		return Pipeline{}, err
	}
	id, err := addPipeline(ctx, tx, clip(name), false, len(w.ways))
	if err != nil {
		return Pipeline{}, err
	}
	if w.ways, err = pipelines(ctx, tx); err != nil {
		return Pipeline{}, err
	}
	return w.s.pipeline(w.ways, id)
}

// usualStages are what other programs call the first stages of a pipeline.
var usualStages = [][]string{
	{"prospecting", "prospect", "new", "qualification", "lead in", "appointment scheduled", "初步接洽", "初步接触", "新商机", "验证客户"},
	{"engaging", "engaged", "contacted", "contact made", "needs analysis", "discovery", "需求分析", "需求确定", "已沟通"},
	{"quoted", "proposal", "proposal made", "proposal/price quote", "报价", "方案报价", "方案/报价", "已报价"},
	{"negotiating", "negotiation", "negotiations started", "negotiation/review", "contract sent", "谈判", "谈判审核", "商务谈判", "谈判中"},
}

// sell puts the product that a row names on the deal, at the deal's amount.
func (w *importWork) sell(ctx context.Context, d *draft) error {
	if d.product == "" {
		return nil
	}
	line := Line{Name: clip(d.product), Quantity: 1000, UnitPrice: d.Amount}
	p, found := w.goods.Find(d.product)
	if !found && w.o.CreateMissing {
		if err := w.goods.MayCreate(ctx); err != nil {
			return err
		}
		var err error
		if p, err = w.goods.Create(ctx, "", d.product, 0); err != nil {
			return fmt.Errorf("make product %s: %w", d.product, err)
		}
		found = true
	}
	if found {
		line.ProductID, line.Name, line.Unit = db.ID(p.ID), p.Name, p.Unit
		if !d.priced {
			line.UnitPrice = p.Price
		}
	}
	d.Lines = []Line{line}
	var err error
	d.Amount, err = addUp(d.Lines)
	return err
}

func (w *importWork) create(ctx context.Context, tx *db.Tx, d *draft) error {
	if err := w.sell(ctx, d); err != nil {
		return err
	}
	zone := w.business.Zone()
	d.Currency, d.MovedAt = w.business.Currency, db.At(moment(d.OpenedOn, tx.Now, zone))
	w.added.Values = nil
	var err error
	if d.Values, err = w.added.Over(d.values); err != nil {
		return err
	}
	d.Position = float64(len(w.made))
	if err := insert(ctx, tx, &d.Deal); err != nil {
		return err
	}
	if d.Result == Open || d.stage != "" {
		if err := noteMove(ctx, tx, d.Deal, db.ID(auth.From(ctx).UserID)); err != nil {
			return err
		}
	}
	journal.About(tx, "deal", d.ID, d.Name)
	fact := d.fact(moment(d.OpenedOn, tx.Now, zone))
	if err := w.s.events.Publish(ctx, tx, Opened{fact}); err != nil || d.Result == Open {
		return err
	}
	fact.At = moment(d.ClosedOn, tx.Now, zone)
	return w.s.events.Publish(ctx, tx, Closed{fact})
}

// change makes a deal that is here what the row says.
func (w *importWork) change(ctx context.Context, tx *db.Tx, id int64, d draft) (importer.Outcome, error) {
	before, err := w.s.get(ctx, tx, auth.From(ctx).Scope(), id)
	if errs.Is(err, errs.NotFound) {
		return 0, errs.New(errs.Invalid, "import.problem.not_yours")
	}
	if err != nil {
		return 0, err
	}
	now := before
	now.Name, now.ExpectedClose, now.OpenedOn, now.Result, now.ClosedOn = d.Name, d.ExpectedClose, d.OpenedOn, d.Result, d.ClosedOn
	if d.CustomerID != 0 {
		now.CustomerID = d.CustomerID
	}
	if d.OwnerID != 0 {
		now.OwnerID = d.OwnerID
	}
	if d.Agent != "" {
		now.Agent = d.Agent
	}
	if d.Notes != "" {
		now.Notes = d.Notes
	}
	if d.priced && len(before.Lines) < 2 {
		now.Amount, now.Lines = d.Amount, slices.Clone(before.Lines)
		for i := range now.Lines {
			now.Lines[i].Quantity, now.Lines[i].UnitPrice, now.Lines[i].Discount, now.Lines[i].Total = 1000, d.Amount, 0, d.Amount
		}
	}
	if d.Result != Open {
		now.ReasonID, now.ReasonNote = d.ReasonID, d.ReasonNote
	}
	if d.stage != "" || d.pipeline != "" {
		if err := w.stand(ctx, tx, &d); err != nil {
			return 0, err
		}
		now.PipelineID, now.StageID = d.PipelineID, d.StageID
	}
	w.added.Values = before.Values
	if now.Values, err = w.added.Over(d.values); err != nil {
		return 0, err
	}
	if same(before, now) {
		return importer.Skipped, nil
	}
	if now.StageID != before.StageID {
		now.MovedAt = db.At(tx.Now)
		if err := noteMove(ctx, tx, now, db.ID(auth.From(ctx).UserID)); err != nil {
			return 0, err
		}
	}
	if err := update(ctx, tx, before.Lines, now); err != nil {
		return 0, err
	}
	journal.About(tx, "deal", id, now.Name)
	fact := now.fact(moment(now.ClosedOn, tx.Now, w.business.Zone()))
	switch {
	case now.Result == before.Result:
		return importer.Updated, w.s.events.Publish(ctx, tx, Changed{now.fact(tx.Now)})
	case now.Result == Open:
		return importer.Updated, w.s.events.Publish(ctx, tx, Reopened{now.fact(tx.Now)})
	}
	return importer.Updated, w.s.events.Publish(ctx, tx, Closed{fact})
}

func same(a, b Deal) bool {
	return a.Name == b.Name && a.CustomerID == b.CustomerID && a.PipelineID == b.PipelineID && a.StageID == b.StageID && a.Amount == b.Amount &&
		a.ExpectedClose == b.ExpectedClose && a.OpenedOn == b.OpenedOn && a.OwnerID == b.OwnerID && a.Agent == b.Agent && a.Result == b.Result &&
		a.ReasonID == b.ReasonID && a.ReasonNote == b.ReasonNote && a.ClosedOn == b.ClosedOn && a.Notes == b.Notes && a.Values.JSON() == b.Values.JSON()
}

func wrong(column, key string, args ...any) error {
	c := &errs.Check{}
	c.Add(column, key, args...)
	return c.Err()
}

func plain(s string) string { return strings.Join(strings.Fields(s), " ") }

func clip(s string) string {
	if rs := []rune(s); len(rs) > maxShort {
		return string(rs[:maxShort-1]) + "…"
	}
	return s
}
