package customer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

// The export of every program that people come from is known by its columns in
// both languages, and its people come in with names, numbers and owners. The
// people are invented, the columns are what those programs write.
func TestExportsOfOtherProgramsAreKnownByTheirColumns(t *testing.T) {
	a := apptest.New(t)
	for _, program := range importer.Presets() {
		for language, name := range map[string]string{"en": "Ada Fenwick", "zh": "林小棠"} {
			raw, err := os.ReadFile(filepath.Join("testdata", "exports", program+"."+language+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			header, _, _ := strings.Cut(string(raw), "\n")
			if p, ok := importer.Recognise("customers", strings.Split(header, ",")); !ok || p.Name != program {
				t.Errorf("%s in %s is taken for %q", program, language, p.Name)
			}
			run, problems := a.Import("customers", string(raw), importer.Options{})
			if got := apptest.Tally(run); got != "1 0 0 0" || len(problems) != 0 {
				t.Errorf("%s in %s: %s %q", program, language, got, problems)
			}
			if n := a.Count(`SELECT count(*) FROM customer c JOIN customer_phone p ON p.customer_id = c.id WHERE c.name = ? AND p.e164 LIKE '+442079460%'`, name); n != 1 {
				t.Errorf("%s in %s: no %s with a telephone number", program, language, name)
			}
			a.TakeBack(run)
		}
	}
}

// A column that the shop has no field for becomes one, of the kind that its
// cells are, and goes with the undo of the same import.
func TestColumnsBecomeFieldsAndGoWithTheUndo(t *testing.T) {
	a := apptest.New(t)
	const book = "Name,Roast,Since,Machine,Cups\n" +
		"Ada Fenwick,dark,2024-03-01,Old lever one,3\nMei Lin,light,2025-01-02,,4\nJo Hart,dark,2025-02-03,Drip,\nSam Reed,light,,None yet,2\nKim Vale,dark,2025-05-06,A loan,1\nLee Moss,dark,,,5\n"
	o := importer.Options{Map: map[string]string{"Roast": "+", "Since": "+", "Machine": "+text", "Cups": "+"}}
	run, problems := a.Import("customers", book, o)
	if got := apptest.Tally(run); got != "6 0 0 0" || len(problems) != 0 {
		t.Fatalf("%s %q", got, problems)
	}
	for key, kind := range map[string]string{"roast": "choice", "since": "date", "machine": "text", "cups": "number"} {
		if n := a.Count(`SELECT count(*) FROM custom_field WHERE subject = 'customer' AND key = ? AND kind = ?`, key, kind); n != 1 {
			t.Errorf("no field %s of kind %s", key, kind)
		}
	}
	if n := a.Count(`SELECT count(*) FROM customer WHERE name = 'Ada Fenwick' AND fields LIKE '%2024-03-01%' AND fields LIKE '%dark%'`); n != 1 {
		t.Error("the first row has not its values")
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT (SELECT count(*) FROM custom_field) + (SELECT count(*) FROM customer)`); n != 0 {
		t.Errorf("%d left after the undo", n)
	}
	lead := a.Colleague("dan@example.com", "member")
	actor, _, err := a.Users().Actor(a.As(auth.System("shell")), lead.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Imports.Upload(a.As(actor), "customers", "x.csv", strings.NewReader(book), 0, o); !errs.Is(err, errs.Denied) {
		t.Errorf("somebody who may not: %v", err)
	}
}

// The list leaves as vCard and in old Excel's letters too, for those who may,
// and the audit log knows.
func TestTheListLeavesAsCardsAndInOldLetters(t *testing.T) {
	a := apptest.New(t)
	a.Import("customers", "Name,Phone\n林小棠,+44 20 7946 0102\n=1+1,+44 20 7946 0103\n", importer.Options{})
	b := a.Owner()
	if page := b.Get("/customers/export?format=vcf"); page.Status != 200 || strings.Count(page.Body, "BEGIN:VCARD") != 2 || !strings.Contains(page.Body, "TEL:+44 20 7946 0102") {
		t.Errorf("%d %s", page.Status, page.Body)
	}
	if page := b.Get("/customers/export?format=gb18030"); !strings.Contains(page.Body, "\xc1\xd6\xd0\xa1\xcc\xc4") || !strings.Contains(page.Body, "'=1+1") {
		t.Errorf("%q", page.Body)
	}
	if n := a.Count(`SELECT count(*) FROM journal_set WHERE op = 'customer.export'`); n != 2 {
		t.Errorf("%d exports in the audit log", n)
	}
	a.Colleague("dan@example.com", "member")
	if r := a.SignIn("dan@example.com", apptest.Password).Get("/customers/export?format=vcf"); r.Status != 403 {
		t.Errorf("a member exports: %d", r.Status)
	}
}
