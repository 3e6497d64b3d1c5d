package feedback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/view"
)

// Whose a case becomes. Whoever looks after the customer comes first, then
// whoever looks after the place and the product it is about, then the
// department of what was spoken of, then the managers and owners; among several
// it goes round. Nobody gets a complaint about themselves while there is anybody
// else.

// Theme is something that customers talk about, with the department that
// answers for it.
type Theme struct{ ID, TeamID int64 }

// Topics find the themes of a text.
type Topics interface {
	ThemesIn(ctx context.Context, q db.Q, said string) ([]Theme, error)
}

// candidate is somebody who works here.
type candidate struct {
	ID     int64  `db:"id"`
	Name   string `db:"name"`
	Role   string `db:"role"`
	TeamID int64  `db:"team_id"`
	Last   int64  `db:"last"` // their newest case, 0 = none yet
	Off    bool   `db:"off"`  // does not work here any more
	Away   bool   `db:"away"` // has handed everything over until they are back
}

// group is whom one of the rules names.
type group struct {
	why    string
	people []candidate
}

// pick chooses an owner: the first group with somebody in it, and of its people
// the one whose last case lies furthest back. Whoever was rated and whoever is
// away are passed over while anybody else remains, the rated one longest.
func pick(groups []group, rated int64) (owner int64, why string) {
	for _, may := range []func(candidate) bool{
		func(c candidate) bool { return !c.Away && c.ID != rated },
		func(c candidate) bool { return c.ID != rated },
		func(candidate) bool { return true },
	} {
		for _, g := range groups {
			fit := slices.DeleteFunc(slices.Clone(g.people), func(c candidate) bool { return c.Off || !may(c) })
			if len(fit) > 0 {
				return slices.MinFunc(fit, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.Last, b.Last), cmp.Compare(a.ID, b.ID)) }).ID, g.why
			}
		}
	}
	return 0, ""
}

// about is what a complaint is about, as far as it is known.
type about struct {
	OwnerID   int64  `db:"-"` // who looks after the customer
	PosterID  int64  `db:"poster_id"`
	ProductID int64  `db:"product_id"`
	Category  string `db:"category"`
	RatedID   int64  `db:"rated_id"`
	Said      string `db:"said"`
}

// ownerOf is who gets a case about something, and by which rule.
func (s *Service) ownerOf(ctx context.Context, q db.Q, a about) (db.ID, string, error) {
	var people []candidate
	if err := q.Select(ctx, &people, sqlCandidates); err != nil {
		return 0, "", fmt.Errorf("read who could own a case: %w", err)
	}
	var routes []Route
	if err := q.Select(ctx, &routes, sqlRoutes); err != nil {
		return 0, "", fmt.Errorf("read who looks after what: %w", err)
	}
	var themes []Theme
	if s.Topics != nil && a.Said != "" {
		var err error
		if themes, err = s.Topics.ThemesIn(ctx, q, a.Said); err != nil {
			return 0, "", err
		}
	}
	id, why := pick(a.groups(people, routes, themes), a.RatedID)
	return db.ID(id), why, nil
}

// The rules by which somebody owns a case. Behind a colon stands what it is
// about; ours are the kinds of a route.
const (
	whyCustomer = "customer"
	whyTurn     = "turn"
	whyGiven    = "given"
)

// groups are the rules in their order with whom each names.
func (a about) groups(people []candidate, routes []Route, themes []Theme) []group {
	where := func(why string, may func(candidate) bool) group {
		return group{why, slices.DeleteFunc(slices.Clone(people), func(c candidate) bool { return !may(c) })}
	}
	out := []group{where(whyCustomer, func(c candidate) bool { return c.ID == a.OwnerID })}
	route := func(kind, ref string) {
		for _, r := range routes {
			if r.Kind == kind && ref != "" && ref != "0" && r.Ref() == ref {
				out = append(out, where(kind+":"+ref, func(c candidate) bool {
					return r.UserID != 0 && c.ID == int64(r.UserID) || r.UserID == 0 && c.TeamID != 0 && c.TeamID == int64(r.TeamID)
				}))
			}
		}
	}
	route(onPoster, strconv.FormatInt(a.PosterID, 10))
	route(onProduct, strconv.FormatInt(a.ProductID, 10))
	route(onCategory, a.Category)
	for _, t := range themes {
		route(onTopic, strconv.FormatInt(t.ID, 10))
		if t.TeamID != 0 {
			out = append(out, where(fmt.Sprintf("%s:%d", onTopic, t.ID), func(c candidate) bool { return c.TeamID == t.TeamID }))
		}
	}
	return append(out, where(whyTurn, func(c candidate) bool { return c.Role == auth.Owner || c.Role == auth.Manager }),
		where(whyTurn, func(candidate) bool { return true }))
}

// subjectOf is what an answer is about.
func subjectOf(ctx context.Context, q db.Q, response int64, who Client) (about, error) {
	var a about
	if _, err := db.Found(q.Get(ctx, &a, sqlAbout, response)); err != nil {
		return a, fmt.Errorf("read what answer %d is about: %w", response, err)
	}
	a.OwnerID = who.OwnerID
	return a, nil
}

// together tells whether several people work here; who works alone sees nothing
// of owners and departments.
func together(ctx context.Context, q db.Q) (bool, error) {
	var n int
	err := q.Get(ctx, &n, sqlWorking)
	return n > 1, err
}

// Why is the rule by which a case is its owner's.
type Why struct {
	Rule   string  // "" when nobody wrote it down
	NameEN db.Null `db:"name_en"` // of what it is about
	NameZH db.Null `db:"name_zh"`
}

func whyOwner(ctx context.Context, q db.Q, c Case) (Why, error) {
	kind, ref, about := strings.Cut(c.OwnerWhy, ":")
	w := Why{Rule: kind}
	if c.OwnerID == 0 {
		w.Rule = ""
	}
	if !about || w.Rule == "" {
		return w, nil
	}
	if err := q.Get(ctx, &w, sqlNamed, kind, ref); err != nil {
		return w, fmt.Errorf("read what case %d is about: %w", c.ID, err)
	}
	return w, nil
}

// Words say it to the reader.
func (w Why) Words(d view.Data) string {
	if w.Rule == "" {
		return ""
	}
	return d.Locale.T("feedback.why."+w.Rule, "name", Route{NameEN: string(w.NameEN), NameZH: string(w.NameZH)}.Name(d.Locale))
}
