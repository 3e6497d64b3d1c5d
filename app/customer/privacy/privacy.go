// Package privacy is what a business owes the people in its base: it shows
// numbers and addresses masked to roles that need not read them, hands a person
// everything that is held about them, and erases a person everywhere.
package privacy

// Permissions of this slice.
const (
	Export = "person.export"
	Erase  = "person.erase"
)
