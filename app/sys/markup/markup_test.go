package markup

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestMarkdownBecomesTheAllowedElements(t *testing.T) {
	got := string(HTML("Hello **you**\nnext line\n\n- one\n- two\n\n> said\n\n`x<y` https://example.com/a?b=1"))
	for _, want := range []string{"<strong>you</strong><br", "<li>one</li>", "<blockquote>", "<code>x&lt;y</code>", `href="https://example.com/a?b=1"`, `rel="nofollow noreferrer noopener"`} {
		if !strings.Contains(got, want) {
			t.Errorf("want %s in %s", want, got)
		}
	}
}

var hostile = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
	`[x](javascript:alert(1))`, `[x](JaVaScRiPt:alert(1))`, `[x](data:text/html;base64,PHNjcmlwdD4=)`, `[x](vbscript:msgbox)`,
	"[x](java\nscript:alert(1))", `<iframe src="https://example.com"></iframe>`, `<p style="background:url(x)" onclick="x()">t</p>`,
	`![x](https://example.com/track.png)`, `<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
	`<form action=/x><input name=a></form>`, `[x](//example.com/ok "onmouseover=alert(1)")`, "```\n</code><script>x</script>\n```",
	`<base href="https://example.com/">`, `<meta http-equiv=refresh content=0>`, `@[<img src=x onerror=y>](user:1)`, `<!--><script>alert(1)</script>-->`,
	`[a](&#106;avascript:alert(1))`, `<a href=" javascript:alert(1)">x</a>`, `<h1 id=main>x</h1>`, "<a href='https://example.com' class=btn>x</a>",
}

var (
	tag     = regexp.MustCompile(`<\s*/?\s*([a-zA-Z0-9]+)([^>]*)>`)
	attr    = regexp.MustCompile(`([a-zA-Z-]+)="([^"]*)"`)
	allowed = []string{"p", "br", "b", "i", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre"}
)

func checkSafe(t *testing.T, source string) {
	t.Helper()
	out := string(HTML(source))
	for _, m := range tag.FindAllStringSubmatch(out, -1) {
		if !slices.Contains(allowed, m[1]) {
			t.Fatalf("%q let <%s> through: %s", source, m[1], out)
		}
		for _, a := range attr.FindAllStringSubmatch(m[2], -1) {
			switch {
			case a[1] == "rel" || a[1] == "target":
			case a[1] == "href" && regexp.MustCompile(`^(?i)(https?:|mailto:|[^:]*$|[/?#])`).MatchString(a[2]):
			default:
				t.Fatalf("%q let %s=%q through: %s", source, a[1], a[2], out)
			}
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	for _, source := range hostile {
		checkSafe(t, source)
	}
	if out := HTML(strings.Repeat("[", maxSource+1) + "<script>"); strings.Contains(string(out), "<script>") {
		t.Error("a text beyond the limit was not escaped")
	}
}

func FuzzHTML(f *testing.F) {
	for _, source := range hostile {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) { checkSafe(t, source) })
}

func TestTextIsWordsOnly(t *testing.T) {
	if got := Text("# Title\n\nHello **you** & me\n\n- one\n- two <b>x</b>"); got != "Title\nHello you & me\none\ntwo x" {
		t.Errorf("got %q", got)
	}
}

func TestMentions(t *testing.T) {
	md := "Ask @[Mei Lin](user:12) and @[小李](user:7), again @[Mei Lin](user:12), not @[x](user:0) or [y](user:3)"
	if got := Mentions(md); !slices.Equal(got, []int64{12, 7}) {
		t.Errorf("got %v", got)
	}
	if got := Mentions(Mention("A [b] c", 5)); !slices.Equal(got, []int64{5}) {
		t.Errorf("a written mention did not read back: %v", got)
	}
	if got := string(HTML(Mention("Mei *Lin*", 1))); !strings.Contains(got, "<strong>@Mei *Lin*</strong>") {
		t.Errorf("got %s", got)
	}
}
