package deal

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/kit/text"
	"regulars/app/sys/db"
)

// Pipeline is a way on which deals go, such as wholesale or events.
type Pipeline struct {
	ID        int64   `db:"id"`
	Name      string  `db:"name"`
	Standard  bool    `db:"standard"` // where a deal begins that names none
	Position  int     `db:"position"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`

	Stages []Stage `db:"-"`
	Open   int     `db:"-"` // deals that stand in it, as far as they were counted
}

// Stage is one step of it.
type Stage struct {
	ID          int64   `db:"id"`
	PipelineID  int64   `db:"pipeline_id"`
	Name        string  `db:"name"`
	Probability int     `db:"probability"` // percent
	RotDays     int     `db:"rot_days"`    // so long may a deal stand here, 0 = as long as it likes
	Warn        bool    `db:"warn"`        // its owner is told when it stood too long
	Playbook    string  `db:"playbook"`
	Checklist   Words   `db:"checklist"`
	Required    Words   `db:"required"`  // keys of what must be known to leave
	Documents   Words   `db:"documents"` // a name and an address each
	Position    int     `db:"position"`
	CreatedAt   db.Time `db:"created_at"`
	UpdatedAt   db.Time `db:"updated_at"`
	Version     int64   `db:"version"`
	Files       []Paper `db:"-"` // uploaded documents
}

// Words is a list of texts in a column.
type Words []string

// Scan implements sql.Scanner.
func (w *Words) Scan(src any) error {
	*w = Words{}
	if s, ok := src.(string); ok {
		return json.Unmarshal([]byte(s), w)
	}
	return fmt.Errorf("a list of words as %T", src)
}

// JSON is how it is stored.
func (w Words) JSON() string {
	b, err := json.Marshal(append([]string{}, w...))
	if err != nil {
		return "[]"
	}
	return string(b)
}

// What can be required to leave a stage, besides the shop's own fields, whose
// keys follow ownPrefix.
const (
	needCustomer  = "customer"
	needAmount    = "amount"
	needClose     = "expected_close"
	needOwner     = "owner"
	needNext      = "next_step"
	needLines     = "lines"
	needChecklist = "checklist"

	ownPrefix = "fields."
)

// Needs lists what can be required, without the shop's own fields.
var Needs = []string{needCustomer, needAmount, needClose, needOwner, needNext, needLines, needChecklist}

// StageInput is what a form or the API says about a stage.
type StageInput struct {
	PipelineID  int64
	Name        string
	Probability int
	RotDays     int
	Warn        bool
	Playbook    string
	Checklist   []string
	Required    []string
	Documents   []string // a name and its address, "Price sheet https://example.com/prices.pdf"
}

const (
	maxStages = 20
	maxItems  = 30
	maxItem   = 200
	maxLink   = 600
)

// Clean trims.
func (in *StageInput) Clean() {
	in.Name = strings.Join(strings.Fields(text.Line(in.Name)), " ")
	in.Playbook = text.Block(in.Playbook)
	in.Checklist, in.Documents = cleanLines(in.Checklist), cleanLines(in.Documents)
}

func cleanLines(lines []string) []string {
	var out []string
	for _, s := range lines {
		if s = strings.Join(strings.Fields(text.Line(s)), " "); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Document is what belongs to a stage: a price sheet, a sample, a form.
type Document struct{ Name, URL string }

// documentOf takes a line apart: the address stands last.
func documentOf(line string) (Document, bool) {
	at := strings.LastIndexByte(line, ' ') + 1
	d := Document{strings.TrimSpace(line[:at]), line[at:]}
	if d.Name == "" {
		d.Name = d.URL
	}
	if strings.HasPrefix(d.URL, "/") && !strings.HasPrefix(d.URL, "//") { // a page or a file of our own
		return d, true
	}
	u, err := url.Parse(d.URL)
	return d, err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// Papers are the documents as they are opened.
func (s Stage) Papers() []Document {
	var out []Document
	for _, line := range s.Documents {
		if d, ok := documentOf(line); ok {
			out = append(out, d)
		}
	}
	return out
}

// Validate says what is wrong, field by field; own are the keys of the shop's
// own fields of deals.
func (in StageInput) Validate(own []string) error {
	c := &errs.Check{}
	c.That(in.Name != "", "name", "error.required")
	c.That(len([]rune(in.Name)) <= maxShort, "name", "error.long", "n", maxShort)
	c.That(in.Probability >= 0 && in.Probability <= 100, "probability", "error.range", "min", 0, "max", 100)
	c.That(in.RotDays >= 0 && in.RotDays <= 3650, "rot_days", "error.range", "min", 0, "max", 3650)
	c.That(len([]rune(in.Playbook)) <= maxNotes, "playbook", "error.long", "n", maxNotes)
	c.That(len(in.Checklist) <= maxItems, "checklist", "error.many", "n", maxItems)
	for _, s := range in.Checklist {
		c.That(len([]rune(s)) <= maxItem, "checklist", "error.long", "n", maxItem)
	}
	c.That(len(in.Documents) <= maxItems, "documents", "error.many", "n", maxItems)
	for _, s := range in.Documents {
		_, ok := documentOf(s)
		c.That(ok, "documents", "deal.error.document", "line", s)
		c.That(len([]rune(s)) <= maxLink, "documents", "error.long", "n", maxLink)
	}
	for _, key := range in.Required {
		name, mine := strings.CutPrefix(key, ownPrefix)
		c.That(slices.Contains(Needs, key) || mine && slices.Contains(own, name), "required", "error.choice")
	}
	return c.Err()
}

// Input is the stage as a form would send it.
func (s Stage) Input() StageInput {
	return StageInput{PipelineID: s.PipelineID, Name: s.Name, Probability: s.Probability, RotDays: s.RotDays, Warn: s.Warn, Playbook: s.Playbook,
		Checklist: s.Checklist, Required: s.Required, Documents: s.Documents}
}

// Stage finds one of its stages.
func (p Pipeline) Stage(id int64) (Stage, bool) {
	i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id })
	if i < 0 {
		return Stage{}, false
	}
	return p.Stages[i], true
}

// Reason is why deals are won or lost.
type Reason struct {
	ID        int64   `db:"id"`
	Result    string  `db:"result"`
	Name      string  `db:"name"`
	Active    bool    `db:"active"`
	Position  int     `db:"position"`
	CreatedAt db.Time `db:"created_at"`
	UpdatedAt db.Time `db:"updated_at"`
	Version   int64   `db:"version"`
}

// readyStage is a stage of the pipeline that a new shop begins with.
type readyStage struct {
	name, playbook string
	probability    int
	rot            int
	checklist      []string
}

// ready is what a new shop begins with, by its language.
type ready struct {
	pipeline  string
	stages    []readyStage
	won, lost []string
}

func readyFor(locale string) ready {
	if strings.HasPrefix(locale, "zh") {
		return ready{"销售", []readyStage{
			{"新商机", "先打个电话或发个消息：客户要什么、什么时候要、谁说了算。", 10, 7, []string{"弄清需求", "找到拍板的人"}},
			{"已沟通", "把需求和预算谈清楚，约好报价的时间。", 30, 10, []string{"确认预算", "约好下一步"}},
			{"已报价", "报价发出后两三天内跟进，问清楚还有什么顾虑。", 50, 14, []string{"报价已发出", "已回访"}},
			{"谈判中", "谈定价格、交期和付款方式，准备合同。", 70, 14, []string{"价格谈定", "付款方式谈定"}},
		}, []string{"产品合适", "价格合适", "信任我们", "老客户介绍", "交期快", "其他"},
			[]string{"价格太高", "选了同行", "预算没批", "时机不对", "联系不上", "需求变了", "其他"}}
	}
	return ready{"Sales", []readyStage{
		{"New", "Call or write first: what do they need, by when, and who decides?", 10, 7, []string{"We know what they need", "We know who decides"}},
		{"Contacted", "Talk about the need and the budget, and agree on when the quote comes.", 30, 10, []string{"Budget is known", "Next step is agreed"}},
		{"Quoted", "Follow up within two or three days and ask what still holds them back.", 50, 14, []string{"Quote is sent", "Followed up"}},
		{"Negotiating", "Settle price, delivery and payment, and prepare the contract.", 70, 14, []string{"Price is settled", "Payment is settled"}},
	}, []string{"The product fits", "The price is right", "They trust us", "Recommended by a customer", "Fast delivery", "Something else"},
		[]string{"Too expensive", "Chose somebody else", "No budget", "Wrong moment", "No answer any more", "The need has gone", "Something else"}}
}
