// Package markup turns what people write (notes, templates, answers) into safe
// HTML. The text is Markdown; what comes out of the Markdown writer passes an
// allowlist of a dozen elements, so whatever is typed, pasted or imported can
// be shown. Nothing else in the product makes HTML out of text.
package markup

import (
	"bytes"
	"html/template"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// maxSource bounds what is parsed: a longer text is shown as it was typed.
const maxSource = 200_000

var (
	writer = goldmark.New(goldmark.WithExtensions(extension.Linkify), goldmark.WithRendererOptions(html.WithHardWraps()))
	policy = allowlist()
)

func allowlist() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "b", "i", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	return p
}

// HTML is the Markdown text as safe HTML; mentions are shown in bold.
func HTML(md string) template.HTML {
	if len(md) > maxSource {
		return template.HTML("<pre>" + template.HTMLEscapeString(md) + "</pre>")
	}
	var raw bytes.Buffer
	if err := writer.Convert([]byte(boldMentions(md)), &raw); err != nil {
		return template.HTML("<p>" + template.HTMLEscapeString(md) + "</p>")
	}
	return template.HTML(strings.TrimSpace(policy.Sanitize(raw.String())))
}

// documents writes the product's own texts, which have headings and tables.
var (
	documents = goldmark.New(goldmark.WithExtensions(extension.Table))
	shelf     = document()
)

func document() *bluemonday.Policy {
	p := allowlist()
	p.AllowElements("h1", "h2", "h3", "table", "thead", "tbody", "tr", "th", "td")
	return p
}

// Document is one of the product's own texts as HTML.
func Document(md string) template.HTML {
	var raw bytes.Buffer
	if err := documents.Convert([]byte(md), &raw); err != nil {
		return template.HTML("<pre>" + template.HTMLEscapeString(md) + "</pre>")
	}
	return template.HTML(strings.TrimSpace(shelf.Sanitize(raw.String())))
}

// strict takes every tag away and leaves the words.
var strict = bluemonday.StrictPolicy()

var (
	blocks = regexp.MustCompile(`(?i)</(p|li|blockquote|pre)>|<br\s*/?>`)
	spaces = regexp.MustCompile(`[ \t]*\n[ \t\n]*`)
)

// Text is the Markdown as plain words, one line per paragraph, for previews,
// search and the text part of mails.
func Text(md string) string {
	marked := blocks.ReplaceAllString(string(HTML(md)), "$0\n")
	plain := unescape.Replace(strict.Sanitize(marked))
	return strings.TrimSpace(spaces.ReplaceAllString(plain, "\n"))
}

// unescape undoes exactly what the sanitiser writes for text.
var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&quot;", `"`, "&#39;", "'", "&amp;", "&")
