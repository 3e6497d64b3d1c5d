// Package view turns templates and data into pages. It loads layouts and
// partials through gofiber's html engine and then goes its own way, because
// that engine's rendering of a page inside a layout races and swallows errors:
// here every page is a template set of its own, is rendered into a buffer
// first, and reaches the reader whole or not at all.
package view

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	texttemplate "text/template"

	"github.com/gofiber/template/html/v2"

	"regulars/app/sys/i18n"
)

// Engine renders the pages of the product in every language.
type Engine struct {
	assets  *Assets
	bundle  *i18n.Bundle
	locales map[string]*localeEngine
}

// localeEngine holds the pages of one language; its functions speak it. Every
// page carries its own copy of all layouts and partials, so a page is made
// when it is first shown: most readers use one language and some of the pages.
type localeEngine struct {
	*html.Engine // layouts and partials; never executed, only cloned
	sources      map[string]string
	mu           sync.Mutex // guards pages and the cloning
	pages        map[string]*template.Template
	texts        *texttemplate.Template // text twins of mails, by page name
}

// New loads the templates for every language. Check tells whether all are well.
func New(templates fs.FS, assets fs.FS, bundle *i18n.Bundle) (*Engine, error) {
	served, err := NewAssets(assets)
	if err != nil {
		return nil, err
	}
	e := &Engine{assets: served, bundle: bundle, locales: map[string]*localeEngine{}}
	for _, tag := range i18n.Tags() {
		loaded, err := load(templates, funcs(bundle.For(tag), served))
		if err != nil {
			return nil, err
		}
		e.locales[tag] = loaded
	}
	return e, nil
}

// Check makes every page in every language. A mistake in any of them is an
// error here, with the file's name, instead of a broken page later.
func (e *Engine) Check() error {
	for _, l := range e.locales {
		for name := range l.sources {
			if _, err := l.page(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// Assets are the files that pages refer to, ready to be served.
func (e *Engine) Assets() *Assets { return e.assets }

// Bundle holds the catalogues that the pages were loaded with.
func (e *Engine) Bundle() *i18n.Bundle { return e.bundle }

// Pages lists the names of all pages, such as "customers/list".
func (e *Engine) Pages() []string {
	var names []string
	for name := range e.locales[i18n.English].sources {
		names = append(names, name)
	}
	return names
}

// Page renders a page ("customers/list") inside a layout ("app"). Nothing is
// written when either fails. Data must be a Data.
func (e *Engine) Page(w io.Writer, locale, layout, page string, data any) error {
	d, err := e.data(locale, data)
	if err != nil {
		return fmt.Errorf("render %s: %w", page, err)
	}
	var content bytes.Buffer
	if err := e.run(&content, locale, page, page, d); err != nil {
		return err
	}
	d.Content = template.HTML(content.String())
	var whole bytes.Buffer
	if err := e.run(&whole, locale, page, "layouts/"+layout, d); err != nil {
		return err
	}
	_, err = whole.WriteTo(w)
	return err
}

// Fragment renders one {{define "name"}} block of a page, for answers that
// replace a part of it. An empty name is the page without a layout.
func (e *Engine) Fragment(w io.Writer, locale, page, name string, data any) error {
	if d, err := e.data(locale, data); err == nil {
		data = d
	}
	if name == "" {
		name = page
	}
	var part bytes.Buffer
	if err := e.run(&part, locale, page, name, data); err != nil {
		return err
	}
	_, err := part.WriteTo(w)
	return err
}

// Mail renders both parts of a mail, <page>.txt and <page>.html, in the
// language of the data's Locale.
func (e *Engine) Mail(page string, data Data) (text, html string, err error) {
	var plain, rich bytes.Buffer
	language := data.Locale.Tag()
	if err := errors.Join(e.Text(&plain, language, page, data), e.Page(&rich, language, "mail", page, data)); err != nil {
		return "", "", err
	}
	return plain.String(), rich.String(), nil
}

// Text renders the plain-text twin of a mail: <page>.txt inside layouts/mail.txt.
func (e *Engine) Text(w io.Writer, locale, page string, data any) error {
	d, err := e.data(locale, data)
	if err != nil {
		return fmt.Errorf("render %s as text: %w", page, err)
	}
	texts := e.locale(locale).texts
	var content, whole bytes.Buffer
	if err := texts.ExecuteTemplate(&content, page, d); err != nil {
		return fmt.Errorf("render %s as text: %w", page, err)
	}
	twin := struct {
		Data
		Text string
	}{d, strings.TrimSpace(content.String())}
	if err := texts.ExecuteTemplate(&whole, "layouts/mail", twin); err != nil {
		return fmt.Errorf("render layout of %s as text: %w", page, err)
	}
	_, err = whole.WriteTo(w)
	return err
}

// data completes what the caller left out.
func (e *Engine) data(locale string, data any) (Data, error) {
	var d Data
	switch given := data.(type) {
	case Data:
		d = given
	case *Data:
		d = *given
	default:
		return d, fmt.Errorf("page data is %T, not view.Data", data)
	}
	if d.Locale == nil {
		d.Locale = e.bundle.For(locale)
	}
	return d, nil
}

func (e *Engine) locale(tag string) *localeEngine {
	if l, ok := e.locales[tag]; ok {
		return l
	}
	return e.locales[i18n.English]
}

func (e *Engine) run(w io.Writer, locale, page, name string, data any) error {
	set, err := e.locale(locale).page(page)
	if err != nil {
		return fmt.Errorf("render %s: %w", page, err)
	}
	if err := set.ExecuteTemplate(w, name, data); err != nil {
		return fmt.Errorf("render %s of page %s: %w", name, page, err)
	}
	return nil
}

func load(templates fs.FS, functions template.FuncMap) (*localeEngine, error) {
	base := html.NewFileSystem(http.FS(sharedOnly{templates}), ".html")
	base.AddFuncMap(functions)
	if err := base.Load(); err != nil {
		return nil, fmt.Errorf("load layouts and partials: %w", err)
	}
	l := &localeEngine{Engine: base, sources: map[string]string{}, pages: map[string]*template.Template{}}
	l.texts = texttemplate.New("").Funcs(texttemplate.FuncMap(functions))
	err := fs.WalkDir(templates, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := fs.ReadFile(templates, file)
		if err != nil {
			return fmt.Errorf("read template %s: %w", file, err)
		}
		return l.add(file, string(source))
	})
	return l, err
}

// add keeps a page's source, and parses a .txt into the set of text twins.
func (l *localeEngine) add(file, source string) error {
	name := strings.TrimSuffix(file, path.Ext(file))
	switch {
	case path.Ext(file) == ".txt":
		if _, err := l.texts.New(name).Parse(source); err != nil {
			return fmt.Errorf("parse template %s: %w", file, err)
		}
	case path.Ext(file) == ".html" && !isShared(file):
		l.sources[name] = source
	}
	return nil
}

// page is a page's own clone of the shared set, so that block names of
// different pages never meet.
func (l *localeEngine) page(name string) (*template.Template, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if set := l.pages[name]; set != nil {
		return set, nil
	}
	source, ok := l.sources[name]
	if !ok {
		return nil, errors.New("there is no such page")
	}
	set, err := l.Templates.Clone()
	if err != nil {
		return nil, fmt.Errorf("prepare template %s: %w", name, err)
	}
	if _, err := set.New(name).Parse(source); err != nil {
		return nil, fmt.Errorf("parse template %s: %w", name, err)
	}
	if err := escapable(set, name); err != nil {
		return nil, fmt.Errorf("check template %s: %w", name, err)
	}
	l.pages[name] = set
	return set, nil
}

// escapable makes html/template analyse the page now: without data the run
// itself may fail, but a template that cannot be escaped safely is refused.
func escapable(set *template.Template, name string) error {
	var unsafe *template.Error
	if err := set.ExecuteTemplate(io.Discard, name, nil); errors.As(err, &unsafe) {
		return unsafe
	}
	return nil
}

func isShared(file string) bool {
	return strings.HasPrefix(file, "layouts/") || strings.HasPrefix(file, "partials/")
}
