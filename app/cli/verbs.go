package cli

import "github.com/spf13/cobra"

// verbs are all but serve.
func (e *env) verbs() []*cobra.Command { return []*cobra.Command{e.demo()} }
