package view

import (
	"bytes"
	"html/template"
)

// Part renders a whole page file without a layout, for use inside another page.
func (e *Engine) Part(locale, page string, data Data) (template.HTML, error) {
	var buf bytes.Buffer
	if err := e.Fragment(&buf, locale, page, "", data); err != nil {
		return "", err
	}
	return template.HTML(buf.String()), nil
}
