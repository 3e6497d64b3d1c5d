package business_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/kit/errs"
	"regulars/app/settings/business"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/setting"
)

func token(t *testing.T, a *apptest.App) string {
	t.Helper()
	token, err := a.SetupToken(context.Background())
	if err != nil || token == "" {
		t.Fatalf("setup token %q: %v", token, err)
	}
	return token
}

func answers(token string) []string {
	return []string{"token", token, "business", "Kettle & Crane", "owner_name", "Mei Lin", "owner_email", "mei@example.com", "password", "a good long sentence",
		"locale", "zh-CN", "currency", "CNY", "timezone", "Asia/Shanghai", "pack", "food"}
}

func TestFirstRunSignsTheOwnerIn(t *testing.T) {
	a := apptest.Blank(t)
	secret := token(t, a)
	file := filepath.Join(a.Config.DataDir, "setup-token")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the token's file: %v %v", info, err)
	}
	b := a.Browser()
	if r := b.Get("/login"); r.Location != "/setup" {
		t.Errorf("before setup /login leads to %q", r.Location)
	}
	if r := b.Get("/setup"); r.Status != 200 || strings.Contains(r.Body, `name="owner_email"`) {
		t.Error("the form is shown without the token")
	}
	if r := b.Get("/setup?token=wrong"); r.Status != 422 || strings.Contains(r.Body, `name="owner_email"`) {
		t.Errorf("a wrong token: %d", r.Status)
	}
	if r := b.Get("/setup?token=" + secret); r.Status != 200 || !strings.Contains(r.Body, `value="wholesale"`) {
		t.Fatalf("the form: %d\n%s", r.Status, r.Body)
	}
	r := b.Post("/setup", answers(secret)...)
	if r.Status != http.StatusSeeOther || r.Location != "/today" {
		t.Fatalf("setup: %d %s\n%s", r.Status, r.Location, r.Body)
	}
	if r := b.Get("/profile"); r.Status != 200 || !strings.Contains(r.Body, "mei@example.com") {
		t.Error("the owner is not signed in")
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Error("the used token is still there")
	}
	shop, err := setting.ReadBusiness(context.Background(), a.DB.Reader(context.Background()))
	if err != nil || shop.Region != "CN" || shop.Pack != "food" || shop.Sample || !shop.Ready() {
		t.Errorf("the shop: %+v, %v", shop, err)
	}
	if again, err := a.SetupToken(context.Background()); err != nil || again != "" {
		t.Errorf("a token after setup: %q %v", again, err)
	}
	late := a.Browser()
	if r := late.Get("/setup?token=" + secret); r.Location != "/login" {
		t.Errorf("setup after setup leads to %q", r.Location)
	}
	if r := late.Post("/setup", answers(secret)...); r.Status != http.StatusForbidden { // no page, no form token
		t.Errorf("a second setup: %d", r.Status)
	}
}

func TestFirstRunKeepsWhatWasTyped(t *testing.T) {
	a := apptest.Blank(t)
	secret := token(t, a)
	b := a.Browser()
	b.Get("/setup?token=" + secret)
	r := b.Post("/setup", "token", secret, "business", `<script>"`, "owner_name", "", "owner_email", "nobody", "password", "password1234",
		"locale", "xx", "currency", "DOGE", "timezone", "Local", "pack", "../../etc")
	if r.Status != 422 || strings.Contains(r.Body, `<script>"`) || !strings.Contains(r.Body, `&lt;script&gt;`) || strings.Contains(r.Body, "password1234") {
		t.Errorf("%d\n%s", r.Status, r.Body)
	}
	if n := strings.Count(r.Body, `aria-invalid="true"`); n < 6 {
		t.Errorf("%d fields are marked", n)
	}
	if r := b.Post("/setup", answers("wrong")...); r.Status != 422 {
		t.Errorf("a forged token: %d", r.Status)
	}
	r = b.Get("/settings")
	for range 3 {
		if r.Location != "" && r.Location != "/setup" {
			r = b.Get(r.Location)
		}
	}
	if r.Location != "/setup" {
		t.Errorf("a page before setup leads to %q", r.Location)
	}
}

func TestTokenWorksForADay(t *testing.T) {
	a := apptest.Blank(t)
	secret := token(t, a)
	if again := token(t, a); again != secret {
		t.Error("a restart made another token")
	}
	a.Clock.Add(25 * time.Hour)
	b := a.Browser()
	if r := b.Get("/setup?token=" + secret); r.Status != 422 {
		t.Errorf("after a day: %d", r.Status)
	}
	if fresh := token(t, a); fresh == secret {
		t.Error("the old token is given again")
	}
}

func TestRacingSetupsHaveOneWinner(t *testing.T) {
	a := apptest.Blank(t)
	secret := token(t, a)
	var browsers []*apptest.Browser
	for range 4 {
		b := a.Browser()
		b.Get("/setup?token=" + secret)
		browsers = append(browsers, b)
	}
	statuses := make([]int, len(browsers))
	var wg sync.WaitGroup
	for i, b := range browsers {
		wg.Go(func() { statuses[i] = b.Post("/setup", answers(secret)...).Status })
	}
	wg.Wait()
	won, told := 0, 0
	for _, s := range statuses {
		switch s {
		case http.StatusSeeOther:
			won++
		case http.StatusConflict:
			told++
		}
	}
	if won != 1 || told != 3 {
		t.Errorf("statuses %v, want one 303 and three 409", statuses)
	}
}

func input() business.Input {
	return business.Input{Business: "B", OwnerName: "O", OwnerEmail: "o@example.com", Password: "a good long sentence", Locale: "en", Currency: "EUR",
		Timezone: "Europe/Berlin", Pack: "repair"}
}

func service(t *testing.T, a *apptest.App) *business.Service {
	t.Helper()
	return business.New(a.DB, a.Users(), a.Config.DataDir)
}

func TestHooksShareSetupsFate(t *testing.T) {
	a := apptest.Blank(t)
	s := service(t, a)
	fail := true
	s.OnSetup(func(_ context.Context, _ *db.Tx, p business.Pack, in business.Input) error {
		if in.Password != "" || len(p.In("zh-CN").Tags) == 0 {
			t.Error("the hook sees the password or no tags")
		}
		if fail {
			return errors.New("the slice is not ready")
		}
		return nil
	})
	ctx := a.As(auth.System("shell"))
	if _, err := s.Setup(ctx, input()); err == nil {
		t.Fatal("a failing hook did not stop setup")
	}
	if list, err := a.Users().List(ctx); err != nil || len(list) != 0 {
		t.Fatalf("people after the failure: %v %v", list, err)
	}
	fail = false
	if _, err := s.Setup(ctx, input()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Setup(ctx, input()); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second setup: %v", err)
	}
	if _, err := s.Setup(context.Background(), input()); !errs.Is(err, errs.Unauthenticated) {
		t.Errorf("nobody set a shop up: %v", err)
	}
	if _, err := a.Users().AddOwner(ctx, user.Owner{Name: "X", Email: "x@example.com", PasswordHash: "h"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a second first owner: %v", err)
	}
}

func TestPacksAreWholeInBothLanguages(t *testing.T) {
	names := []string{"food", "wholesale", "repair", "clinic", "school", "agency", "empty"}
	if len(business.Packs()) != len(names) {
		t.Fatalf("%d packs", len(business.Packs()))
	}
	for _, name := range names {
		p, ok := business.PackNamed(name)
		if !ok {
			t.Fatalf("pack %s is missing", name)
		}
		en, zh := p.In("en"), p.In("zh-CN")
		if len(en.Tags) != len(zh.Tags) || len(en.Units) != len(zh.Units) || len(en.Units) == 0 || (name != "empty" && len(en.Tags) == 0) {
			t.Errorf("%s: tags or units differ between the languages", name)
		}
		for _, w := range []business.Words{en, zh} {
			for _, q := range []business.Question{w.NPS, w.CSAT} {
				if q.Ask == "" || q.High == "" || q.Middle == "" || q.Low == "" {
					t.Errorf("%s: a survey text is missing: %+v", name, q)
				}
			}
		}
		if p.AskAfterDays <= 0 || p.NPSEveryDays < 30 || p.CSATAfterDays <= 0 || p.KeepInTouchDays["A"] == 0 || p.Icon == "" {
			t.Errorf("%s: habits %+v", name, p)
		}
	}
}

var versionShown = regexp.MustCompile(`name="version" value="([^"]+)"`)

func TestProfileOfTheShop(t *testing.T) {
	a := apptest.New(t)
	owner := a.Owner()
	version := versionShown.FindStringSubmatch(owner.Get("/settings/business").Body)[1]
	good := []string{"name", "Kettle", "locale", "en", "currency", "GBP", "timezone", "Europe/London", "region", "GB", "email", "shop@example.com", "version", version}
	if r := owner.Post("/settings/business", append([]string{"region", "ZZ"}, good...)...); r.Status != 422 {
		t.Errorf("an unknown country: %d", r.Status)
	}
	if r := owner.Post("/settings/business", good...); r.Status != http.StatusSeeOther {
		t.Fatalf("save: %d\n%s", r.Status, r.Body)
	}
	if r := owner.Post("/settings/business", good...); r.Status != http.StatusConflict {
		t.Errorf("the second of two editors: %d", r.Status)
	}
	if r := owner.Get("/settings"); r.Status != 200 || !strings.Contains(r.Body, `href="/settings/business"`) || !strings.Contains(r.Body, "Kettle") {
		t.Errorf("the overview: %d", r.Status)
	}
}

func TestCountriesAreNamedInTheReadersLanguage(t *testing.T) {
	a := apptest.New(t)
	a.API("", "write").Into(nil, http.StatusCreated, "POST", "/customers", `{"name":"Harbour Bakery","region":"GB"}`)
	a.API("", "write").Into(nil, http.StatusCreated, "POST", "/customers", `{"name":"Lantern Room","region":"Leeds"}`)
	b := a.Owner()
	for path, want := range map[string]string{
		"/settings/business": ">United Kingdom</option>",
		"/customers/1":       "<dd>United Kingdom</dd>",
		"/customers/2":       "<dd>Leeds</dd>",
	} {
		if r := b.Get(path); !strings.Contains(r.Body, want) {
			t.Errorf("%s does not say %s", path, want)
		}
	}
	zh := apptest.NewIn(t, "zh-CN").Owner()
	if r := zh.Get("/settings/business"); !strings.Contains(r.Body, `>英国</option>`) || strings.Contains(r.Body, ">GB</option>") {
		t.Error("a Chinese reader sees codes")
	}
}
