package deal_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
)

// years is a pipeline of 8,800 deals as another program exports it: 85 accounts,
// one of which is nobody's, GTXPro for GTX Pro, empty days, amounts and accounts
// where nothing is decided. want is what the file adds up to.
func years() (file string, want map[string]int) {
	rng := rand.New(rand.NewPCG(8, 800))
	want = map[string]int{}
	var b strings.Builder
	b.WriteString("opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\r\n")
	products := []string{"GTX Basic", "GTXPro", "MG Special", "MG Advanced", "GTX Plus Basic", "GTX Plus Pro", "GTK 500"}
	start := time.Date(2016, 10, 20, 0, 0, 0, 0, time.UTC)
	for i := range 8800 {
		stage, engaged, closed, value := "Prospecting", "", "", ""
		n := rng.IntN(85)
		account := fmt.Sprintf("Account %02d, Ltd", n)
		day := start.AddDate(0, 0, rng.IntN(400))
		switch x := rng.IntN(100); {
		case x < 48:
			stage = "Won"
			worth := 30 + rng.IntN(5000)
			value = strconv.Itoa(worth)
			want["sum"] += worth * 100
		case x < 76:
			stage, value = "Lost", "0"
		case x < 94:
			stage = "Engaging"
		}
		if stage != "Prospecting" {
			engaged = day.Format(time.DateOnly)
		}
		if value == "" && rng.IntN(3) == 0 {
			account, n = "", -1
		}
		if value != "" {
			closed = day.AddDate(0, 0, 1+rng.IntN(100)).Format(time.DateOnly)
		}
		product := products[rng.IntN(len(products))]
		want[stage]++
		if n == 84 || n < 0 {
			want["nobody's"]++
		}
		if product == "GTXPro" {
			want[product]++
		}
		fmt.Fprintf(&b, "%08X,Agent %d,%s,\"%s\",%s,%s,%s,%s\r\n", i*2654435761&0xffffffff, rng.IntN(30), product, account, stage, engaged, closed, value)
	}
	return b.String(), want
}

var (
	csrf    = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)
	columns = regexp.MustCompile(`(?s)<select name="(column-\d+)".*?</select>`)
	chosen  = regexp.MustCompile(`<option value="([^"]*)" selected`)
	ticked  = regexp.MustCompile(`type="checkbox" name="match" value="([^"]+)" checked`)
)

// bring sends a file as the page does, takes the page's own guess of its columns,
// and presses Import.
func bring(t *testing.T, a *apptest.App, b *apptest.Browser, kind, file string) (run string) {
	t.Helper()
	page := b.Get("/imports/new?kind=" + kind)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"_csrf": csrf.FindStringSubmatch(page.Body)[1], "kind": kind} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", kind+".csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	up := b.Do(http.MethodPost, "/imports", w.FormDataContentType(), &body)
	if up.Status != http.StatusSeeOther {
		t.Fatalf("upload: %d %s", up.Status, up.Body)
	}
	press := []string{"do", "run", "on_duplicate", "skip"}
	page = b.Get(up.Location)
	for _, m := range columns.FindAllStringSubmatch(page.Body, -1) {
		goes := ""
		if c := chosen.FindStringSubmatch(m[0]); c != nil {
			goes = html.UnescapeString(c[1])
		}
		press = append(press, m[1], goes)
	}
	for _, m := range ticked.FindAllStringSubmatch(page.Body, -1) {
		press = append(press, "match", m[1])
	}
	if r := b.Post(up.Location, press...); r.Status != http.StatusSeeOther {
		t.Fatalf("run: %d %.2000s", r.Status, r.Body)
	}
	a.Imports.Drain(context.Background())
	return up.Location
}

func TestAShopBringsInYearsOfItsPipelineByThePage(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	bring(t, a, b, "products", "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\nMG Special,MG,55\nMG Advanced,MG,3393\nGTX Plus Basic,GTX,1096\nGTX Plus Pro,GTX,5482\nGTK 500,GTK,26768\n")
	var accounts strings.Builder
	accounts.WriteString("account,sector,office_location\n")
	for i := range 84 {
		fmt.Fprintf(&accounts, "\"Account %02d, Ltd\",retail,United States\n", i)
	}
	bring(t, a, b, "customers", accounts.String())
	if n, m := a.Count(`SELECT count(*) FROM product`), a.Count(`SELECT count(*) FROM customer`); n != 7 || m != 84 {
		t.Fatalf("%d products, %d customers", n, m)
	}
	file, want := years()
	began := time.Now()
	took := func(what string) { // for whoever runs it with -v
		t.Logf("%s took %s", what, time.Since(began).Round(100*time.Millisecond))
		began = time.Now()
	}
	run := bring(t, a, b, "deals", file)
	took("the import")
	check := func(when string, expected map[string]int) {
		t.Helper()
		for query, n := range expected {
			if got := a.Count(query); got != n {
				t.Errorf("%s, %s: %d, want %d", when, query, got, n)
			}
		}
	}
	whole := map[string]int{
		`SELECT count(*) FROM deal`: 8800,
		`SELECT count(*) FROM deal WHERE result = 'won' AND closed_on <> ''`:                                                                       want["Won"],
		`SELECT coalesce(sum(amount), 0) FROM deal WHERE result = 'won'`:                                                                           want["sum"],
		`SELECT count(*) FROM deal WHERE result = 'lost' AND amount = 0`:                                                                           want["Lost"],
		`SELECT count(*) FROM deal WHERE result = 'open' AND closed_on = ''`:                                                                       want["Engaging"] + want["Prospecting"],
		`SELECT count(*) FROM deal WHERE customer_id IS NULL`:                                                                                      want["nobody's"],
		`SELECT count(*) FROM deal WHERE customer_id IS NULL AND result <> 'open' AND notes NOT LIKE 'Account 84%'`:                                0,
		`SELECT count(*) FROM deal_line l JOIN product p ON p.id = l.product_id WHERE p.name = 'GTX Pro'`:                                          want["GTXPro"],
		`SELECT count(*) FROM deal_line WHERE product_id IS NULL`:                                                                                  0,
		`SELECT count(*) FROM product`:                                                                                                             7,
		`SELECT count(*) FROM customer`:                                                                                                            84,
		`SELECT count(DISTINCT agent) FROM deal WHERE owner_id IS NULL`:                                                                            30,
		`SELECT count(*) FROM deal d JOIN (SELECT deal_id, sum(total) AS s FROM deal_line GROUP BY 1) l ON l.deal_id = d.id WHERE d.amount <> l.s`: 0,
	}
	check("after the import", whole)
	if page := b.Get(run); !strings.Contains(page.Body, "8,800") || !strings.Contains(page.Body, run+"/undo") {
		t.Errorf("the page does not say what came in: %.1500s", page.Body)
	}
	took("looking at it")
	version := a.Count(`SELECT sum(version) FROM deal`)
	bring(t, a, b, "deals", file)
	took("the same file again")
	check("the same file again", whole)
	check("the same file again", map[string]int{`SELECT sum(version) FROM deal`: version, `SELECT created + updated + failed FROM import_run ORDER BY id DESC LIMIT 1`: 0})
	for _, path := range []string{"/deals", "/deals?view=list", "/forecast", "/deals?view=list&filter%5Bresult%5D%5Beq%5D=won"} {
		if page := b.Get(path); page.Status != http.StatusOK {
			t.Errorf("%s: %d", path, page.Status)
		}
	}
	took("looking at lists")
	if r := b.Post(run + "/undo"); r.Status != http.StatusSeeOther {
		t.Fatalf("undo: %d", r.Status)
	}
	a.Imports.Drain(context.Background())
	took("the undo")
	check("taken back", map[string]int{`SELECT count(*) FROM deal`: 0, `SELECT count(*) FROM deal_line`: 0, `SELECT count(*) FROM deal_move`: 0, `SELECT count(*) FROM product`: 7,
		`SELECT count(*) FROM customer`: 84, `SELECT count(*) FROM timeline_entry WHERE subject_kind = 'deal'`: 0, `SELECT count(*) FROM import_run WHERE state = 'undone'`: 1})
}
