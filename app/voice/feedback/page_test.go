package feedback

import (
	"bytes"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"regulars/app/sys/db"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/i18n"
	"regulars/app/sys/view"
)

// pages are the real templates of this slice in the real layouts.
func pages(t *testing.T) *view.Engine {
	t.Helper()
	files := fstest.MapFS{}
	root := os.DirFS("../../../templates")
	for _, folder := range []string{"layouts", "partials", "feedback"} {
		err := fs.WalkDir(root, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			source, err := fs.ReadFile(root, name)
			files[name] = &fstest.MapFile{Data: source}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	assets := os.DirFS("../../../assets")
	bundle, err := i18n.Load(assets)
	if err != nil {
		t.Fatal(err)
	}
	e, err := view.New(files, assets, bundle)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEveryPageSpeaksBothLanguages(t *testing.T) {
	h := newShop(t)
	h.answer(1, 1, 1, 3, "<script>alert(1)</script>", 0)
	h.answer(2, 2, 1, 6, "", 0)
	id := h.cases()[0].ID
	e := pages(t)
	show := func(page string, body, form any, want ...string) {
		t.Helper()
		for _, tag := range i18n.Tags() {
			var out bytes.Buffer
			d := view.Data{Locale: e.Bundle().For(tag).At(h.clock.Now()), Query: url.Values{}, Body: body, Form: form, Title: "x"}
			if err := e.Page(&out, tag, "app", page, d); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), "<script>alert") {
				t.Errorf("%s in %s lets markup through", page, tag)
			}
			for _, w := range want {
				if tag == i18n.English && !strings.Contains(out.String(), w) {
					t.Errorf("%s does not say %q", page, w)
				}
			}
		}
		if missing := e.Bundle().Missing(); len(missing) > 0 {
			t.Errorf("%s asks for %v", page, missing)
		}
	}
	listed := func(want ...string) {
		t.Helper()
		lines, err := h.svc.lines(boss, h.cases())
		if err != nil {
			t.Fatal(err)
		}
		m, err := h.svc.Metrics(boss)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []string{"open", "mine", "closed"} {
			show("feedback/list", listBody{Lines: lines, View: v, Open: 2, Late: 1, Metrics: &m}, nil, want...)
			show("feedback/list", listBody{View: v}, nil)
		}
		show("feedback/panel", panelBody{lines[0]}, nil)
	}
	opened := func(want ...string) {
		t.Helper()
		b, err := h.svc.body(boss, id)
		if err != nil {
			t.Fatal(err)
		}
		b.Currency = "GBP"
		show("feedback/case", b, &caseForm{Cause: b.Case.Cause, Channel: "call"}, want...)
	}
	h.clock.Add(3*time.Hour + 22*time.Minute)
	listed("38 min left", "Not yet known")
	opened("Case 1", "38 min left", "working hours only")
	h.clock.Add(time.Hour)
	h.tick()
	listed("22 min late")
	if _, err := h.svc.LogContact(boss, id, "call", "spoke"); err != nil {
		t.Fatal(err)
	}
	h.drain()
	h.move(id, Move{To: Working})
	opened("It is put right")
	no := false
	h.move(id, Move{To: Resolved, Cause: "delivery", Action: "sent it", Told: &no})
	opened("Delivery", "Not yet", "Was late.")
	listed("asks again on 16 Mar")
	h.clock.Set(dbtest.Start.AddDate(0, 0, 15))
	h.tick()
	opened("Asked again", "<dd>17 Mar</dd>")
	h.answer(3, 1, 1, 8, "better", id)
	opened("Recovered", "Out of the low band")
	h.move(id, Move{To: Closed})
	opened()
	other := h.cases()[1].ID
	for _, m := range []Move{{To: Dismissed, Reason: "r"}, {To: Reopened}} {
		id = other
		h.move(other, m)
		opened()
	}
	if _, err := h.svc.Assign(boss, other, 0, 2); err != nil {
		t.Fatal(err)
	}
	opened("gave the case to Bo")
	show("feedback/rules", rulesBody{Levels: []string{"A"}}, rulesTyped(usualRules(), "GBP"))
	for _, s := range States {
		k := Case{State: s, Outcome: "worse", ClosedAt: db.At(h.clock.Now())}
		if steps := k.Steps(); (s == Dismissed || s == Merged) != (len(steps) == 0) {
			t.Errorf("%s has %d steps", s, len(steps))
		}
		for _, tag := range i18n.Tags() {
			if key := stateName(s).Key; !e.Bundle().For(tag).Has(key) {
				t.Errorf("%s has no text for %s", tag, key)
			}
		}
	}
	for _, k := range h.svc.Module().Timeline {
		for _, tag := range i18n.Tags() {
			e.Bundle().For(tag).T("timeline." + k.Event)
		}
	}
	if missing := e.Bundle().Missing(); len(missing) > 0 {
		t.Errorf("no words for %v", missing)
	}
}

// What a job did is a whole sentence: nobody's name stands before it.
func TestWhatHappenedByItselfIsAWholeSentence(t *testing.T) {
	e := pages(t)
	d := view.Data{Locale: e.Bundle().For(i18n.English)}
	for kind, want := range map[string]string{"opened": "The case was opened and given to Mei", "owner": "The case went to Mei"} {
		if got := (Event{Kind: kind, Note: "Mei"}).Sentence(d); got != want {
			t.Errorf("%s: %q", kind, got)
		}
	}
	if got := (Event{Kind: "owner", Note: "Mei", UserName: "Jo"}).Sentence(d); got != "gave the case to Mei" {
		t.Errorf("a person: %q", got)
	}
}
