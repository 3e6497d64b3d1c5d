//go:build !unix

package cli

// closeUmask is for systems that have one.
func closeUmask() {}
