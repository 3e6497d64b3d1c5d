package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/settings/access"
	"regulars/app/staff/user"
	"regulars/app/sys/config"
	"regulars/app/sys/lock"
)

// person is an account as the shell prints it.
type person struct {
	ID     int64  `json:"id"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	Role   string `json:"role"`
	Status string `json:"status"`
	Link   string `json:"link,omitempty"`
}

func personOf(u user.User) person {
	return person{ID: u.ID, Name: u.Name, Email: u.Email, Role: u.Role, Status: u.Status}
}

// user manages staff accounts.
func (e *env) user() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Manage staff accounts"}
	cmd.AddCommand(&cobra.Command{Use: "list", Short: "List everybody", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			list, err := a.Users().List(ctx)
			if err != nil {
				return err
			}
			out := make([]person, 0, len(list))
			for _, u := range list {
				out = append(out, personOf(u))
			}
			return printList(e, out, "ID\tEMAIL\tNAME\tROLE\tSTATUS", func(p person) []any { return []any{p.ID, p.Email, p.Name, p.Role, p.Status} })
		})
	}}, e.userAdd(), e.userReset(),
		e.userSwitch("disable", "Shut somebody out at once", func(ctx context.Context, a *app.App, id int64) error { return a.Users().Disable(ctx, id) }),
		e.userSwitch("enable", "Let somebody in again", func(ctx context.Context, a *app.App, id int64) error { return a.Users().Enable(ctx, id) }))
	return cmd
}

func (e *env) userAdd() *cobra.Command {
	var in user.Input
	var stdin bool
	cmd := &cobra.Command{Use: "add", Short: "Take a colleague in; without a password it prints an invitation link", Args: noArgs}
	cmd.Flags().StringVar(&in.Name, "name", "", "name")
	cmd.Flags().StringVar(&in.Email, "email", "", "e-mail address")
	cmd.Flags().StringVar(&in.Role, "role", "member", "owner, manager or member")
	cmd.Flags().BoolVar(&stdin, "password-stdin", false, "read a first password from the standard input")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if in.Name == "" || in.Email == "" {
			return usageError{errors.New("user add needs --name and --email")}
		}
		if stdin {
			var err error
			if in.Password, err = e.line("password"); err != nil {
				return err
			}
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			u, token, err := a.Users().Add(ctx, in)
			if err != nil {
				return err
			}
			p := personOf(u)
			if token != "" {
				p.Link = linkBase(ctx, a) + "/invite/" + token
			}
			return e.printPerson(p, fmt.Sprintf("%s can sign in as %s.", u.Name, u.Email))
		})
	}
	return cmd
}

func (e *env) printPerson(p person, text string) error {
	if e.json {
		return e.printJSON(p)
	}
	if p.Link != "" {
		text = "Send this link, it works once: " + p.Link
	}
	_, err := fmt.Fprintln(e.out, text)
	return err
}

func (e *env) userReset() *cobra.Command {
	var email string
	var stdin bool
	cmd := &cobra.Command{Use: "reset-password [EMAIL]", Short: "Print a link to choose a new password, or set one", Args: cobra.MaximumNArgs(1)}
	cmd.Flags().StringVar(&email, "email", "", "whose")
	cmd.Flags().StringVar(&email, "user", "", "the same as --email")
	cmd.Flags().BoolVar(&stdin, "password-stdin", false, "read the new password from the standard input")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		who, err := oneOf(email, args)
		if err != nil {
			return err
		}
		password := ""
		if stdin {
			if password, err = e.line("password"); err != nil {
				return err
			}
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			u, err := a.Person(ctx, who)
			if err != nil {
				return err
			}
			token, err := a.Users().ResetPasswordLink(ctx, u.ID)
			if err != nil {
				return err
			}
			p := personOf(u)
			if password == "" {
				p.Link = linkBase(ctx, a) + "/reset/" + token
			} else if err := a.Users().Reset(ctx, token, password); err != nil {
				return err
			}
			return e.printPerson(p, fmt.Sprintf("%s has the new password; every session of theirs ended.", u.Name))
		})
	}
	return cmd
}

func (e *env) userSwitch(name, short string, do func(ctx context.Context, a *app.App, id int64) error) *cobra.Command {
	var email string
	cmd := &cobra.Command{Use: name + " [EMAIL]", Short: short, Args: cobra.MaximumNArgs(1)}
	cmd.Flags().StringVar(&email, "email", "", "whom")
	cmd.Flags().StringVar(&email, "user", "", "the same as --email")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		who, err := oneOf(email, args)
		if err != nil {
			return err
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			u, err := a.Person(ctx, who)
			if err != nil {
				return err
			}
			if err := do(ctx, a, u.ID); err != nil {
				return err
			}
			if u, err = a.Person(ctx, who); err != nil {
				return err
			}
			return e.printPerson(personOf(u), fmt.Sprintf("%s is %s.", u.Name, u.Status))
		})
	}
	return cmd
}

// oneOf is the address given as a flag or as the only argument.
func oneOf(flag string, args []string) (string, error) {
	if flag == "" && len(args) == 1 {
		flag = args[0]
	}
	if flag == "" {
		return "", usageError{errors.New("say who, with --email")}
	}
	return flag, nil
}

// linkBase is where links lead that are printed here: the public address that
// the owner chose, else where the server answers on this machine.
func linkBase(ctx context.Context, a *app.App) string {
	if base, err := access.Base(ctx, a.DB.Reader(ctx), a.Config); err == nil && base != "" {
		return base
	}
	cfg := a.Config
	if listen, err := access.Listen(ctx, a.DB.Reader(ctx), cfg); err == nil {
		cfg.Listen = listen
	}
	if said := lock.Said(cfg.DataDir); said != "" {
		cfg.Listen = said
	}
	return baseURL(cfg)
}

// baseURL is the configured public address, else where the server is to listen.
func baseURL(cfg config.Config) string {
	if cfg.BaseURL != "" {
		return cfg.BaseURL
	}
	scheme := "http"
	if cfg.TLS.On() {
		scheme = "https"
	}
	return scheme + "://" + reachable(cfg.Listen)
}

// reachable is a listening address as this machine reaches it.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return strings.TrimSuffix(net.JoinHostPort(host, port), ":80")
}
