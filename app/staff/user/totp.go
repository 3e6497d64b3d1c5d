package user

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"regulars/app/kit/errs"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/journal"
	"regulars/app/sys/setting"
	"regulars/app/sys/web"
)

const totpRequired = "staff.totp_required"

// TOTPRequired tells whether everybody needs a second factor.
func (s *Service) TOTPRequired(ctx context.Context) (bool, error) {
	required := false
	err := setting.Get(ctx, s.db.Reader(ctx), totpRequired, &required)
	return required, err
}

// RequireTOTP is the owner's switch. Turning it on ends the sessions of all
// who have no second factor: with their next sign-in they set one up.
func (s *Service) RequireTOTP(ctx context.Context, on bool) error {
	actor := auth.From(ctx)
	if err := actor.May("staff.owner"); err != nil {
		return err
	}
	return s.db.Write(ctx, "user.require_totp", func(ctx context.Context, tx *db.Tx) error {
		if on && actor.Signed() {
			me, err := byID(ctx, tx, actor.UserID)
			if err != nil {
				return err
			}
			if !me.TOTPOn {
				return errs.New(errs.Conflict, "totp.error.yours_first")
			}
		}
		journal.About(tx, "setting", 0, totpRequired)
		if err := setting.Put(ctx, tx, totpRequired, on); err != nil {
			return err
		}
		if !on {
			return nil
		}
		return bumpWithoutTOTP(ctx, tx, actor.UserID)
	})
}

// BeginTOTP makes a new secret for the person who acts. It counts only once
// ConfirmTOTP saw a code made with it.
func (s *Service) BeginTOTP(ctx context.Context) error {
	me, err := s.Me(ctx)
	if err != nil {
		return err
	}
	if me.TOTPOn {
		return errs.New(errs.Conflict, "totp.error.on")
	}
	return s.beginTOTP(ctx, me.ID)
}

func (s *Service) beginTOTP(ctx context.Context, id int64) error {
	return s.db.Write(ctx, "user.begin_totp", func(ctx context.Context, tx *db.Tx) error {
		return saveTOTP(ctx, tx, id, s.box.Seal(auth.NewTOTPSecret()), false, 0)
	})
}

// Enrolment is what an authenticator app needs; it is shown while the second
// factor is being set up, and never after.
type Enrolment struct{ Secret, URL string }

// Spaced is the secret in groups, for typing.
func (e Enrolment) Spaced() string {
	var out strings.Builder
	for i, r := range e.Secret {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// Enrolling reads what a person who is setting up their second factor scans.
// The caller has made sure that it is that person.
func (s *Service) Enrolling(ctx context.Context, id int64) (Enrolment, error) {
	q := s.db.Reader(ctx)
	u, err := byID(ctx, q, id)
	if err != nil {
		return Enrolment{}, err
	}
	plain, err := s.openSecret(ctx, q, id)
	if err != nil {
		return Enrolment{}, err
	}
	if u.TOTPOn || plain == "" {
		return Enrolment{}, errs.NotVisible()
	}
	business, err := setting.ReadBusiness(ctx, q)
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{plain, auth.TOTPURL(plain, "Regulars "+business.Name, u.Email)}, nil
}

// ConfirmTOTP turns the second factor on with the first code and gives the
// recovery codes, which are shown this once. All other sessions end.
func (s *Service) ConfirmTOTP(ctx context.Context, id int64, code, ip string) ([]string, error) {
	account, address := codeKey(id), web.HouseKey("code", ip)
	if err := s.try(ctx, account, address); err != nil {
		return nil, err
	}
	codes := auth.RecoveryCodes()
	err := s.db.Write(ctx, "user.totp_on", func(ctx context.Context, tx *db.Tx) error {
		u, err := byID(ctx, tx, id)
		if err != nil {
			return err
		}
		held, err := secretOf(ctx, tx, id)
		if err != nil {
			return err
		}
		plain, err := s.openSecret(ctx, tx, id)
		if err != nil {
			return err
		}
		if u.TOTPOn || plain == "" {
			return errs.New(errs.Conflict, "totp.error.again")
		}
		step, ok := auth.VerifyTOTP(plain, code, tx.Now, 0)
		if !ok {
			return wrongCode()
		}
		journal.About(tx, "user", id, u.Name)
		journal.Keep(tx)
		if err := saveTOTP(ctx, tx, id, held.TOTPSecret, true, step); err != nil {
			return err
		}
		if err := saveCodes(ctx, tx, id, codes); err != nil {
			return err
		}
		return bump(ctx, tx, id)
	})
	if err != nil {
		return nil, err
	}
	return codes, s.forgive(ctx, account, address)
}

// DropTOTP turns the second factor of the person who acts off.
func (s *Service) DropTOTP(ctx context.Context) error {
	me, err := s.Me(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, "user.totp_off", func(ctx context.Context, tx *db.Tx) error {
		required, err := s.TOTPRequired(ctx)
		if err != nil {
			return err
		}
		if required {
			return errs.New(errs.Conflict, "totp.error.required")
		}
		return s.dropTOTP(ctx, tx, me)
	})
}

// RemoveTOTP takes a colleague's second factor away when their phone is lost.
func (s *Service) RemoveTOTP(ctx context.Context, id int64) error {
	if err := auth.From(ctx).May("staff.write"); err != nil {
		return err
	}
	return s.db.Write(ctx, "user.totp_off", func(ctx context.Context, tx *db.Tx) error {
		u, err := s.touchable(ctx, tx, id)
		if err != nil {
			return err
		}
		return s.dropTOTP(ctx, tx, u)
	})
}

func (s *Service) dropTOTP(ctx context.Context, tx *db.Tx, u User) error {
	journal.About(tx, "user", u.ID, u.Name)
	journal.Keep(tx)
	if err := saveTOTP(ctx, tx, u.ID, "", false, 0); err != nil {
		return err
	}
	if err := saveCodes(ctx, tx, u.ID, nil); err != nil {
		return err
	}
	return bump(ctx, tx, u.ID)
}

// NewCodes replaces the recovery codes of the person who acts.
func (s *Service) NewCodes(ctx context.Context) ([]string, error) {
	me, err := s.Me(ctx)
	if err != nil {
		return nil, err
	}
	if !me.TOTPOn {
		return nil, errs.New(errs.Conflict, "totp.error.again")
	}
	codes := auth.RecoveryCodes()
	return codes, s.db.Write(ctx, "user.new_codes", func(ctx context.Context, tx *db.Tx) error {
		journal.About(tx, "user", me.ID, me.Name)
		journal.Keep(tx)
		return saveCodes(ctx, tx, me.ID, codes)
	})
}

// CodesLeft counts the recovery codes that the person who acts may still use.
func (s *Service) CodesLeft(ctx context.Context) (int, error) {
	me, err := s.Me(ctx)
	if err != nil {
		return 0, err
	}
	return codesLeft(ctx, s.db.Reader(ctx), me.ID)
}

// checkCode accepts a code of the app or a recovery code, each once.
func (s *Service) checkCode(ctx context.Context, tx *db.Tx, u User, code string) error {
	held, err := secretOf(ctx, tx, u.ID)
	if err != nil {
		return err
	}
	plain, err := s.openSecret(ctx, tx, u.ID)
	if err != nil {
		return err
	}
	if u.Status != Active || !u.TOTPOn || plain == "" {
		return wrongCode()
	}
	ok := false
	if step, matches := auth.VerifyTOTP(plain, code, tx.Now, held.TOTPStep); matches {
		ok, err = useStep(ctx, tx, u.ID, step)
	} else {
		ok, err = useCode(ctx, tx, u.ID, code)
	}
	if err != nil {
		return err
	}
	if !ok {
		return wrongCode()
	}
	return nil
}

func (s *Service) openSecret(ctx context.Context, q db.Q, id int64) (string, error) {
	held, err := secretOf(ctx, q, id)
	if err != nil || held.TOTPSecret == "" {
		return "", err
	}
	plain, err := s.box.Open(held.TOTPSecret)
	if err != nil {
		return "", fmt.Errorf("open the second factor of person %d: %w", id, err)
	}
	return plain, nil
}

func wrongCode() error {
	c := &errs.Check{}
	c.Add("code", "totp.error.code")
	return c.Err()
}

// plainCode is a recovery code without what people add when they copy it.
func plainCode(code string) string {
	return strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(strings.TrimSpace(code)))
}

func codeKey(id int64) string  { return "code of " + strconv.FormatInt(id, 10) }
func proofKey(id int64) string { return "proof of " + strconv.FormatInt(id, 10) }
