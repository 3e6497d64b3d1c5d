package evaluation_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/insight/evaluation"
	"regulars/app/insight/worth"
	"regulars/app/sys/auth"
	"regulars/app/sys/importer"
)

// A wholesaler's real invoices become a customer base with a sensible evaluation:
// percentiles around 50, grades spread out, contributions that add up. Nobody
// visibly leaves there, so the model of who is still a customer has no ground:
// that is caught, and the page of lifetime value says so in words.
func TestRealInvoicesGiveASensibleEvaluation(t *testing.T) {
	a := apptest.New(t)
	a.Clock.Set(time.Date(2011, 12, 10, 9, 0, 0, 0, time.UTC))
	f, err := os.Open("testdata/online_retail.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	run, problems := a.Import("orders", string(text), importer.Options{CreateMissing: true, Map: map[string]string{"invoice": "order_no", "date": "ordered_on", "customer": "customer", "total": "unit_price"},
		Defaults: map[string]string{"product": "Goods", "status": "completed"}})
	if run.Created < 5000 || len(problems) > 0 {
		t.Fatalf("imported: %s, %d problems", apptest.Tally(run), len(problems))
	}
	shell := a.As(auth.System("shell"))
	for _, job := range []string{"prediction_nightly", "evaluation_nightly"} {
		if err := a.Jobs.RunNow(shell, job); err != nil {
			t.Fatal(err)
		}
	}
	customers := a.Count(`SELECT count(*) FROM customer`)
	if customers < 1000 {
		t.Fatalf("%d customers", customers)
	}
	var models struct{ Items []worth.Object }
	api := a.API("", "read")
	api.Into(&models, http.StatusOK, "GET", "/models", "")
	m := models.Items[0]
	b := a.Owner()
	page := b.Get("/insight/worth")
	if !strings.Contains(page.Body, "Your customers do not visibly leave") || !strings.Contains(page.Body, "no better than a simple guess") {
		t.Errorf("the page explains neither that nobody visibly leaves nor how the trial went: %+v", m)
	}
	if page = b.Get("/customers/1/evaluation"); !strings.Contains(page.Body, "it has not passed its trial") {
		t.Error("a customer's page does not say that the forecast is not used")
	}
	if alive := a.Count(`SELECT count(*) FROM prediction_worth WHERE alive >= 0`); alive != 0 {
		t.Errorf("%d customers are told to be alive or gone", alive)
	}
	var list struct{ Items []evaluation.Object }
	api.Into(&list, http.StatusOK, "GET", "/evaluations?limit=500", "")
	seen := map[string]int{}
	for _, e := range list.Items {
		if e.Total == nil {
			continue
		}
		sum := 50.0
		for _, d := range e.Dimensions {
			sum += d.Contribution
		}
		if diff := sum - *e.Total; diff > .1 || diff < -.1 {
			t.Fatalf("customer %d: %v and %v", e.CustomerID, sum, *e.Total)
		}
		seen[*e.Grade]++
	}
	if len(seen) < 3 {
		t.Errorf("the grades do not spread: %v", seen)
	}
	if page = b.Get("/insight/evaluation"); page.Status != 200 {
		t.Errorf("the overview: %d", page.Status)
	}
}
