package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/sys/auth"
	"regulars/app/sys/clock"
	"regulars/app/sys/db"
	"regulars/app/sys/lock"
)

// verbs are all but serve.
func (e *env) verbs() []*cobra.Command {
	list := []*cobra.Command{e.setup(), e.demo(), e.user(), e.token(), e.importing(), e.exporting(), e.backup(), e.restore(), e.person(),
		e.migrate(), e.doctor(), e.jobs(), e.configuration(), e.healthcheck(), e.versions()}
	for _, c := range list {
		plainErrors(c)
	}
	return list
}

// plainErrors makes a verb and those below it fail with one plain sentence.
func plainErrors(c *cobra.Command) {
	if run := c.RunE; run != nil {
		c.RunE = func(cmd *cobra.Command, args []string) error { return plain(run(cmd, args)) }
	}
	if c.Args != nil {
		check := c.Args
		c.Args = func(cmd *cobra.Command, args []string) error { return usage(check(cmd, args)) }
	}
	if c.HasSubCommands() && c.RunE == nil {
		c.RunE = func(cmd *cobra.Command, args []string) error { return noVerb(cmd, args) }
		c.Args = cobra.ArbitraryArgs
	}
	for _, below := range c.Commands() {
		plainErrors(below)
	}
}

func noVerb(cmd *cobra.Command, args []string) error {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	list := strings.Join(names, ", ")
	if len(args) == 0 {
		return usageError{fmt.Errorf("%s needs one of: %s", cmd.CommandPath(), list)}
	}
	return usageError{fmt.Errorf("%s has no %q; it has: %s", cmd.CommandPath(), args[0], list)}
}

// usage turns a complaint about arguments into wrong usage.
func usage(err error) error {
	var u usageError
	if err == nil || errors.As(err, &u) {
		return err
	}
	return usageError{err}
}

func contextOf(cmd *cobra.Command) context.Context {
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	return auth.With(ctx, auth.System("shell"))
}

// with opens the shop beside a running server and runs a verb in it. The data
// must be there and up to date.
func (e *env) with(cmd *cobra.Command, do func(ctx context.Context, a *app.App) error) error {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	e.speak()
	cfg, err := e.load()
	if err != nil {
		return err
	}
	cfg.Limits.APIPerMinute = 0
	if _, err := os.Stat(filepath.Join(cfg.DataDir, "regulars.db")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no shop in %s yet: start `regulars` there, or use `regulars setup`", cfg.DataDir)
	}
	if err := lock.PrepareDir(cfg.DataDir); err != nil {
		return err
	}
	ctx := contextOf(cmd)
	a, err := app.Open(ctx, app.Options{Config: cfg, Files: e.files, Clock: clock.System{}, Version: e.version})
	if err != nil {
		return err
	}
	err = upToDate(ctx, a)
	if err == nil {
		_, err = a.Privacy().Again(ctx) // a backup may have been restored since anybody looked
	}
	if err == nil {
		err = do(ctx, a)
	}
	return errors.Join(err, a.Close())
}

func upToDate(ctx context.Context, a *app.App) error {
	st, err := a.DB.Inspect(ctx)
	if errors.Is(err, db.ErrNewer) {
		return fmt.Errorf("%w: this program knows the schema up to %d", err, db.SchemaVersion())
	}
	if err != nil {
		return err
	}
	if st.Fresh || len(st.Pending) > 0 {
		return errors.New("the data was made by an older version: run `regulars migrate`, or start the server once")
	}
	return nil
}

// owning takes the folder's lock for as long as the verb runs.
func (e *env) owning(dir string, do func() error) error {
	if err := lock.PrepareDir(dir); err != nil {
		return err
	}
	held, err := lock.Acquire(dir)
	if err != nil {
		return err
	}
	return errors.Join(do(), held.Release())
}

// line reads one line of the standard input: a password or passphrase.
func (e *env) line(what string) (string, error) {
	text, err := bufio.NewReader(e.in).ReadString('\n')
	text = strings.TrimRight(text, "\r\n")
	if text == "" {
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the %s: %w", what, err)
		}
		return "", fmt.Errorf("the %s is read from the standard input, and nothing was there", what)
	}
	return text, nil
}

// print writes rows for people, or with --json the items for programs.
func printList[T any](e *env, items []T, head string, row func(T) []any) error {
	if e.json {
		if items == nil {
			items = []T{}
		}
		return e.printJSON(map[string]any{"items": items})
	}
	w := tabwriter.NewWriter(e.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, head)
	for _, it := range items {
		for i, cell := range row(it) {
			if i > 0 {
				fmt.Fprint(w, "\t")
			}
			fmt.Fprint(w, cell)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

func (e *env) printJSON(v any) error {
	enc := json.NewEncoder(e.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
