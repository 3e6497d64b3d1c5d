package app

import (
	"context"
	"strings"
	"time"

	"regulars/app/customer/duplicate"
	"regulars/app/customer/pool"
	"regulars/app/customer/privacy"
	"regulars/app/customer/quality"
	"regulars/app/customer/sharing"
	"regulars/app/customer/stage"
	"regulars/app/demo"
	"regulars/app/kit/errs"
	"regulars/app/settings/access"
	"regulars/app/settings/business"
	"regulars/app/settings/customfield"
	"regulars/app/settings/token"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
	"regulars/app/today"
)

// What the shell and the tests do with the product beside the web.

// SetUp makes the shop and its owner, headless.
func (a *App) SetUp(ctx context.Context, name, owner, email, password, locale, currency, timezone string) error {
	_, err := a.business.Setup(ctx, business.Input{Business: name, OwnerName: owner, OwnerEmail: email, Password: password,
		Locale: locale, Currency: currency, Timezone: timezone, Pack: "empty"})
	return err
}

// Person finds somebody who works here by their e-mail address.
func (a *App) Person(ctx context.Context, email string) (user.User, error) {
	list, err := a.users.List(ctx)
	if err != nil {
		return user.User{}, err
	}
	for _, u := range list {
		if strings.EqualFold(u.Email, strings.TrimSpace(email)) {
			return u, nil
		}
	}
	return user.User{}, errs.New(errs.NotFound, "staff.error.nobody", "email", email)
}

// MakeToken makes an API token for somebody and gives its secret.
func (a *App) MakeToken(ctx context.Context, email, name, scope string) (string, error) {
	u, err := a.Person(ctx, email)
	if err != nil {
		return "", err
	}
	_, secret, err := a.tokens.Create(ctx, token.Input{UserID: u.ID, Name: name, Scope: scope, Life: 90 * 24 * time.Hour})
	return secret, err
}

// Users is the staff service, for the shell's user verbs.
func (a *App) Users() *user.Service { return a.users }

// Stages are where the customers stand in their life with the shop.
func (a *App) Stages() *stage.Service { return a.stages }

// Today gives tests the morning card of the daily mail.
func (a *App) Today() *today.Service { return a.today }

// Duplicates finds and merges customers that stand in the base twice.
func (a *App) Duplicates() *duplicate.Service { return a.duplicate }

// Quality gives tests the check that runs in the background.
func (a *App) Quality() *quality.Service { return a.quality }

// Privacy hands over and erases what is held about a person.
func (a *App) Privacy() *privacy.Service { return a.privacy }

// ListenAsWanted makes the server listen where the owner chose on the access
// page, unless the configuration says where.
func (a *App) ListenAsWanted(ctx context.Context) error {
	addr, err := access.Listen(ctx, a.DB.Reader(ctx), a.Config)
	if err != nil {
		return err
	}
	a.Web.Config.Listen = addr
	return nil
}

// DemoLogin is how one signs in to a made-up business.
const DemoLogin = demoEmail + " with the password: " + demoPassword

const (
	demoEmail    = "owner@example.com"
	demoPassword = "kettle and crane demo"
)

// FillDemo sets a made-up business up in the empty data folder and fills it.
func (a *App) FillDemo(ctx context.Context, customers int, seed uint64, say func(done, total int)) error {
	ctx = auth.With(ctx, auth.System("setup"))
	in := business.Input{Business: "Kettle & Crane 鹤壶茶咖", OwnerName: "Mei Lin", OwnerEmail: demoEmail, Password: demoPassword,
		Locale: "en", Currency: "GBP", Timezone: "Europe/London", Pack: "food"}
	if _, err := a.business.Setup(ctx, in); err != nil {
		return err
	}
	err := demo.Fill(ctx, demo.Options{DB: a.DB, Journal: a.Journal, Events: a.Events, Search: a.Search, Customers: customers, Seed: seed,
		Zone: a.zone(ctx), Currency: in.Currency, Say: say})
	if err != nil {
		return err
	}
	if err := a.demoSales(ctx); err != nil {
		return err
	}
	if err := a.demoLeads(ctx, seed); err != nil {
		return err
	}
	if err := a.demoVoice(ctx); err != nil {
		return err
	}
	if err := a.demoTogether(ctx); err != nil {
		return err
	}
	return a.evaluation.Nightly(ctx)
}

// Fields are the fields that the shop added.
func (a *App) Fields() *customfield.Service { return a.fields }

// Pools is where customers without an owner lie.
func (a *App) Pools() *pool.Service { return a.pools }

// Sharing is who works with a customer beside the owner.
func (a *App) Sharing() *sharing.Service { return a.sharing }
