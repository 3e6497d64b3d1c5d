package view

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"path"
	"sort"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Assets are the stylesheets, scripts and pictures, hashed once at start and
// compressed when first asked for. What is built (dist/) wins over its source,
// so the product works, unminified, without ever running the build.
type Assets struct {
	files map[string]*Asset // by path below /assets/
	urls  map[string]string // by the name that templates use
}

// Asset is one file as it is served. The byte slices are shared and must not
// be changed.
type Asset struct {
	Path        string
	ContentType string
	ETag        string
	Version     string // what the URL carries as ?v=; with it the file is immutable
	Body        []byte

	once sync.Once
	gzip []byte
	br   []byte
}

// NewAssets reads css/, js/, dist/ and the pictures of the assets folder.
func NewAssets(root fs.FS) (*Assets, error) {
	a := &Assets{files: map[string]*Asset{}, urls: map[string]string{}}
	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !servable(file) {
			return err
		}
		body, err := fs.ReadFile(root, file)
		if err != nil {
			return fmt.Errorf("read asset %s: %w", file, err)
		}
		hash := digest(body)
		a.files[file] = &Asset{Path: file, ContentType: contentType(file), ETag: `"` + hash + `"`, Version: hash, Body: body}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a.name()
	return a, nil
}

// servable keeps the workshop (node_modules, vendor, catalogues, lists) inside.
func servable(file string) bool {
	if strings.HasPrefix(path.Base(file), ".") || strings.HasSuffix(file, ".json") {
		return false
	}
	folder, _, nested := strings.Cut(file, "/")
	if !nested {
		return path.Ext(file) == ".svg" || path.Ext(file) == ".png"
	}
	return folder == "css" || folder == "js" || folder == "dist"
}

// name gives every top-level file its short name: css/app.css and dist/app.css
// are both "app.css". A source file that imports others carries a version made
// of its whole folder.
func (a *Assets) name() {
	paths := make([]string, 0, len(a.files))
	for file := range a.files {
		paths = append(paths, file)
	}
	sort.Strings(paths)
	folders := map[string]string{}
	for _, file := range paths {
		folder, _, _ := strings.Cut(file, "/")
		folders[folder] += a.files[file].Version
	}
	for _, file := range paths {
		short := path.Base(file)
		dir := path.Dir(file)
		if dir == "css" || dir == "js" {
			a.files[file].Version = digest([]byte(folders[dir]))
			if _, built := a.files["dist/"+short]; built {
				continue
			}
		} else if dir != "." && dir != "dist" {
			continue
		}
		a.urls[short] = "/assets/" + file + "?v=" + a.files[file].Version
	}
}

// URL is the address of an asset by its short name, such as "app.css". An
// unknown name gives an address that answers 404, which a page survives.
func (a *Assets) URL(name string) string {
	if url, ok := a.urls[name]; ok {
		return url
	}
	return "/assets/" + name
}

// Has tells whether an asset exists; htmx.js only does after a build.
func (a *Assets) Has(name string) bool {
	_, ok := a.urls[name]
	return ok
}

// Lookup finds a file by its path below /assets/.
func (a *Assets) Lookup(file string) (*Asset, bool) {
	asset, ok := a.files[file]
	return asset, ok
}

// Paths lists every file, sorted.
func (a *Assets) Paths() []string {
	paths := make([]string, 0, len(a.files))
	for file := range a.files {
		paths = append(paths, file)
	}
	sort.Strings(paths)
	return paths
}

// Encoded is the body in the best encoding that the browser accepts, and that
// encoding's name; an empty name means plain.
func (s *Asset) Encoded(acceptEncoding string) ([]byte, string) {
	s.once.Do(s.compress)
	switch {
	case s.br != nil && accepts(acceptEncoding, "br"):
		return s.br, "br"
	case s.gzip != nil && accepts(acceptEncoding, "gzip"):
		return s.gzip, "gzip"
	}
	return s.Body, ""
}

// CacheControl is what may be kept: for ever when the URL carried this version,
// otherwise only after asking again.
func (s *Asset) CacheControl(version string) string {
	if version == s.Version {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

func (s *Asset) compress() {
	if strings.HasPrefix(s.ContentType, "image/png") {
		return
	}
	var zipped, brotlied bytes.Buffer
	gz, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return
	}
	if squeeze(gz, s.Body) && zipped.Len() < len(s.Body) {
		s.gzip = zipped.Bytes()
	}
	if squeeze(brotli.NewWriterLevel(&brotlied, 9), s.Body) && brotlied.Len() < len(s.Body) {
		s.br = brotlied.Bytes()
	}
}

func squeeze(w io.WriteCloser, body []byte) bool {
	if _, err := w.Write(body); err != nil {
		return false
	}
	return w.Close() == nil
}

// accepts reads Accept-Encoding; "br;q=0" is a refusal.
func accepts(header, encoding string) bool {
	for _, part := range strings.Split(header, ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), encoding) {
			return !strings.HasPrefix(strings.TrimSpace(quality), "q=0") || strings.ContainsAny(quality, "123456789")
		}
	}
	return false
}

func contentType(file string) string {
	switch path.Ext(file) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if kind := mime.TypeByExtension(path.Ext(file)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:6])
}
