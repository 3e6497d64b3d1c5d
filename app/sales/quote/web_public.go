package quote

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/kit/money"
	"regulars/app/kit/pricing"
	"regulars/app/sys/i18n"
	"regulars/app/sys/web"
)

// publicBody is the page behind a link.
type publicBody struct {
	Quote
	Sums    pricing.Totals
	Action  string
	State   string // open, or why nothing can be decided any more; wrong opens nothing
	Newer   string // where the newer version is
	Trace   int64  // what the page says is a person's look
	Asked   bool   // a question was sent just now
	Panel   string // the form that stands open: decline or ask
	Typed   typed
	Chinese bool
}

// typed is what stood in the forms when something was wrong with it.
type typed struct {
	Signer, Reason, Question string
	Chosen                   []int64
}

// Off is what all discounts take off.
func (b publicBody) Off() int64 { return b.Discounts }

// Asks tells whether a question can be asked.
func (b publicBody) Asks() bool {
	return b.State == "open" || b.State == Accepted || b.State == Declined || b.State == Expired
}

// Digits and Sign are how a script writes amounts.
func (b publicBody) Digits() int { return money.Digits(b.Currency) }

// Sign is the currency's.
func (b publicBody) Sign() string { return money.Symbol(b.Currency) }

// Adds is what an option alone adds to the total, for the script's hint; the
// server counts it all again.
func (b publicBody) Adds(option Line) int64 {
	with := b.Quote
	with.Lines = append([]Line{}, b.Lines...)
	for i := range with.Lines {
		with.Lines[i].Chosen = with.Lines[i].Chosen || with.Lines[i].ID == option.ID
	}
	t, err := with.Sums()
	if err != nil {
		return 0
	}
	return t.Total - b.Total
}

// Words is the total written out, where that is the custom.
func (b publicBody) Words() string {
	if !b.Chinese {
		return ""
	}
	return b.Capitals()
}

// Picked tells whether an option was ticked before.
func (b publicBody) Picked(id int64) bool {
	for _, n := range b.Typed.Chosen {
		if n == id {
			return true
		}
	}
	return false
}

// quiet marks a token page: no cookie, no index, the customer's language unless
// the address names another.
func quiet(c *fiber.Ctx, language string) {
	web.NoSession(c)
	c.Set("X-Robots-Tag", "noindex, nofollow")
	if c.Query("lang") == "" && language != "" {
		c.Request().URI().QueryArgs().Set("lang", language)
	}
}

// public shows the quote. It decides nothing.
func (s *Service) public(c *fiber.Ctx) error {
	v, err := s.At(web.Ctx(c), c.Params("token"))
	if err != nil {
		return s.wrong(c, err)
	}
	var trace int64
	if v.State != Draft {
		if trace, err = s.Looked(web.Ctx(c), v); err != nil {
			return err
		}
	}
	return s.page(c, v, publicBody{Trace: trace, Asked: c.Query("asked") != "", Panel: c.Query("open")}, nil)
}

func (s *Service) page(c *fiber.Ctx, v Quote, b publicBody, problem error) error {
	quiet(c, v.Language)
	if v.State == Draft {
		return s.wrong(c, errs.NotVisible())
	}
	token := c.Params("token")
	b.Quote, b.Action, b.State, b.Chinese = v, publicPath(token), v.State, web.Locale(c).Tag() == i18n.Chinese
	var err error
	if b.Sums, err = v.Sums(); err != nil {
		return err
	}
	switch {
	case v.Open(today(c)):
		b.State = "open"
	case v.State == Sent:
		b.State = Expired
	case v.State == Replaced:
		newer, err := s.Newest(web.Ctx(c), v)
		if err != nil {
			return err
		}
		if newer.ID != v.ID {
			b.Newer = publicPath(s.tokens.of(newer.Nonce))
		}
	}
	return web.Render(c, web.Page{Layout: "public", Name: "public/quote", Heading: v.Name(), Body: b, Err: problem})
}

// wrong is the one page for a token that opens nothing, and slows guessing.
func (s *Service) wrong(c *fiber.Ctx, err error) error {
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	quiet(c, "")
	t, ctx := web.Throttle{DB: s.db}, web.Ctx(c)
	key := web.AddressKey("quote", web.From(c).ClientIP(c))
	if err := t.Free(ctx, key); err != nil {
		return err
	}
	if err := t.Failed(ctx, key); err != nil {
		return err
	}
	return web.Render(c, web.Page{Layout: "public", Name: "public/quote", Title: "quote.public.title", Status: fiber.StatusNotFound, Body: publicBody{State: "wrong"}})
}

func (s *Service) publicLook(c *fiber.Ctx) error {
	quiet(c, "")
	trace, err := strconv.ParseInt(c.FormValue("trace"), 10, 64)
	if err != nil {
		return errs.NotVisible()
	}
	if err := s.Seen(web.Ctx(c), c.Params("token"), trace); err != nil {
		return s.wrong(c, err)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Service) publicAccept(c *fiber.Ctx) error {
	b := publicBody{Typed: typed{Signer: c.FormValue("signer"), Chosen: chosen(c)}}
	_, err := s.AcceptAt(web.Ctx(c), c.Params("token"), Consenting{Signer: b.Typed.Signer, Signature: c.FormValue("signature"), Chosen: b.Typed.Chosen})
	return s.answered(c, b, "", err)
}

func (s *Service) publicDecline(c *fiber.Ctx) error {
	b := publicBody{Panel: "decline", Typed: typed{Reason: c.FormValue("reason")}}
	_, err := s.DeclineAt(web.Ctx(c), c.Params("token"), b.Typed.Reason)
	return s.answered(c, b, "", err)
}

func (s *Service) publicAsk(c *fiber.Ctx) error {
	b := publicBody{Panel: "ask", Typed: typed{Question: c.FormValue("question")}}
	return s.answered(c, b, "?asked=1", s.AskAt(web.Ctx(c), c.Params("token"), b.Typed.Question))
}

// answered goes back to the page, which shows what stands now.
func (s *Service) answered(c *fiber.Ctx, b publicBody, query string, problem error) error {
	if problem == nil {
		quiet(c, "")
		return web.Redirect(c, publicPath(c.Params("token"))+query)
	}
	if !errs.Is(problem, errs.Invalid) && !errs.Is(problem, errs.Conflict) {
		return s.wrong(c, problem)
	}
	v, err := s.At(web.Ctx(c), c.Params("token"))
	if err != nil {
		return s.wrong(c, err)
	}
	return s.page(c, v, b, problem)
}
