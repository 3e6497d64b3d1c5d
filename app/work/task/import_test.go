package task_test

import (
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/importer"
)

// Things to do come in once, open or done, with their customers, and go out again.
func TestTasksComeInOnceAndGoOut(t *testing.T) {
	a := apptest.New(t)
	const book = "Task,Customer,Due date,Assigned to,Done\n" +
		"Send the quote,Harbour Bakery,2026-03-09,mei lin,\n" +
		"Call about beans,Harbour Bakery,2026-03-10 14:30,nobody@example.com,\n" +
		"Count the cups,,,,yes\n" +
		",Harbour Bakery,,,\n" +
		"Late,,31/02/2026,,\n"
	o := importer.Options{CreateMissing: true}
	checked, _ := a.CheckImport("tasks", book, o)
	run, problems := a.Import("tasks", book, o)
	if got := apptest.Tally(run); got != "3 0 0 2" || apptest.Tally(checked) != got || len(problems) != 3 {
		t.Fatalf("%s, checked %s: %q", got, apptest.Tally(checked), problems)
	}
	if n := a.Count(`SELECT count(*) FROM task t JOIN customer c ON c.id = t.customer_id WHERE c.name = 'Harbour Bakery' AND t.done_at IS NULL AND t.due_at > 0`); n != 2 {
		t.Errorf("%d open tasks of the customer", n)
	}
	if n := a.Count(`SELECT count(*) FROM task WHERE done_at IS NOT NULL`); n != 1 {
		t.Errorf("%d done", n)
	}
	if n := a.Count(`SELECT count(*) FROM notification`); n != 0 {
		t.Errorf("%d people were told of what is brought in", n)
	}
	if again, _ := a.Import("tasks", book, o); apptest.Tally(again) != "0 0 3 2" {
		t.Errorf("the same file again: %s", apptest.Tally(again))
	}
	a.TakeBack(run)
	if n := a.Count(`SELECT (SELECT count(*) FROM task) + (SELECT count(*) FROM customer)`); n != 0 {
		t.Errorf("%d left", n)
	}
}
