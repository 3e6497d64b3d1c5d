package app

import (
	"os"

	"regulars/app/settings/business"
	"regulars/app/settings/channel"
	"regulars/app/settings/token"
	"regulars/app/sys/importer"
	"regulars/app/sys/web"
)

// Business is the shop's service, for the shell's setup.
func (a *App) Business() *business.Service { return a.business }

// Tokens is the service of API tokens, for the shell's token verbs.
func (a *App) Tokens() *token.Service { return a.tokens }

// Channel is the mail connection, which doctor tries.
func (a *App) Channel() *channel.Service { return a.channel }

// Modules is the table of contents, whose checks doctor asks.
func (a *App) Modules() []web.Module { return a.modules }

// importKinds are the kinds of records that can be imported.
func (a *App) importKinds() []importer.Kind {
	return []importer.Kind{a.customers.Importer(), a.contacts.Importer(), a.customers.TagImporter(), a.products.Importer(),
		a.orders.Importer(a.customers, a.products), a.payments.Importer(), a.followups.Importer(a.customers), a.surveys.Importer(a.customers)}
}

// ShellImporter is an import engine for one verb, beside a running server or,
// alone, without one.
func (a *App) ShellImporter(alone bool) *importer.Engine {
	e := importer.New(importer.Deps{DB: a.DB, Blobs: a.Blobs, Users: a.users, TempDir: os.TempDir(), Shell: true, Alone: alone})
	e.Attach(a.Journal, a.importKinds()...)
	return e
}
