package setting

import (
	"context"

	"regulars/app/sys/db"
)

// Teamwork says which of the parts that only several people need are switched
// on. Whoever works alone meets none of them, whatever it says.
type Teamwork struct {
	Sharing bool `json:"sharing"` // collaborators, followers, hand-overs
	Pools   bool `json:"pools"`   // nobody's customers lie in pools
}

const teamworkName = "teamwork"

// ReadTeamwork reads it: sharing is on until somebody decides otherwise.
func ReadTeamwork(ctx context.Context, q db.Q) (Teamwork, error) {
	t := Teamwork{Sharing: true}
	err := Get(ctx, q, teamworkName, &t)
	return t, err
}

// PutTeamwork stores it.
func PutTeamwork(ctx context.Context, tx *db.Tx, t Teamwork) error {
	return Put(ctx, tx, teamworkName, t)
}

// Off tells whether a permission belongs to a part that is switched off in a
// business of so many people.
func (t Teamwork) Off(area string, people int) bool {
	switch area {
	case "teamwork", "approval", "daybook":
		return people < 2
	case "sharing":
		return people < 2 || !t.Sharing
	case "pool":
		return people < 2 || !t.Pools
	}
	return false
}
