package user_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/staff/role"
	"regulars/app/staff/team"
	"regulars/app/staff/user"
	"regulars/app/sys/auth"
	"regulars/app/sys/db"
	"regulars/app/sys/web"
)

const memberMail, memberPassword = "kim@example.com", "another long secret"

// people is the service over the product's own database.
func people(t *testing.T, a *apptest.App, mailer user.Mailer) *user.Service {
	t.Helper()
	roles := role.New(a.DB)
	roles.SetPermissions([]auth.Permission{{Name: "staff.read", Roles: auth.Everyone}, {Name: "staff.write", Roles: auth.OwnerOnly}, {Name: "staff.owner", Roles: auth.OwnerOnly}})
	s, err := user.New(user.Options{DB: a.DB, Events: a.Events, Keys: a.Keys, Roles: roles, Teams: team.New(a.DB), Mailer: mailer, BaseURL: func() string { return "https://shop.example.com" }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func shell(a *apptest.App) context.Context { return a.As(auth.System("shell")) }

// member is a colleague who can sign in.
func member(t *testing.T, a *apptest.App, role string) user.User {
	t.Helper()
	u, token, err := people(t, a, nil).Add(shell(a), user.Input{Name: "Kim", Email: memberMail, Role: role, Password: memberPassword})
	if err != nil || token != "" {
		t.Fatalf("add a colleague: %v, link %q", err, token)
	}
	return u
}

func status(t *testing.T, got apptest.Answer, want int) apptest.Answer {
	t.Helper()
	if got.Status != want {
		t.Fatalf("status %d, want %d; location %q\n%.600s", got.Status, want, got.Location, got.Body)
	}
	return got
}

func TestSignInSaysTheSameForUnknownAndWrong(t *testing.T) {
	a := apptest.New(t)
	b := a.Browser()
	b.Get("/login")
	sentence := "This email and password do not go together."
	for _, email := range []string{apptest.OwnerEmail, "nobody@example.com"} {
		r := status(t, b.Post("/login", "email", email, "password", "wrong"), http.StatusUnauthorized)
		if !strings.Contains(r.Body, sentence) || !strings.Contains(r.Body, `value="`+email+`"`) || strings.Contains(r.Body, `"wrong"`) {
			t.Errorf("%s: the page does not say it, loses the address or shows the password", email)
		}
	}
	status(t, b.Get("/profile"), http.StatusSeeOther)
}

func TestSessionRotatesAtSignInAndEndsAtSignOut(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	before := b.Cookie("rg")
	b.Get("/profile")
	// A browser whose cookie was fixed by somebody else gets a new one.
	fixed := a.Browser()
	fixed.Header.Set("Cookie", "")
	fixed.Get("/login")
	status(t, fixed.Post("/login", "email", apptest.OwnerEmail, "password", apptest.Password), http.StatusSeeOther)
	if fixed.Cookie("rg") == before || before == "" {
		t.Error("the session's token did not change")
	}
	status(t, b.Post("/logout"), http.StatusSeeOther)
	b.Header.Set("Cookie", "rg="+before)
	if r := b.Get("/profile"); r.Location == "" || !strings.HasPrefix(r.Location, "/login") {
		t.Errorf("the ended session still opens pages: %d", r.Status)
	}
}

func TestNextNeverLeavesTheHouse(t *testing.T) {
	a := apptest.New(t)
	for next, want := range map[string]string{"/settings?x=1": "/settings?x=1", "//evil.example": "/today", "/\\evil.example": "/today",
		"https://evil.example/": "/today", "/a\r\nX: y": "/today", "": "/today"} {
		b := a.Browser()
		b.Get("/login")
		r := status(t, b.Post("/login", "email", apptest.OwnerEmail, "password", apptest.Password, "next", next), http.StatusSeeOther)
		if r.Location != want {
			t.Errorf("%q leads to %q, want %q", next, r.Location, want)
		}
	}
}

func TestGuessingIsSlowedPerAccount(t *testing.T) {
	a := apptest.New(t)
	b := a.Browser()
	b.Get("/login")
	for range 5 {
		status(t, b.Post("/login", "email", apptest.OwnerEmail, "password", "wrong"), http.StatusUnauthorized)
	}
	r := status(t, b.Post("/login", "email", apptest.OwnerEmail, "password", apptest.Password), http.StatusTooManyRequests)
	if !strings.Contains(r.Body, "Too many tries") {
		t.Error("the page does not say why")
	}
	// A colleague behind the same address is not slowed by that.
	member(t, a, auth.Member)
	colleague := a.Browser()
	colleague.Get("/login")
	status(t, colleague.Post("/login", "email", memberMail, "password", memberPassword), http.StatusSeeOther)
	a.Clock.Add(20 * time.Minute)
	status(t, b.Post("/login", "email", apptest.OwnerEmail, "password", apptest.Password), http.StatusSeeOther)
}

func TestDisabledPersonLosesTheirSessionAtOnce(t *testing.T) {
	a := apptest.New(t)
	kim := member(t, a, auth.Member)
	b := a.SignIn(memberMail, memberPassword)
	status(t, b.Get("/profile"), http.StatusOK)
	owner := a.Owner()
	owner.Get("/settings/staff")
	status(t, owner.Post(fmt.Sprintf("/settings/staff/%d/disable", kim.ID)), http.StatusSeeOther)
	status(t, b.Get("/profile"), http.StatusSeeOther)
	b.Get("/login")
	status(t, b.Post("/login", "email", memberMail, "password", memberPassword), http.StatusUnauthorized)
	status(t, owner.Post(fmt.Sprintf("/settings/staff/%d/enable", kim.ID)), http.StatusSeeOther)
	a.Clock.Add(time.Minute)
	a.SignIn(memberMail, memberPassword)
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	a := apptest.New(t)
	b := a.Owner()
	b.Get("/profile")
	status(t, b.Post("/profile", "_csrf", "forged", "name", "X"), http.StatusForbidden)
	b.Header.Set("Origin", "https://evil.example")
	status(t, b.Post("/profile", "name", "X"), http.StatusForbidden)
	b.Header.Del("Origin")
	b.Header.Set("Sec-Fetch-Site", "cross-site")
	status(t, b.Post("/profile", "name", "X"), http.StatusForbidden)
	v := a.Browser()
	status(t, v.Post("/login", "email", apptest.OwnerEmail, "password", apptest.Password), http.StatusForbidden)
}

type outbox struct{ to, link []string }

func (o *outbox) QueueSecurity(_ context.Context, _ *db.Tx, to, _, _, _, _ string, args ...any) error {
	o.to = append(o.to, to)
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == "link" {
			o.link = append(o.link, fmt.Sprint(args[i+1]))
		}
	}
	return nil
}

func TestResetEndsSessionsAndWorksOnce(t *testing.T) {
	a := apptest.New(t)
	sent := &outbox{}
	s := people(t, a, sent)
	old := a.Owner()
	if err := s.Forgot(a.As(auth.From(context.Background())), "nobody@example.com", "192.0.2.1"); err != nil || len(sent.to) != 0 {
		t.Fatalf("an unknown address: %v, mails %v", err, sent.to)
	}
	for i := range 4 {
		if err := s.Forgot(context.Background(), strings.ToUpper(apptest.OwnerEmail), fmt.Sprintf("192.0.2.%d", i+2)); err != nil {
			t.Fatal(err)
		}
	}
	if len(sent.to) != 3 {
		t.Fatalf("%d mails in an hour, want 3", len(sent.to))
	}
	path := strings.TrimPrefix(sent.link[2], "https://shop.example.com")
	v := a.Browser()
	status(t, v.Get(path), http.StatusOK)
	status(t, v.Post(path, "password", "short"), http.StatusUnprocessableEntity)
	status(t, v.Post(path, "password", "a wholly new secret"), http.StatusSeeOther)
	status(t, old.Get("/profile"), http.StatusSeeOther)
	status(t, v.Get(path), http.StatusNotFound)
	status(t, v.Get(strings.TrimPrefix(sent.link[0], "https://shop.example.com")), http.StatusNotFound)
	a.SignIn(apptest.OwnerEmail, "a wholly new secret")
}

func TestResetLinkEndsAfterHalfAnHour(t *testing.T) {
	a := apptest.New(t)
	kim := member(t, a, auth.Member)
	token, err := people(t, a, nil).ResetPasswordLink(shell(a), kim.ID)
	if err != nil {
		t.Fatal(err)
	}
	a.Clock.Add(31 * time.Minute)
	status(t, a.Browser().Get("/reset/"+token), http.StatusNotFound)
}

func TestForgotAnswersEverybodyAlike(t *testing.T) {
	a := apptest.New(t)
	b := a.Browser()
	b.Get("/forgot")
	known := status(t, b.Post("/forgot", "email", apptest.OwnerEmail), http.StatusOK).Body
	unknown := status(t, b.Post("/forgot", "email", "nobody@example.com"), http.StatusOK).Body
	strip := regexp.MustCompile(`value="[^"]*"|content="[^"]*"`)
	if strip.ReplaceAllString(known, "") != strip.ReplaceAllString(unknown, "") {
		t.Error("the answers differ")
	}
}

var link = regexp.MustCompile(`value="http://[^/"]+(/(?:invite|reset)/[^"]+)"`)

func TestInvitedColleagueChoosesAPasswordAndComesIn(t *testing.T) {
	a := apptest.New(t)
	owner := a.Owner()
	owner.Get("/settings/staff/new")
	r := status(t, owner.Post("/settings/staff", "name", "Kim", "email", memberMail, "role", "member"), http.StatusOK)
	m := link.FindStringSubmatch(r.Body)
	if m == nil {
		t.Fatalf("no invitation link on the page\n%s", r.Body)
	}
	status(t, owner.Post("/settings/staff", "name", "Kim", "email", strings.ToUpper(memberMail), "role", "member"), http.StatusUnprocessableEntity)
	b := a.Browser()
	status(t, b.Get(m[1]), http.StatusOK)
	status(t, b.Post(m[1], "name", " ", "password", "password1234"), http.StatusUnprocessableEntity)
	status(t, b.Post(m[1], "name", "Kim Park", "password", memberPassword), http.StatusSeeOther)
	if r := status(t, b.Get("/profile"), http.StatusOK); !strings.Contains(r.Body, "Kim Park") {
		t.Error("the profile does not carry the name they gave")
	}
	status(t, a.Browser().Get(m[1]), http.StatusNotFound)
}

// code is RFC 6238 written down a second time.
func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(at.Unix()/30))
	mac := hmac.New(sha1.New, key)
	mac.Write(step[:])
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1000000)
}

var secretShown = regexp.MustCompile(`<span class="mono">([A-Z2-7 ]{30,})</span>`)
var recoveryShown = regexp.MustCompile(`[>\n]([a-z2-7]{5}-[a-z2-7]{5})`)

// enrol turns the second factor of a signed-in browser on.
func enrol(t *testing.T, a *apptest.App, b *apptest.Browser, page, confirm string) (secret string, recovery []string) {
	t.Helper()
	r := status(t, b.Get(page), http.StatusOK)
	m := secretShown.FindStringSubmatch(r.Body)
	if m == nil {
		t.Fatalf("no secret on the page\n%s", r.Body)
	}
	secret = strings.ReplaceAll(m[1], " ", "")
	status(t, b.Post(confirm, "code", "000000"), http.StatusUnprocessableEntity)
	r = status(t, b.Post(confirm, "code", code(t, secret, a.Clock.Now())), http.StatusOK)
	for _, m := range recoveryShown.FindAllStringSubmatch(r.Body, -1) {
		recovery = append(recovery, m[1])
	}
	return secret, recovery
}

func TestSecondFactor(t *testing.T) {
	a := apptest.New(t)
	owner := a.Owner()
	other := a.Owner()
	owner.Get("/profile")
	status(t, owner.Post("/profile/totp"), http.StatusSeeOther)
	if r := status(t, owner.Get("/profile/totp.png"), http.StatusOK); r.Header.Get("Content-Type") != "image/png" {
		t.Error("no QR code")
	}
	secret, recovery := enrol(t, a, owner, "/profile/totp", "/profile/totp/confirm")
	if len(recovery) != 10 {
		t.Fatalf("%d recovery codes", len(recovery))
	}
	status(t, owner.Get("/profile"), http.StatusOK)
	status(t, other.Get("/profile"), http.StatusSeeOther) // the other session ended
	status(t, owner.Get("/profile/totp.png"), http.StatusNotFound)

	b := a.SignIn(apptest.OwnerEmail, apptest.Password)
	if r := b.Get("/profile"); r.Status == http.StatusOK {
		t.Fatal("the password alone opened a page")
	}
	status(t, b.Get("/login/code"), http.StatusOK)
	used := code(t, secret, a.Clock.Now()) // spent by the enrolment
	status(t, b.Post("/login/code", "code", used), http.StatusUnprocessableEntity)
	a.Clock.Add(time.Minute)
	fresh := code(t, secret, a.Clock.Now())
	status(t, b.Post("/login/code", "code", fresh), http.StatusSeeOther)
	status(t, b.Get("/profile"), http.StatusOK)

	again := a.SignIn(apptest.OwnerEmail, apptest.Password)
	again.Get("/login/code")
	status(t, again.Post("/login/code", "code", fresh), http.StatusUnprocessableEntity)
	status(t, again.Post("/login/code", "code", " "+strings.ToUpper(recovery[0])), http.StatusSeeOther)
	third := a.SignIn(apptest.OwnerEmail, apptest.Password)
	third.Get("/login/code")
	status(t, third.Post("/login/code", "code", recovery[0]), http.StatusUnprocessableEntity)
}

func TestResetDoesNotSkipTheSecondFactor(t *testing.T) {
	a := apptest.New(t)
	owner := a.Owner()
	owner.Get("/profile")
	status(t, owner.Post("/profile/totp"), http.StatusSeeOther)
	enrol(t, a, owner, "/profile/totp", "/profile/totp/confirm")
	token, err := people(t, a, nil).ResetPasswordLink(shell(a), 1)
	if err != nil {
		t.Fatal(err)
	}
	b := a.Browser()
	b.Get("/reset/" + token)
	if r := status(t, b.Post("/reset/"+token, "password", "a wholly new secret"), http.StatusSeeOther); r.Location != "/login" {
		t.Errorf("the link leads to %s", r.Location)
	}
	b.Get("/login")
	if r := b.Post("/login", "email", apptest.OwnerEmail, "password", "a wholly new secret"); !strings.HasPrefix(r.Location, "/login/code") {
		t.Errorf("the second step was skipped: %s", r.Location)
	}
}

func TestOwnerDemandsASecondFactorOfEverybody(t *testing.T) {
	a := apptest.New(t)
	member(t, a, auth.Member)
	kim := a.SignIn(memberMail, memberPassword)
	owner := a.Owner()
	owner.Get("/settings/staff")
	status(t, owner.Post("/settings/staff/totp", "required", "1"), http.StatusConflict) // one's own first
	owner.Post("/profile/totp")
	enrol(t, a, owner, "/profile/totp", "/profile/totp/confirm")
	owner.Get("/settings/staff")
	status(t, owner.Post("/settings/staff/totp", "required", "1"), http.StatusSeeOther)
	status(t, owner.Get("/settings/staff"), http.StatusOK)
	status(t, kim.Get("/profile"), http.StatusSeeOther)

	b := a.Browser()
	b.Get("/login")
	r := status(t, b.Post("/login", "email", memberMail, "password", memberPassword, "next", "/settings"), http.StatusSeeOther)
	if !strings.HasPrefix(r.Location, "/login/enrol") {
		t.Fatalf("led to %s", r.Location)
	}
	status(t, b.Get("/settings"), http.StatusSeeOther)
	enrol(t, a, b, r.Location, "/login/enrol")
	status(t, b.Get("/profile"), http.StatusOK)
	status(t, b.Post("/profile/totp/off"), http.StatusConflict)
}

func TestPasswordIsAskedAgainBeforeSensitivePages(t *testing.T) {
	a := apptest.New(t)
	owner := a.Owner()
	a.Clock.Add(11 * time.Minute)
	r := status(t, owner.Get("/settings/staff/new"), http.StatusSeeOther)
	if r.Location != "/prove?next=%2Fsettings%2Fstaff%2Fnew" {
		t.Fatalf("led to %s", r.Location)
	}
	status(t, owner.Get(r.Location), http.StatusOK)
	status(t, owner.Post("/prove", "password", "wrong", "next", "/settings/staff/new"), http.StatusUnprocessableEntity)
	if r := status(t, owner.Post("/prove", "password", apptest.Password, "next", "/settings/staff/new"), http.StatusSeeOther); r.Location != "/settings/staff/new" {
		t.Errorf("led to %s", r.Location)
	}
	status(t, owner.Get("/settings/staff/new"), http.StatusOK)
}

func TestProfile(t *testing.T) {
	a := apptest.New(t)
	owner, elsewhere := a.Owner(), a.Owner()
	r := owner.Get("/profile")
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(r.Body)[1]
	bad := owner.Post("/profile", "name", "Mei <b>", "locale", "tlh", "timezone", "Mars/Olympus", "digest_at", "25:99", "theme", "neon", "version", version)
	if status(t, bad, http.StatusUnprocessableEntity); !strings.Contains(bad.Body, "Mei &lt;b&gt;") {
		t.Error("what was typed is lost")
	}
	status(t, owner.Post("/profile", "name", "梅林", "locale", "zh-CN", "timezone", "Asia/Shanghai", "digest_at", "07:30", "theme", "dark", "density", "compact", "version", version), http.StatusSeeOther)
	r = owner.Get("/profile")
	for _, want := range []string{`lang="zh-CN"`, `data-theme="dark"`, `data-density="compact"`, "个人资料", "data-shortcuts"} {
		if !strings.Contains(r.Body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	status(t, owner.Post("/profile", "name", "Old", "version", version), http.StatusConflict)
	status(t, owner.Post("/profile/password", "current", "wrong", "password", "a wholly new secret"), http.StatusUnprocessableEntity)
	status(t, owner.Post("/profile/password", "current", apptest.Password, "password", "a wholly new secret"), http.StatusSeeOther)
	status(t, owner.Get("/profile"), http.StatusOK)
	status(t, elsewhere.Get("/profile"), http.StatusSeeOther)
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	a := apptest.New(t)
	kim := member(t, a, auth.Member)
	mine, other := a.Owner(), a.Owner()
	victim := a.SignIn(memberMail, memberPassword)
	mine.Get("/profile")
	for id := range 9 { // somebody else's session among them: theirs stays
		status(t, mine.Post(fmt.Sprintf("/profile/sessions/%d/end", id+1)), http.StatusSeeOther)
		mine = a.Owner()
		mine.Get("/profile")
	}
	status(t, other.Get("/profile"), http.StatusSeeOther)
	status(t, victim.Get("/profile"), http.StatusOK)
	_ = kim
}

func TestRoutesRefuseStrangersAndTheWrongRole(t *testing.T) {
	a := apptest.New(t)
	member(t, a, auth.Member)
	kim := a.SignIn(memberMail, memberPassword)
	kim.Get("/profile")
	stranger := a.Browser()
	stranger.Get("/login")
	ours := map[string]bool{"user": true, "team": true, "role": true, "business": true, "token": true}
	seen := map[string]bool{}
	for _, r := range web.Routes() {
		if !ours[r.Module] || r.Access == web.Visitor || r.Access == web.Public || seen[r.Method+r.Path] {
			continue
		}
		seen[r.Method+r.Path] = true
		path := strings.NewReplacer(":id", "1", ":name", "manager", ":token", "x").Replace(r.Path)
		ask := func(b *apptest.Browser) apptest.Answer {
			if r.Method == http.MethodGet {
				return b.Get(path)
			}
			return b.Post(path)
		}
		if got := ask(stranger); got.Status != http.StatusUnauthorized && !strings.HasPrefix(got.Location, "/login") {
			t.Errorf("a stranger at %s %s: %d %s", r.Method, path, got.Status, got.Location)
		}
		if r.Access == web.Self || r.Access == "staff.read" {
			continue
		}
		if got := ask(kim); got.Status != http.StatusForbidden {
			t.Errorf("a member at %s %s: %d, want 403", r.Method, path, got.Status)
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d routes were tried", len(seen))
	}
}

func TestLastOwnerStays(t *testing.T) {
	a := apptest.New(t)
	owner := a.Owner()
	r := owner.Get("/settings/staff/1")
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(r.Body)[1]
	status(t, owner.Post("/settings/staff/1/disable"), http.StatusConflict)
	status(t, owner.Post("/settings/staff/1", "name", "Mei", "role", "member", "version", version), http.StatusConflict)
	status(t, owner.Get("/settings/staff"), http.StatusOK)
}

func TestAPIOfPeople(t *testing.T) {
	a := apptest.New(t)
	kim := member(t, a, auth.Member)
	api := a.API("", "write")
	var list struct {
		Items []map[string]any `json:"items"`
		Next  string           `json:"next_cursor"`
	}
	api.Into(&list, 200, "GET", "/users?limit=1&sort=-name", "")
	if len(list.Items) != 1 || list.Next == "" {
		t.Fatalf("first page: %+v", list)
	}
	for _, secret := range []string{"password_hash", "totp", "generation"} {
		if r := api.Call("GET", "/users", ""); strings.Contains(r.Body, secret) {
			t.Errorf("the list tells %s", secret)
		}
	}
	api.Into(&list, 200, "GET", "/users?filter[role][eq]=member&q=KIM", "")
	if len(list.Items) != 1 || list.Items[0]["email"] != memberMail {
		t.Errorf("found %v", list.Items)
	}
	path := fmt.Sprintf("/users/%d", kim.ID)
	api.Into(nil, 200, "PATCH", path, fmt.Sprintf(`{"version":%d,"name":"Kim Park","role":"manager"}`, kim.Version))
	api.Into(nil, 409, "PATCH", path, fmt.Sprintf(`{"version":%d,"name":"Late"}`, kim.Version))
	api.Into(nil, 422, "PATCH", path, `{"version":2,"role":"emperor"}`)
	api.Into(nil, 422, "PATCH", path, `{"version":2,"team_id":99}`)
	api.Into(nil, 422, "PATCH", path, `{"version":2,"password":"x"}`)
	api.Into(nil, 409, "PATCH", "/users/1", `{"version":1,"status":"disabled"}`)
	api.Into(nil, 404, "GET", "/users/4711", "")
	api.Into(nil, 201, "POST", "/users", `{"name":"Li","email":"li@example.com","role":"member"}`)
	for _, body := range []string{`{"name":"","email":"x@example.com","role":"member"}`,
		`{"name":"a","email":"x@example.com\r\nBcc: y@example.com","role":"member"}`, `{"name":"a","email":"li@example.com","role":"member"}`} {
		api.Into(nil, 422, "POST", "/users", body)
	}
	api.Into(nil, 400, "POST", "/users", `{"name":"a\u0000b","email":"x@example.com","role":"member"}`) // NUL is no text
	low := a.API(memberMail, "read")
	var me map[string]any
	low.Into(&me, 200, "GET", "/me", "")
	if me["email"] != memberMail {
		t.Errorf("me is %v", me)
	}
	low.Into(nil, 403, "PATCH", "/me", `{"version":3,"name":"x"}`)
	low.Into(nil, 403, "POST", "/users", `{"name":"a","email":"x@example.com","role":"owner"}`)
	if r := a.Anonymous().Call("GET", "/users", ""); r.Status != 401 || r.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("without a token: %d %s", r.Status, r.Header.Get("Content-Type"))
	}
	// A session's cookie opens nothing here.
	owner := a.Owner()
	req := httptest.NewRequest("GET", "/api/v1/users", nil)
	req.AddCookie(&http.Cookie{Name: "rg", Value: owner.Cookie("rg")})
	if r := a.Send(req); r.Status != 401 {
		t.Errorf("a cookie opened the API: %d", r.Status)
	}
}

func TestManagerWithStaffWriteCannotBecomeOwner(t *testing.T) {
	a := apptest.New(t)
	kim := member(t, a, auth.Manager)
	owner := a.Owner()
	owner.Get("/settings/roles")
	status(t, owner.Post("/settings/roles/manager", "reach", "team", "allowed", "staff.read", "allowed", "staff.write"), http.StatusSeeOther)
	status(t, owner.Post("/settings/roles/manager", "reach", "team", "allowed", "staff.owner"), http.StatusUnprocessableEntity)
	status(t, owner.Post("/settings/roles/owner", "reach", "own"), http.StatusConflict)
	b := a.SignIn(memberMail, memberPassword)
	r := status(t, b.Get(fmt.Sprintf("/settings/staff/%d", kim.ID)), http.StatusOK)
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(r.Body)[1]
	status(t, b.Post(fmt.Sprintf("/settings/staff/%d", kim.ID), "name", "Kim", "role", "owner", "version", version), http.StatusForbidden)
	status(t, b.Post("/settings/staff/1/link"), http.StatusForbidden)
	status(t, b.Post("/settings/staff/1/disable"), http.StatusForbidden)
	status(t, b.Post("/settings/staff", "name", "X", "email", "x@example.com", "role", "owner"), http.StatusForbidden)
	status(t, b.Get("/settings/roles"), http.StatusForbidden)
}

func TestTeamsOnTheStaffPage(t *testing.T) {
	a := apptest.New(t)
	owner := a.Owner()
	owner.Get("/settings/staff")
	status(t, owner.Post("/settings/teams", "name", "North"), http.StatusSeeOther)
	status(t, owner.Post("/settings/teams", "name", "north"), http.StatusUnprocessableEntity)
	status(t, owner.Post("/settings/teams/1", "name", "South", "version", "1"), http.StatusSeeOther)
	status(t, owner.Post("/settings/teams/1", "name", "West", "version", "1"), http.StatusConflict)
	if r := owner.Get("/settings/staff"); !strings.Contains(r.Body, "South") {
		t.Error("the team is not on the page")
	}
	status(t, owner.Post("/settings/teams/1/delete"), http.StatusSeeOther)
	status(t, owner.Get("/settings/teams/1"), http.StatusNotFound)
}
