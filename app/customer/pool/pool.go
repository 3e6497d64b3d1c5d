// Package pool keeps the customers whom nobody looks after, and decides who may
// take one and when one goes back. One SQL expression (store_due.go) says when;
// the nightly work, the badge on the record, the warning and the trial before
// saving all read it. Every change of an owner, wherever it is made, ends in
// one ledger (hook.go).
package pool

import (
	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// Permissions of this slice. None of them is anybody's while pools are off.
const (
	Read     = "pool.read"
	Take     = "pool.claim"
	Admin    = "pool.admin"
	Teamwork = "teamwork.write" // switches the parts for several people on and off
)

// How a customer changed hands.
const (
	Claim    = "claim"
	Assign   = "assign"
	Release  = "release"
	Recycle  = "recycle"
	Transfer = "transfer"
	Return   = "return" // of a hand-over for some days
	Edit     = "edit"
	Import   = "import"
	Merge    = "merge"
)

// The kinds of rule.
const (
	Contact  = "contact"  // no follow-up
	Purchase = "purchase" // no purchase
)

// Kinds lists them.
var Kinds = []string{Contact, Purchase}

// maxDays is as far as the calendar of a rule reaches.
const maxDays = 730

// Pool is one pool with its limits; 0 sets none.
type Pool struct {
	ID          int64   `db:"id"`
	Name        string  `db:"name"`
	Active      bool    `db:"active"`
	Masked      bool    `db:"masked"`
	HoldCap     int     `db:"hold_cap"`
	CountBuyers bool    `db:"count_buyers"`
	DailyCap    int     `db:"daily_cap"`
	ClaimGap    int     `db:"claim_gap"`
	Cooldown    int     `db:"cooldown_days"`
	Protect     int     `db:"protect_days"`
	Unfinished  int     `db:"unfinished_cap"`
	LockCap     int     `db:"lock_cap"`
	Warn        int     `db:"warn_days"`
	Workdays    bool    `db:"workdays"`
	MinWords    int     `db:"min_words"`
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`
	Version     int64   `db:"version"`

	Customers   int     `db:"-"` // in it now
	People      []int64 `db:"-"` // members; none and no team is everybody
	Teams       []int64 `db:"-"`
	AdminPeople []int64 `db:"-"` // who look after it, beside those who may for all
	AdminTeams  []int64 `db:"-"`
	Rules       []Rule  `db:"-"`
}

// Rule says after how many days a customer of a level goes back (” = of every
// level that has none of its own); Buyers, also one who bought.
type Rule struct {
	Kind   string `db:"kind" json:"kind"`
	Level  string `db:"level" json:"level"`
	Days   int    `db:"days" json:"days"`
	Buyers bool   `db:"buyers" json:"buyers"`
}

// RuleOf finds a rule, for the form.
func (p Pool) RuleOf(kind, level string) Rule {
	for _, r := range p.Rules {
		if r.Kind == kind && r.Level == level {
			return r
		}
	}
	return Rule{Kind: kind, Level: level, Days: -1}
}

// HasPerson tells whether somebody is named as a member.
func (p Pool) HasPerson(id int64) bool { return has(p.People, id) }

// HasTeam tells whether a team is named as one.
func (p Pool) HasTeam(id int64) bool { return has(p.Teams, id) }

// HasAdmin tells whether somebody is named to look after it.
func (p Pool) HasAdmin(id int64) bool { return has(p.AdminPeople, id) }

// HasAdminTeam tells whether a team is.
func (p Pool) HasAdminTeam(id int64) bool { return has(p.AdminTeams, id) }

func has(list []int64, id int64) bool {
	for _, x := range list {
		if x == id {
			return true
		}
	}
	return false
}

// Row is a customer in a pool, as those may see them who have not claimed them.
type Row struct {
	field.Row
	ID            int64   `db:"id"`
	Kind          string  `db:"kind"`
	Name          string  `db:"name"`
	Region        string  `db:"region"`
	Level         string  `db:"level"`
	Phone         string  `db:"phone"`
	WeChat        string  `db:"wechat"`
	Email         string  `db:"email"`
	Since         db.Time `db:"since"`
	Reason        string  `db:"reason"`
	Previous      db.Null `db:"previous_name"`
	LastContactAt db.Time `db:"last_contact_at"`
}

// Due is a customer who goes back to a pool, and why.
type Due struct {
	CustomerID int64   `db:"customer_id"`
	Name       string  `db:"name"`
	OwnerID    int64   `db:"owner_id"`
	Owner      string  `db:"owner_name"`
	PoolID     int64   `db:"pool_id"`
	Kind       string  `db:"kind"`
	Days       int     `db:"days"`
	At         db.Time `db:"recycle_at"`
	Warn       int     `db:"warn_days"`
	Workdays   bool    `db:"workdays"`
}

// Hold is how one customer is held.
type Hold struct {
	CustomerID   int64   `db:"customer_id"`
	OwnerID      db.ID   `db:"owner_id"`
	Name         string  `db:"name"`
	PoolID       db.ID   `db:"pool_id"`
	Since        db.Time `db:"since"`
	Locked       bool    `db:"locked"`
	ProtectUntil db.Time `db:"protect_until"`
	PreviousID   db.ID   `db:"previous_id"`
	Orders       int     `db:"orders"`
}

// Entry is one line of the ledger.
type Entry struct {
	ID     int64   `db:"id"`
	From   db.Null `db:"from_name"`
	FromID db.ID   `db:"from_id"`
	To     db.Null `db:"to_name"`
	ToID   db.ID   `db:"to_id"`
	How    string  `db:"how"`
	Rule   string  `db:"rule"`
	Days   int     `db:"days"`
	Reason string  `db:"reason"`
	By     db.Null `db:"by_name"`
	At     db.Time `db:"at"`
}

// check makes a pool's settings sound, or says field by field what is wrong.
func (p *Pool) check() error {
	p.Name = text.Line(p.Name)
	c := &errs.Check{}
	c.That(text.Visible(p.Name), "name", "error.required")
	c.That(len([]rune(p.Name)) <= 60, "name", "error.long", "n", 60)
	for name, v := range map[string]int{"hold_cap": p.HoldCap, "daily_cap": p.DailyCap, "unfinished_cap": p.Unfinished, "lock_cap": p.LockCap} {
		c.That(v >= 0 && v <= 100000, name, "error.range", "min", 0, "max", 100000)
	}
	for name, v := range map[string]int{"cooldown_days": p.Cooldown, "protect_days": p.Protect} {
		c.That(v >= 0 && v <= 365, name, "error.range", "min", 0, "max", 365)
	}
	c.That(p.Warn >= 0 && p.Warn <= 30, "warn_days", "error.range", "min", 0, "max", 30)
	c.That(p.ClaimGap >= 0 && p.ClaimGap <= 1440, "claim_gap", "error.range", "min", 0, "max", 1440)
	c.That(p.MinWords >= 0 && p.MinWords <= 500, "min_words", "error.range", "min", 0, "max", 500)
	seen := map[string]bool{}
	for _, r := range p.Rules {
		name := "rule_" + r.Kind + "_" + r.Level
		c.That(r.Kind == Contact || r.Kind == Purchase, "rules", "error.choice")
		c.That(r.Level == "" || (len(r.Level) == 1 && r.Level >= "A" && r.Level <= "D"), "rules", "error.choice")
		c.That(r.Days >= 0 && r.Days <= maxDays, name, "error.range", "min", 0, "max", maxDays)
		c.That(!seen[name], "rules", "pool.error.rule_twice")
		seen[name] = true
	}
	c.That(len(p.People)+len(p.Teams) <= 500, "members", "error.many", "n", 500)
	c.That(len(p.AdminPeople)+len(p.AdminTeams) <= 500, "members", "error.many", "n", 500)
	return c.Err()
}
