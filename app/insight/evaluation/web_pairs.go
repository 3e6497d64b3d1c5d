package evaluation

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/sys/view"
	"regulars/app/sys/web"
)

// pairsBody feeds the page that asks of every two dimensions.
type pairsBody struct {
	tabs
	Own    []Own
	Pairs  []Pair
	Judged *Judgement
	Answer map[int]int
	Lambda string
}

// Field is the name of a question.
func (pairsBody) Field(i int) string { return "p" + strconv.Itoa(i) }

// Name is what a dimension is called.
func (b pairsBody) Name(d view.Data, key string) string { return nameOf(b.Own, d.Locale, key) }

// At is what is answered.
func (b pairsBody) At(i int) int { return b.Answer[i] }

// Options are the answers to a question in words.
func (b pairsBody) Options(d view.Data, p Pair) []view.Option {
	var out []view.Option
	for _, step := range Steps {
		who := p.A
		if step < 0 {
			who = p.B
		}
		label := d.Locale.T("evaluation.pairs.step."+strconv.Itoa(max(step, -step)), "name", b.Name(d, who))
		out = append(out, view.Option{Value: strconv.Itoa(step), Label: label})
	}
	return out
}

// Said is an answer as the sentence it was chosen by.
func (b pairsBody) Said(d view.Data, p Pair, times float64) string {
	if times < 1 {
		p.A, p.B, times = p.B, p.A, 1/times
	}
	if times < 1.05 {
		return d.Locale.T("evaluation.pairs.alike")
	}
	return d.Locale.T("evaluation.pairs.times", "name", b.Name(d, p.A), "times", d.Locale.Decimal(times, 1))
}

// Try is where the weights are tried on the shop's customers.
func (b pairsBody) Try() string {
	q := url.Values{}
	for key, v := range b.Judged.Mixed {
		q.Set("w."+key, plain(v))
	}
	return home + "/model?" + q.Encode()
}

func (s *Service) showPairs(c *fiber.Ctx) error {
	return s.pairsPage(c, pairsBody{Answer: map[int]int{}, Lambda: "1"}, nil)
}

func (s *Service) pairsPage(c *fiber.Ctx, b pairsBody, problem error) error {
	if err := mayDecide(web.Ctx(c)); err != nil {
		return err
	}
	keys, err := s.compared(web.Ctx(c))
	if err != nil {
		return err
	}
	if b.Own, err = s.Owns(web.Ctx(c)); err != nil {
		return err
	}
	b.tabs, b.Pairs = tabs{"model", true}, Pairs(keys)
	return web.Render(c, web.Page{Name: "insight/pairs", Title: "evaluation.pairs", Body: b, Err: problem, Fragment: "judged"})
}

func (s *Service) comparePairs(c *fiber.Ctx) error {
	b := pairsBody{Answer: map[int]int{}, Lambda: c.FormValue("lambda", "1")}
	keys, err := s.compared(web.Ctx(c))
	if err != nil {
		return err
	}
	var steps []int
	for i := range Pairs(keys) {
		step, err := strconv.Atoi(c.FormValue(b.Field(i), "0"))
		if err != nil {
			step = len(Steps) // no answer at all
		}
		b.Answer[i] = step
		steps = append(steps, step)
	}
	lambda, err := number(b.Lambda)
	if err != nil {
		lambda = -1
	}
	j, err := s.Compare(web.Ctx(c), steps, lambda)
	if err != nil {
		return s.pairsPage(c, b, err)
	}
	b.Judged = &j
	return s.pairsPage(c, b, nil)
}
