package view

import (
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"regulars/app/sys/i18n"
)

// Data is what every page gets; its own part is Body (what it shows) and Form
// (what was typed). The web layer fills the rest for every page alike.
type Data struct {
	Title  string       // the page's name, already in the reader's language
	Locale *i18n.Locale // language, time zone and now of the reader

	Theme       string // "light", "dark", or empty to follow the device
	Density     string // "compact" or empty
	NoShortcuts bool   // the reader switched the two-key shortcuts off
	Shared      bool   // a shared computer: nothing is kept on it

	CSRF  string     // token of the session (or the signed nonce of a public form)
	Path  string     // path of the request
	Query url.Values // query of the request; {{qs}} builds links from it

	User     *User      // nil without login
	Business string     // the shop's name; empty before setup
	Look     string     // mark of the public pages' own stylesheet, "" for none
	Logo     string     // mark of the shop's logo, "" for none
	Nav      []NavGroup // the sidebar
	Banners  []Banner   // above the page: a late job, a failing channel
	Toasts   []Toast    // what just happened, with Undo
	Sample   bool       // the shop still holds sample data
	Unread   int        // notifications not read yet
	Version  string     // of the program, for the foot of public pages

	Form   any               // the input as typed, shown again after an error
	Errors map[string]string // per input field, already translated
	Error  string            // the sentence above the form, already translated
	Body   any               // the page's own data

	// Content is the rendered page; the engine sets it before it runs a layout.
	Content template.HTML
}

// User is the signed-in person, as far as the shell shows them.
type User struct {
	ID    int64
	Name  string
	Email string
	Role  string
}

// NavGroup is a part of the sidebar. Title is an i18n key, empty for the first group.
type NavGroup struct {
	Title string
	Items []NavItem
}

// NavItem is one way to go. Key is an i18n key; Label, when set, is a name
// that somebody chose (a pinned view) and stands instead. On a phone the first
// three items marked Tab stand in the bottom bar.
type NavItem struct {
	Key      string
	Label    string
	Icon     string
	Href     string
	Count    int
	Over     bool // there are more than Count
	Warm     bool // the count asks for action
	Current  bool
	Tab      bool
	Shortcut string // two keys such as "g t"
}

// Banner is a sentence above every page. Kind is info, warm or bad; Action is
// the translated text of the link, Press are its buttons.
type Banner struct {
	Kind   string
	Text   string
	Href   string
	Action string
	Press  []Press
}

// Press is a button that posts to Href; with Ask it first asks.
type Press struct{ Href, Action, Ask, Effect string }

// Toast says that something was done; UndoURL takes it back by a POST.
type Toast struct {
	Text    string
	UndoURL string
}

// Tabs are the phone's ways to go: at most two on each side of the plus.
func (d Data) Tabs() []NavItem {
	var tabs []NavItem
	for _, group := range d.Nav {
		for _, item := range group.Items {
			if item.Tab && len(tabs) < 3 {
				tabs = append(tabs, item)
			}
		}
	}
	return tabs
}

// Date is the short date of an instant or a calendar date, for this reader.
func (d Data) Date(v any) string { return d.write(v, (*i18n.Locale).Date) }

// DateLong is the date as a heading.
func (d Data) DateLong(v any) string { return d.write(v, (*i18n.Locale).DateLong) }

// DateTime is the short date with the time of day.
func (d Data) DateTime(v any) string { return d.write(v, (*i18n.Locale).DateTime) }

// Time is the time of day.
func (d Data) Time(v any) string { return d.write(v, (*i18n.Locale).Time) }

// Month is the month with its year.
func (d Data) Month(v any) string { return d.write(v, (*i18n.Locale).Month) }

// Weekday is the name of the day.
func (d Data) Weekday(v any) string { return d.write(v, (*i18n.Locale).Weekday) }

// Ago is how far the moment is from now; a calendar date of today is "today".
func (d Data) Ago(v any) string {
	if _, isDay := calendarDay(v); isDay {
		return d.write(v, (*i18n.Locale).AgoDay)
	}
	return d.write(v, (*i18n.Locale).Ago)
}

// ISO is the machine-readable form for <time datetime>.
func (d Data) ISO(v any) string {
	if day, ok := calendarDay(v); ok {
		return day
	}
	t, ok := d.when(v)
	if !ok {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Input is the value of a date or datetime-local field: it stays in the reader's zone.
func (d Data) Input(v any) string {
	if day, ok := calendarDay(v); ok {
		return day
	}
	t, ok := d.when(v)
	if !ok {
		return ""
	}
	return t.In(d.Locale.Zone()).Format("2006-01-02T15:04")
}

func (d Data) write(v any, form func(*i18n.Locale, time.Time) string) string {
	t, ok := d.when(v)
	if !ok {
		return ""
	}
	return form(d.Locale, t)
}

// QueryWithout are the parts of the address whose names begin with none of these.
func (d Data) QueryWithout(prefixes ...string) url.Values { return d.query(false, prefixes) }

// QueryOnly are those whose names begin with one of them.
func (d Data) QueryOnly(prefixes ...string) url.Values { return d.query(true, prefixes) }

func (d Data) query(only bool, prefixes []string) url.Values {
	out := url.Values{}
	for name, values := range d.Query {
		begins := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
		if begins == only {
			out[name] = values
		}
	}
	return out
}
