// Package auth says who is acting and what they may do. There is one
// permission code: May for an action and Scope for whose records, used by
// pages, the JSON API, jobs and the shell alike.
package auth

import (
	"context"
	"time"

	"regulars/app/kit/errs"
)

// Actor is whoever runs a use case: a signed-in person, an API token's person,
// the shell, or a job of the house.
type Actor struct {
	UserID    int64
	Name      string
	Email     string
	Role      string // owner, manager, member; "" for nobody
	TeamID    int64
	Reach     Reach
	Via       string // session, token, shell, job, setup, public
	Locale    string
	Zone      *time.Location
	RequestID string
	ReadOnly  bool // a token of scope read
	Pooled    bool // see Scope

	Theme       string // how they like their pages
	Density     string
	NoShortcuts bool
	grants      map[string]bool
	all         bool // jobs and the shell: everything
}

// Reach is whose records an actor sees.
type Reach string

// The three reaches of the glossary's data scope.
const (
	Own  Reach = "own"
	Team Reach = "team"
	All  Reach = "all"
)

type actorKey struct{}

var nobody = &Actor{Via: "public", Reach: Own, Zone: time.UTC}

// With returns a context in which a acts.
func With(ctx context.Context, a *Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// From is who acts in ctx; without one it is nobody, who may do nothing.
func From(ctx context.Context) *Actor {
	if a, ok := ctx.Value(actorKey{}).(*Actor); ok {
		return a
	}
	return nobody
}

// System is the house itself: a job, the shell or the first run. It may do
// everything and sees every record.
func System(via string) *Actor {
	return &Actor{Name: via, Via: via, Reach: All, Zone: time.UTC, all: true}
}

// As returns a copy of ctx in which the house acts, keeping the request's
// person for the journal. For work that a person's action causes but that the
// person need not be allowed to do directly.
func As(ctx context.Context, via string) context.Context {
	from := From(ctx)
	a := *System(via)
	a.UserID, a.Name, a.RequestID = from.UserID, from.Name, from.RequestID
	if from.Zone != nil {
		a.Zone = from.Zone
	}
	a.Locale = from.Locale
	return With(ctx, &a)
}

// Grant gives the actor the permissions of their role; called once when the
// actor is made.
func (a *Actor) Grant(permissions map[string]bool) { a.grants = permissions }

// May is nil when the actor may do what the permission names, else Denied (or
// Unauthenticated for nobody).
func (a *Actor) May(permission string) error {
	if a.Can(permission) {
		return nil
	}
	if a.Role == "" {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return errs.New(errs.Denied, "error.denied")
}

// Can is May as a yes or no, for showing or hiding a button.
func (a *Actor) Can(permission string) bool {
	if a.ReadOnly && !readOnly(permission) {
		return false
	}
	return a.all || a.grants[permission]
}

// Looking is the actor as one who only looks, for a page about what they may
// not change.
func (a *Actor) Looking() *Actor {
	looking := *a
	looking.ReadOnly = true
	return &looking
}

// Masked tells whether the actor sees phone numbers and e-mail addresses masked.
func (a *Actor) Masked() bool { return !a.Can(Detail) }

// readOnly tells permissions that only look: their verb is read or export.
func readOnly(permission string) bool {
	for i := len(permission) - 1; i >= 0; i-- {
		if permission[i] == '.' {
			verb := permission[i+1:]
			return verb == "read" || verb == "export"
		}
	}
	return false
}

// Signed tells whether a person (not the house, not nobody) acts.
func (a *Actor) Signed() bool { return a.UserID != 0 && a.Role != "" }
