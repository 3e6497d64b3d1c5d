package view

import (
	"strings"
	"testing"
)

func TestASheetEscapesWhatPeopleTyped(t *testing.T) {
	bad := `"><script>alert(1)</script>`
	got := string(sheet(Sheet{Ticks: true, Span: 3, Choose: bad, All: bad, Change: bad, Groups: []SheetGroup{{Label: bad, N: bad, Href: "/customers?a=" + bad, Rows: []SheetRow{{ID: 4, Name: bad, Cells: []Cell{
		{Sign: "company", Text: bad, Href: "/customers/4", Asides: []Pill{{bad, bad}, {bad, ""}}},
		{Text: bad, Label: bad, Class: bad, Note: bad, NoteSays: bad, Grade: bad},
		{Text: bad, Href: "javascript:alert(1)"}, {Text: bad, Href: "//evil.example"}, {Text: bad, Title: bad, Pill: bad}, {Pills: []Pill{{bad, bad}}}, {Person: true, Text: bad},
		{Text: bad, Edit: bad, EditPage: bad, Label: bad}, {Text: bad, Edit: bad, Href: "tel:" + bad},
	}}}}}}))
	for _, no := range []string{"<script", "javascript:", "//evil"} {
		if strings.Contains(got, no) {
			t.Errorf("the sheet holds %q:\n%s", no, got)
		}
	}
	if n := strings.Count(got, "<td"); n != 11 {
		t.Errorf("%d cells, want 11", n)
	}
}

// What a cell says leads where it should: calling and writing are links of
// their own beside the row's.
func TestASheetLinksToCallAndToWrite(t *testing.T) {
	got := string(sheet(Sheet{Groups: []SheetGroup{{Rows: []SheetRow{{ID: 1, Cells: []Cell{{Text: "020 7946 0018", Href: "tel:+442079460018"}, {Text: "a@example.com", Href: "mailto:a@example.com"},
		{Text: "x", Edit: "/c", EditPage: "/e", Href: "https://example.com"}}}}}}}))
	for _, want := range []string{`<a href="tel:+442079460018">020 7946 0018</a>`, `<a href="mailto:a@example.com">`, `<a href="https://example.com">x</a> <a class="cell pen" href="/e" hx-get="/c"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestASheetKeepsTheDirectionOfNames(t *testing.T) {
	got := string(sheet(Sheet{Groups: []SheetGroup{{Rows: []SheetRow{{ID: 1, Cells: []Cell{{Sign: "company", Text: "مخبز الميناء", Href: "/customers/1"}, {Text: "שלום"}, {Text: "Ada"}}}}}}}))
	for _, want := range []string{`<bdi>مخبز الميناء</bdi></a>`, `<bdi>שלום</bdi>`, `>Ada<`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}
