package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/settings/token"
	"regulars/app/sys/api"
)

// key is an API token as the shell prints it.
type key struct {
	ID         int64      `json:"id"`
	User       string     `json:"user"`
	Name       string     `json:"name"`
	Scope      string     `json:"scope"`
	ExpiresAt  *time.Time `json:"expires_at,omitempty"`
	LastUsedAt *time.Time `json:"last_used_at,omitempty"`
	RevokedAt  *time.Time `json:"revoked_at,omitempty"`
	Secret     string     `json:"token,omitempty"`
}

func keyOf(t token.Token) key {
	return key{ID: t.ID, User: t.UserName, Name: t.Name, Scope: t.Scope, ExpiresAt: api.Time(t.ExpiresAt), LastUsedAt: api.Time(t.LastUsedAt), RevokedAt: api.Time(t.RevokedAt)}
}

// token manages API tokens.
func (e *env) token() *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "Manage API tokens"}
	cmd.AddCommand(e.tokenCreate(), &cobra.Command{Use: "list", Short: "List all tokens", Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			list, err := a.Tokens().List(ctx)
			if err != nil {
				return err
			}
			out := make([]key, 0, len(list))
			for _, t := range list {
				out = append(out, keyOf(t))
			}
			return printList(e, out, "ID\tUSER\tNAME\tSCOPE\tEXPIRES\tREVOKED", func(k key) []any {
				return []any{k.ID, k.User, k.Name, k.Scope, day(k.ExpiresAt), day(k.RevokedAt)}
			})
		})
	}}, &cobra.Command{Use: "revoke ID", Short: "End a token at once", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return usageError{fmt.Errorf("%q is not the number of a token; `regulars token list` shows them", args[0])}
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			if err := a.Tokens().Revoke(ctx, id); err != nil {
				return err
			}
			_, err := fmt.Fprintln(e.out, "The token is revoked.")
			return err
		})
	}})
	return cmd
}

func day(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.Format(time.DateOnly)
}

func (e *env) tokenCreate() *cobra.Command {
	var who, name, scope, expires string
	cmd := &cobra.Command{Use: "create", Short: "Make a token; its secret is printed once", Args: noArgs}
	cmd.Flags().StringVar(&who, "user", "", "e-mail address of the person it acts as")
	cmd.Flags().StringVar(&name, "name", "", "what it is for")
	cmd.Flags().StringVar(&scope, "scope", "read", "read or write")
	cmd.Flags().StringVar(&expires, "expires", "90d", "how long it works, such as 90d or 12h")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if who == "" || name == "" {
			return usageError{errors.New("token create needs --user and --name")}
		}
		if scope != token.Read && scope != token.Write {
			return usageError{fmt.Errorf("the scope is read or write, not %q", scope)}
		}
		life, err := span(expires)
		if err != nil {
			return usageError{err}
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			u, err := a.Person(ctx, who)
			if err != nil {
				return err
			}
			t, secret, err := a.Tokens().Create(ctx, token.Input{UserID: u.ID, Name: name, Scope: scope, Life: life})
			if err != nil {
				return err
			}
			if e.json {
				k := keyOf(t)
				k.Secret = secret
				return e.printJSON(k)
			}
			_, err = fmt.Fprintln(e.out, secret)
			return err
		})
	}
	return cmd
}

// span reads 90d, 12h or 30m.
func span(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n <= 3650 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
		return 0, fmt.Errorf("%q is not a span of days such as 90d", text)
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a span of time such as 90d or 12h", text)
	}
	return d, nil
}
