package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/demo"
	"regulars/app/sys/clock"
	"regulars/app/sys/config"
	"regulars/app/sys/lock"
)

// demo serves a made-up business from a data folder of its own.
func (e *env) demo() *cobra.Command {
	var scale, listen string
	var seed uint64
	var noServe bool
	cmd := &cobra.Command{Use: "demo", Short: "Serve a made-up business from its own data folder", Args: noArgs}
	cmd.Flags().StringVar(&scale, "scale", "small", "small, 10k, 100k or 1m customers")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "the same seed makes the same business")
	cmd.Flags().BoolVar(&noServe, "no-serve", false, "only make it")
	cmd.Flags().StringVar(&listen, "listen", "", "address to serve on (default 127.0.0.1:8080)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		customers, ok := demo.Scales[scale]
		if !ok {
			return usageError{fmt.Errorf("there is no scale %q: small, 10k, 100k and 1m are", scale)}
		}
		if e.data == "" {
			if scale != "small" {
				return usageError{errors.New("say where with --data: a business of that size takes room")}
			}
			e.data = filepath.Join(os.TempDir(), "regulars-demo")
		}
		if listen != "" {
			e.flags["listen"] = listen
		}
		cfg, err := e.load()
		if err != nil {
			return err
		}
		if err := e.makeDemo(cmd.Context(), cfg, customers, seed); err != nil {
			return err
		}
		if noServe {
			return nil
		}
		return e.run(cmd.Context(), cfg, false)
	}
	return cmd
}

// demoMark lies in a data folder that a demo made, so that the next one may
// serve it again and a real folder is never touched.
const demoMark = "demo"

func (e *env) makeDemo(ctx context.Context, cfg config.Config, customers int, seed uint64) error {
	if ctx == nil {
		ctx = context.Background()
	}
	mark := filepath.Join(cfg.DataDir, demoMark)
	if _, err := os.Stat(mark); err == nil {
		fmt.Fprintf(e.out, "The demo is there already. Sign in as %s\n", app.DemoLogin)
		return nil
	}
	if err := mustBeEmpty(cfg.DataDir); err != nil {
		return err
	}
	if err := lock.PrepareDir(cfg.DataDir); err != nil {
		return err
	}
	held, err := lock.Acquire(cfg.DataDir)
	if err != nil {
		return err
	}
	defer held.Release()
	a, err := app.Open(ctx, app.Options{Config: cfg, Files: e.files, Clock: clock.System{}, Version: e.version})
	if err != nil {
		return err
	}
	if err := a.Migrate(ctx); err != nil {
		return errors.Join(err, a.Close())
	}
	say := func(done, total int) {
		if total >= 10_000 && done%10_000 == 0 {
			fmt.Fprintf(e.err, "%d of %d customers\n", done, total)
		}
	}
	if err := a.FillDemo(ctx, customers, seed, say); err != nil {
		return errors.Join(err, a.Close())
	}
	if err := os.WriteFile(mark, []byte("made by regulars demo\n"), 0o600); err != nil {
		return errors.Join(err, a.Close())
	}
	fmt.Fprintf(e.out, "A made-up business is ready. Sign in as %s\n", app.DemoLogin)
	return a.Close()
}

// mustBeEmpty refuses a folder that holds anything: a demo never touches real data.
func mustBeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look into %s: %w", dir, err)
	}
	if slices.ContainsFunc(entries, func(d os.DirEntry) bool { return d.Name() != "config.yaml" }) {
		return fmt.Errorf("%s is not empty; a demo is only made in an empty folder", dir)
	}
	return nil
}
