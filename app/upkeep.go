package app

import (
	"context"
	"os"
	"strconv"

	"regulars/app/customer/contact"
	"regulars/app/customer/invoicetitle"
	"regulars/app/customer/photo"
	"regulars/app/help"
	"regulars/app/kit/errs"
	"regulars/app/settings/business"
	"regulars/app/settings/channel"
	"regulars/app/settings/customfield"
	"regulars/app/settings/token"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/export"
	"regulars/app/sys/importer"
	"regulars/app/sys/journal"
	"regulars/app/sys/web"
)

// Business is the shop's service, for the shell's setup.
func (a *App) Business() *business.Service { return a.business }

// Tokens is the service of API tokens, for the shell's token verbs.
func (a *App) Tokens() *token.Service { return a.tokens }

// KeepSearch makes search follow the fields of the shop's own that are ticked for
// it, as the background does; for the shell and tests.
func (a *App) KeepSearch(ctx context.Context) error {
	return a.fields.KeepSearch(auth.With(ctx, auth.System("job")))
}

// Channel is the mail connection, which doctor tries.
func (a *App) Channel() *channel.Service { return a.channel }

// Modules is the table of contents, whose checks doctor asks.
func (a *App) Modules() []web.Module { return a.modules }

// importKinds are the kinds of records that can be imported.
func (a *App) importKinds() []importer.Kind {
	return []importer.Kind{a.customers.Importer(), a.contacts.Importer(), a.customers.TagImporter(), a.products.Importer(),
		a.orders.Importer(a.customers, a.products), a.deals.Importer(a.customers, a.products),
		a.quotes.Importer(a.customers, a.products),
		a.receivables.Importer(),
		a.contracts.Importer(a.customers),
		a.leads.Importer(a.customers),
		a.payments.Importer(), a.followups.Importer(a.customers), a.tasks.Importer(a.customers), a.surveys.Importer(a.customers), a.reviews.Importer()}
}

// fieldMaker makes fields of the shop's own out of an import's columns.
type fieldMaker struct{ fields *customfield.Service }

// MayMake implements importer.Fields.
func (m fieldMaker) MayMake(ctx context.Context) bool { return auth.From(ctx).Can(customfield.Write) }

// Make implements importer.Fields.
func (m fieldMaker) Make(ctx context.Context, subject, title, kind string, choices []string) (string, error) {
	in := customfield.Input{Subject: subject, Kind: kind, NameEN: title, NameZH: title, Choices: choices}
	f, err := m.fields.Create(ctx, in)
	for n := 2; n < 20 && taken(err); n++ { // another field is called so
		in.Key = ""
		in.Clean()
		in.Key += "_" + strconv.Itoa(n)
		f, err = m.fields.Create(ctx, in)
	}
	return f.Input(), err
}

func taken(err error) bool {
	e, ok := errs.As(err)
	return ok && e.Fields["key"].Key == "customfield.error.taken"
}

// NoteExport keeps in the audit log that records have left by the shell.
func (a *App) NoteExport(ctx context.Context, op, kind string) error {
	return a.DB.Write(ctx, op, func(_ context.Context, tx *db.Tx) error {
		journal.About(tx, "export", 0, kind)
		journal.Keep(tx)
		return nil
	})
}

// ShellImporter is an import engine for one verb, beside a running server or,
// alone, without one.
func (a *App) ShellImporter(alone bool) *importer.Engine {
	e := importer.New(importer.Deps{DB: a.DB, Blobs: a.Blobs, Users: a.users, TempDir: os.TempDir(), Shell: true, Alone: alone, Fields: fieldMaker{a.fields}})
	e.Attach(a.Journal, a.importKinds()...)
	return e
}

// makeParts makes what belongs to a customer and comes and goes in their files.
func (a *App) makeParts() {
	a.contacts = contact.New(a.DB, a.Events, a.customers, a.fields.Book())
	a.titles = invoicetitle.New(a.DB, a.Events, a.customers)
	a.customers.OnTaxID(a.titles.Keep)
	a.photos = photo.New(a.DB, a.Events, a.Blobs, a.customers)
	a.customers.OnFiles(a.contacts, a.titles, a.photos, a.relations, a.consent)
	a.customers.OnConsents(a.consent)
	a.customers.OnPhoto(a.photos.Of)
}

// parts is what makeParts and makeExports make.
type parts struct {
	photos  *photo.Service
	exports *export.Desk
	guides  *help.Shelf
}

// makeExports makes the desk where lists leave; whoever may take customers out
// may take out what belongs to them.
func (a *App) makeExports() {
	kinds := []export.Kind{a.customers.Exporter(), a.contacts.Exporter(), a.products.Exporter(), a.orders.Exporter(), a.deals.Exporter(), a.quotes.Exporter(), a.payments.Exporter(), a.promises.Exporter(),
		a.contracts.Exporter(),
		a.leads.Exporter(),
		a.tasks.Exporter(), a.followups.Exporter(), a.cases.Exporter(), a.satisfaction.Exporter(), a.reviews.Exporter(), a.analysis.Exporter()}
	kinds = append(kinds, a.receivables.Exporters()...)
	a.exports = export.New(a.DB, os.TempDir(), append(kinds, a.surveys.Exporters()...)...)
	a.customers.OnExport(a.exports)
	a.analysis.LeaveBy(a.exports)
}
