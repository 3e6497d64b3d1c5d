package poster

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"regulars/app/kit/errs"
	"regulars/app/sys/db"
	"regulars/app/sys/web"
	"regulars/app/voice/survey"
)

// The public pages behind a poster, a tablet and a frame. They are the survey's
// own page; what is decided here is who may answer how often.

const (
	// perHour is how many answers may come from one network to one poster in an
	// hour: everybody in the shop shares its Wi-Fi.
	perHour = 120
	// pause is how soon a tablet takes the next answer.
	pause = 3 * time.Second
)

// cookie is the name under which a device remembers its answer to a poster.
func cookie(p Poster) string { return fmt.Sprintf("rg_p%d", p.ID) }

// remembered is the answer that this device gave to the poster within its time,
// 0 for none. The cookie is signed: it names no other's answer.
func (s *Service) remembered(c *fiber.Ctx, p Poster) int64 {
	part := strings.Split(c.Cookies(cookie(p)), ".")
	if len(part) != 3 || p.RepeatMinutes == 0 || p.Kind == Kiosk {
		return 0
	}
	at, err := strconv.ParseInt(part[1], 36, 64)
	if err != nil || !s.device.Verify(fmt.Sprintf("%d %s %s", p.ID, part[0], part[1]), part[2]) {
		return 0
	}
	if age := s.db.Now().Sub(time.Unix(at, 0)); age < 0 || age >= time.Duration(p.RepeatMinutes)*time.Minute {
		return 0
	}
	answer, err := strconv.ParseInt(part[0], 10, 64)
	if err != nil {
		return 0
	}
	return answer
}

// remember makes the device know its answer again, from the first one on.
func (s *Service) remember(c *fiber.Ctx, p Poster, answer int64) {
	if p.Kind == Kiosk || p.RepeatMinutes == 0 || s.remembered(c, p) == answer {
		return
	}
	now := s.db.Now()
	value := fmt.Sprintf("%d.%s", answer, strconv.FormatInt(now.Unix(), 36))
	id, at, _ := strings.Cut(value, ".")
	ck := &fiber.Cookie{Name: cookie(p), Value: value + "." + s.device.Sign(fmt.Sprintf("%d %s %s", p.ID, id, at)), Path: "/s", HTTPOnly: true,
		SameSite: "Lax", Secure: web.Secure(c), Expires: now.Add(time.Duration(p.RepeatMinutes) * time.Minute)}
	if p.Kind == Widget && web.Secure(c) {
		ck.SameSite = "None" // a frame in another site's page sends no other
	}
	c.Cookie(ck)
}

// open reads the poster behind a token; kinds are those whose address this is.
func (s *Service) open(c *fiber.Ctx, kinds ...string) (Poster, survey.Place, error) {
	token := c.Params("token")
	if len(token) > 64 {
		return Poster{}, survey.Place{}, errs.NotVisible()
	}
	ctx := web.Ctx(c)
	p, err := byToken(ctx, s.db.Reader(ctx), token)
	if err != nil {
		return p, survey.Place{}, err
	}
	known := false
	for _, k := range kinds {
		known = known || p.Kind == k
	}
	if !known {
		return p, survey.Place{}, errs.NotVisible()
	}
	if p.Kind == Widget {
		web.Framed(c, strings.Fields(p.Origins))
	}
	return p, survey.Place{SurveyID: p.SurveyID, Path: path(p.Kind, token), Token: token, Channel: p.channel(), PosterID: p.ID,
		ProductID: int64(p.ProductID), RatedID: int64(p.RatedID), Closed: !p.Active, Restarts: p.Kind == Kiosk, Contact: p.Contact,
		Earlier: s.remembered(c, p)}, nil
}

func (s *Service) show(kinds ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		_, place, err := s.open(c, kinds...)
		if errs.Is(err, errs.NotFound) {
			return s.Surveys.Wrong(c)
		}
		if err != nil {
			return err
		}
		return s.Surveys.ShowPlace(c, place)
	}
}

// talk takes the wish to be talked to of somebody who answered anonymously.
func (s *Service) talk(kinds ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		_, place, err := s.open(c, kinds...)
		if errs.Is(err, errs.NotFound) {
			return s.Surveys.Wrong(c)
		}
		if err != nil {
			return err
		}
		return s.Surveys.TalkPlace(c, place)
	}
}

func (s *Service) answer(kinds ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p, place, err := s.open(c, kinds...)
		if errs.Is(err, errs.NotFound) {
			return s.Surveys.Wrong(c)
		}
		if err != nil {
			return err
		}
		from := web.AddressKey(fmt.Sprintf("poster %d", p.ID), web.From(c).ClientIP(c))
		place.Admit = func(ctx context.Context, tx *db.Tx) error { return s.admit(ctx, tx, p, from) }
		notice := web.Locale(c).T("poster.guest_agree", "business", web.Business(c).Name)
		place.Keep = func(ctx context.Context, tx *db.Tx, r survey.Response) error {
			if !p.Contact {
				return nil
			}
			l, said, err := leaves(c.FormValue("guest_name"), c.FormValue("guest_contact"), c.FormValue("guest_agreed") != "", notice)
			if err != nil || !said {
				return err
			}
			_, err = tx.Exec(ctx, sqlLeave, r.ID, l.name, l.phone, l.email, l.notice, db.At(tx.Now), db.At(tx.Now))
			return err
		}
		r, err := s.Surveys.AnswerPlace(c, place)
		if r.ID != 0 { // survey.Nobody too: that somebody answered is known to the device alone
			s.remember(c, p, r.ID)
		}
		return err
	}
}

// admit slows who fills a poster or a tablet with answers.
func (s *Service) admit(ctx context.Context, tx *db.Tx, p Poster, from string) error {
	t := web.Throttle{DB: s.db}
	if p.Kind == Kiosk {
		n, err := t.Watch(ctx, tx, fmt.Sprintf("kiosk %d", p.ID), pause)
		if err == nil && n > 1 {
			return errs.New(errs.TooMany, "poster.error.moment")
		}
		return err
	}
	most := perHour
	if p.Anonymous { // the network of whoever answers is noted nowhere
		from, most = fmt.Sprintf("poster %d", p.ID), 4*perHour
	}
	n, err := t.Watch(ctx, tx, from, time.Hour)
	if err == nil && n > most {
		return errs.New(errs.TooMany, "poster.error.many")
	}
	return err
}
