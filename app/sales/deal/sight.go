package deal

import "regulars/app/sys/auth"

// VisibleSQL limits deals, as d with customer c joined, to those that an actor
// sees; it takes VisibleArgs. For siblings that tell of several deals.
const VisibleSQL = visibleSQL

// VisibleArgs are the values for VisibleSQL.
func VisibleArgs(s auth.Scope) []any { return visibleArgs(s) }
