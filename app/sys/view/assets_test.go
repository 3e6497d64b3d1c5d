package view

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

func TestBuiltAssetsWinOverTheirSource(t *testing.T) {
	root := fstest.MapFS{
		"css/app.css": {Data: []byte("source")}, "css/components/x.css": {Data: []byte("part")}, "js/app.js": {Data: []byte("js")},
		"icons.svg": {Data: []byte("<svg/>")}, "i18n/en.json": {Data: []byte("{}")}, "package.json": {Data: []byte("{}")},
		"vendor/htmx.js": {Data: []byte("v")}, "dist/.gitkeep": {}, "dist/meta.json": {Data: []byte("{}")}, "node_modules/x/y.js": {Data: []byte("n")},
	}
	plain, err := NewAssets(root)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(plain.Paths(), " "); got != "css/app.css css/components/x.css icons.svg js/app.js" {
		t.Errorf("served: %s", got)
	}
	if plain.Has("htmx.js") || !strings.HasPrefix(plain.URL("app.css"), "/assets/css/app.css?v=") || plain.URL("gone.css") != "/assets/gone.css" {
		t.Errorf("unbuilt: %s", plain.URL("app.css"))
	}
	before := plain.URL("app.css")
	root["css/components/x.css"] = &fstest.MapFile{Data: []byte("changed")}
	again, err := NewAssets(root)
	if err != nil {
		t.Fatal(err)
	}
	if again.URL("app.css") == before {
		t.Error("a changed import kept the version of the file that imports it")
	}
	root["dist/app.css"], root["dist/htmx.js"] = &fstest.MapFile{Data: []byte("built")}, &fstest.MapFile{Data: []byte("h")}
	built, err := NewAssets(root)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(built.URL("app.css"), "/assets/dist/app.css?v=") || !built.Has("htmx.js") {
		t.Errorf("built: %s", built.URL("app.css"))
	}
}

func TestAssetsAreEncodedAsTheBrowserAsks(t *testing.T) {
	body := strings.Repeat("body { color: red }\n", 100)
	assets, err := NewAssets(fstest.MapFS{"css/app.css": {Data: []byte(body)}, "icons.svg": {Data: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	css, ok := assets.Lookup("css/app.css")
	if !ok || css.ContentType != "text/css; charset=utf-8" {
		t.Fatalf("%v %+v", ok, css)
	}
	readers := map[string]func(io.Reader) io.Reader{
		"":     func(r io.Reader) io.Reader { return r },
		"br":   func(r io.Reader) io.Reader { return brotli.NewReader(r) },
		"gzip": func(r io.Reader) io.Reader { z, _ := gzip.NewReader(r); return z },
	}
	for header, want := range map[string]string{"": "", "gzip, deflate, br": "br", "gzip;q=1.0, br;q=0": "gzip", "gzip": "gzip", "identity": "", "br;q=0.5": "br"} {
		got, encoding := css.Encoded(header)
		if encoding != want {
			t.Errorf("%q: encoding %q, want %q", header, encoding, want)
			continue
		}
		if back, err := io.ReadAll(readers[encoding](bytes.NewReader(got))); err != nil || string(back) != body {
			t.Errorf("%q: %v, %d bytes back", header, err, len(back))
		}
	}
	if small, _ := assets.Lookup("icons.svg"); len(small.Body) == 1 {
		if _, encoding := small.Encoded("br, gzip"); encoding != "" {
			t.Error("a file that grows by compression was compressed")
		}
	}
	if css.CacheControl(css.Version) == css.CacheControl("old") {
		t.Error("a stale version is kept for ever")
	}
}

// weight is the gzipped size of the built file, or of its sources joined when
// nothing was built, without comments and what only makes them readable.
func weight(t *testing.T, root fs.FS, built string, sources ...string) int {
	t.Helper()
	var body []byte
	if raw, err := fs.ReadFile(root, "dist/"+built); err == nil {
		body = raw
	} else {
		for _, pattern := range sources {
			files, err := fs.Glob(root, pattern)
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				raw, err := fs.ReadFile(root, file)
				if err != nil {
					t.Fatal(err)
				}
				body = append(body, bare(file, raw)...)
			}
		}
	}
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zipped.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestPagesStayLight(t *testing.T) {
	root := os.DirFS("../../../assets")
	scripts := weight(t, root, "app.js", "js/*.js") + weight(t, root, "htmx.js")
	for _, c := range []struct {
		name         string
		size, budget int
	}{
		{"scripts of a page", scripts, 26_000},
		{"stylesheet", weight(t, root, "app.css", sources(t, root, "app.css")...), 20_000},
		{"dashboards' stylesheet", weight(t, root, "dashboard.css", "css/dashboard.css"), 2_000},
		{"public stylesheet", weight(t, root, "public.css", sources(t, root, "public.css")...), 6_000},
		{"icon sprite", weight(t, root, "none", "icons.svg"), 6_000},
		{"lazy script", weight(t, root, "sortable.js"), 15_000},
	} {
		t.Logf("%s: %d of %d bytes", c.name, c.size, c.budget)
		if c.size > c.budget {
			t.Errorf("%s weighs %d bytes gzipped, the budget is %d", c.name, c.size, c.budget)
		}
	}
}

var (
	comments = regexp.MustCompile(`(?s)/\*.*?\*/`)
	spaces   = regexp.MustCompile(`\s*([{};:,>]|\s)\s*`)
)

// bare is a stylesheet about as the build leaves it; scripts stay as they are.
func bare(file string, raw []byte) []byte {
	if !strings.HasSuffix(file, ".css") {
		return raw
	}
	return spaces.ReplaceAll(comments.ReplaceAll(raw, nil), []byte("$1"))
}

// sources follows the imports of a stylesheet.
func sources(t *testing.T, root fs.FS, name string) []string {
	t.Helper()
	raw, err := fs.ReadFile(root, "css/"+name)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, line := range strings.Split(string(raw), "\n") {
		if name, ok := strings.CutPrefix(line, `@import "./`); ok {
			files = append(files, "css/"+strings.TrimSuffix(name, `";`))
		}
	}
	return files
}

func TestStylesAndScriptsImportOnlyWhatIsThere(t *testing.T) {
	assets, err := NewAssets(os.DirFS("../../../assets"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range assets.Paths() {
		asset, _ := assets.Lookup(file)
		folder, _, _ := strings.Cut(file, "/")
		if folder != "css" && folder != "js" {
			continue
		}
		for _, line := range strings.Split(string(asset.Body), "\n") {
			if !strings.HasPrefix(line, "import ") && !strings.HasPrefix(line, "@import ") {
				continue
			}
			_, from, ok := strings.Cut(line, `"./`)
			if !ok {
				t.Errorf("%s: %s does not start with ./", file, line)
				continue
			}
			name, _, _ := strings.Cut(from, `"`)
			if _, there := assets.Lookup(folder + "/" + name); !there {
				t.Errorf("%s: %s is not there", file, line)
			}
		}
	}
}

func TestTemplatesUseOnlyIconsOfTheSprite(t *testing.T) {
	sprite, err := os.ReadFile("../../../assets/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	root := os.DirFS("../../../templates")
	err = fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		for _, part := range strings.Split(string(raw), `icon "`)[1:] {
			name, _, _ := strings.Cut(part, `"`)
			if !strings.Contains(string(sprite), `id="i-`+name+`"`) {
				t.Errorf("%s: there is no icon %q", file, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
