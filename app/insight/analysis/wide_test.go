package analysis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

// A mail of many columns says them one under the other, so that no phone has to
// shrink or cut it; one of few keeps its table.
func TestAMailFitsAPhone(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	api := a.API("", "write")
	for query, want := range map[string]string{
		"kind=order&row=status&m=sum:total&m=count&m=mean:total&on=ordered_on&span=this_year&compare=year": `<td>Amount, sum</td>`,
		"kind=order&row=status&m=sum:total&m=count":                                                        `<th align="right">Amount, sum</th>`,
	} {
		var made struct{ ID int64 }
		api.Into(&made, 201, "POST", "/reports", fmt.Sprintf(`{"name":"R","query":%q}`, query))
		api.Into(nil, 200, "PUT", fmt.Sprintf("/reports/%d/mail", made.ID), `{"rhythm":"weekly","day":1,"readers":[1]}`)
		a.Clock.Add(8 * 24 * time.Hour)
		if err := a.Analysis().Send(a.As(auth.System("test"))); err != nil {
			t.Fatal(err)
		}
		if a.Count(`SELECT count(*) FROM outbox WHERE dedupe_key LIKE ? AND instr(json_extract(payload, '$.html'), ?) > 0`, fmt.Sprintf("report:%d:%%", made.ID), want) != 1 {
			t.Errorf("the mail of %s does not say %s", query, want)
		}
		api.Into(nil, 204, "DELETE", fmt.Sprintf("/reports/%d", made.ID), "")
	}
}

// In a file every column has a name of its own, and only what lies within a span has
// columns for its ends.
func TestColumnsOfAFileAreToldApart(t *testing.T) {
	a := apptest.New(t)
	a.Fill()
	file := a.Owner().Get("/exports/reports?as=shown&format=csv&kind=order&row=status&m=sum:total&m=mean:total&on=ordered_on&span=this_year&compare=year").Body
	head, _, _ := strings.Cut(file, "\r\n")
	seen := map[string]bool{}
	for _, name := range strings.Split(strings.ReplaceAll(head, ", ", " "), ",") {
		if seen[name] || strings.Contains(name, " low") {
			t.Errorf("the column %q of %s", name, head)
		}
		seen[name] = true
	}
	if !strings.Contains(head, "Amount, mean n") {
		t.Errorf("%s does not say what a mean rests on", head)
	}
	rates := a.Owner().Get("/exports/reports?as=shown&format=csv&kind=deal&row=owner_id&m=rate:won").Body
	if head, _, _ := strings.Cut(rates, "\r\n"); !strings.Contains(head, " low,") || !strings.Contains(head, " high") {
		t.Errorf("a rate has no span: %s", head)
	}
}
