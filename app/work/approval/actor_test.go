package approval_test

import (
	"time"

	"regulars/app/sys/auth"
)

const day = 24 * time.Hour

func ownerActor() *auth.Actor { return auth.System("shell") }
