//go:build unix

package cli

import "syscall"

// closeUmask keeps every file that the program makes to its own user.
func closeUmask() { syscall.Umask(0o077) }
