package pages

import (
	"bytes"
	"os"

	"strings"
	"testing"

	"regulars/app/kit/tabular"
	"regulars/app/sys/i18n"
	"regulars/app/sys/importer"
	"regulars/app/sys/view"
)

const repository = "../../../.."

// Every page of an import renders in both languages, in every state.
func TestPagesRender(t *testing.T) {
	assets := os.DirFS(repository + "/assets")
	bundle, err := i18n.Load(assets)
	if err != nil {
		t.Fatal(err)
	}
	v, err := view.New(os.DirFS(repository+"/templates"), assets, bundle)
	if err != nil {
		t.Fatal(err)
	}
	kind := importer.Kind{Name: "customers", Href: "/customers", Missing: true}
	run := importer.Run{ID: 7, Kind: "customers", FileName: `<b>fair</b>.csv`, Total: 10, Position: 4, Created: 3, Failed: 1, Group: 2}
	body := showBody{Run: run, Kind: kind, Options: importer.Options{OnDuplicate: importer.Update},
		Targets: []view.Option{{Value: "name", Label: "Name"}}, Extras: []extra{{"tags", "Tags", "fair"}}, Keys: []key{{"email", "Email", true}},
		Problems: []shown{{Line: 3, Field: "Name", Reason: "<script>", Cells: "a | b", Fatal: true}, {Line: 4, Reason: "odd", Field: "Birthday", Column: "birthday", Value: `31.2."20`, Key: "import.problem.birthday"}}, Remarks: 1, Error: "stopped", Fixed: 2,
		Pairs: importer.Pairs{Can: true, Found: 3, Looked: 10, At: 1, On: importer.Skip, Shown: &importer.Pair{Line: 12, ID: 4, Title: "Harbour <i>", Known: "phone",
			Fields: []importer.PairField{{Column: "name", Here: "Harbour <script>", File: "Harbour St", Taken: true}, {Column: "email", File: "x@example.com", Adds: true}}}},
		Preview: importer.Preview{Format: tabular.CSV, Delimiter: ",", Sheets: []string{"a", "b"}, Sheet: "a", Row: 2, Rows: 10,
			Columns: []importer.PreviewColumn{{Header: "Shop", Examples: "x", Filled: 90, Goes: "name", Sure: "import.sure.same_name"}, {Header: "?", Sure: "import.sure.left_out"}},
			Letters: []importer.Letters{{Encoding: "gb18030", Text: "名称", Current: true, Detected: true}, {Encoding: "utf-8", Text: "?"}},
			Record:  []importer.ShownCell{{Column: importer.Column{Name: "name"}, Value: "Zoë"}}}}
	for _, locale := range []string{i18n.English, i18n.Chinese} {
		show := func(name string, b any, want ...string) string {
			t.Helper()
			var buf bytes.Buffer
			data := view.Data{Title: "x", Locale: bundle.For(locale), Body: b, CSRF: "token", User: &view.User{ID: 1, Name: "Mei"}, Errors: map[string]string{}}
			if err := v.Page(&buf, locale, "app", name, data); err != nil {
				t.Errorf("%s in %s: %v", name, locale, err)
				return ""
			}
			page := buf.String()
			for _, w := range append(want, "<h1>") {
				if !strings.Contains(page, w) {
					t.Errorf("%s in %s lacks %q", name, locale, w)
				}
			}
			if strings.Contains(page, "<script>") || strings.Contains(page, "<b>fair") || strings.Contains(page, "import.") && strings.Contains(page, ">import.") {
				t.Errorf("%s in %s: something is not escaped or not translated", name, locale)
			}
			return page
		}
		show("importer/list", listBody{})
		list := listBody{Kinds: []importer.Kind{kind}, Next: "7"}
		for _, state := range []string{importer.Mapping, importer.Checking, importer.Checked, importer.Running, importer.Done, importer.Failed, importer.Undoing, importer.Undone} {
			r := run
			r.State = state
			list.Runs = append(list.Runs, r)
			b := body
			b.Run = r
			switch state {
			case importer.Mapping, importer.Checked:
				show("importer/map", b, `name="column-0"`, `value="gb18030" checked`, "Zoë", `value="run"`, `value="check"`, `name="pick-name" value="file" checked`, `value="here" checked`, `name="match"`, `name="wins"`)
				if state == importer.Checked {
					show("importer/map", b, `name="fix-4-birthday" value="31.2.&#34;20"`, `name="was-4-birthday"`, `name="forget"`)
				}
				bare := b
				bare.Keys, bare.Pairs, bare.Fixed = nil, importer.Pairs{}, 0
				if page := show("importer/map", bare); strings.Contains(page, "<legend") || strings.Contains(page, `name="wins"`) || strings.Contains(page, "pick-") {
					t.Errorf("in %s a kind without keys shows how its records are known", locale)
				}
			case importer.Checking, importer.Running, importer.Undoing:
				show("importer/progress", b, "<progress", `hx-trigger="every 1s"`)
				var part bytes.Buffer
				if err := v.Fragment(&part, locale, "importer/progress", "progress", view.Data{Locale: bundle.For(locale), Body: b}); err != nil || strings.Contains(part.String(), "<h1>") {
					t.Errorf("the progress part in %s: %v", locale, err)
				}
			default:
				show("importer/result", b, "problems.csv")
			}
		}
		show("importer/list", list, "/imports/7", "cursor=7")
		show("importer/new", newBody{Kinds: []view.Option{{Value: "customers", Label: "Customers"}}, Max: 32}, `enctype="multipart/form-data"`, `type="file"`)
	}
}

// An export's headers are the labels of its columns: an import must know them
// in both languages.
func TestEveryLabelIsAHeader(t *testing.T) {
	bundle, err := i18n.Load(os.DirFS(repository + "/assets"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(`external_id name kind phone mobile email wechat address region source level tags birthday owner_email notes company
		customer title code unit price category order_no ordered_on product quantity unit_price status amount paid_on method at channel content next_at
		score comment answered_at survey`) {
		k := importer.Kind{Columns: []importer.Column{{Name: name}}}
		for _, locale := range []string{i18n.English, i18n.Chinese} {
			label := bundle.For(locale).T(k.Columns[0].Label())
			if got := k.Guess([]string{label})[0]; got != name {
				t.Errorf("%q is not known as %s", label, name)
			}
		}
	}
}
