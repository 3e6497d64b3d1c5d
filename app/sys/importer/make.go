package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/tabular"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// Columns that become new fields of the shop's own. In the options such a column
// goes to "+" and the kind of field, or to "+" alone, and the kind is found in
// its cells. The fields are made with the run and go with its undo.

// Fields makes fields of the shop's own; settings/customfield does.
type Fields interface {
	MayMake(ctx context.Context) bool
	// Make gives the name of the new field's column.
	Make(ctx context.Context, subject, title, kind string, choices []string) (column string, err error)
}

// NewField is what a column goes to that becomes a field of that kind.
const NewField = "+"

// NewKinds are the kinds of field that a column may become.
var NewKinds = []string{"text", "long", "number", "money", "date", "bool", "choice", "phone", "email", "link"}

func isNew(target string) bool {
	kind, ok := strings.CutPrefix(target, NewField)
	return ok && (kind == "" || slices.Contains(NewKinds, kind))
}

// MayMake tells whether columns of this kind may become fields.
func (e *Engine) MayMake(ctx context.Context, k Kind) bool {
	return k.Subject != "" && e.Fields != nil && e.Fields.MayMake(ctx)
}

const (
	guessRows  = 2000
	maxChoices = 20
)

// GuessKind finds the kind of field that fits cells: the narrowest that takes
// all of them.
func GuessKind(cells []string) (kind string, choices []string) {
	seen := map[string]bool{}
	fits := map[string]bool{"bool": true, "number": true, "date": true, "email": true, "link": true}
	n := 0
	for _, c := range cells {
		c = strings.TrimSpace(c)
		if c == "" {
			continue
		}
		n++
		if len(seen) <= maxChoices && !seen[c] {
			seen[c] = true
			choices = append(choices, c)
		}
		_, number := tabular.ParseDecimal(c)
		_, date := tabular.ParseDate(c, tabular.DayFirst)
		_, mailError := mail.ParseAddress(c)
		link := strings.HasPrefix(c, "https://") || strings.HasPrefix(c, "http://")
		plain := number && !strings.ContainsAny(c, "¥$€£ ") && !(len(c) > 1 && c[0] == '0' && !strings.Contains(c, "."))
		for kind, ok := range map[string]bool{"bool": yesNo[text.Fold(c)], "number": plain, "date": date && len(c) >= 8, "email": mailError == nil && strings.Contains(c, "@"), "link": link} {
			fits[kind] = fits[kind] && ok
		}
	}
	if n == 0 {
		return "text", nil
	}
	for _, kind := range []string{"bool", "date", "number", "email", "link"} {
		if fits[kind] {
			return kind, nil
		}
	}
	if len(choices) <= maxChoices && n >= 3*len(choices) && !slices.ContainsFunc(choices, func(c string) bool { return len([]rune(c)) > 40 || strings.ContainsAny(c, ",;，；、\n") }) {
		return "choice", choices
	}
	for _, c := range cells {
		if strings.Contains(c, "\n") || len([]rune(c)) > 200 {
			return "long", nil
		}
	}
	return "text", nil
}

var yesNo = map[string]bool{"yes": true, "no": true, "true": true, "false": true, "是": true, "否": true, "y": true, "n": true}

// makeFields makes the fields that a run asks for and sends their columns there.
func (e *Engine) makeFields(ctx context.Context, run *Run, k Kind, o Options) (Kind, Options, error) {
	if !slices.ContainsFunc(o.Columns, isNew) {
		return k, o, nil
	}
	if !e.MayMake(ctx, k) {
		return k, o, errs.New(errs.Denied, "error.denied")
	}
	header, cells, err := e.columnCells(run.SHA256, o)
	if err != nil {
		return k, o, err
	}
	o.Columns = slices.Clone(o.Columns)
	note := &journal.Note{SubjectKind: "import", SubjectID: run.ID, Label: run.FileName, Group: run.Group}
	group := run.Group
	err = e.db.Write(journal.WithNote(ctx, note), "import.run", func(ctx context.Context, tx *db.Tx) error {
		for i, target := range o.Columns {
			if !isNew(target) {
				continue
			}
			kind, choices := GuessKind(cells[i])
			if asked := strings.TrimPrefix(target, NewField); asked != "" {
				kind = asked
			}
			if kind == "choice" && len(choices) > maxChoices {
				kind = "text"
			}
			column, err := e.Fields.Make(ctx, k.Subject, clip(header[i], 80), kind, choices)
			if err != nil {
				return fmt.Errorf("make a field of column %d: %w", i+1, err)
			}
			o.Columns[i] = column
		}
		if group == 0 {
			group = tx.Set
		}
		text, err := json.Marshal(o)
		if err != nil {
			return fmt.Errorf("keep the options: %w", err)
		}
		_, err = tx.Exec(ctx, sqlMadeFields, string(text), group, run.ID)
		return err
	})
	if err != nil {
		return k, o, err
	}
	run.Group = group
	k, err = e.Kind(ctx, run.Kind)
	return k, o, err
}

var sqlMadeFields = db.SQL(`UPDATE import_run SET options = ?, group_id = ? WHERE id = ?`)

// columnCells reads the first cells of every column.
func (e *Engine) columnCells(sha string, o Options) (header []string, cells [][]string, err error) {
	t, closeFile, err := e.open(sha, o)
	if err != nil {
		return nil, nil, err
	}
	defer closeFile()
	cells = make([][]string, len(t.Header))
	for n := 0; n < guessRows; n++ {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		cleanAll(row)
		for i := range cells {
			if i < len(row) {
				cells[i] = append(cells[i], row[i])
			}
		}
	}
	return t.Header, cells, nil
}

// mayOptions refuses options that would make fields without the right to.
func (e *Engine) mayOptions(ctx context.Context, k Kind, o Options) error {
	asks := slices.ContainsFunc(o.Columns, isNew)
	for _, to := range o.Map {
		asks = asks || isNew(to)
	}
	if asks && !e.MayMake(ctx, k) {
		return errs.New(errs.Denied, "error.denied")
	}
	return nil
}
