package approval_test

import "regulars/app/sys/auth"

func ownerActor() *auth.Actor { return auth.System("shell") }
