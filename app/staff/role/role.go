// Package role says what owner, manager and member may do: whose records they
// see and which permissions they have. The owner always has everything; what
// the owner decides about the other two is stored, all else follows the
// defaults that modules declare.
package role

import (
	"slices"
	"strings"

	"regulars/app/sys/auth"
)

// Role is one of the three roles with what holds for it now.
type Role struct {
	Name   string // owner, manager, member
	Reach  auth.Reach
	Groups []Group
	// Discount is what it may take off quotes and orders without asking, in basis
	// points; nil leaves that to the rules of approvals.
	Discount *int64
}

// Group is the permissions about one kind of thing.
type Group struct {
	Name   string // "customer"; its heading is the key "permission.group." + Name
	Grants []Grant
}

// Grant is one permission and whether the role has it.
type Grant struct {
	Name    string // "customer.write"; its sentence is the key "permission." + Name
	Allowed bool
}

// Input is what the owner decided about a role: its reach and the whole list
// of what it may.
type Input struct {
	Reach    auth.Reach
	Allowed  []string
	Discount *int64 // see Role
}

// fixed permissions belong to the owner alone: whoever could hand them out
// could take the house over.
var fixed = []string{"role.write", "staff.owner"}

// groups sorts what a role may by the first word of the permission.
func groups(permissions []auth.Permission, grants map[string]bool) []Group {
	var out []Group
	for _, p := range permissions {
		if slices.Contains(fixed, p.Name) {
			continue
		}
		name, _, _ := strings.Cut(p.Name, ".")
		at := slices.IndexFunc(out, func(g Group) bool { return g.Name == name })
		if at < 0 {
			at = len(out)
			out = append(out, Group{Name: name})
		}
		out[at].Grants = append(out[at].Grants, Grant{p.Name, grants[p.Name]})
	}
	return out
}
