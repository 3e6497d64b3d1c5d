package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/sys/backup"
	"regulars/app/sys/clock"
	"regulars/app/sys/dump"
)

// exporting writes one kind of record, or everything.
func (e *env) exporting() *cobra.Command {
	var out, encoding string
	cmd := &cobra.Command{Use: "export KIND|all", Short: "Write one kind of record as CSV, XLSX or JSON, or everything as a zip", Args: cobra.ExactArgs(1)}
	cmd.Flags().StringVar(&out, "out", "", "file to write; its ending decides the form: csv, xlsx, json or, for all, zip")
	cmd.Flags().StringVar(&encoding, "encoding", "", "of a CSV file: utf-8 with its mark (default) or gb18030")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if encoding != "" && encoding != "utf-8" && encoding != "gb18030" {
			return usageError{fmt.Errorf("--encoding is utf-8 or gb18030, not %q", encoding)}
		}
		if out == "" {
			return usageError{errors.New("say where with --out")}
		}
		if args[0] == "all" {
			return e.exportAll(cmd, out)
		}
		return e.exportKind(cmd, args[0], out, encoding)
	}
	return cmd
}

func (e *env) exportAll(cmd *cobra.Command, out string) error {
	return e.with(cmd, func(ctx context.Context, a *app.App) error {
		var info dump.Info
		err := writeFile(out, func(w io.Writer) (err error) {
			info, err = dump.Write(ctx, a.DB, filepath.Join(a.Config.DataDir, "files"), w)
			return err
		})
		if err == nil {
			err = a.NoteExport(ctx, "export.all", "")
		}
		if err != nil {
			return err
		}
		if e.json {
			return e.printJSON(info)
		}
		_, err = fmt.Fprintf(e.out, "Everything was written to %s: %d customers, %d files. Whoever has the file can read it.\n", out, info.Tables["customer"], info.Files)
		return err
	})
}

// writeFile writes beside the file first, so that it is whole or not there.
func writeFile(name string, write func(w io.Writer) error) error {
	if exists(name) {
		return fmt.Errorf("%s is there already: choose another name", name)
	}
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, name)
}

func (e *env) importAll(cmd *cobra.Command, file string) error {
	return e.with(cmd, func(ctx context.Context, a *app.App) error {
		info, err := dump.Read(ctx, a.DB, filepath.Join(a.Config.DataDir, "files"), file, a.Journal.Install)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no file %s", file)
		}
		if err != nil {
			return err
		}
		if err := errors.Join(a.Events.SkipAll(ctx), refresh(ctx, a)); err != nil {
			return err
		}
		if _, err := a.Privacy().Again(ctx); err != nil {
			return err
		}
		if e.json {
			return e.printJSON(info)
		}
		_, err = fmt.Fprintf(e.out, "Read back: %d customers, %d files. People whose password was not here before choose one with `regulars user reset-password`. Restart a running server.\n",
			info.Tables["customer"], info.Files)
		return err
	})
}

// refresh rebuilds what slices derive from their rows: search and the like.
func refresh(ctx context.Context, a *app.App) error {
	for _, m := range a.Modules() {
		for _, t := range m.Journal {
			if t.Refresh == nil {
				continue
			}
			if err := dump.Each(ctx, a.DB, t.Name, t.Refresh); err != nil {
				return err
			}
		}
	}
	return nil
}

// backup makes one file of everything, beside a running server.
func (e *env) backup() *cobra.Command {
	var out string
	var stdin bool
	cmd := &cobra.Command{Use: "backup", Short: "Write everything into one file", Args: noArgs}
	cmd.Flags().StringVar(&out, "out", "", "file to write (default: a new one in the data folder's backups)")
	cmd.Flags().BoolVar(&stdin, "passphrase-stdin", false, "encrypt it with a passphrase read from the standard input")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		pass, err := e.passphrase(stdin)
		if err != nil {
			return err
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			if out == "" {
				out = filepath.Join(a.Config.DataDir, "backups", "regulars-"+a.Clock.Now().UTC().Format("20060102-150405")+".tar.gz")
				if pass != "" {
					out += ".age"
				}
			}
			info, err := backup.Make(ctx, a.DB, a.Config.DataDir, out, pass)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s is there already: choose another name", out)
			}
			if err != nil {
				return err
			}
			return e.printBackup(info)
		})
	}
	return cmd
}

func (e *env) passphrase(stdin bool) (string, error) {
	if !stdin {
		return "", nil
	}
	return e.line("passphrase")
}

func (e *env) printBackup(info backup.Info) error {
	if e.json {
		return e.printJSON(map[string]any{"path": info.Path, "size": info.Size, "encrypted": info.Encrypted, "created_at": info.CreatedAt,
			"schema": info.Schema, "entries": info.Entries, "aside": info.Aside})
	}
	if _, err := fmt.Fprintf(e.out, "%s (%d kB) was written and read again.\n", info.Path, info.Size>>10); err != nil {
		return err
	}
	if !info.Encrypted {
		_, err := fmt.Fprintln(e.out, "It is not encrypted: whoever has the file can read everything. --passphrase-stdin encrypts it.")
		return err
	}
	return nil
}

// restore brings a backup back; the data from before is put aside.
func (e *env) restore() *cobra.Command {
	var force, stdin bool
	cmd := &cobra.Command{Use: "restore FILE", Short: "Bring a backup back; sending starts held", Args: cobra.ExactArgs(1)}
	cmd.Flags().BoolVar(&force, "force", false, "replace data that is there; it is put aside")
	cmd.Flags().BoolVar(&stdin, "passphrase-stdin", false, "read the passphrase of an encrypted backup from the standard input")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		slog.SetDefault(slog.New(slog.DiscardHandler))
		e.speak()
		cfg, err := e.load()
		if err != nil {
			return err
		}
		if !exists(args[0]) {
			return fmt.Errorf("there is no file %s", args[0])
		}
		pass, err := e.passphrase(stdin)
		if err != nil {
			return err
		}
		return e.owning(cfg.DataDir, func() error {
			info, err := backup.Restore(contextOf(cmd), args[0], cfg.DataDir, pass, force)
			if err != nil {
				return err
			}
			if e.json {
				return e.printBackup(info)
			}
			text := fmt.Sprintf("The backup of %s is in place. Sending is held until the owner releases it under Settings, Outbox.", info.CreatedAt.Format("2006-01-02 15:04"))
			if info.Aside != "" {
				text += " The data from before lies in " + info.Aside + "."
			}
			_, err = fmt.Fprintln(e.out, text)
			return err
		})
	}
	return cmd
}

// migrate brings the data up to date without serving.
func (e *env) migrate() *cobra.Command {
	var plan bool
	cmd := &cobra.Command{Use: "migrate", Short: "Bring the data up to date, with a snapshot first", Args: noArgs}
	cmd.Flags().BoolVar(&plan, "plan", false, "only show what would be done")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		slog.SetDefault(slog.New(slog.DiscardHandler))
		e.speak()
		cfg, err := e.load()
		if err != nil {
			return err
		}
		if !exists(filepath.Join(cfg.DataDir, "regulars.db")) {
			return fmt.Errorf("there is no shop in %s yet", cfg.DataDir)
		}
		ctx := contextOf(cmd)
		return e.owning(cfg.DataDir, func() error {
			if err := backup.Resume(cfg.DataDir); err != nil {
				return err
			}
			a, err := app.Open(ctx, app.Options{Config: cfg, Files: e.files, Clock: clock.System{}, Version: e.version})
			if err != nil {
				return err
			}
			err = e.migrateApp(ctx, a, plan)
			return errors.Join(err, a.Close())
		})
	}
	return cmd
}

func (e *env) migrateApp(ctx context.Context, a *app.App, plan bool) error {
	st, err := a.DB.Inspect(ctx)
	if err != nil {
		return err
	}
	if plan {
		if e.json {
			return e.printJSON(map[string]any{"version": st.Version, "pending": append([]int64{}, st.Pending...)})
		}
		if len(st.Pending) == 0 {
			_, err := fmt.Fprintln(e.out, "The data is up to date.")
			return err
		}
		_, err := fmt.Fprintf(e.out, "%d steps to do: %s\n", len(st.Pending), strings.Trim(fmt.Sprint(st.Pending), "[]"))
		return err
	}
	if err := prepare(ctx, a); err != nil {
		return err
	}
	if e.json {
		return e.printJSON(map[string]any{"done": append([]int64{}, st.Pending...)})
	}
	_, err = fmt.Fprintf(e.out, "The data is up to date (%d steps done).\n", len(st.Pending))
	return err
}
