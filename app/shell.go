package app

import (
	"context"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/settings/business"
	"regulars/app/settings/token"
	"regulars/app/staff/user"
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
