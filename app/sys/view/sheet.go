package view

import (
	"html/template"
	"strconv"
	"strings"
	"unicode"

	"regulars/app/kit/text"
)

// Sheet is what stands in a list's table: {{sheet .Body.Sheet}} draws it. Fifty
// rows of ten cells would cost a template more, by reflection, than all the rest
// of the page; so these are written out here, every word through the escaper.
type Sheet struct {
	Ticks  bool // rows can be chosen, as "id"
	Span   int  // columns, without that of the ticks
	Groups []SheetGroup

	// What is read out at the ticks, the way to all of a group, and at a cell
	// that can be edited.
	Choose, All, Change string
}

// SheetGroup is a heading with its rows; without a way to all of them it is the list.
type SheetGroup struct {
	Label, N, Href string
	Pill           string // the label's kind, as in a Cell
	Rows           []SheetRow
}

// SheetRow is one record.
type SheetRow struct {
	ID    int64
	Name  string
	Cells []Cell
}

// Cell is what a row says in one column. Besides its text at most one of the
// ways to show it is set.
type Cell struct {
	Label string // of the column; a phone shows it beside the value
	Class string
	Text  string
	Href  string // where the text leads: a page of ours, mailto:, tel:, http(s)
	Title string // all of a text that is cut

	Note     string // after the text, quieter
	NoteSays string // what a note that is a sign means

	Sign   string // "person" or "company" with its name: the sign before it, in the list's first column
	Asides []Pill // behind that name, where there is room
	Strong bool
	Person bool   // somebody who works here, as their sign
	Grade  string // the class of a grade's sign
	Pill   string // the text is a label of this kind; "plain" for none
	Pills  []Pill
	Draw   drawing // a chart

	Edit     string // the address of the editor that takes the cell's place
	EditPage string // and of the form, without script
}

// Words is what a cell says in a file: its text, uncut and with the day instead
// of "yesterday", or its labels.
func (c Cell) Words() string {
	if c.Title != "" {
		return c.Title
	}
	if c.Text != "" || len(c.Pills) == 0 {
		return c.Text
	}
	var out []string
	for _, p := range c.Pills {
		out = append(out, p.Text)
	}
	return strings.Join(out, "; ")
}

// Pill is a small label; without a kind, as an aside, it is quiet text.
type Pill struct{ Text, Kind string }

// sheet draws the rows.
func sheet(s Sheet) template.HTML {
	w := &sheetWriter{Sheet: s}
	for _, g := range s.Groups {
		w.group(g)
	}
	return template.HTML(w.String())
}

type sheetWriter struct {
	strings.Builder
	Sheet
}

func (w *sheetWriter) put(parts ...string) {
	for _, p := range parts {
		w.WriteString(p)
	}
}

// attr writes an attribute, nothing for an empty one.
func (w *sheetWriter) attr(name, value string) {
	if value != "" {
		w.put(" ", name, `="`, esc(value), `"`)
	}
}

// link opens an anchor; an address of a kind that leads nowhere good opens none.
func (w *sheetWriter) link(class, href string) bool {
	if !safeHref(href) {
		return false
	}
	w.put("<a")
	w.attr("class", class)
	w.attr("href", href)
	w.put(">")
	return true
}

func esc(s string) string { return template.HTMLEscapeString(s) }

// own is a text that keeps its own direction: one with letters that are read
// from right to left does not turn what stands around it.
func own(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
	}) {
		return "<bdi>" + esc(s) + "</bdi>"
	}
	return esc(s)
}

func safeHref(s string) bool {
	if strings.HasPrefix(s, "/") {
		return !strings.HasPrefix(s, "//") && !strings.HasPrefix(s, `/\`)
	}
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
		if strings.HasPrefix(s, scheme) {
			return true
		}
	}
	return false
}

func (w *sheetWriter) group(g SheetGroup) {
	if g.Href != "" {
		w.put(`<tr class="group">`)
		if w.Ticks {
			w.put(`<td></td>`)
		}
		w.put(`<th colspan="`, strconv.Itoa(w.Span), `" scope="rowgroup">`)
		if g.Pill != "" {
			w.pill(g.Label, g.Pill, "")
		} else {
			w.put(own(g.Label))
		}
		w.put(` <span class="n">`, esc(g.N), `</span> `)
		if w.link("link", g.Href) {
			w.put(esc(w.All), `</a>`)
		}
		w.put("</th></tr>\n")
	}
	for _, r := range g.Rows {
		w.put("<tr>")
		if w.Ticks {
			w.put(`<td><input class="tick box" type="checkbox" name="id" value="`, strconv.FormatInt(r.ID, 10), `"`)
			w.attr("aria-label", w.Choose+" "+r.Name)
			w.put(` data-bulk-row></td>`)
		}
		for _, c := range r.Cells {
			w.cell(c)
		}
		w.put("</tr>\n")
	}
}

func (w *sheetWriter) cell(c Cell) {
	w.put("<td")
	w.attr("class", c.Class)
	w.attr("data-l", c.Label)
	w.put(">")
	switch {
	case c.Edit != "":
		w.editor(c)
	case c.Sign != "":
		w.sign(c)
	case c.Person && c.Text != "":
		w.put(`<span title="`, esc(c.Text), `">`, string(avatar(c.Text, "s")), `<span class="vh">`, esc(c.Text), `</span></span>`)
	case c.Person:
	case c.Draw != nil:
		w.put(string(c.Draw.SVG()))
	case len(c.Pills) > 0:
		for _, p := range c.Pills {
			w.pill(p.Text, p.Kind, "")
			w.put(" ")
		}
		w.note(c)
	default:
		w.plain(c)
	}
	w.put("</td>\n")
}

func (w *sheetWriter) plain(c Cell) {
	linked := c.Href != "" && w.link(map[bool]string{true: "nm strong"}[c.Strong], c.Href)
	switch {
	case c.Text == "":
	case c.Grade != "":
		w.put(`<span`)
		w.attr("class", "grade "+c.Grade)
		if c.Title != "" {
			w.attr("title", c.Title)
			w.put(`>`, esc(c.Text), `<span class="vh"> `, esc(c.Title), `</span></span>`)
			break
		}
		w.put(`>`, esc(c.Text), `</span>`)
	case c.Pill != "":
		w.pill(c.Text, c.Pill, "")
	case c.Strong && linked: // a name
		w.put(`<bdi>`, esc(c.Text), `</bdi>`)
	case c.Strong:
		w.put(`<strong>`, esc(c.Text), `</strong>`)
	case c.Title != "":
		w.put(`<span`)
		w.attr("title", c.Title)
		w.put(`>`, own(c.Text), `</span>`)
	default:
		w.put(own(c.Text))
	}
	if linked {
		w.put(`</a>`)
	}
	w.note(c)
}

func (w *sheetWriter) pill(text, kind, more string) {
	w.put(`<span`)
	w.attr("class", strings.TrimSpace(strings.TrimSuffix("pill "+kind, " plain")+" "+more))
	w.put(`><bdi>`, esc(text), `</bdi></span>`)
}

func (w *sheetWriter) note(c Cell) {
	if c.Note != "" {
		w.put(` <span class="t3"`)
		w.attr("title", c.NoteSays)
		w.put(`>`, esc(c.Note))
		if c.NoteSays != "" {
			w.put(`<span class="vh">`, esc(c.NoteSays), `</span>`)
		}
		w.put(`</span>`)
	}
}

// sign is a record's name with its sign, as a list begins.
func (w *sheetWriter) sign(c Cell) {
	square := ""
	if c.Sign == "company" {
		square = " sq"
	}
	w.put(`<span class="who"><span class="av hue-`, strconv.Itoa(text.Hue(c.Text)), square, `" aria-hidden="true">`, esc(text.Initials(c.Text)), `</span><span>`)
	linked := w.link("nm", c.Href)
	w.put(`<bdi>`, esc(c.Text), `</bdi>`)
	if linked {
		w.put(`</a>`)
	}
	w.put(`</span>`)
	for _, a := range c.Asides {
		if a.Kind != "" {
			w.pill(a.Text, a.Kind, "wide-only")
			continue
		}
		w.put(`<span class="t3 wide-only">`, own(a.Text), `</span>`)
	}
	w.put(`</span>`)
}

// editor is a cell that a press edits; what it says may still lead somewhere.
func (w *sheetWriter) editor(c Cell) {
	if c.Href != "" && c.Text != "" && w.link("", c.Href) {
		w.put(esc(c.Text), `</a> <a class="cell pen"`)
	} else {
		c.Href = ""
		w.put(`<a class="cell"`)
	}
	w.attr("href", c.EditPage)
	w.attr("hx-get", c.Edit)
	w.put(` hx-target="closest td" hx-swap="innerHTML"`)
	if c.Text != "" {
		w.put(` data-filled`)
	}
	w.put(`>`)
	switch {
	case c.Href != "":
		w.put(`<span aria-hidden="true">✎</span>`)
	case c.Person && c.Text != "":
		w.put(string(avatar(c.Text, "s")), ` `, esc(c.Text))
	default:
		w.put(own(c.Text))
	}
	w.put(`<span class="vh">`, esc(w.Change), ` `, esc(c.Label), `</span></a>`)
}
