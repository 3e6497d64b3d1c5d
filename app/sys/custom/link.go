package custom

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
)

// Values that name a person who works here or a customer hold its id. What it is
// called, and whether the reader may know, is asked whenever it is shown.

// Named is what a value of kind Person or Customer names.
type Named struct {
	ID   int64
	Name string
	// Closed: it exists, but the reader may not open it. Gone: it exists no more.
	Closed, Gone bool
	Exact        bool // of what Find gives: the text can mean nothing else
}

// Links knows the people and customers that values name.
type Links interface {
	// Names says what these are called, as far as the actor may know.
	Names(ctx context.Context, q db.Q, kind string, ids []int64) (map[int64]Named, error)
	// Find is what somebody may have meant by a text, at most a few.
	Find(ctx context.Context, q db.Q, kind, text string) ([]Named, error)
	// People are those who can be chosen.
	People(ctx context.Context, q db.Q) ([]Named, error)
}

type names map[string]map[int64]Named

// names looks up at once what all these values name.
func (b *Book) names(ctx context.Context, q db.Q, set Set, list []Values) (names, error) {
	asked := map[string][]int64{}
	for _, f := range set {
		if !f.Linked() {
			continue
		}
		for _, v := range list {
			if id := linked(v[f.Slot()]); id != 0 && !slices.Contains(asked[f.Kind], id) {
				asked[f.Kind] = append(asked[f.Kind], id)
			}
		}
	}
	out := names{}
	for kind, ids := range asked {
		var err error
		if out[kind], err = b.links.Names(ctx, q, kind, ids); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// named is what a value names; one that nobody knows is gone.
func (r Record) named(f Field, id int64) Named {
	n, ok := r.names[f.Kind][id]
	if !ok {
		return Named{ID: id, Gone: true}
	}
	return n
}

func linked(v any) int64 {
	n, _ := v.(float64)
	return int64(n)
}

// Written is how a form and a file write it: with its id, which decides.
func (n Named) Written() string {
	id := "#" + strconv.FormatInt(n.ID, 10)
	if n.Name == "" {
		return id
	}
	return n.Name + " " + id
}

var byID = regexp.MustCompile(`^(?:.*#)?([1-9]\d{0,17})$`)

// idIn is the id that a text ends in, or is.
func idIn(text string) int64 {
	m := byID.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	id, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// resolve replaces what was typed for people and customers by their ids, and
// says which texts mean nobody or several. What a record named before may stay.
func (r Record) resolve(ctx context.Context, q db.Q, typed Typed) (Typed, map[string]errs.Message, error) {
	var out Typed
	wrong := map[string]errs.Message{}
	for _, f := range r.Set {
		if !f.Linked() || len(typed[f.Key]) == 0 || strings.TrimSpace(typed[f.Key][0]) == "" {
			continue
		}
		id, problem, err := r.one(ctx, q, f, strings.TrimSpace(typed[f.Key][0]))
		if err != nil {
			return nil, nil, err
		}
		if problem.Key != "" {
			wrong[f.Key] = problem
			continue
		}
		if out == nil {
			out = Typed{}
			for k, v := range typed {
				out[k] = v
			}
		}
		out[f.Key] = []string{"#" + strconv.FormatInt(id, 10)}
	}
	if out == nil {
		out = typed
	}
	return out, wrong, nil
}

func (r Record) one(ctx context.Context, q db.Q, f Field, text string) (int64, errs.Message, error) {
	if id := idIn(text); id != 0 {
		if id == linked(r.Values[f.Slot()]) {
			return id, errs.Message{}, nil
		}
		known, err := r.book.links.Names(ctx, q, f.Kind, []int64{id})
		if n, ok := known[id]; err != nil || ok && !n.Gone && !n.Closed {
			return n.ID, errs.Message{}, err
		}
		if strings.Contains(text, "#") {
			return 0, errs.New(errs.Invalid, "customfield.error.nobody."+f.Kind, "text", text).Message, nil
		}
	}
	found, err := r.book.links.Find(ctx, q, f.Kind, text)
	if err != nil {
		return 0, errs.Message{}, err
	}
	var same, words []string
	var id int64
	for _, n := range found {
		words = append(words, n.Written())
		if n.Exact {
			same, id = append(same, n.Name), n.ID
		}
	}
	switch {
	case len(same) == 1:
		return id, errs.Message{}, nil
	case len(found) == 0:
		return 0, errs.New(errs.Invalid, "customfield.error.nobody."+f.Kind, "text", text).Message, nil
	}
	return 0, errs.New(errs.Invalid, "customfield.error.which", "names", strings.Join(words, ", ")).Message, nil
}

// Repoint makes values that name a customer name another one, into which it was
// merged. Every change is journaled, so that an undo of the merge takes it back.
func (b *Book) Repoint(ctx context.Context, tx *db.Tx, from []int64, to int64) error {
	for _, s := range b.subjects {
		set, err := Of(ctx, tx, s.Name)
		if err != nil {
			return err
		}
		for _, f := range set {
			if f.Kind != Customer {
				continue
			}
			for _, id := range from {
				statement := "UPDATE " + s.Table + " SET fields = json_set(fields, ?, ?) || '', updated_at = ?, version = version + 1 WHERE " + f.column("") + " = ?"
				if _, err := tx.Exec(ctx, statement, f.Path(), to, db.At(tx.Now), id); err != nil {
					return fmt.Errorf("name another customer in %s of %s: %w", f.Key, s.Name, err)
				}
			}
		}
	}
	return nil
}

// People are those whom a field of kind Person may name.
func (b *Book) People(ctx context.Context, q db.Q) ([]Named, error) { return b.links.People(ctx, q) }

// Find is what somebody may mean by a text in a field of kind Customer.
func (b *Book) Find(ctx context.Context, q db.Q, text string) ([]Named, error) {
	return b.links.Find(ctx, q, Customer, text)
}
