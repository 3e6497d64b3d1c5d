package quote

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"mime"

	"github.com/gofiber/fiber/v2"

	"regulars/app/customer/invoicetitle"
	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/i18n"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

// The sheet of paper: as a page to print and as a file, for colleagues and for
// whoever holds the link.

// PrintPage feeds the sheet of paper.
type PrintPage struct {
	Shown
	InvoiceTo *invoicetitle.Title
}

func (s *Service) printed(ctx context.Context, v Quote, language string) (b PrintPage, err error) {
	if b.Shown, err = s.shownIn(ctx, v, language); err != nil {
		return b, err
	}
	titles, err := s.d.Titles.Of(ctx, v.CustomerID)
	for i := range titles {
		if titles[i].Default || b.InvoiceTo == nil {
			b.InvoiceTo = &titles[i]
		}
	}
	return b, err
}

func (s *Service) print(c *fiber.Ctx) error {
	v, err := s.byParam(c)
	if err != nil {
		return err
	}
	b, err := s.printed(web.Ctx(c), v, web.Locale(c).Tag())
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Name: "sales/quote-print", Heading: v.Name(), Body: b})
}

// file is the printed sheet as PDF.
func (s *Service) file(c *fiber.Ctx) error {
	v, err := s.byParam(c)
	if err != nil {
		return err
	}
	b, err := s.printed(web.Ctx(c), v, web.Locale(c).Tag())
	if err != nil {
		return err
	}
	return s.give(c, b)
}

// publicFile is the sheet for whoever holds the link, without the customer's
// bank account. A fetch of it is no look.
func (s *Service) publicFile(c *fiber.Ctx) error {
	v, err := s.At(web.Ctx(c), c.Params("token"))
	if err != nil {
		return s.wrong(c, err)
	}
	quiet(c, v.Language)
	if v.State == Draft {
		return s.wrong(c, errs.NotVisible())
	}
	b := Shown{Quote: v, Chinese: web.Locale(c).Tag() == i18n.Chinese}
	if b.Sums, err = v.Sums(); err != nil {
		return err
	}
	return s.give(c, PrintPage{Shown: b})
}

func (s *Service) give(c *fiber.Ctx, b PrintPage) error {
	file, err := s.set(web.Ctx(c), web.Locale(c), b)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, disposition(b.Quote))
	return c.Send(file)
}

func (s *Service) set(ctx context.Context, l *i18n.Locale, b PrintPage) ([]byte, error) {
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	file, err := paper(l, business.Name, b.Shown, b.InvoiceTo)
	if err != nil {
		return nil, fmt.Errorf("set quote %d: %w", b.ID, err)
	}
	return file, nil
}

func disposition(v Quote) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": v.Name() + ".pdf"})
}

type sheetOut struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        api.Stream
}

// apiSheet is the file in the customer's language.
func (s *Service) apiSheet(ctx context.Context, in *api.Path) (*sheetOut, error) {
	v, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return nil, err
	}
	l := s.d.View.Bundle().For(cmp.Or(v.Language, business.Locale)).In(business.Zone()).At(s.db.Now())
	b, err := s.printed(ctx, v, l.Tag())
	if err != nil {
		return nil, err
	}
	file, err := s.set(ctx, l, b)
	return &sheetOut{"application/pdf", disposition(v), api.Streamed(io.NopCloser(bytes.NewReader(file)), len(file))}, err
}
