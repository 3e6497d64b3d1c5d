// Package duplicate finds customers that stand in the base twice and makes one
// of them. Pairs are found in the background among those who share a name, a
// number, an address or an id; nobody is compared with everybody. A merge moves
// all that hangs on the losing records to the one that stays; their numbers
// lead there, and the undo journal splits them again exactly.
package duplicate

import (
	"slices"
	"strings"

	"regulars/app/customer/customer"
	"regulars/app/sys/db"
	"regulars/app/sys/field"
)

// The states of a pair.
const (
	Open     = "open"
	Separate = "separate"
)

// Why two customers may be one.
const (
	ByName     = "name"
	ByPhone    = "phone"
	ByEmail    = "email"
	ByWeChat   = "wechat"
	ByTax      = "tax_id"
	ByExternal = "external_id"
)

// The scores that matter: below Least a pair is not kept, from Sure on it may
// be merged in a batch.
const (
	Least = 40
	Sure  = 85
)

// MaxRecords is how many records one merge takes.
const MaxRecords = 5

// Pair is two customers that may be one, as the list shows them.
type Pair struct {
	field.Row
	ID       int64   `db:"id"`
	Score    int     `db:"score"`
	Reasons  string  `db:"reasons"`
	State    string  `db:"state"`
	FoundAt  db.Time `db:"found_at"`
	AID      int64   `db:"a_id"`
	AName    string  `db:"a_name"`
	AKind    string  `db:"a_kind"`
	AOwnerID db.ID   `db:"a_owner_id"`
	AOwner   db.Null `db:"a_owner"`
	ALast    db.Time `db:"a_last"`
	BID      int64   `db:"b_id"`
	BName    string  `db:"b_name"`
	BKind    string  `db:"b_kind"`
	BOwnerID db.ID   `db:"b_owner_id"`
	BOwner   db.Null `db:"b_owner"`
	BLast    db.Time `db:"b_last"`
	AOpen    bool    `db:"a_open"` // the reader may open it
	BOpen    bool    `db:"b_open"`
}

// Side is one of the two as a finder may see them: name, owner and last
// contact even of a record that is not theirs to open.
type Side struct {
	ID      int64
	Name    string
	Kind    string
	Owner   string
	Last    db.Time
	MayOpen bool
}

// Sides are the two customers.
func (p Pair) Sides() []Side {
	return []Side{{p.AID, p.AName, p.AKind, string(p.AOwner), p.ALast, p.AOpen}, {p.BID, p.BName, p.BKind, string(p.BOwner), p.BLast, p.BOpen}}
}

// Why lists the reasons.
func (p Pair) Why() []string { return strings.Split(p.Reasons, ",") }

// MayMerge tells whether the reader may open both.
func (p Pair) MayMerge() bool { return p.AOpen && p.BOpen }

// Merged is a record that became part of another.
type Merged struct {
	ID           int64   `db:"id"`
	SurvivorID   int64   `db:"survivor_id"`
	SurvivorName string  `db:"survivor_name"`
	LoserID      int64   `db:"loser_id"`
	Name         string  `db:"name"`
	UserName     db.Null `db:"user_name"`
	At           db.Time `db:"at"`
}

// record is what the finder compares of a customer.
type record struct {
	ID             int64   `db:"id"`
	Kind           string  `db:"kind"`
	NameKey        string  `db:"name_key"`
	WeChat         string  `db:"wechat"`
	Birthday       string  `db:"birthday"`
	ExternalID     db.Null `db:"external_id"`
	ExternalSource string  `db:"external_src"`
	phones, emails []string
	taxIDs         []string // of all invoice titles
}

// key is a value that two records may share.
type key struct{ by, value string }

// keys are the values by which others like this one are looked up.
func (r record) keys() []key {
	var out []key
	if len([]rune(r.NameKey)) >= 2 {
		out = append(out, key{ByName, r.NameKey})
	}
	for _, p := range r.phones {
		out = append(out, key{ByPhone, p})
	}
	for _, e := range r.emails {
		out = append(out, key{ByEmail, e})
	}
	if r.WeChat != "" {
		out = append(out, key{ByWeChat, r.WeChat})
	}
	for _, id := range r.taxIDs {
		out = append(out, key{ByTax, id})
	}
	if r.ExternalID != "" {
		out = append(out, key{ByExternal, string(r.ExternalID)})
	}
	return out
}

// weights are how likely two records are one by this alone.
var weights = map[string]float64{ByName: 0.6, ByPhone: 0.65, ByEmail: 0.7, ByWeChat: 0.75, ByTax: 0.75, ByExternal: 0.3}

// score says how likely two records are one, 0 to 100, and why. What a crowd
// shares (a switchboard, a placeholder, a common name) counts half.
func score(a, b record, crowded map[key]bool) (int, []string) {
	shared := map[string]float64{}
	theirs := b.keys()
	for _, k := range a.keys() {
		if !slices.Contains(theirs, k) {
			continue
		}
		w := weights[k.by]
		if crowded[k] {
			w /= 2
		}
		shared[k.by] = max(shared[k.by], w)
	}
	if len(shared) == 1 && shared[ByName] > 0 && a.Kind == customer.Person && b.Kind == customer.Person {
		shared[ByName] = min(shared[ByName], 0.4) // people share names
	}
	unlike := 1.0
	var reasons []string
	for _, by := range []string{ByName, ByPhone, ByEmail, ByWeChat, ByTax, ByExternal} {
		if w, ok := shared[by]; ok {
			unlike *= 1 - w
			reasons = append(reasons, by)
		}
	}
	likely := 1 - unlike
	if _, named := shared[ByName]; !named {
		likely = min(likely, 0.8) // a couple shares a phone and an address
	}
	if a.Kind != b.Kind {
		likely *= 0.9
	}
	if a.Birthday != "" && b.Birthday != "" && a.Birthday != b.Birthday {
		likely *= 0.6
	}
	if shared[ByTax] == 0 && len(a.taxIDs) > 0 && len(b.taxIDs) > 0 {
		likely *= 0.7 // the tax office keeps them apart
	}
	if a.ExternalID != "" && b.ExternalID != "" && a.ExternalID != b.ExternalID && a.ExternalSource == b.ExternalSource {
		likely *= 0.8 // the system they come from keeps them apart too
	}
	return int(likely*100 + 0.5), reasons
}
