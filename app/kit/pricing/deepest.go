package pricing

// Offered is a line as somebody offers it.
type Offered struct {
	Line
	Full  int64 // what one costs this customer otherwise; 0 unknown
	Extra bool  // it counts only once the customer takes it along
}

// Deepest is the highest share of the full price, in basis points, that an offer
// may take off: as it stands, with all that may be taken along, or of one line
// alone. A price below the full one is a discount like any other, and so is a
// line below zero; a price above it makes up for nothing.
func Deepest(lines []Offered, whole Discount) (int64, error) {
	var stands, all []Line
	for _, o := range lines {
		l, err := o.full()
		if err != nil {
			return 0, err
		}
		all = append(all, l)
		if !o.Extra {
			stands = append(stands, l)
		}
	}
	worst, err := off(stands, whole)
	if err != nil {
		return 0, err
	}
	if rate, err := off(all, whole); err == nil { // what is too much together is looked at line by line
		worst = max(worst, rate)
	}
	for _, l := range all {
		if l.Quantity <= 0 || l.Price <= 0 {
			continue
		}
		own, err := off([]Line{l}, Discount{})
		if err != nil {
			return 0, err
		}
		if own > 0 {
			worst = max(worst, Whole-(Whole-own)*(Whole-whole.Rate)/Whole)
		}
	}
	return worst, nil
}

// full is the line at its full price, with what is missing as its discount.
func (o Offered) full() (Line, error) {
	if o.Full <= o.Price || o.Quantity <= 0 || o.Price < 0 {
		return o.Line, nil
	}
	as, err := line(0, o.Line)
	if err != nil {
		return Line{}, err
	}
	l := Line{Quantity: o.Quantity, Price: o.Full, TaxRate: o.TaxRate}
	at, err := line(0, l)
	l.Discount.Amount = at.Total - as.Total
	return l, err
}

// off is the share that all discounts together take off some lines.
func off(lines []Line, whole Discount) (int64, error) {
	t, err := Total(lines, Options{Discount: whole})
	if err != nil {
		return 0, err
	}
	gross := t.Gross
	for i, l := range lines {
		if l.Price < 0 && l.Quantity > 0 {
			gross -= t.Lines[i].Gross
		}
	}
	return share(gross-t.Subtotal+t.Discount, gross), nil
}
