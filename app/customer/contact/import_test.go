package contact_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"regulars/app/customer/contact"
	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/blob"
	"regulars/app/sys/db/dbtest"
	"regulars/app/sys/event"
	"regulars/app/sys/importer"
	"regulars/app/sys/journal"
	"regulars/app/sys/search"
)

func TestContactsFindTheirCustomers(t *testing.T) {
	d := dbtest.New(t)
	ctx := auth.With(context.Background(), auth.System("shell"))
	bus, index := event.New(d), search.New(d)
	customers := customer.New(d, bus, index, nil)
	s := contact.New(d, bus, customers, nil)
	j := journal.New(d, []journal.Table{{Name: "customer"}, {Name: "contact"}, {Name: "customer_phone"}, {Name: "customer_email"}})
	if err := j.Install(ctx); err != nil {
		t.Fatal(err)
	}
	for _, in := range []customer.Input{{Name: "Harbour Bakery", ExternalID: "H-1", Emails: []string{"shop@harbour.example.com"}}, {Name: "Twin"}, {Name: "Twin"}} {
		if _, err := customers.Create(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	blobs, err := blob.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = blobs.Close() })
	e := importer.New(importer.Deps{DB: d, Blobs: blobs})
	e.Attach(j, s.Importer())
	bring := func(text string, o importer.Options) string {
		t.Helper()
		run, err := e.Upload(ctx, "contacts", "people.csv", strings.NewReader(text), 0, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Begin(ctx, run.ID); err != nil {
			t.Fatal(err)
		}
		e.Drain(ctx)
		if run, err = e.Get(ctx, run.ID); err != nil || run.State != importer.Done {
			t.Fatalf("%+v %v", run, err)
		}
		return fmt.Sprint(run.Created, run.Updated, run.Skipped, run.Failed)
	}
	file := "客户,联系人,职位,电话,邮箱\nharbour bakery,Ines Calder,owner,,ines@example.com\nH-1,Tom,,,\nshop@harbour.example.com,Ines Calder,,,ines@example.com\nTwin,Who,,,\nNobody yet,Ann,,,\n,Lost,,,\n"
	if got := bring(file, importer.Options{}); got != "2 0 1 3" {
		t.Errorf("first: %s", got)
	}
	if got := bring(file, importer.Options{CreateMissing: true}); got != "1 0 3 2" {
		t.Errorf("creating what is missing: %s", got)
	}
	if got := bring("customer,name,title,phone\nH-1,Tom,baker,13800138000\n", importer.Options{OnDuplicate: importer.Update}); got != "0 1 0 0" {
		t.Errorf("update: %s", got)
	}
	r, err := index.Find(ctx, search.Query{Text: "ines", Scope: auth.Scope{Reach: auth.All}, Limit: 5})
	if err != nil || len(r.Hits) != 1 || r.Hits[0].Title != "Harbour Bakery" {
		t.Errorf("%+v %v", r, err)
	}
	people, err := s.Of(ctx, 1)
	if err != nil || len(people) != 2 || people[1].Title != "baker" || len(people[1].Phones) != 1 {
		t.Errorf("%+v %v", people, err)
	}
}
