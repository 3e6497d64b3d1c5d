package look_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
)

// upload sends the form with a picture.
func upload(t *testing.T, b *apptest.Browser, colour string, picture []byte) apptest.Answer {
	t.Helper()
	csrf := regexp.MustCompile(`name="_csrf" value="([^"]+)"`).FindStringSubmatch(b.Get("/settings/look").Body)[1]
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"_csrf": csrf, "own": "1", "colour": colour} {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("logo", "logo.png")
	if err == nil {
		_, err = part.Write(picture)
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.Do(http.MethodPost, "/settings/look", w.FormDataContentType(), &body)
}

func TestPublicPagesWearTheShopsColourAndLogo(t *testing.T) {
	a := apptest.New(t)
	a.Colleague(apptest.MemberEmail, "member")
	member, owner := a.SignIn(apptest.MemberEmail, apptest.Password), a.Owner()
	member.Get("/today")
	owner.Get("/settings/look")
	if r := member.Get("/settings/look"); r.Status != http.StatusForbidden {
		t.Fatalf("a member reads it: %d", r.Status)
	}
	if r := member.Post("/settings/look", "own", "1", "colour", "#0f6047"); r.Status != http.StatusForbidden {
		t.Fatalf("a member changes it: %d", r.Status)
	}
	if r := owner.Post("/settings/look", "own", "1", "colour", "#ffee00"); r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, `name="near" value="#`) {
		t.Fatalf("yellow on white: %d", r.Status)
	}
	for _, bad := range []string{"red", "#000;}body{display:none", "</style>"} {
		if r := owner.Post("/settings/look", "own", "1", "colour", bad); r.Status != http.StatusUnprocessableEntity {
			t.Fatalf("%q: %d", bad, r.Status)
		}
	}
	noise := image.NewRGBA(image.Rect(0, 0, 900, 600)) // as hard to make small as a picture can be
	r := rand.New(rand.NewPCG(3, 4))
	for y := range 600 {
		for x := range 900 {
			noise.Set(x, y, color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255})
		}
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, noise); err != nil {
		t.Fatal(err)
	}
	if r := upload(t, owner, "#2f7d5b", []byte("<svg onload=alert(1)>")); r.Status != http.StatusUnprocessableEntity {
		t.Fatalf("no picture: %d", r.Status)
	}
	if r := upload(t, owner, "#2f7d5b", picture.Bytes()); r.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Status, r.Body)
	}
	page := a.Browser().Get("/s/nothing")
	sheet := regexp.MustCompile(`/s/look/[0-9a-f]+\.css`).FindString(page.Body)
	logo := regexp.MustCompile(`/s/logo/[0-9a-f]+\.jpg`).FindString(page.Body)
	if sheet == "" || logo == "" {
		t.Fatal("a public page does not wear the look")
	}
	css, jpg := a.Browser().Get(sheet), a.Browser().Get(logo)
	if css.Status != 200 || !strings.Contains(css.Body, "--accent:#2f7d5b") || !strings.Contains(css.Header.Get("Cache-Control"), "immutable") {
		t.Fatalf("%d %s", css.Status, css.Body)
	}
	if jpg.Status != 200 || len(jpg.Body) > 8<<10 || !strings.HasPrefix(jpg.Body, "\xff\xd8") {
		t.Fatalf("%d, %d bytes", jpg.Status, len(jpg.Body))
	}
	if r := a.Browser().Get("/s/look/000000000000.css"); r.Status != http.StatusNotFound {
		t.Fatalf("an old mark: %d", r.Status)
	}
	if r := owner.Post("/settings/look", "no_logo", "1"); r.Status != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if page := a.Browser().Get("/s/nothing"); strings.Contains(page.Body, "/s/look/") || strings.Contains(page.Body, "/s/logo/") {
		t.Fatal("the look is still worn")
	}
}
