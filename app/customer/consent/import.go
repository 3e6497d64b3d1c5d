// What a file says of consent, in the row of a customer: one column for each
// purpose and channel, consent.marketing.email and so on, with a yes or a no. A
// yes comes with the file and the row as its proof. An objection that stands
// here is never turned into a yes by a file; the row says so and stays.

package consent

import (
	"context"
	"slices"

	"regulars/app/customer/customer"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/i18n"
	"regulars/app/sys/importer"
	"regulars/app/sys/setting"
)

// optOut is the column of a program that notes who does not want its mails. A
// yes there is an objection, and a no is nothing that anybody said.
const optOut = "no_marketing.email"

// usual are headers under which other programs keep a consent.
var usual = map[string][]string{
	"marketing.email": {"Newsletter", "Newsletter by e-mail", "E-mail newsletter", "Newsletter opt-in", "Email opt-in", "Email consent", "Marketing e-mails", "Marketing consent",
		"Marketing by e-mail", "Accepts marketing", "Accepts email marketing", "Email marketing status", "同意营销邮件", "接收营销邮件", "同意接收营销邮件", "营销邮件", "邮件订阅", "订阅邮件", "订阅资讯", "同意营销"},
	"marketing.sms":    {"SMS opt-in", "SMS consent", "SMS marketing", "Marketing by SMS", "Accepts SMS marketing", "同意营销短信", "接收营销短信", "同意接收营销短信", "营销短信", "短信订阅"},
	"marketing.phone":  {"Phone opt-in", "Marketing calls", "Marketing by phone", "Phone consent", "同意营销电话", "接收营销电话", "营销电话"},
	"marketing.wechat": {"WeChat opt-in", "Marketing by WeChat", "同意微信营销", "接收微信推送", "微信推送"},
	"marketing.post":   {"Marketing by post", "Postal marketing", "Mailings by post", "同意邮寄宣传", "接收宣传册"},
	"survey.email":     {"Surveys by e-mail", "Survey opt-in", "同意邮件调查", "接收满意度调查"},
	optOut: {"Email opt out", "E-mail opt-out", "Unsubscribed", "Unsubscribed from all email", "Do not email", "Do not e-mail", "No marketing e-mails",
		"不接收邮件", "拒收邮件", "邮件退订", "退订", "不接收营销邮件"},
}

// Words are the pairs of a purpose and a channel as people call them, by
// purpose.channel; those of purposes that rest or are gone are not in use.
func (s *Service) Words(ctx context.Context, q db.Q) ([]customer.ConsentWord, error) {
	all, err := purposesIn(ctx, q)
	if err != nil {
		return nil, err
	}
	used, err := ChannelsIn(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []customer.ConsentWord
	for _, p := range all {
		for _, ch := range Channels {
			w := customer.ConsentWord{Name: p.Key + "." + ch, Titles: map[string]string{}, Used: p.Active && slices.Contains(used, ch)}
			for _, tag := range []string{i18n.English, i18n.Chinese} {
				l := s.d.Bundle.For(tag)
				w.Titles[tag] = l.T("consent.pair", "purpose", p.Name(l), "channel", l.T("consent.channel."+ch))
			}
			out = append(out, w)
		}
	}
	return out, nil
}

// PartColumns implements customer.Part.
func (s *Service) PartColumns() []importer.Column { return nil }

// MoreColumns implements customer.Part.
func (s *Service) MoreColumns(ctx context.Context) ([]importer.Column, error) {
	if !auth.From(ctx).Can(Write) {
		return nil, nil
	}
	words, err := s.Words(ctx, s.d.DB.Reader(ctx))
	if err != nil {
		return nil, err
	}
	var out []importer.Column
	for _, w := range words {
		known := slices.Clone(usual[w.Name])
		for _, title := range w.Titles {
			known = append(known, title)
		}
		out = append(out, importer.Column{Name: part + "." + w.Name, Titles: w.Titles, Synonyms: known, Quiet: !w.Used})
	}
	titles := map[string]string{}
	for _, tag := range []string{i18n.English, i18n.Chinese} {
		titles[tag] = s.d.Bundle.For(tag).T("consent.opt_out")
	}
	return append(out, importer.Column{Name: part + "." + optOut, Titles: titles, Synonyms: usual[optOut]}), nil
}

const part = "consent"

// StartPart implements customer.Part.
func (s *Service) StartPart(o importer.Options) customer.PartWork { return &partWork{s: s, o: o} }

// said is one cell: what a file says about a purpose in a channel.
type said struct {
	column, key, channel string
	yes                  bool
}

// partWork takes the consents of one run's customers.
type partWork struct {
	s        *Service
	o        importer.Options
	columns  []said
	purposes map[string]Purpose
	locale   *i18n.Locale
	read     map[*importer.Record][]said
}

// Begin implements customer.PartWork. A file without such columns costs nothing.
func (w *partWork) Begin(ctx context.Context, tx *db.Tx) error {
	w.read, w.columns = map[*importer.Record][]said{}, nil
	if !auth.From(ctx).Can(Write) {
		return nil
	}
	all, err := purposesIn(ctx, tx)
	if err != nil {
		return err
	}
	given := func(name string) bool { return slices.Contains(w.o.Columns, name) || w.o.Defaults[name] != "" }
	w.purposes = map[string]Purpose{}
	for _, p := range all {
		w.purposes[p.Key] = p
		for _, ch := range Channels {
			if name := part + "." + p.Key + "." + ch; given(name) {
				w.columns = append(w.columns, said{name, p.Key, ch, true})
			}
		}
	}
	if given(part + "." + optOut) {
		w.columns = append(w.columns, said{part + "." + optOut, ForMarketing, "email", false})
	}
	b, err := setting.ReadBusiness(ctx, tx)
	w.locale = w.s.d.Bundle.For(b.Locale)
	return err
}

// Read implements customer.PartWork.
func (w *partWork) Read(_ context.Context, _ *db.Tx, r *importer.Record) error {
	for _, c := range w.columns {
		cell := r.Get(c.column)
		if cell == "" {
			continue
		}
		word := meaning(cell)
		switch {
		case word == unclear:
			r.Remark(c.column, "import.problem.consent", "value", clipped(cell, 60))
			continue
		case word == nothing, !c.yes && word == no:
			continue
		case c.yes:
			c.yes = word == yes
		}
		w.read[r] = append(w.read[r], c)
	}
	return nil
}

// Take implements customer.PartWork. Of somebody who is not to be changed only
// an objection is taken: it is theirs, whatever a file is for.
func (w *partWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record, id int64, fresh bool) (customer.PartAdded, error) {
	var out customer.PartAdded
	for _, key := range keysOf(w.read[r]) {
		rows, err := of(ctx, tx, id, 0, key)
		if err != nil {
			return out, err
		}
		in := Input{CustomerID: id, Purpose: key, Basis: OptIn, Source: FromImport, Proof: w.locale.T("consent.proof_row", "file", w.o.File, "row", r.Line)}
		words := map[string][]string{}
		for _, c := range w.read[r] {
			if c.key != key {
				continue
			}
			st := judge(about(rows, key, c.channel), true)
			switch {
			case !c.yes && !st.byCustomer:
				words[Objected] = append(words[Objected], c.channel)
			case !c.yes || st.Allowed || st.Reason == "unconfirmed" && !st.byCustomer:
			case slices.Contains(words[Objected], c.channel), st.byCustomer:
				r.Remark(c.column, "import.problem.consent_objected")
			case !fresh && (w.o.On(r.Line) != importer.Update || !w.o.Takes(r.Line, c.column, true)):
			case w.purposes[key].DoubleOptIn && c.channel == "email":
				words[Asked] = append(words[Asked], c.channel)
			default:
				words[Allowed] = append(words[Allowed], c.channel)
			}
		}
		for _, state := range []string{Allowed, Asked, Objected} {
			if in.State, in.Channels = state, words[state]; len(in.Channels) == 0 {
				continue
			}
			if _, err := w.s.write(ctx, tx, in); err != nil {
				return out, err
			}
			out.Changed = true
		}
	}
	return out, nil
}

// keysOf are the purposes of which a row says something, each once. What a row
// says about not wanting a thing stands before what it says about wanting it.
func keysOf(list []said) []string {
	slices.SortStableFunc(list, func(a, b said) int {
		if a.yes == b.yes {
			return 0
		}
		if b.yes {
			return -1
		}
		return 1
	})
	var out []string
	for _, c := range list {
		if !slices.Contains(out, c.key) {
			out = append(out, c.key)
		}
	}
	return out
}
