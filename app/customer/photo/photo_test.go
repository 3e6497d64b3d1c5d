package photo_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"regulars/app/apptest"
	"regulars/app/kit/tabular/vcf"
	"regulars/app/sys/importer"
)

func picture(t *testing.T, shade uint8) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 900, 600))
	for y := range 600 {
		for x := range 900 {
			p.SetRGBA(x, y, color.RGBA{shade, uint8(x), uint8(y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	raw := b.Bytes()
	note := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08 GPS 51.5N 0.1W"
	return append(append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(note) + 2)}, note...), raw[2:]...)
}

// folded writes base64 as phones do, in lines of 72.
func folded(raw []byte) string {
	text := base64.StdEncoding.EncodeToString(raw)
	var b strings.Builder
	for len(text) > 72 {
		b.WriteString(text[:72] + "\r\n ")
		text = text[72:]
	}
	return b.String() + text
}

// Photos come in with cards of any version, small and without what the camera
// noted, go out with them, and come back as the same.
func TestCardsBringPhotosAndTakeThemOut(t *testing.T) {
	a := apptest.New(t)
	photos := func() int { return a.Count(`SELECT count(*) FROM customer_photo`) }
	cards := "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Fenwick\r\nTEL:+44 20 7946 0102\r\nPHOTO;ENCODING=b;TYPE=JPEG:" + folded(picture(t, 10)) + "\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:林小棠\r\nTEL:+44 20 7946 0103\r\nPHOTO:data:image/jpeg;base64," + folded(picture(t, 90)) + "\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Jo Hart\r\nTEL:+44 20 7946 0104\r\nPHOTO;JPEG;ENCODING=BASE64:\r\n " + folded(picture(t, 200)) + "\r\n\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Not A Picture\r\nTEL:+44 20 7946 0105\r\nPHOTO;ENCODING=b:" + base64.StdEncoding.EncodeToString([]byte("<svg onload=alert(1)>")) + "\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Far Away\r\nTEL:+44 20 7946 0106\r\nPHOTO;VALUE=uri:https://example.com/face.jpg\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Too Big\r\nTEL:+44 20 7946 0107\r\nPHOTO;ENCODING=b:" + strings.Repeat(strings.Repeat("A", 70)+"\r\n ", 1+vcf.MaxPhoto/70) + "\r\nEND:VCARD\r\n"
	run, problems := a.Import("customers", cards, importer.Options{})
	if got := apptest.Tally(run); got != "6 0 0 0" || photos() != 3 {
		t.Fatalf("%s, %d photos %q", got, photos(), problems)
	}
	if all := strings.Join(problems, "\n"); len(problems) != 2 || !strings.Contains(all, "not a JPEG") || !strings.Contains(all, "larger than 2 MB") {
		t.Errorf("remarks: %q", problems)
	}
	if n := a.Count(`SELECT count(*) FROM import_problem WHERE length(cells) > 2000`); n != 0 {
		t.Error("whole photos are kept with the remarks")
	}
	b := a.Owner()
	record := b.Get("/customers/1")
	if !strings.Contains(record.Body, `src="/customers/1/photo?v=`) {
		t.Error("the record does not show the photo")
	}
	shown := b.Get("/customers/1/photo")
	if p, err := jpeg.Decode(strings.NewReader(shown.Body)); err != nil || p.Bounds().Dx() != 400 || strings.Contains(shown.Body, "GPS") || shown.Header.Get("Content-Type") != "image/jpeg" {
		t.Fatalf("%d %v", shown.Status, err)
	}
	for _, version := range []string{"vcf", "vcf4"} {
		out := b.Get("/customers/export?format=" + version)
		if strings.Count(out.Body, "PHOTO") != 3 || !strings.Contains(out.Body, map[string]string{"vcf": "VERSION:3.0", "vcf4": "VERSION:4.0"}[version]) {
			t.Errorf("%s: %.300s", version, out.Body)
		}
		for _, on := range []string{importer.Skip, importer.Update} {
			again, problems := a.Import("customers", out.Body, importer.Options{OnDuplicate: on, Match: []string{"phone"}})
			if got := apptest.Tally(again); got != "0 0 6 0" || len(problems) != 0 {
				t.Errorf("%s again, %s: %s %q", version, on, got, problems)
			}
		}
	}
	a.TakeBack(run)
	if photos() != 0 {
		t.Error("photos are left after the undo")
	}
}

var tokenOf = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

func post(t *testing.T, b *apptest.Browser, path string, raw []byte) apptest.Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	f, err := w.CreateFormFile("photo", "face.jpg")
	if err == nil {
		_, err = f.Write(raw)
	}
	if err == nil {
		err = w.WriteField("_csrf", tokenOf.FindStringSubmatch(b.Get("/customers/1").Body)[1])
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.Do(http.MethodPost, path, w.FormDataContentType(), io.Reader(&body))
}

// A person sets and removes a photo; who may not see the customer gets nothing.
func TestAPhotoIsSetOnTheRecord(t *testing.T) {
	a := apptest.New(t)
	a.Import("customers", "Name,Phone\nAda Fenwick,+44 20 7946 0102\n", importer.Options{})
	b := a.Owner()
	if r := b.Get("/customers/1/photo"); r.Status != 404 {
		t.Errorf("no photo yet: %d", r.Status)
	}
	for range 2 {
		if r := post(t, b, "/customers/1/photo", picture(t, 10)); r.Status >= 400 {
			t.Fatalf("%d %s", r.Status, r.Body)
		}
	}
	if n := a.Count(`SELECT count(*) FROM journal_set WHERE op = 'photo.set'`); n != 1 {
		t.Errorf("the same photo again left %d entries", n)
	}
	if r := post(t, b, "/customers/1/photo", []byte("%PDF-1.7")); r.Status != 422 {
		t.Errorf("a PDF: %d", r.Status)
	}
	api := a.API(apptest.OwnerEmail, "write")
	if r := api.Call("GET", "/customers/1/photo", ""); r.Status != 200 || r.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the API: %d %s", r.Status, r.Header.Get("Content-Type"))
	}
	if r := a.Anonymous().Call("GET", "/customers/1/photo", ""); r.Status != 401 {
		t.Errorf("nobody: %d", r.Status)
	}
	a.Colleague("dan@example.com", "member")
	dan := a.SignIn("dan@example.com", apptest.Password)
	if r := dan.Get("/customers/99/photo"); r.Status != 404 {
		t.Errorf("no such customer: %d", r.Status)
	}
	if r := a.Browser().Get("/customers/1/photo"); r.Status == 200 {
		t.Error("without signing in")
	}
	if r := api.Call("DELETE", "/customers/1/photo", ""); r.Status != 204 || a.Count(`SELECT count(*) FROM customer_photo`) != 0 {
		t.Errorf("removing: %d", r.Status)
	}
}

// together is the filled shop with a photo on each of two customers, and what
// their pages show.
func together(t *testing.T) (a *apptest.App, b *apptest.Browser, api *apptest.API, shown func(id int) string) {
	t.Helper()
	a = apptest.New(t)
	a.Fill()
	b, api = a.Owner(), a.API("", "write")
	for id, shade := range map[int]uint8{1: 10, 2: 200} {
		if r := upload(t, b, id, picture(t, shade)); r.Status != http.StatusSeeOther {
			t.Fatalf("upload: %d %s", r.Status, r.Body)
		}
	}
	return a, b, api, func(id int) string {
		return regexp.MustCompile(fmt.Sprintf(`src="/customers/%d/photo\?v=([0-9a-f]+)"`, id)).FindString(b.Get(fmt.Sprintf("/customers/%d", id)).Body)
	}
}

func upload(t *testing.T, b *apptest.Browser, id int, raw []byte) apptest.Answer {
	t.Helper()
	return post(t, b, fmt.Sprintf("/customers/%d/photo", id), raw)
}

func rows(a *apptest.App) string {
	return fmt.Sprint(a.Count(`SELECT count(*) FROM customer_photo`), " of ", a.Count(`SELECT count(DISTINCT customer_id) FROM customer_photo`))
}

// After a merge the photo is the staying record's, or the one that was picked,
// and an undo gives each its own again.
func TestOnePhotoIsLeftOfAMergeAndUndoGivesBothBack(t *testing.T) {
	a, b, api, shown := together(t)
	hash := func(id int) string {
		return strings.TrimPrefix(shown(id), fmt.Sprintf(`src="/customers/%d/photo?v=`, id))
	}
	one, two := hash(1), hash(2)
	if one == two || one == "" {
		t.Fatalf("%s %s", one, two)
	}
	preview := b.Get("/duplicates/compare?id=1&id=2").Body
	if !strings.Contains(preview, one) || !strings.Contains(preview, two) || strings.Count(preview, `name="pick.photo"`) != 2 {
		t.Error("the preview does not show both photos")
	}
	for _, m := range []struct{ picks, want string }{{"", one}, {`,"picks":{"photo":1}`, one}, {`,"picks":{"photo":2}`, two}} {
		api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]`+m.picks+`}`)
		if got := hash(1); got != m.want || rows(a) != "1 of 1" {
			t.Errorf("%s: shows %s, want %s, %s rows", m.picks, got, m.want, rows(a))
		}
		api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", a.Count("SELECT max(id) FROM journal_set")), `{}`)
		if hash(1) != one || hash(2) != two || rows(a) != "2 of 2" {
			t.Errorf("%s: after the undo %s and %s, %s rows", m.picks, hash(1), hash(2), rows(a))
		}
	}
	b.Post("/customers/1/photo/delete")
	api.Into(nil, 201, "POST", "/merges", `{"survivor_id":1,"customer_ids":[2]}`)
	if hash(1) != two {
		t.Error("a record without a photo does not take the other's")
	}
}

// A photo that was taken away does not come back beside a newer one: the undo
// says that the place is taken.
func TestUndoOfARemovedPhotoYieldsToANewerOne(t *testing.T) {
	a, b, api, shown := together(t)
	b.Post("/customers/1/photo/delete")
	set := a.Count("SELECT max(id) FROM journal_set WHERE op = 'photo.drop'")
	upload(t, b, 1, picture(t, 90))
	newer := shown(1)
	if r := api.Call("POST", fmt.Sprintf("/history/%d/undo", set), `{}`); r.Status != http.StatusConflict {
		t.Errorf("the undo: %d %s", r.Status, r.Body)
	}
	if page := b.Get(fmt.Sprintf("/history/%d", set)); !strings.Contains(page.Body, "Its place is taken.") {
		t.Errorf("the page does not say why: %s", regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page.Body, ""))
	}
	if shown(1) != newer || rows(a) != "2 of 2" {
		t.Errorf("%s, %s rows", shown(1), rows(a))
	}
	b.Post("/customers/1/photo/delete")
	api.Into(nil, 200, "POST", fmt.Sprintf("/history/%d/undo", set), `{}`)
	if shown(1) == "" || shown(1) == newer || rows(a) != "2 of 2" {
		t.Errorf("with room again: %s, %s rows", shown(1), rows(a))
	}
}
