package token

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/api"
	"regulars/app/sys/auth"
	"regulars/app/sys/field"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

// open are the parts of the API that explain it, readable without a token.
var open = map[string]bool{api.Prefix + "/openapi.json": true, api.Prefix + "/docs": true}

// Door stands before every API operation: it reads the bearer token, never a
// cookie, and lets the token's person act within the limit of requests.
func (s *Service) Door() fiber.Handler {
	return func(c *fiber.Ctx) error {
		if open[c.Path()] && c.Method() == fiber.MethodGet {
			return c.Next()
		}
		ctx := c.UserContext()
		scheme, bearer, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
		if !strings.EqualFold(scheme, "Bearer") || bearer == "" {
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="regulars"`)
			return errs.New(errs.Unauthenticated, "token.error.needed")
		}
		t, actor, err := s.authenticate(ctx, strings.TrimSpace(bearer))
		if err != nil {
			if errs.Is(err, errs.Unauthenticated) {
				c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="regulars", error="invalid_token"`)
			}
			return err
		}
		if err := s.spend(t.ID); err != nil {
			return err
		}
		business, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
		if err != nil {
			return err
		}
		actor.RequestID = web.RequestID(c)
		ctx = field.With(auth.With(ctx, actor), field.Values{Now: s.db.Now(), Zone: actor.Zone, Currency: business.Currency})
		c.SetUserContext(ctx)
		return c.Next()
	}
}
