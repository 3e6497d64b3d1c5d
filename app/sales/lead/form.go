package lead

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// A form on the web through which inquiries come: its address, its words in
// both languages, what it asks and who gets what comes.

// WebForm is one form.
type WebForm struct {
	ID      int64     `db:"id"`
	Slug    string    `db:"slug"`
	Name    string    `db:"name"`
	Texts   FormTexts `db:"texts"`
	Asks    Words     `db:"asks"`
	Source  string    `db:"source"`
	OwnerID db.ID     `db:"owner_id"`
	Effort  int       `db:"effort"` // bits of the proof of work
	Active  bool      `db:"active"`
	Version int64     `db:"version"`
	Leads   int       `db:"leads"`   // that came through it
	Origins string    `db:"origins"` // the sites that may frame it, one a line
}

// FormText is what a form says in one language.
type FormText struct {
	Title   string `json:"title,omitempty"`
	Lead    string `json:"lead,omitempty"`
	Thanks  string `json:"thanks,omitempty"`
	Consent string `json:"consent,omitempty"`
}

// FormTexts are its words by language.
type FormTexts map[string]FormText

// Scan implements sql.Scanner.
func (t *FormTexts) Scan(src any) error {
	*t = FormTexts{}
	if s, ok := src.(string); ok {
		return json.Unmarshal([]byte(s), t)
	}
	return fmt.Errorf("the words of a form as %T", src)
}

// JSON is how it is stored.
func (t FormTexts) JSON() string {
	b, err := json.Marshal(t)
	if err != nil {
		return "{}"
	}
	return string(b)
}

// In is what it says in a language; what is missing there is said in the other.
func (t FormTexts) In(language string) FormText {
	own, other := t[language], FormText{}
	for _, l := range languages {
		if l != language {
			other = t[l]
		}
	}
	for _, p := range []struct {
		own   *string
		other string
	}{{&own.Title, other.Title}, {&own.Lead, other.Lead}, {&own.Thanks, other.Thanks}, {&own.Consent, other.Consent}} {
		if *p.own == "" {
			*p.own = p.other
		}
	}
	return own
}

var languages = []string{"en", "zh-CN"}

// asked is what a form can ask besides the name.
var asked = []string{"phone", "email", "wechat", "company", "need", "interest", "region"}

// Has tells whether the form asks something.
func (f WebForm) Has(what string) bool {
	return slices.Contains(f.Asks, what) || f.Must(what)
}

// Must tells whether it has to be said.
func (f WebForm) Must(what string) bool { return slices.Contains(f.Asks, what+"!") }

// How is how the form asks something: "", may or must.
func (f WebForm) How(what string) string {
	switch {
	case f.Must(what):
		return "must"
	case f.Has(what):
		return "may"
	}
	return ""
}

var slugShape = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$`)

// siteShape is the address of a site, without a path and without anything that
// would mean more in a header.
var siteShape = regexp.MustCompile(`^https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

const (
	minEffort = 8
	maxEffort = 22
	usual     = 14
)

func (f *WebForm) clean() {
	f.Slug = strings.ToLower(strings.TrimSpace(f.Slug))
	f.Name = strings.Join(strings.Fields(text.Line(f.Name)), " ")
	f.Source = strings.Join(strings.Fields(text.Line(f.Source)), " ")
	for l, t := range f.Texts {
		t.Title = strings.Join(strings.Fields(text.Line(t.Title)), " ")
		t.Lead, t.Thanks, t.Consent = text.Block(t.Lead), text.Block(t.Thanks), text.Block(t.Consent)
		f.Texts[l] = t
	}
	var sites []string
	for _, o := range strings.Fields(strings.ReplaceAll(f.Origins, ",", " ")) {
		if o = strings.ToLower(strings.TrimRight(o, "/")); !slices.Contains(sites, o) {
			sites = append(sites, o)
		}
	}
	f.Origins = strings.Join(sites, "\n")
	if f.Effort == 0 {
		f.Effort = usual
	}
}

func (f WebForm) validate() error {
	c := &errs.Check{}
	c.That(f.Name != "", "name", "error.required")
	c.That(len([]rune(f.Name)) <= maxShort, "name", "error.long", "n", maxShort)
	c.That(len([]rune(f.Source)) <= maxShort, "source", "error.long", "n", maxShort)
	c.That(slugShape.MatchString(f.Slug), "slug", "lead.error.slug")
	c.That(f.Effort >= minEffort && f.Effort <= maxEffort, "effort", "error.range", "min", minEffort, "max", maxEffort)
	c.That(f.Has("phone") || f.Has("email") || f.Has("wechat"), "asks", "lead.error.reach")
	for _, a := range f.Asks {
		c.That(slices.Contains(asked, strings.TrimSuffix(a, "!")), "asks", "error.choice")
	}
	const most = 20
	sites := strings.Fields(f.Origins)
	c.That(len(sites) <= most, "origins", "error.many", "n", most)
	for _, o := range sites {
		c.That(siteShape.MatchString(o) && len(o) <= 200, "origins", "poster.error.origin")
	}
	titled := false
	for l, t := range f.Texts {
		c.That(slices.Contains(languages, l), "texts", "error.choice")
		titled = titled || t.Title != ""
		for name, s := range map[string]string{"title": t.Title, "lead": t.Lead, "thanks": t.Thanks, "consent": t.Consent} {
			c.That(len([]rune(s)) <= 500, name+"_"+l, "error.long", "n", 500)
		}
	}
	c.That(titled, "title_en", "error.required")
	return c.Err()
}

// Forms lists the forms.
func (s *Service) Forms(ctx context.Context) ([]WebForm, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return nil, err
	}
	return forms(ctx, s.db.Reader(ctx))
}

// Form reads one.
func (s *Service) Form(ctx context.Context, id int64) (WebForm, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return WebForm{}, err
	}
	return formByID(ctx, s.db.Reader(ctx), id)
}

// SaveForm makes a form, or changes one that is still at its version.
func (s *Service) SaveForm(ctx context.Context, f WebForm) (WebForm, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return f, err
	}
	f.clean()
	if err := f.validate(); err != nil {
		return f, err
	}
	return db.WriteOne(ctx, s.db, "lead.form", func(ctx context.Context, tx *db.Tx) (WebForm, error) {
		if f.OwnerID != 0 {
			n, err := counts(ctx, tx, sqlPerson, f.OwnerID)
			if err != nil {
				return f, err
			}
			c := &errs.Check{}
			c.That(n > 0, "owner_id", "error.choice")
			if err := c.Err(); err != nil {
				return f, err
			}
		}
		if f.ID != 0 {
			now, err := formByID(ctx, tx, f.ID)
			if err != nil {
				return f, err
			}
			if now.Version != f.Version {
				return f, errs.Stale(now)
			}
		}
		if err := putForm(ctx, tx, &f); err != nil {
			return f, err
		}
		journal.About(tx, "lead_form", f.ID, f.Name)
		return formByID(ctx, tx, f.ID)
	})
}

// DropForm deletes a form; the leads that came through it stay.
func (s *Service) DropForm(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	return s.db.Write(ctx, "lead.form_delete", func(ctx context.Context, tx *db.Tx) error {
		f, err := formByID(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "lead_form", id, f.Name)
		return dropForm(ctx, tx, id)
	})
}
