package auth

// The roles, from the one who may everything down.
const (
	Owner   = "owner"
	Manager = "manager"
	Member  = "member"
)

// Roles lists them.
var Roles = []string{Owner, Manager, Member}

// What a role sees of phone numbers, e-mail addresses and sensitive fields. Who
// may not read them in full sees them masked; who may reveal opens one record
// at a time, and every time stands in the audit log (see app/sys/reveal).
const (
	Detail = "detail.read"
	Reveal = "detail.reveal"
)

// Permission is one thing that may be allowed to a role. Its i18n key is
// "permission." + Name. The verb read or export marks one that only looks.
type Permission struct {
	Name  string   // "customer.write"
	Roles []string // who has it unless the owner decides otherwise; owner always has
}

// Everyone, Leads and OwnerOnly are the usual defaults.
var (
	Everyone  = []string{Owner, Manager, Member}
	Leads     = []string{Owner, Manager}
	OwnerOnly = []string{Owner}
)

// Grants computes what a role may: the defaults of the permissions, changed by
// the owner's decisions (permission -> allowed). The owner role has all.
func Grants(role string, permissions []Permission, decided map[string]bool) map[string]bool {
	out := map[string]bool{}
	for _, p := range permissions {
		allowed := role == Owner
		for _, r := range p.Roles {
			allowed = allowed || r == role
		}
		if d, ok := decided[p.Name]; ok && role != Owner {
			allowed = d
		}
		if allowed {
			out[p.Name] = true
		}
	}
	return out
}
