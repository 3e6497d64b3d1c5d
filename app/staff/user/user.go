// Package user is the people who work here: who they are, how they prove it,
// and what their pages look like. Someone is invited by a link or given a
// first password, signs in (with a second factor when they have one), and can
// be disabled, which ends every session at once. Nobody is ever deleted: what
// they did keeps their name.
package user

import (
	"net/mail"
	"slices"
	"strings"

	"regulars/app/kit/cal"
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
)

// What a person's account can be.
const (
	Invited  = "invited"  // has not chosen a password yet
	Active   = "active"   // may sign in
	Disabled = "disabled" // may not, and no session or token of theirs works
)

// User is a person who works here.
type User struct {
	ID          int64   `db:"id"`
	Name        string  `db:"name"`
	Email       string  `db:"email"`
	Role        string  `db:"role"`
	TeamID      db.ID   `db:"team_id"`
	TeamName    string  `db:"team_name"`
	Status      string  `db:"status"`
	Locale      string  `db:"locale"`   // "" = the shop's
	Timezone    string  `db:"timezone"` // "" = the shop's
	Theme       string  `db:"theme"`    // "" = like the device
	Density     string  `db:"density"`
	Shortcuts   bool    `db:"shortcuts"`
	DigestAt    string  `db:"digest_at"` // local time of the daily digest, "" = none
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`
	Version     int64   `db:"version"`
	Generation  int64   `db:"generation"`
	TOTPOn      bool    `db:"totp_on"`
	HasPassword bool    `db:"has_password"`
}

// Input is a new colleague. Without a password they are invited by a link.
type Input struct {
	Name, Email, Role string
	TeamID            int64
	Password          string
}

// Change is what may be changed about a colleague.
type Change struct {
	Name    string
	Role    string
	TeamID  int64
	Version int64
}

// Profile is what people decide about themselves.
type Profile struct {
	Name, Locale, Timezone string
	Theme, Density         string
	Shortcuts              bool
	DigestAt               string
	Version                int64
}

// Owner is the first person, made by setup.
type Owner struct {
	Name, Email, PasswordHash string
	Locale, Timezone          string
}

func (in *Input) check() error {
	in.Name, in.Email = strings.TrimSpace(in.Name), strings.TrimSpace(in.Email)
	c := &errs.Check{}
	CheckName(c, "name", in.Name)
	CheckEmail(c, "email", in.Email)
	c.That(slices.Contains(auth.Roles, in.Role), "role", "error.choice")
	if in.Password != "" {
		auth.CheckPassword(c, "password", in.Password)
	}
	return c.Err()
}

func (in *Change) check() error {
	in.Name = strings.TrimSpace(in.Name)
	c := &errs.Check{}
	CheckName(c, "name", in.Name)
	c.That(slices.Contains(auth.Roles, in.Role), "role", "error.choice")
	return c.Err()
}

func (in *Profile) check() error {
	in.Name = strings.TrimSpace(in.Name)
	c := &errs.Check{}
	CheckName(c, "name", in.Name)
	c.That(in.Locale == "" || slices.Contains(i18n.Tags(), in.Locale), "locale", "error.choice")
	if in.Timezone != "" {
		_, err := cal.Zone(in.Timezone)
		c.That(err == nil, "timezone", "error.choice")
	}
	c.That(slices.Contains([]string{"", "light", "dark"}, in.Theme), "theme", "error.choice")
	c.That(slices.Contains([]string{"", "compact"}, in.Density), "density", "error.choice")
	if in.DigestAt != "" {
		minutes, err := cal.ParseClock(in.DigestAt)
		c.That(err == nil && minutes < 24*60, "digest_at", "user.error.clock")
	}
	return c.Err()
}

// CheckName adds a message when a person's name cannot be one.
func CheckName(c *errs.Check, field, name string) {
	c.That(text.Visible(name), field, "error.required")
	c.That(len([]rune(name)) <= 80, field, "error.long", "n", 80)
	c.That(!strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }), field, "error.control")
}

// CheckEmail adds a message when nobody could be mailed or signed in there.
func CheckEmail(c *errs.Check, field, email string) {
	c.That(email != "", field, "error.required")
	addr, err := mail.ParseAddress(email)
	c.That(err == nil && addr.Address == email && len(email) <= 254, field, "error.email")
}
