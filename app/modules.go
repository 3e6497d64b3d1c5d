package app

import (
	"context"
	"log/slog"

	"regulars/app/customer/attachment"
	"regulars/app/customer/consent"
	"regulars/app/customer/contact"
	"regulars/app/customer/customer"
	"regulars/app/customer/duplicate"
	"regulars/app/customer/invoicetitle"
	"regulars/app/customer/note"
	"regulars/app/customer/pool"
	"regulars/app/customer/privacy"
	"regulars/app/customer/quality"
	"regulars/app/customer/relation"
	"regulars/app/customer/savedview"
	"regulars/app/customer/sharing"
	"regulars/app/customer/stage"
	"regulars/app/customer/tag"
	"regulars/app/insight/analysis"
	"regulars/app/insight/dashboard"
	"regulars/app/insight/evaluation"
	"regulars/app/insight/letter"
	"regulars/app/insight/preference"
	"regulars/app/insight/report"
	"regulars/app/insight/satisfaction"
	"regulars/app/sales/deal"
	"regulars/app/sales/lead"
	"regulars/app/sales/order"
	"regulars/app/sales/payment"
	"regulars/app/sales/product"
	"regulars/app/sales/promise"
	"regulars/app/sales/receivable"
	"regulars/app/settings/access"
	"regulars/app/settings/asking"
	"regulars/app/settings/business"
	"regulars/app/settings/channel"
	"regulars/app/settings/customfield"
	"regulars/app/settings/health"
	"regulars/app/settings/history"
	"regulars/app/settings/hours"
	"regulars/app/settings/look"
	"regulars/app/settings/token"
	"regulars/app/staff/notify"
	"regulars/app/staff/role"
	"regulars/app/staff/team"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
	"regulars/app/sys/backup"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
	"regulars/app/sys/importer/pages"
	"regulars/app/sys/outbox"
	"regulars/app/sys/setting"
	"regulars/app/sys/timeline"
	"regulars/app/sys/web"
	"regulars/app/today"
	"regulars/app/today/entry"
	"regulars/app/voice/feedback"
	"regulars/app/voice/improvement"
	"regulars/app/voice/survey"
	"regulars/app/voice/topic"
	"regulars/app/voice/wave"
	"regulars/app/work/followup"
	"regulars/app/work/task"
)

// slices are the services of the product, by area.
type slices struct {
	roles  *role.Service
	teams  *team.Service
	users  *user.Service
	notify *notify.Service

	customers *customer.Service
	stages    *stage.Service
	relations *relation.Service
	duplicate *duplicate.Service
	pools     *pool.Service
	quality   *quality.Service
	titles    *invoicetitle.Service
	parts
	places
	sales
	consents
	together
	foresight
	sharing  *sharing.Service
	contacts *contact.Service
	consent  *consent.Service
	privacy  *privacy.Service
	notes    *note.Service
	files    *attachment.Service
	views    *savedview.Service
	tags     *tag.Service

	tasks     *task.Service
	followups *followup.Service

	products *product.Service
	payments *payment.Service

	receivables *receivable.Service

	orders   *order.Service
	promises *promise.Service

	surveys      *survey.Service
	topics       *topic.Service
	waves        *wave.Service
	cases        *feedback.Service
	improvements *improvement.Service

	evaluation   *evaluation.Service
	preference   *preference.Service
	satisfaction *satisfaction.Service
	reports      *report.Service
	analysis     *analysis.Service
	dashboards   *dashboard.Service
	letters      *letter.Service

	today *today.Service
	entry *entry.Service

	business *business.Service
	hours    *hours.Service
	asking   *asking.Service
	fields   *customfield.Service
	access   *access.Service
	tokens   *token.Service
	channel  *channel.Service
	channels map[string]outbox.Channel
	history  *history.Service
	health   *health.Service
	backups  *backup.Keeper

	Imports *importer.Engine
}

// makeSlices builds them in the order in which they need each other.
func (a *App) makeSlices() error {
	for _, build := range []func() error{a.makeSettings, a.makeStaff, a.makeCustomers, a.makeWork, a.makeSales, a.makeLeads, a.makeVoice, a.makeQuotes, a.makePlaces} {
		if err := build(); err != nil {
			return err
		}
	}
	a.Imports = importer.New(importer.Deps{DB: a.DB, Blobs: a.Blobs, Users: a.users, TempDir: a.Config.DataDir, Fields: fieldMaker{a.fields}})
	a.privacy.Attach(a.Imports)
	a.topics = topic.New(a.DB)
	a.satisfaction = satisfaction.New(a.DB, a.surveys, a.reviews)
	a.reports = report.New(report.Deps{DB: a.DB, Counts: a.satisfaction, Cases: a.cases, Reviews: a.reviews, Users: a.users, Mail: a.Outbox, View: a.View, BaseURL: a.BaseURL})
	a.makeAnalysis()
	a.makeExports()
	a.makeApprovals()
	a.makeTogether()
	a.sharing = sharing.New(sharing.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Notices: a.notify, Tasks: a.tasks, Cases: a.cases, Approvals: a.approvals,
		Disable: func(ctx context.Context, id int64) error { return a.users.Disable(ctx, id) }})
	a.letters = letter.New(letter.Deps{DB: a.DB, Counts: a.satisfaction, Customers: a.customers, Leads: a.leads, Cases: a.cases, Debts: a.receivables,
		Users: a.users, Mail: a.Outbox, View: a.View, BaseURL: a.BaseURL})
	a.evaluation = evaluation.New(a.DB, a.customers, a.View.Bundle(), a.fields.Book())
	a.evaluation.OnFind(a.namedCustomers)
	a.makeForesight()
	a.makeDashboards()
	a.preference = preference.New(a.DB, a.customers, a.fields.Book())
	a.today = today.New(a.DB, a.notify)
	a.customers.OnUnheard(a.unheard)
	a.orders.OnUnheard(a.unheard)
	a.targets.OnUnheard(a.unheard)
	a.today.OnFind(a.findLeads)
	a.today.OnWaiting(a.approvals.Waiting)
	a.today.OnEnding(a.evaluation.EndingCount)
	a.today.OnOffer(a.letters.Offered)
	a.today.OnAsked(a.askedLeads)
	a.today.OnUnusual(a.unusual)
	a.today.OnSilence(a.unheard)
	a.entry = entry.New(entry.Deps{DB: a.DB, Bundle: a.View.Bundle(), Customers: a.customers, Products: a.products, Orders: a.orders, Tasks: a.tasks,
		Cases: a.cases, Notes: a.notes, People: a.notify})
	a.backups = backup.New(a.DB, a.Config.DataDir, nil)
	a.health = health.New(health.Options{DB: a.DB, Config: a.Config, Version: a.Version, Outbox: a.Outbox, Events: a.Events, Backups: a.backups})
	a.history = history.New(history.Options{DB: a.DB, Names: a.names, MaySee: a.maySee, Fields: a.fields.Book()})
	return nil
}

func (a *App) makeSettings() error {
	var err error
	a.hours = hours.New(a.DB)
	a.asking = asking.New(a.DB, a.holidays)
	a.fields = customfield.New(a.DB, a.Keys)
	a.access = access.New(a.DB, a.Config)
	if a.channel, err = channel.New(channel.Options{DB: a.DB, Keys: a.Keys, View: a.View, Config: a.Config, Events: a.Events}); err != nil {
		return err
	}
	if a.consent, err = consent.New(a.consentDeps()); err != nil {
		return err
	}
	a.channels = map[string]outbox.Channel{outbox.Email: a.channel}
	key, err := a.Keys.Key("outbox message", 32)
	if err != nil {
		return err
	}
	a.Outbox = outbox.New(a.DB, outbox.Options{Gate: a.consent, Channels: a.channels, Key: key,
		ClockBack: func() bool { return a.Jobs.ClockBack() }, Host: a.channel.Host})
	a.channel.Attach(a.Outbox)
	return nil
}

func (a *App) makeStaff() error {
	a.roles = role.New(a.DB)
	a.teams = team.New(a.DB)
	var err error
	a.users, err = user.New(user.Options{DB: a.DB, Events: a.Events, Keys: a.Keys, Roles: a.roles, Teams: a.teams, Mailer: a.channel, BaseURL: a.BaseURL})
	if err != nil {
		return err
	}
	a.notify = notify.New(a.DB, a.users)
	a.business = business.New(a.DB, a.users, a.Config.DataDir)
	a.tokens = token.New(a.DB, a.users, a.Config.Limits.APIPerMinute)
	return nil
}

func (a *App) makeCustomers() error {
	a.customers = customer.New(a.DB, a.Events, a.Search, a.fields.Book())
	a.fields.OnFind(a.findCustomers)
	a.fields.OnSearch("customer", []string{"customer", "contact"}, a.customers.IndexAgain)
	a.stages = stage.New(a.DB, a.customers)
	a.relations = relation.New(a.DB, a.customers)
	a.duplicate = duplicate.New(a.DB, a.Events, a.customers)
	a.customers.OnMerged(a.duplicate.MergedInto)
	a.pools = pool.New(pool.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Notices: a.notify, Hours: a.hours.Hours})
	a.makeParts()
	a.files = attachment.New(a.DB, a.Events, a.Blobs, a.customers)
	a.customers.OnNoteFiles(a.files.OfNotes)
	a.views = savedview.New(a.DB)
	a.tags = tag.New(a.DB, a.views)
	var err error
	a.privacy, err = privacy.New(privacy.Deps{DB: a.DB, Bus: a.Events, Search: a.Search, Blobs: a.Blobs, Keys: a.Keys, View: a.View, Customers: a.customers,
		DataDir: a.Config.DataDir})
	if err != nil {
		return err
	}
	a.notes = note.New(a.DB, a.Events, a.customers, a.notify, a.files)
	return nil
}

func (a *App) makeWork() error {
	a.tasks = task.New(task.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Notices: a.notify, Users: a.users, Mail: a.Outbox,
		View: a.View, BaseURL: a.BaseURL})
	a.followups = followup.New(followup.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, People: a.notify, Tasks: a.tasks, Notes: a.notes,
		Rebuild: a.customers.RebuildStats, Promises: vows{a}})
	a.products = product.New(a.DB, a.Events, a.fields.Book(), a.Search, a.Blobs)
	a.payments = payment.New(a.DB, a.Events)
	a.makeReceivables()
	a.quality = quality.New(a.DB, a.Events, a.customers, calls{a.tasks})
	a.orders = order.New(order.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Products: a.products, Payments: a.payments, Tasks: a.tasks,
		Terms: a.receivables, Fields: a.fields.Book(), Files: a.files, Titles: a.titles, People: a.notify})
	a.tasks.OnAbout("order", a.orders.Customer)
	a.promises = promise.New(promise.Deps{DB: a.DB, Events: a.Events, Customers: a.customers, Tasks: a.tasks, People: a.notify})
	return nil
}

// list is the table of contents of the product: one line a slice.
func (a *App) list() []web.Module {
	return []web.Module{
		a.today.Module(a.Search),
		a.entry.Module(),
		a.customers.Module(colleagues{a.notify}, a.stages, func() *timeline.Timeline { return a.Timeline }),
		a.stages.Module(),
		a.relations.Module(),
		a.duplicate.Module(),
		a.sharing.Module(colleagues{a.notify}),
		a.pools.Module(colleagues{a.notify}, a.teamOptions),
		a.quality.Module(colleagues{a.notify}),
		a.contacts.Module(),
		a.titles.Module(), a.photos.Module(), a.exports.Module(),
		a.consent.Module(),
		a.privacy.Module(),
		a.notes.Module(),
		a.files.Module(),
		a.views.Module(map[string]savedview.Counter{"customers": a.customers.Count, "orders": a.orders.Count, "deals": a.deals.Count, "quotes": a.quotes.Count, "products": a.products.Count, "payments": a.payments.Count,
			"promises":    a.promises.Count,
			"approvals":   a.approvals.Count,
			"contracts":   a.contracts.Count,
			"instalments": a.receivables.Count, "receipts": a.receivables.CountReceipts,
			"leads":    a.leads.Count,
			"contacts": a.contacts.Count, "tasks": a.tasks.Count, "feedback-cases": a.cases.Matches}, audience{a}),
		a.tags.Module(),
		a.tasks.Module(),
		a.followups.Module(),
		a.products.Module(),
		a.leads.Module(),
		a.deals.Module(),
		a.orders.Module(),
		a.quotes.Module(),
		a.payments.Module(),
		a.receivables.Module(),
		a.promises.Module(),
		a.approvals.Module(),
		a.daybook.Module(),
		a.handovers.Module(),
		a.experience.Module(),
		a.contracts.Module(),
		a.targets.Module(),
		a.surveys.Module(),
		a.satisfaction.Module(),
		a.reports.Module(),
		a.analysis.Module(),
		a.dashboards.Module(),
		a.letters.Module(),
		a.topics.Module(),
		a.waves.Module(),
		a.cases.Module(),
		a.improvements.Module(),
		a.evaluation.Module(),
		a.preference.Module(),
		a.prediction.Module(), a.retention.Module(), a.rfm.Module(), a.worth.Module(), a.advice.Module(),
		a.recommend.Module(), a.reorder.Module(), a.watch.Module(), a.outlook.Module(),
		a.posters.Module(),
		a.reviews.Module(),
		a.users.Module(),
		a.teams.Module(),
		a.roles.Module(),
		a.notify.Module(),
		a.business.Module(),
		a.hours.Module(),
		a.asking.Module(),
		look.New(a.DB).Module(),
		a.fields.Module(),
		a.access.Module(),
		a.tokens.Module(),
		a.channel.Module(),
		a.history.Module(),
		a.health.Module(),
		pages.New(a.Imports).Module(),
		a.guides.Module(),
	}
}

// connect gives the machines what only the slices know.
func (a *App) connect(ctx context.Context, permissions []auth.Permission) {
	a.roles.SetPermissions(permissions)
	for _, m := range a.modules {
		a.fields.Book().Register(m.Fields...)
	}
	a.customers.Attach(a.Events)
	a.evaluation.Attach(a.Events)
	a.prediction.Attach(a.Events)
	a.Imports.Attach(a.Journal, a.importKinds()...)
	a.sharing.Guard(a.Journal)
	a.Imports.Guard(a.sharing.Check(a.Journal))
	a.Journal.Guard(a.customers.Sees)
	a.Journal.OnTouched(a.customers.Touched)
	a.Journal.OnTouched(a.promises.Touched)
	a.Journal.OnTouched(a.evaluation.MarkDirty)
	a.Journal.OnTouched(a.duplicate.MarkDirty)
	a.Journal.OnTouched(a.quality.MarkDirty)
	a.duplicate.OnMerged(a.fields.Merged)
	a.duplicate.OnMerged(a.relations.Untangle)
	a.duplicate.OnMerged(a.customers.Touched)
	a.duplicate.OnMerged(a.evaluation.MarkDirty)
	a.history.Attach(ctx, a.Journal, permissions)
	a.tasks.SetCard(a.today)
	a.business.OnSetup(a.seed)
	a.business.OnSample(a.addSample)
	a.business.OnSampleRemoved(a.removeSample)
}

// startSlices starts what a slice runs in the background.
func (a *App) startSlices(ctx context.Context) error {
	a.Imports.Start(ctx)
	a.waves.Run(ctx)
	a.evaluation.Start(ctx)
	a.fields.Start(ctx)
	a.stages.Start(ctx)
	a.pools.Start(ctx)
	a.analysis.Start(ctx)
	a.dashboards.Start(ctx)
	if err := a.leads.Start(ctx); err != nil {
		return err
	}
	return a.startSales(ctx)
}

// seed fills a new shop with what its starter pack holds for each slice.
func (a *App) seed(ctx context.Context, tx *db.Tx, p business.Pack, in business.Input) error {
	if err := customer.EnsureTags(ctx, tx, p.In(in.Locale).Tags); err != nil {
		return err
	}
	if err := setting.Put(ctx, tx, customer.RhythmSetting, p.KeepInTouchDays); err != nil {
		return err
	}
	if err := setting.Put(ctx, tx, order.FollowUpSetting, p.AskAfterDays); err != nil {
		return err
	}
	pack := survey.Pack{NPS: survey.Texts{}, CSAT: survey.Texts{}, EveryDays: p.NPSEveryDays, AfterDays: p.CSATAfterDays}
	for language, words := range p.Words {
		pack.NPS[language], pack.CSAT[language] = texts(words.NPS), texts(words.CSAT)
	}
	if err := deal.Seed(ctx, tx, in.Locale); err != nil {
		return err
	}
	if err := lead.Seed(ctx, tx, in.Locale); err != nil {
		return err
	}
	if err := a.topics.Seed(ctx, tx, p.Name); err != nil {
		return err
	}
	return a.surveys.Seed(ctx, tx, pack)
}

// texts turns a pack's question into a survey's.
func texts(q business.Question) survey.Text {
	return survey.Text{Question: q.Ask, Ask: survey.Bands{Low: q.Low, Mid: q.Middle, High: q.High}}
}

// BaseURL is where mailed links lead: as configured or as the owner wrote on the
// access page. Without it nothing with a link leaves.
func (a *App) BaseURL() string {
	ctx := context.Background()
	base, err := access.Base(ctx, a.DB.Reader(ctx), a.Config)
	if err != nil {
		slog.Error("read the public address", "error", err)
	}
	return base
}

var _ feedback.Days = (*hours.Service)(nil)
