package customer

import (
	"context"
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/stage"
	"regulars/app/kit/errs"
	"regulars/app/kit/phone"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/timeline"
	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// timelinePage is how many entries a record shows at once.
const timelinePage = 30

// ShowPage feeds the record page.
type ShowPage struct {
	Customer
	Told    []custom.Told // values of the added fields
	Hidden  Hidden        // fields that the shop does not use
	Panels  map[string][]view.Markup
	Entries []Entry
	From    string // the query of that list
	Before  string // the record before in the list one came from
	After   string
	Older   string                                              // query of the next page of the timeline
	Map     string                                              // where a map shows the address; "" without one
	May     struct{ Write, Delete, Privacy, Reveal, Look bool } // Look: it is shown to them to read only
	Photo   string                                              // its hash, "" when there is none
	Masked  bool                                                // numbers and addresses are
}

// Entry is a line of the timeline, ready to show.
type Entry struct {
	timeline.Entry
	Icon, Tone string
	Human      bool
	Text, Href string
	Month      bool   // a new month starts here
	Files      []File // of a note
}

// ShownPhone is a number as people of the shop's country read it.
type ShownPhone struct{ Text, Tel, Label string }

// OwnPhones are the customer's own numbers.
func (p ShowPage) OwnPhones() []ShownPhone {
	var out []ShownPhone
	for _, n := range p.Phones {
		if n.ContactID == 0 {
			tel := n.E164
			if tel == "" && !p.Masked {
				tel = n.Raw
			}
			out = append(out, ShownPhone{Text: phone.Display(phone.Number{Raw: n.Raw, E164: n.E164, Ext: n.Ext}, ""), Tel: tel, Label: n.Label})
		}
	}
	return out
}

// tagsShown is how many tags stand on the record before the rest is folded.
const tagsShown = 12

// FirstTags are the tags that show at once.
func (p ShowPage) FirstTags() []Tag { return p.Tags[:min(len(p.Tags), tagsShown)] }

// MoreTags are the others.
func (p ShowPage) MoreTags() []Tag { return p.Tags[len(p.FirstTags()):] }

// OwnEmails are the customer's own addresses.
func (p ShowPage) OwnEmails() []string {
	var out []string
	for _, e := range p.Emails {
		if e.ContactID == 0 {
			out = append(out, e.Email)
		}
	}
	return out
}

func (p pages) show(c *fiber.Ctx) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx := web.Ctx(c)
	who, err := p.s.Get(ctx, id)
	if err != nil {
		return p.instead(c, id, err)
	}
	b := ShowPage{Customer: who, Map: MapLink(web.Business(c), who.Address)}
	if b.Hidden, err = HiddenFields(ctx, p.s.db.Reader(ctx)); err != nil {
		return err
	}
	if p.s.photo != nil {
		if b.Photo, err = p.s.photo(ctx, id); err != nil {
			return err
		}
	}
	shown := who.Added
	shown.Set = b.Hidden.told(shown.Set)
	b.Told = web.Told(c, shown)
	at, before := place(c.Query("before"))
	entries, err := p.timeline.Page(ctx, id, at, before, timelinePage+1)
	if err != nil {
		return err
	}
	if len(entries) > timelinePage {
		entries = entries[:timelinePage]
		last := entries[timelinePage-1]
		b.Older = strconv.FormatInt(last.At.UnixMilli(), 10) + "." + strconv.FormatInt(last.ID, 10)
	}
	if b.Entries, err = p.entries(c, who.Name, entries); err != nil {
		return err
	}
	actor := web.Actor(c)
	b.May.Write, b.May.Delete = actor.Can(Write), actor.Can(Delete)
	back := func() {}
	if err := p.s.MustEdit(ctx, id); errs.Is(err, errs.Denied) {
		b.May.Write, b.May.Delete, b.May.Look = false, false, true
		back = web.LookOnly(c)
	} else if err != nil {
		return err
	}
	b.Masked = actor.Masked()
	if b.Masked && actor.Can(auth.Reveal) {
		if b.May.Reveal, err = p.s.hides(ctx, who); err != nil {
			return err
		}
	}
	b.May.Privacy = actor.Can("person.export") && !b.Masked && who.ErasedAt.IsZero()
	if c.Get("HX-Request") != "true" {
		if err := p.place(c, &b); err != nil {
			return err
		}
		b.Panels = web.Panels(c, id, web.ZoneLeft, web.ZoneComposer, web.ZoneRight)
		if err := p.s.Visit(ctx, id); err != nil {
			return err
		}
	}
	back()
	return web.Render(c, web.Page{Name: "customer/show", Heading: who.Name, Body: b, Fragment: "entries"})
}

// channelIcons are the symbols of the ways to speak with a customer; any
// other way shows the kind's own.
var channelIcons = map[string]string{"call": "phone", "visit": "home", "wechat": "chat", "email": "mail", "sms": "mobile", "other": "people", "visible": "eye"}

func (p pages) entries(c *fiber.Ctx, customer string, entries []timeline.Entry) ([]Entry, error) {
	l := web.Locale(c)
	out := make([]Entry, len(entries))
	names, err := stage.NamesIn(web.Ctx(c), p.s.db.Reader(web.Ctx(c)))
	if err != nil {
		return nil, err
	}
	files, err := p.filesOf(web.Ctx(c), entries)
	if err != nil {
		return nil, err
	}
	month := ""
	for i, e := range entries {
		k := p.timeline.Kind(e.Kind)
		key := "timeline." + e.Kind
		args := []any{"who", string(e.UserName), "customer", customer}
		if e.UserName == "" {
			args[1] = l.T("timeline.somebody")
		}
		for name, v := range e.Args() {
			args = append(args, name, timelineValue(v))
			if word, ok := v.(string); ok && e.Kind == stage.MovedKind {
				args = append(args, name+"_name", names.Of(l, word))
			}
			if channel, ok := v.(string); ok && name == "channel" && l.Has(key+"."+channel) {
				key += "." + channel
				k.Icon = channelIcons[channel]
			}
		}
		text := l.T(key, args...)
		if name, ok := e.Args()["contact"].(string); ok && name != "" {
			text += " · " + l.T("timeline.with", "name", name)
		}
		out[i] = Entry{Entry: e, Icon: k.Icon, Tone: k.Tone, Human: k.Human, Text: text}
		if e.Kind == "note.written" {
			out[i].Files = files[int64(e.SubjectID)]
		}
		if e.SubjectKind != "customer" {
			out[i].Href = web.PathOf(c, e.SubjectKind, int64(e.SubjectID))
		}
		if m := l.Month(e.At.In(l.Zone())); m != month {
			month, out[i].Month = m, true
		}
	}
	return out, nil
}

// filesOf are the files of the notes among the entries.
func (p pages) filesOf(ctx context.Context, entries []timeline.Entry) (map[int64][]File, error) {
	var notes []int64
	for _, e := range entries {
		if e.Kind == "note.written" {
			notes = append(notes, int64(e.SubjectID))
		}
	}
	if len(notes) == 0 || p.s.noteFiles == nil {
		return nil, nil
	}
	return p.s.noteFiles(ctx, notes)
}

// timelineValue writes whole numbers without a decimal point.
func timelineValue(v any) any {
	if f, ok := v.(float64); ok && f == float64(int64(f)) {
		return int(f)
	}
	return v
}

func place(s string) (at, id int64) {
	a, b, ok := strings.Cut(s, ".")
	if !ok {
		return 0, 0
	}
	at, err1 := strconv.ParseInt(a, 10, 64)
	id, err2 := strconv.ParseInt(b, 10, 64)
	if err1 != nil || err2 != nil {
		return 0, 0
	}
	return at, id
}

// place says where the record stands in the list that its address carries.
func (p pages) place(c *fiber.Ctx, b *ShowPage) error {
	from, err := base64.RawURLEncoding.DecodeString(c.Query("list"))
	if err != nil || len(from) == 0 {
		return nil
	}
	q, err := url.ParseQuery(string(from))
	if err != nil {
		return nil
	}
	ctx := web.Ctx(c)
	list, _, err := p.s.listWith(ctx, p.s.db.Reader(ctx))
	if err != nil {
		return err
	}
	b.From = q.Encode()
	q, _ = gone(list, q)
	req, conds, err := requestOf(q)
	if err != nil {
		return err
	}
	list = goingBack(list, req.Sort, conds)
	where, err := p.s.whereOf(ctx, list, conds)
	if err != nil {
		return err
	}
	before, after, err := list.Neighbours(ctx, p.s.db.Reader(ctx), req.Sort, where, b.ID)
	if before != 0 {
		b.Before = path(before) + "?list=" + c.Query("list")
	}
	if after != 0 {
		b.After = path(after) + "?list=" + c.Query("list")
	}
	return err
}
