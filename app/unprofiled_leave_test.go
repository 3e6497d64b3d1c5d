package app_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/kit/tabular"
	"regulars/app/sys/auth"
)

// profileFields are what lists can be chosen by that makes a profile of somebody.
var profileFields = []string{"filter[grade][in]=A,B,C,D", "filter[score][gte]=0", "filter[value_score][gte]=0", "filter[health_score][gte]=0", "filter[segment][empty]=false",
	"filter[expected_on][empty]=false", "filter[stage][in]=new,active,regular,at_risk,lost,won_back", "filter[rhythm][empty]=false"}

const profileColumns = "columns=grade,score,value_score,health_score,segment,stage,expected_on"

// What leaves the house says as little of those who do not want to be profiled as
// its pages do: their orders and money, but no figure that judges or foretells.
func filesAreSilent(t *testing.T, a *apptest.App) {
	api, b := a.API("", "write"), a.Owner()
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","key":"next","kind":"computed","name_en":"Next","name_zh":"下次","formula":"expected_on"}`)
	api.Into(nil, 201, "POST", "/custom-fields", `{"subject":"customer","key":"mark","kind":"computed","name_en":"Mark","name_zh":"分","formula":"score * 2"}`)
	for _, format := range []string{"csv", "xlsx"} {
		said := map[string][]string{}
		for _, row := range rowsOf(t, b.Get("/exports/customers?as=shown&"+profileColumns+",fields.next,fields.mark&format="+format)) {
			said[row[0]] = row[1:]
		}
		for _, name := range []string{"Quillon", "Tamsin"} {
			if cells := said[name]; len(cells) != 9 || strings.Join(cells, "") != "–" && strings.Join(cells, "") != "" {
				t.Errorf("the %s list says of %s %q", format, name, cells)
			}
		}
		if cells := said["Neighbar"]; len(cells) != 9 || slices.Contains(cells, "") {
			t.Errorf("the %s list says of their neighbour %q", format, cells)
		}
		for _, filter := range profileFields {
			names(t, filter+" as "+format, fmt.Sprint(rowsOf(t, b.Get("/exports/customers?"+filter+"&format="+format))))
			names(t, filter+" from the API as "+format, fmt.Sprint(rowsOf(t, api.Call("GET", "/exports/customers?"+filter+"&format="+format, ""))))
		}
	}
	for _, id := range []int{1, 3} {
		page := b.Get(fmt.Sprintf("/customers/%d", id)).Body
		for _, word := range []string{"Expected", "Comes back", "days late", `class="grade a`, "At risk", "Lost<"} {
			if strings.Contains(page, word) {
				t.Errorf("the page of customer %d says %q", id, word)
			}
		}
		var c struct {
			Stage  string
			Fields map[string]any
		}
		api.Into(&c, 200, "GET", fmt.Sprintf("/customers/%d", id), "")
		if c.Stage != "" || c.Fields["next"] != nil || c.Fields["mark"] != nil {
			t.Errorf("the API says of customer %d %+v", id, c)
		}
		var life struct {
			Stage, Rule string
			Facts       map[string]float64
			Moves       []any
		}
		api.Into(&life, 200, "GET", fmt.Sprintf("/customers/%d/stage", id), "")
		if life.Stage+life.Rule != "" || life.Facts["gap_days"] != 0 || life.Facts["silent_days"] != 0 || len(life.Moves) > 0 {
			t.Errorf("the stage of customer %d: %+v", id, life)
		}
		if n := a.Count(`SELECT count(*) FROM event WHERE customer_id = ? AND (kind LIKE 'stage.%' OR kind LIKE 'evaluation.%' OR kind LIKE 'prediction.%')`, id); n > 0 {
			t.Errorf("%d events judge customer %d", n, id)
		}
	}
}

// No report divides or measures them by a profile, and the rows behind its numbers
// name them only where they bought or paid.
func reportsAreSilent(t *testing.T, a *apptest.App) {
	api, b := a.API("", "write"), a.Owner()
	queries := []string{"kind=customer&m=mean:score&m=median:score&m=mean:value_score&m=mean:health_score&m=rate:lost&m=rate:at_risk", "kind=order&row=customer.stage&m=sum:total&m=customers"}
	for _, by := range []string{"grade", "segment", "stage", "expected_on:month"} {
		queries = append(queries, "kind=customer&row="+by+"&m=count&m=sum:revenue&m=mean:score&m=rate:came_back")
	}
	library, err := a.Analysis().Library(a.As(auth.System("test")))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range library {
		if one.Link == "" {
			queries = append(queries, one.Query)
		}
	}
	seen := 0
	for _, query := range queries {
		spec, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Items []struct {
				Keys  []struct{ Value any }
				Total []struct{ Rows string }
			}
			Total struct{ Total []struct{ Rows string } }
		}
		api.Into(&got, 200, "GET", "/reports/run?query="+url.QueryEscape(query), "")
		profile := func(row, measure string) bool { // whether the rows behind a number are told by a profile
			field, _, _ := strings.Cut(strings.TrimPrefix(row, "customer."), ":")
			return slices.Contains([]string{"grade", "segment", "stage", "expected_on"}, field) || strings.HasSuffix(measure, "score") && !strings.HasPrefix(query, "kind=response") || strings.HasSuffix(measure, ":lost") || strings.HasSuffix(measure, ":at_risk")
		}
		for _, r := range got.Items {
			none := len(r.Keys) == 0 || r.Keys[0].Value == nil || r.Keys[0].Value == ""
			for i, c := range r.Total {
				row := spec.Get("row")
				if none {
					row = ""
				}
				if c.Rows != "" && profile(row, spec["m"][i]) {
					seen++
					names(t, query+" "+c.Rows, b.Get(c.Rows).Body)
				}
			}
		}
		for i, c := range got.Total.Total {
			if c.Rows != "" && profile("", spec["m"][i]) {
				seen++
				names(t, query+" "+c.Rows, b.Get(c.Rows).Body)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d numbers were followed", seen)
	}
	letter := b.Get("/letters/1").Body
	for _, part := range strings.Split(letter, `href="`)[1:] {
		path, _, _ := strings.Cut(part, `"`)
		if path = strings.ReplaceAll(path, "&amp;", "&"); strings.Contains(path, "rhythm") || strings.Contains(path, "score") || strings.Contains(path, "of=silent") || strings.Contains(path, "of=base") {
			names(t, path, b.Get(path).Body)
		}
	}
}

// What comes by mail, the letter and reports of profiles with their files, names
// nobody who is not to be profiled, and counts them under none.
func mailsAreSilent(t *testing.T, a *apptest.App) {
	api, b := a.API("", "write"), a.Owner()
	b.Get("/settings/letter")
	if r := b.Post("/settings/letter", "monthly", "1", "weekday", "1", "day", "2", "recipients", "1"); r.Status != http.StatusSeeOther {
		t.Fatalf("settings of the letter: %d", r.Status)
	}
	for _, by := range []string{"stage", "segment", "grade"} {
		var made struct{ ID int64 }
		api.Into(&made, 201, "POST", "/reports", `{"name":"By `+by+`","query":"kind=customer&row=`+by+`"}`)
		api.Into(nil, 200, "PUT", fmt.Sprintf("/reports/%d/mail", made.ID), `{"rhythm":"weekly","day":1,"readers":[1],"papers":["xlsx","pdf"]}`)
		var got struct {
			Items []struct {
				Keys  []struct{ Value any }
				Total []struct{ Value float64 }
			}
		}
		api.Into(&got, 200, "GET", fmt.Sprintf("/reports/%d/table", made.ID), "")
		for _, r := range got.Items {
			if none := r.Keys[0].Value == nil || r.Keys[0].Value == ""; none && r.Total[0].Value != 2 {
				t.Errorf("%v customers have no %s, want the two who are not profiled", r.Total[0].Value, by)
			}
		}
	}
	a.Clock.Add(40 * 24 * time.Hour)
	ctx := a.As(auth.System("test"))
	if err := a.Analysis().Send(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.Letters().Run(ctx); err != nil {
		t.Fatal(err)
	}
	if n := a.Count(`SELECT count(*) FROM outbox WHERE purpose = 'staff'`); n < 4 {
		t.Errorf("%d mails", n)
	}
	if n := a.Count(`SELECT count(*) FROM outbox WHERE payload || subject LIKE '%Quillon%' OR payload || subject LIKE '%Tamsin%'`); n > 0 {
		t.Errorf("%d mails name them", n)
	}
}

// Whoever says that they want no profile has none from then on, and has it again
// when they take that back.
func profilesGoAndCome(t *testing.T, a *apptest.App) {
	b := a.Owner()
	b.Get("/settings")
	told := `SELECT count(*) FROM customer_stat WHERE customer_id = 2 AND stage <> '' AND gap_days > 0 AND expected_on <> ''`
	if a.Count(told) != 1 {
		t.Fatal("the neighbour has no rhythm")
	}
	a.Settle()
	moved := `SELECT count(*) FROM event WHERE kind = 'stage.moved' AND customer_id = 2`
	moves := a.Count(moved)
	for i, want := range []int{0, 1} {
		if r := b.Post("/customers/2/profiling", "off", fmt.Sprint(1-i)); r.Status != http.StatusSeeOther {
			t.Fatalf("%d", r.Status)
		}
		a.Settle()
		if n := a.Count(told); n != want {
			t.Errorf("after word %d: %d, want %d", i+1, n, want)
		}
	}
	if a.Count(moved) != moves {
		t.Error("that is told as a move between stages")
	}
}

// rowsOf are the rows of a file that left.
func rowsOf(t *testing.T, file apptest.Answer) [][]string {
	t.Helper()
	table, err := tabular.Open(strings.NewReader(file.Body), int64(len(file.Body)), tabular.Options{})
	if err != nil || file.Status != http.StatusOK {
		t.Fatal(file.Status, err)
	}
	defer func() { _ = table.Close() }()
	rows := [][]string{table.Header}
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

// names tells when a text names them.
func names(t *testing.T, where, body string) {
	t.Helper()
	if _, main, found := strings.Cut(body, "<main"); found {
		body = main
	}
	for _, name := range []string{"Quillon", "Tamsin"} {
		if at := strings.Index(body, name); at >= 0 {
			t.Errorf("%s names %s: …%s", where, name, body[max(0, at-120):min(len(body), at+40)])
		}
	}
}
