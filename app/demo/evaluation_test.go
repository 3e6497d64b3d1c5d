package demo_test

import (
	"fmt"
	"html"
	"math"
	"regexp"
	"strconv"
	"testing"

	"regulars/app/apptest"
	"regulars/app/sys/auth"
)

var (
	sumLine = regexp.MustCompile(`50((?: [+−] [0-9.]+)+) = ([0-9.]+)`)
	addend  = regexp.MustCompile(`([+−]) ([0-9.]+)`)
	rests   = regexp.MustCompile(`Rests on|of the \d+ records it rests on`)
	moved   = regexp.MustCompile(`data-l="Effect">([+−]?)([0-9.]+)<`)
)

// Every customer's page of evidence says how the score comes about, and what it
// prints adds up to the tenth of a point.
func TestEveryEvaluationAddsUpAsItIsPrinted(t *testing.T) {
	a := apptest.Blank(t)
	if err := a.FillDemo(a.As(auth.System("shell")), 300, 1, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	var ids []int64
	ctx := a.As(auth.System("shell"))
	if err := a.DB.Reader(ctx).Select(ctx, &ids, `SELECT customer_id FROM evaluation WHERE total IS NOT NULL`); err != nil || len(ids) < 100 {
		t.Fatalf("%d are scored, %v", len(ids), err)
	}
	number := func(sign, text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		if sign == "−" {
			v = -v
		}
		return v
	}
	b := a.SignIn("owner@example.com", "kettle and crane demo")
	for _, id := range ids {
		page := html.UnescapeString(b.Get(fmt.Sprintf("/customers/%d/evaluation", id)).Body)
		line := sumLine.FindStringSubmatch(page)
		if line == nil {
			t.Fatalf("customer %d: the page does not say how the score comes about", id)
		}
		sum, total := 50.0, number("", line[2])
		for _, part := range addend.FindAllStringSubmatch(line[1], -1) {
			sum += number(part[1], part[2])
		}
		table := 50.0
		for _, cell := range moved.FindAllStringSubmatch(page, -1) {
			table += number(cell[1], cell[2])
		}
		if math.Abs(sum-total) > .001 || math.Abs(table-total) > .001 {
			t.Errorf("customer %d: the line comes to %.1f, the table to %.1f, the total is %.1f", id, sum, table, total)
		}
		if !rests.MatchString(page) {
			t.Errorf("customer %d: nothing leads to the rows behind", id)
		}
	}
}
