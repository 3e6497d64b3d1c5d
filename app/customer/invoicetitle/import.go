package invoicetitle

import (
	"context"

	"regulars/app/customer/customer"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
	"regulars/app/sys/importer"
)

// What invoices are made out to, in the row of a customer: invoice.title,
// invoice.tax_id and so on, or all of it in one cell as it is passed around.

const part = "invoice"

// PartColumns implements customer.Part.
func (s *Service) PartColumns() []importer.Column {
	return []importer.Column{
		{Name: "invoice.title", Of: part, Says: "invoice_title", Synonyms: []string{"Invoice title", "Invoice name", "Invoice to", "Bill to", "发票抬头", "抬头", "开票抬头", "开票名称", "开票单位"}},
		{Name: "invoice.tax_id", Of: part, Synonyms: []string{"Tax ID", "Tax number", "Tax no", "VAT number", "VAT ID", "VAT no", "Invoice tax ID", "税号", "纳税人识别号", "统一社会信用代码", "社会信用代码", "信用代码", "开票税号"}},
		{Name: "invoice.address", Of: part, Synonyms: []string{"Invoice address", "Registered address", "开票地址", "注册地址", "发票地址"}},
		{Name: "invoice.phone", Of: part, Synonyms: []string{"Invoice phone", "Registered phone", "开票电话", "注册电话", "发票电话"}},
		{Name: "invoice.bank", Of: part, Synonyms: []string{"Bank", "Bank name", "Invoice bank", "开户行", "开户银行", "开户行名称"}},
		{Name: "invoice.account", Of: part, Synonyms: []string{"Bank account", "Account number", "Bank account number", "IBAN", "Invoice account", "银行账号", "银行帐号", "开户账号", "对公账户", "银行账户"}},
		{Name: "invoice.details", Of: part, Synonyms: []string{"Invoice details", "Billing details", "开票信息", "开票资料", "发票信息"}},
	}
}

// MoreColumns implements customer.Part.
func (s *Service) MoreColumns(context.Context) ([]importer.Column, error) { return nil, nil }

// StartPart implements customer.Part.
func (s *Service) StartPart(o importer.Options) customer.PartWork { return &partWork{s: s, o: o} }

// partWork takes the invoice titles of one run's customers.
type partWork struct {
	s    *Service
	o    importer.Options
	read map[*importer.Record][]Input
}

// Begin implements customer.PartWork.
func (w *partWork) Begin(context.Context, *db.Tx) error {
	w.read = map[*importer.Record][]Input{}
	return nil
}

// Read implements customer.PartWork.
func (w *partWork) Read(_ context.Context, _ *db.Tx, r *importer.Record) error {
	for _, row := range r.Rows {
		p := row.Part(part)
		if !p.Says() {
			continue
		}
		in := Recognise(p.Get("details"))
		for _, f := range in.fields() {
			if cell := p.Get(f.column); cell != "" {
				*f.value = cell
			}
		}
		if in.Title == "" {
			in.Title = r.Get("name")
		}
		if in.Title == "" {
			in.Title = r.Get("company")
		}
		in.Clean()
		if err := in.Validate(); err != nil {
			return importer.At(p, err)
		}
		if reason := Doubt(in.TaxID); reason != "" {
			p.Remark("tax_id", "import.problem.tax_id", "value", in.TaxID)
		}
		if known(w.read[r], in) < 0 {
			w.read[r] = append(w.read[r], in)
		}
	}
	return nil
}

type ownField struct {
	column string
	value  *string
}

func (in *Input) fields() []ownField {
	return []ownField{{"title", &in.Title}, {"tax_id", &in.TaxID}, {"address", &in.Address}, {"phone", &in.Phone}, {"bank", &in.Bank}, {"account", &in.Account}}
}

// known is where the same title stands among others, -1 when it does not.
func known(list []Input, in Input) int {
	for i, have := range list {
		if in.TaxID != "" && have.TaxID == in.TaxID || text.Fold(have.Title) == text.Fold(in.Title) && (in.TaxID == "" || have.TaxID == "") {
			return i
		}
	}
	return -1
}

// Take implements customer.PartWork.
func (w *partWork) Take(ctx context.Context, tx *db.Tx, r *importer.Record, id int64, fresh bool) (customer.PartAdded, error) {
	var out customer.PartAdded
	if len(w.read[r]) == 0 {
		return out, nil
	}
	var have []Title
	var inputs []Input
	if !fresh {
		var err error
		if have, err = of(ctx, tx, id); err != nil {
			return out, err
		}
	}
	for _, t := range have {
		inputs = append(inputs, t.Input())
	}
	for _, in := range w.read[r] {
		in.CustomerID = id
		if at := known(inputs, in); at >= 0 && at < len(have) {
			did, err := w.update(ctx, tx, have[at], r.Line, in)
			if err != nil {
				return out, err
			}
			out.Changed = out.Changed || did
			continue
		}
		if len(inputs) >= maxOf {
			break
		}
		in.Default = len(inputs) == 0
		if _, err := insert(ctx, tx, in); err != nil {
			return out, err
		}
		inputs, out.Changed = append(inputs, in), true
	}
	return out, nil
}

// update writes what the row says over what is there, where that is to win.
func (w *partWork) update(ctx context.Context, tx *db.Tx, before Title, line int, in Input) (bool, error) {
	if w.o.On(line) != importer.Update {
		return false, nil
	}
	merged := before.Input()
	news := in.fields()
	for i, f := range merged.fields() {
		if value := *news[i].value; value != "" && w.o.Takes(line, part+"."+f.column, *f.value == "") {
			*f.value = value
		}
	}
	if merged == before.Input() {
		return false, nil
	}
	return true, update(ctx, tx, before.ID, merged)
}

// PartHeader implements customer.Part.
func (s *Service) PartHeader(ctx context.Context, q db.Q, cards bool) ([]string, error) {
	if some, err := anyTitle(ctx, q); err != nil || !some || cards {
		return nil, err
	}
	var out []string
	for _, f := range (&Input{}).fields() {
		out = append(out, part+"."+f.column)
	}
	return out, nil
}

// PartCells implements customer.Part: the usual title of each.
func (s *Service) PartCells(ctx context.Context, q db.Q, customers []int64) (map[int64][]string, error) {
	list, err := defaults(ctx, q, customers)
	out := map[int64][]string{}
	for _, t := range list {
		out[t.CustomerID] = []string{t.Title, t.TaxID, t.Address, t.Phone, t.Bank, t.Account}
	}
	return out, err
}
