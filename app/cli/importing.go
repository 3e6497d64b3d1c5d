package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	yaml "go.yaml.in/yaml/v3"

	"regulars/app"
	"regulars/app/kit/errs"
	"regulars/app/sys/importer"
	"regulars/app/sys/lock"
)

// importing reads a file of one kind of record, or a whole export.
func (e *env) importing() *cobra.Command {
	var o importer.Options
	var columns, match string
	cmd := &cobra.Command{Use: "import KIND FILE", Short: "Read records from CSV, XLSX or vCard, or a whole export with KIND all", Args: cobra.ExactArgs(2)}
	f := cmd.Flags()
	f.StringVar(&columns, "map", "", "YAML file: column of the file -> column of the kind")
	f.BoolVar(&o.Dry, "dry-run", false, "only check, change nothing")
	f.StringVar(&match, "match", "", "how records are known: external_id,email,phone (orders: order_no)")
	f.StringVar(&o.OnDuplicate, "on-duplicate", importer.Skip, "skip, update or create")
	f.BoolVar(&o.CreateMissing, "create-missing", false, "create customers, products and tags that rows name")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if args[0] == "all" {
			return e.importAll(cmd, args[1])
		}
		switch o.OnDuplicate {
		case importer.Skip, importer.Update, importer.Create:
		default:
			return usageError{fmt.Errorf("--on-duplicate is skip, update or create, not %q", o.OnDuplicate)}
		}
		for _, name := range strings.Split(match, ",") {
			if name = strings.TrimSpace(name); name != "" {
				o.Match = append(o.Match, name)
			}
		}
		var err error
		if o.Map, err = readMap(columns); err != nil {
			return err
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error { return e.importFile(ctx, a, args[0], args[1], o) })
	}
	return cmd
}

func readMap(file string) (map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the map: %w", err)
	}
	out := map[string]string{}
	if err := yaml.Unmarshal(raw, &out); err != nil {
		return nil, fmt.Errorf("the map %s is not a list of `column: column`", file)
	}
	return out, nil
}

func (e *env) importFile(ctx context.Context, a *app.App, kind, file string, o importer.Options) error {
	locale := a.View.Bundle().For("en")
	report, err := a.ShellImporter(lock.Free(a.Config.DataDir)).RunFile(ctx, kind, file, o, func(m errs.Message) string { return locale.Message(m) })
	if errs.Is(err, errs.NotFound) {
		return fmt.Errorf("there is no kind of record called %q to import", kind)
	}
	if err != nil {
		return err
	}
	if e.json {
		return e.printJSON(map[string]any{"created": report.Created, "updated": report.Updated, "skipped": report.Skipped, "failed": report.Failed,
			"failed_file": report.FailedFile, "remarks": report.Remarks, "remarks_file": report.RemarksFile, "dry_run": o.Dry})
	}
	text := fmt.Sprintf("%d created, %d updated, %d skipped, %d failed.", report.Created, report.Updated, report.Skipped, report.Failed)
	if o.Dry {
		text = "Nothing was changed. It would be: " + text
	}
	if report.FailedFile != "" {
		text += " The failed rows with their reasons are in " + report.FailedFile + "."
	}
	if report.RemarksFile != "" {
		text += fmt.Sprintf(" Cells that were left out: %d, with their reasons in %s.", report.Remarks, report.RemarksFile)
	}
	_, err = fmt.Fprintln(e.out, text)
	return err
}
