package auth

import "context"

// Users is what the front door needs to know about people; staff/user has it.
type Users interface {
	// Actor reads a person as they are now. Generation grows whenever their
	// sessions must end (password changed, disabled, role changed).
	Actor(ctx context.Context, userID int64) (a *Actor, generation int64, err error)
}
