package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"regulars/app"
	"regulars/app/customer/privacy"
)

// person hands over and erases what is held about one person.
func (e *env) person() *cobra.Command {
	cmd := &cobra.Command{Use: "person", Short: "Hand over or erase everything held about one person"}
	cmd.AddCommand(e.personExport(), e.personErase())
	return cmd
}

// who are the flags that name a person.
type who struct {
	id, contact, lead int64
	email             string
}

func (w *who) flags(cmd *cobra.Command) {
	cmd.Flags().Int64Var(&w.id, "id", 0, "number of the customer")
	cmd.Flags().Int64Var(&w.contact, "contact", 0, "number of a contact of a company")
	cmd.Flags().Int64Var(&w.lead, "lead", 0, "number of a lead that is no customer yet")
	cmd.Flags().StringVar(&w.email, "email", "", "e-mail address of the customer, contact or lead")
}

func (w who) find(ctx context.Context, s *privacy.Service) (privacy.Subject, error) {
	if w.email != "" {
		return s.Find(ctx, w.email)
	}
	return privacy.Subject{CustomerID: w.id, ContactID: w.contact, LeadID: w.lead}, nil
}

func (w who) check() error {
	n := 0
	for _, given := range []bool{w.id != 0, w.contact != 0, w.lead != 0, w.email != ""} {
		if given {
			n++
		}
	}
	if n != 1 {
		return usageError{errors.New("say who with one of --id, --contact, --lead and --email")}
	}
	return nil
}

func (e *env) personExport() *cobra.Command {
	var w who
	var out string
	cmd := &cobra.Command{Use: "export", Short: "Write everything held about a person as a zip", Args: noArgs}
	w.flags(cmd)
	cmd.Flags().StringVar(&out, "out", "", "file to write (default: person-<number>.zip here)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := w.check(); err != nil {
			return err
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			subject, err := w.find(ctx, a.Privacy())
			if err != nil {
				return err
			}
			if out == "" {
				out = fmt.Sprintf("person-%d.zip", max(subject.ContactID, subject.CustomerID, subject.LeadID))
			}
			err = writeFile(out, func(f io.Writer) error {
				_, err := a.Privacy().Pack(ctx, subject, f)
				return err
			})
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(map[string]any{"path": out, "customer_id": subject.CustomerID, "contact_id": subject.ContactID, "lead_id": subject.LeadID})
			}
			_, err = fmt.Fprintf(e.out, "Everything held about the person was written to %s. Whoever has the file can read it.\n", out)
			return err
		})
	}
	return cmd
}

func (e *env) personErase() *cobra.Command {
	var w who
	cmd := &cobra.Command{Use: "erase", Short: "Erase a person everywhere; their orders stay without identity", Args: noArgs}
	w.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := w.check(); err != nil {
			return err
		}
		return e.with(cmd, func(ctx context.Context, a *app.App) error {
			subject, err := w.find(ctx, a.Privacy())
			if err != nil {
				return err
			}
			held, err := a.Privacy().Look(ctx, subject)
			if err != nil {
				return err
			}
			done, err := a.Privacy().Erase(ctx, subject, privacy.Input{Confirm: held.Person.Name})
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(done)
			}
			text := "The person was erased."
			if done.Kept {
				text = "The person was erased; their orders stay without identity."
			}
			_, err = fmt.Fprintln(e.out, text+" Backups from before still hold them until they are deleted; when one is restored here, they are erased again.")
			return err
		})
	}
	return cmd
}
