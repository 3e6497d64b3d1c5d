// Package cli is the shell's door: the verbs of `regulars`, each one sentence
// when it fails and an exit status that scripts can rely on.
package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"regulars/app/sys/backup"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/lock"
)

// The exit statuses of the contract.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitNewer
	exitInUse
	exitDamaged
)

// env is what every verb stands on.
type env struct {
	files   fs.FS
	version string
	in      io.Reader
	out     io.Writer
	err     io.Writer
	data    string
	config  string
	json    bool
	flags   map[string]string // flags really given, by configuration key
}

// usageError is a call with the wrong words.
type usageError struct{ error }

// Main runs the verb that args name and returns the exit status.
func Main(files fs.FS, version string, args []string, in io.Reader, out, stderr io.Writer) int {
	closeUmask()
	e := &env{files: files, version: version, in: in, out: out, err: stderr, flags: map[string]string{}}
	root := e.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(stderr)
	err := root.Execute()
	if err == nil {
		return exitDone
	}
	if text := strings.TrimSpace(err.Error()); text != "" {
		fmt.Fprintln(stderr, text)
	}
	return status(err)
}

func status(err error) int {
	var usage usageError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, db.ErrNewer):
		return exitNewer
	case errors.Is(err, lock.ErrInUse):
		return exitInUse
	case errors.Is(err, db.ErrDamaged), errors.Is(err, backup.ErrDamaged), errors.Is(err, db.ErrForeign):
		return exitDamaged
	}
	return exitFailed
}

func (e *env) root() *cobra.Command {
	serve := e.serve()
	plainErrors(serve)
	root := &cobra.Command{
		Use: "regulars", Short: "The CRM in one file that turns customers into regulars",
		SilenceErrors: true, SilenceUsage: true, Args: noArgs, RunE: serve.RunE,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().StringVar(&e.data, "data", "", "data folder (default: data beside the program)")
	root.PersistentFlags().StringVar(&e.config, "config", "", "configuration file (default: config.yaml in the data folder)")
	root.PersistentFlags().BoolVar(&e.json, "json", false, "print data as JSON")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.Flags().AddFlagSet(serve.Flags())
	root.AddCommand(serve)
	root.AddCommand(e.verbs()...)
	return root
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.Parent() == nil {
		return usageError{fmt.Errorf("there is no verb %q; `regulars help` lists them", args[0])}
	}
	return usageError{fmt.Errorf("%s takes no %q", cmd.CommandPath(), args[0])}
}

// load reads the configuration for the flags given.
func (e *env) load() (config.Config, error) {
	return config.Load(config.Options{ConfigFile: e.config, DataDir: e.data, Flags: e.flags})
}
