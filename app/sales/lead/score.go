package lead

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/stats"
	"regulars/app/kit/text"
	"regulars/app/sys/auth"
	"regulars/app/sys/custom"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
)

// How promising a lead is: points that the owner gives for what is known of it,
// kept with the lead so that lists can be sorted by them, and shown with their
// reasons. What came of the leads that each rule held for stands beside it.

// ScoreRule gives points to the leads that it holds for.
type ScoreRule struct {
	ID        int64   `db:"id"`
	Field     string  `db:"field"`
	Test      string  `db:"test"`
	Value     string  `db:"value"`
	Points    int     `db:"points"`
	Active    bool    `db:"active"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// The tests of a rule.
const (
	given   = "given"
	missing = "missing"
	is      = "is"
	has     = "has"
	least   = "least"
	most    = "most"
	yes     = "yes"
	no      = "no"
)

// scorable are the fields that a rule can look at, with their tests; those that
// the shop added come behind them.
var scorable = []struct {
	Field, Label string
	Tests        []string
}{
	{"source", "deal.source", []string{is, has, given, missing}},
	{"form", "lead.score.form", []string{is}},
	{"company", "lead.company", []string{given, missing, has}},
	{"phone", "common.phone", []string{given, missing}},
	{"email", "common.email", []string{given, missing, has}},
	{"wechat", "customer.wechat", []string{given, missing}},
	{"need", "lead.need", []string{has, given, missing}},
	{"interest", "lead.interest", []string{is, has, given, missing}},
	{"amount", "lead.score.amount", []string{least, most, given}},
	{"region", "lead.region", []string{is, has, given, missing}},
	{"unchecked", "lead.unchecked", []string{yes, no}},
}

// testsOf are the tests that a field that the shop added can take.
func testsOf(f custom.Field) []string {
	if f.Sensitive {
		return nil
	}
	switch f.Kind {
	case custom.Text, custom.Long, custom.Choice, custom.Multi, custom.Email, custom.Link, custom.Phone:
		return []string{is, has, given, missing}
	case custom.Number, custom.Money, custom.Computed:
		return []string{least, most, given, missing}
	case custom.Bool:
		return []string{yes, no}
	}
	return []string{given, missing}
}

const ownField = "fields."

// said is what a lead says under a field, one text for each of several.
func (l Lead) said(field string) []string {
	one := func(s string) []string {
		if s == "" {
			return nil
		}
		return []string{s}
	}
	switch field {
	case "source":
		return one(l.Source)
	case "form":
		return []string{strconv.FormatInt(int64(l.FormID), 10)}
	case "company":
		return one(l.Company)
	case "phone":
		return l.Phones
	case "email":
		return l.Emails
	case "wechat":
		return one(l.WeChat)
	case "need":
		return one(l.Need)
	case "interest":
		return one(l.Interest)
	case "region":
		return one(l.Region)
	case "unchecked":
		return []string{strconv.FormatBool(l.Unchecked)}
	case "amount":
		if l.Amount == 0 {
			return nil
		}
		return []string{money.Decimal(l.Amount, l.Currency)}
	}
	if key, ok := strings.CutPrefix(field, ownField); ok {
		if f, found := l.Added.Set.Find(key); found && !f.Sensitive {
			return l.Added.Strings(f)
		}
	}
	return nil
}

// Holds tells whether a rule holds for a lead.
func (r ScoreRule) Holds(l Lead) bool {
	said := l.said(r.Field)
	any := func(ok func(string) bool) bool { return slices.ContainsFunc(said, ok) }
	number := func(ok func(a, b float64) bool) bool {
		want, err := strconv.ParseFloat(r.Value, 64)
		return err == nil && any(func(s string) bool {
			n, err := strconv.ParseFloat(s, 64)
			return err == nil && ok(n, want)
		})
	}
	switch r.Test {
	case given:
		return len(said) > 0
	case missing:
		return len(said) == 0
	case is:
		return any(func(s string) bool { return text.Fold(s) == text.Fold(r.Value) })
	case has:
		return any(func(s string) bool { return strings.Contains(text.Fold(s), text.Fold(r.Value)) })
	case least:
		return number(func(a, b float64) bool { return a >= b })
	case most:
		return number(func(a, b float64) bool { return a <= b })
	case yes:
		return any(func(s string) bool { return s == "true" })
	case no:
		return !any(func(s string) bool { return s == "true" })
	}
	return false
}

// Scoring is the rules with what was learned from them.
type Scoring struct {
	Rules []ScoreRule // that count
	Fit   Fit
}

// Score is the points of a lead, or its chance in a hundred where what was
// learned is in use.
func (s Scoring) Score(l Lead) int {
	if s.Fit.Used {
		return int(100*s.Fit.chance(s.Rules, l) + .5)
	}
	sum := 0
	for _, r := range s.Rules {
		if r.Holds(l) {
			sum += r.Points
		}
	}
	return sum
}

// Because are the rules that hold for a lead, those that weigh most first.
func (s Scoring) Because(l Lead) []ScoreRule {
	var out []ScoreRule
	for _, r := range s.Rules {
		if r.Holds(l) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b ScoreRule) int { return cmp.Compare(max(b.Points, -b.Points), max(a.Points, -a.Points)) })
	return out
}

// scoring reads what leads are scored by.
func (s *Service) scoring(ctx context.Context, q db.Q) (Scoring, error) {
	all, err := scoreRules(ctx, q)
	if err != nil {
		return Scoring{}, err
	}
	out := Scoring{Rules: counted(all)}
	out.Fit, err = fitNow(ctx, q)
	return out, err
}

func counted(all []ScoreRule) []ScoreRule {
	return slices.DeleteFunc(slices.Clone(all), func(r ScoreRule) bool { return !r.Active })
}

// rate gives a lead that is about to be written its score.
func (s *Service) rate(ctx context.Context, tx *db.Tx, l *Lead) error {
	by, err := s.scoring(ctx, tx)
	if err != nil {
		return err
	}
	if l.Added, err = s.fields.Of(ctx, tx, "lead", l.Values); err != nil {
		return fmt.Errorf("read the own fields of a lead: %w", err)
	}
	l.Score = by.Score(*l)
	return nil
}

// ScoreSettings are what the owner decides besides the rules.
type ScoreSettings struct {
	Plain bool `json:"plain"` // only points, whatever was learned
}

const scoreSetting = "lead.score"

// ScoreRules are the rules in the order in which they were made.
func (s *Service) ScoreRules(ctx context.Context) ([]ScoreRule, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return nil, err
	}
	return scoreRules(ctx, s.db.Reader(ctx))
}

// ScoreRule reads one.
func (s *Service) ScoreRule(ctx context.Context, id int64) (ScoreRule, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return ScoreRule{}, err
	}
	return scoreRule(ctx, s.db.Reader(ctx), id)
}

// SaveScoreRule makes a rule, or changes one that is still at its version, and
// scores all leads anew.
func (s *Service) SaveScoreRule(ctx context.Context, r ScoreRule) (ScoreRule, error) {
	if err := auth.From(ctx).May(Settings); err != nil {
		return r, err
	}
	return db.WriteOne(ctx, s.db, "lead.score_rule", func(ctx context.Context, tx *db.Tx) (ScoreRule, error) {
		if err := s.checkRule(ctx, tx, &r); err != nil {
			return r, err
		}
		if r.ID != 0 {
			now, err := scoreRule(ctx, tx, r.ID)
			if err != nil {
				return r, err
			}
			if now.Version != r.Version {
				return r, errs.Stale(now)
			}
		}
		if err := putScoreRule(ctx, tx, &r); err != nil {
			return r, err
		}
		journal.About(tx, "lead_score_rule", r.ID, r.Field)
		if err := s.relearn(ctx, tx); err != nil {
			return r, err
		}
		return scoreRule(ctx, tx, r.ID)
	})
}

// DropScoreRule takes a rule away and scores all leads anew.
func (s *Service) DropScoreRule(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	return s.db.Write(ctx, "lead.score_rule_delete", func(ctx context.Context, tx *db.Tx) error {
		r, err := scoreRule(ctx, tx, id)
		if err != nil {
			return err
		}
		journal.About(tx, "lead_score_rule", id, r.Field)
		if err := dropScoreRule(ctx, tx, id); err != nil {
			return err
		}
		return s.relearn(ctx, tx)
	})
}

const (
	maxPoints     = 100
	maxScoreRules = 50
)

// checkRule refuses what no rule can say, and writes numbers as they are compared.
func (s *Service) checkRule(ctx context.Context, tx *db.Tx, r *ScoreRule) error {
	c := &errs.Check{}
	record, err := s.fields.Record(ctx, tx, "lead")
	if err != nil {
		return err
	}
	tests := []string(nil)
	for _, f := range scorable {
		if f.Field == r.Field {
			tests = f.Tests
		}
	}
	if key, ok := strings.CutPrefix(r.Field, ownField); ok {
		if f, found := record.Set.Find(key); found {
			tests = testsOf(f)
		}
	}
	c.That(tests != nil, "what", "error.choice")
	c.That(tests == nil || slices.Contains(tests, r.Test), "what", "error.choice")
	r.Value = strings.Join(strings.Fields(text.Line(r.Value)), " ")
	switch r.Test {
	case is, has:
		c.That(r.Value != "", "value", "error.required")
	case least, most:
		r.Value = strings.NewReplacer(",", "", "，", "", " ", "").Replace(r.Value)
		n, err := strconv.ParseFloat(r.Value, 64)
		c.That(err == nil && n >= -1e15 && n <= 1e15, "value", "error.number")
		if err == nil {
			r.Value = strconv.FormatFloat(n, 'f', -1, 64)
		}
	default:
		r.Value = ""
	}
	if r.Field == "form" && r.Value != "" {
		_, err := formByID(ctx, tx, number(r.Value))
		c.That(err == nil, "value", "error.choice")
	}
	c.That(len([]rune(r.Value)) <= maxShort, "value", "error.long", "n", maxShort)
	c.That(r.Points != 0 && r.Points >= -maxPoints && r.Points <= maxPoints, "points", "lead.error.points", "n", maxPoints)
	if r.ID == 0 {
		have, err := scoreRules(ctx, tx)
		if err != nil {
			return err
		}
		c.That(len(have) < maxScoreRules, "what", "error.many", "n", maxScoreRules)
	}
	return c.Err()
}

// SetScoring decides whether what was learned may be used.
func (s *Service) SetScoring(ctx context.Context, set ScoreSettings) error {
	if err := auth.From(ctx).May(Settings); err != nil {
		return err
	}
	return s.db.Write(ctx, "lead.scoring", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "setting", 0, scoreSetting)
		if err := putScoring(ctx, tx, set); err != nil {
			return err
		}
		return s.relearn(ctx, tx)
	})
}

// Fit is what was learned from the leads that ended, and how it did on the
// newest of them, which it had not seen.
type Fit struct {
	Ended   int     `json:"ended"` // leads that ended
	Won     int     `json:"won"`
	Trained int     `json:"trained"` // on the older ones
	Tested  int     `json:"tested"`  // on the newer ones
	Brier   float64 `json:"brier"`
	LogLoss float64 `json:"log_loss"`
	Brier0  float64 `json:"brier_base"` // of the share of won alone
	Loss0   float64 `json:"log_loss_base"`
	Why     string  `json:"why"`  // why it is not used: few, rules, unsettled, worse, plain; "" when it is
	Used    bool    `json:"used"` // the score is a chance in a hundred
	Rules   []int64 `json:"rules"`

	stats.LogitFit
}

// Least is how many leads have to have ended before anything is learned.
const Least = 50

// JSON is how it is stored.
func (f Fit) JSON() string {
	b, err := json.Marshal(f)
	if err != nil {
		return "{}"
	}
	return string(b)
}

// Scan implements sql.Scanner.
func (f *Fit) Scan(src any) error {
	if s, ok := src.(string); ok {
		return json.Unmarshal([]byte(s), f)
	}
	return fmt.Errorf("what was learned as %T", src)
}

// chance is how likely a lead is won.
func (f Fit) chance(rules []ScoreRule, l Lead) float64 {
	x := make([]float64, len(f.Rules))
	for j, id := range f.Rules {
		if i := slices.IndexFunc(rules, func(r ScoreRule) bool { return r.ID == id }); i >= 0 && rules[i].Holds(l) {
			x[j] = 1
		}
	}
	return f.P(x)
}
