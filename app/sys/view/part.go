package view

import (
	"bytes"
	"html/template"
)

// Markup is a rendered part of a page, safe to put into another page.
type Markup = template.HTML

// Part renders a whole page file without a layout, for use inside another page.
func (e *Engine) Part(locale, page string, data Data) (template.HTML, error) {
	var buf bytes.Buffer
	if err := e.Fragment(&buf, locale, page, "", data); err != nil {
		return "", err
	}
	return template.HTML(buf.String()), nil
}
