package cli

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/sys/api"
	"regulars/app/sys/config"
	"regulars/app/sys/db"
	"regulars/app/sys/job"
)

// work is a job as the shell prints it.
type work struct {
	Name      string     `json:"name"`
	Schedule  string     `json:"schedule"`
	LastRunAt *time.Time `json:"last_run_at"`
	NextRunAt *time.Time `json:"next_run_at"`
	Late      bool       `json:"late"`
	LastError string     `json:"last_error,omitempty"`
}

// jobs lists the scheduled work or runs some of it now.
func (e *env) jobs() *cobra.Command {
	cmd := &cobra.Command{Use: "jobs", Short: "List the scheduled work, or run some of it now"}
	cmd.AddCommand(&cobra.Command{Use: "list", Short: "List the scheduled work", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			list, err := a.Jobs.List(ctx)
			if err != nil {
				return err
			}
			out := make([]work, 0, len(list))
			for _, j := range list {
				out = append(out, workOf(j))
			}
			return printList(e, out, "NAME\tSCHEDULE\tLAST\tNEXT\tSTATE", func(w work) []any {
				return []any{w.Name, w.Schedule, moment(w.LastRunAt), moment(w.NextRunAt), w.state()}
			})
		})
	}}, &cobra.Command{Use: "run NAME", Short: "Run one job now and wait for it", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			if _, err := a.Jobs.Runs(ctx, args[0], 0, 1); err != nil {
				return fmt.Errorf("there is no job called %q; `regulars jobs list` shows them", args[0])
			}
			if err := a.Jobs.RunNow(ctx, args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(e.out, "%s ran.\n", args[0])
			return err
		})
	}})
	return cmd
}

func workOf(j job.Status) work {
	return work{j.Name, j.Schedule, api.Time(j.LastRunAt), api.Time(j.NextRunAt), j.Late, j.LastError}
}

func (w work) state() string {
	switch {
	case w.Late:
		return "late"
	case w.LastError != "":
		return "failed: " + w.LastError
	}
	return "fine"
}

func moment(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04")
}

// configuration shows or checks what is in force.
func (e *env) configuration() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Show or check the configuration"}
	cmd.AddCommand(&cobra.Command{Use: "print", Short: "Show what is in force and where it comes from", Args: noArgs, RunE: func(*cobra.Command, []string) error {
		cfg, err := e.load()
		if err != nil {
			return err
		}
		if e.json {
			return e.printJSON(map[string]any{"items": config.Values(cfg)})
		}
		return config.Print(e.out, cfg)
	}}, &cobra.Command{Use: "check", Short: "Say whether the configuration is right", Args: noArgs, RunE: func(*cobra.Command, []string) error {
		if _, err := e.load(); err != nil {
			return err
		}
		_, err := fmt.Fprintln(e.out, "The configuration is right.")
		return err
	}})
	return cmd
}

// versions says which program this is.
func (e *env) versions() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Say which version this is", Args: noArgs, RunE: func(*cobra.Command, []string) error {
		if e.json {
			return e.printJSON(map[string]any{"version": e.version, "schema": db.SchemaVersion(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH})
		}
		_, err := fmt.Fprintf(e.out, "Regulars %s (data layout %d, %s, %s/%s)\n", e.version, db.SchemaVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	}}
}
