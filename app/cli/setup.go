package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"regulars/app/settings/business"
	"regulars/app/sys/backup"
)

// setup is the first run without a browser.
func (e *env) setup() *cobra.Command {
	var in business.Input
	var stdin bool
	cmd := &cobra.Command{Use: "setup", Short: "Set the business up without a browser", Args: noArgs}
	f := cmd.Flags()
	f.StringVar(&in.Business, "business", "", "name of the business")
	f.StringVar(&in.OwnerName, "owner-name", "", "name of the owner")
	f.StringVar(&in.OwnerEmail, "owner-email", "", "e-mail address the owner signs in with")
	f.BoolVar(&stdin, "password-stdin", false, "read the owner's password from the standard input")
	f.StringVar(&in.Locale, "locale", "en", "language: en or zh-CN")
	f.StringVar(&in.Currency, "currency", "", "currency such as CNY (default: by language)")
	f.StringVar(&in.Timezone, "timezone", "", "time zone such as Asia/Shanghai (default: this machine's)")
	f.StringVar(&in.Pack, "pack", "empty", "starter pack: food, wholesale, repair, clinic, school, agency or empty")
	f.BoolVar(&in.Sample, "sample", false, "bring sample data in")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if in.Business == "" || in.OwnerName == "" || in.OwnerEmail == "" || !stdin {
			return usageError{errors.New("setup needs --business, --owner-name, --owner-email and --password-stdin")}
		}
		var err error
		if in.Password, err = e.line("password"); err != nil {
			return err
		}
		defaults(&in)
		return e.setUp(cmd, in)
	}
	return cmd
}

func defaults(in *business.Input) {
	if in.Currency == "" {
		in.Currency = map[string]string{"zh-CN": "CNY"}[in.Locale]
	}
	if in.Currency == "" {
		in.Currency = "USD"
	}
	if in.Timezone == "" {
		in.Timezone = time.Local.String()
	}
	if in.Timezone == "Local" || in.Timezone == "" {
		in.Timezone = "UTC"
	}
}

func (e *env) setUp(cmd *cobra.Command, in business.Input) error {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	e.speak()
	cfg, err := e.load()
	if err != nil {
		return err
	}
	return e.owning(cfg.DataDir, func() error {
		if err := backup.Resume(cfg.DataDir); err != nil {
			return err
		}
		ctx := contextOf(cmd)
		a, err := e.open(ctx, cfg)
		if err != nil {
			return err
		}
		if _, err := a.Business().Setup(ctx, in); err != nil {
			return errors.Join(err, a.Close())
		}
		fmt.Fprintf(e.out, "%s is set up in %s. %s signs in with %s.\n", in.Business, cfg.DataDir, in.OwnerName, in.OwnerEmail)
		return a.Close()
	})
}
