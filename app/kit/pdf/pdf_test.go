package pdf_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"regulars/app/kit/pdf"
)

var body = pdf.Font{Size: 10}

func made(t *testing.T, lines ...string) []byte {
	t.Helper()
	d := &pdf.Document{Title: "报价单 Q-1", Author: "Kettle & Crane", Language: "zh-CN", Made: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	d.Page()
	for i, line := range lines {
		d.Last().Text(50, 60+float64(i)*14, body, pdf.Gray(0), line)
	}
	d.Last().Line(50, 200, 500, 200, 1, pdf.Gray(.5))
	d.Page()
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Every object stands where the table at the end says, and every stream is as
// long as it says.
func TestTheFileIsWhole(t *testing.T) {
	file := made(t, "Hello (world) \\ 100 %", "单雄信 & Söhne, łódź — 1,200.00 €", "\x00\x07控制")
	start, err := strconv.Atoi(regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindStringSubmatch(string(file))[1])
	if err != nil || !bytes.HasPrefix(file[start:], []byte("xref\n")) {
		t.Fatalf("the table is not at %d: %v", start, err)
	}
	rows := regexp.MustCompile(`(\d{10}) 00000 n `).FindAllSubmatch(file[start:], -1)
	if len(rows) != 11 {
		t.Fatalf("%d objects", len(rows))
	}
	for i, row := range rows {
		at, err := strconv.Atoi(string(row[1]))
		if want := fmt.Sprintf("%d 0 obj\n", i+1); err != nil || !bytes.HasPrefix(file[at:], []byte(want)) {
			t.Errorf("object %d is not at %d", i+1, at)
		}
	}
	streams := regexp.MustCompile(`(?s)/Length (\d+) /Filter /FlateDecode >>\nstream\n(.*?)\nendstream`).FindAllSubmatch(file, -1)
	if len(streams) != 2 {
		t.Fatalf("%d streams", len(streams))
	}
	z, err := zlib.NewReader(bytes.NewReader(streams[0][2]))
	if err != nil || string(streams[0][1]) != strconv.Itoa(len(streams[0][2])) {
		t.Fatalf("the first stream of %d bytes says %s: %v", len(streams[0][2]), streams[0][1], err)
	}
	drawn, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`(Hello \(world\) \\ 100 %)`, "<535596C44FE1>", "( & S\xf6hne, l\xf3dz \x97 1,200.00 \x80)", "<63A75236>"} {
		if !strings.Contains(string(drawn), want) {
			t.Errorf("the page lacks %q:\n%q", want, drawn)
		}
	}
	if bytes.ContainsAny(drawn, "\x00\x07") {
		t.Error("control characters are drawn")
	}
}

func TestWidthAndLines(t *testing.T) {
	for text, want := range map[string]float64{"": 0, "iii": 6.66, "MMM": 24.99, "鹤壶": 20, "Aé": 12.23} {
		if got := body.Width(text); got < want-.001 || got > want+.001 {
			t.Errorf("%q is %.2f wide, want %.2f", text, got, want)
		}
	}
	text := "Prices hold for 14 days，逾期请重新询价。Supercalifragilisticexpialidocious-and-more\n\nPay within 30 days."
	lines := body.Wrap(text, 80)
	for i, line := range lines {
		if body.Width(line) > 80.01 && body.Width(strings.TrimRight(line, "，。.")) > 80.01 {
			t.Errorf("line %d is %.1f wide: %q", i, body.Width(line), line)
		}
		if strings.ContainsAny(line[:min(3, len(line))], "，。") {
			t.Errorf("a line begins with a closing mark: %q", line)
		}
	}
	squeeze := strings.NewReplacer(" ", "", "\n", "")
	if got := squeeze.Replace(strings.Join(lines, "")); got != squeeze.Replace(text) {
		t.Errorf("words were lost: %q", got)
	}
}

func TestNoScriptLeavesThePaper(t *testing.T) {
	if got := body.Width("😀"); got != 20 {
		t.Errorf("two codes are %v wide", got)
	}
	for _, text := range []string{strings.Repeat("ภาษาไทย", 20), "Offer " + strings.Repeat("العربية", 20), strings.Repeat("𝔸😀", 40)} {
		lines := body.Wrap(text, 120)
		for _, line := range lines {
			if len(lines) < 5 || body.Width(line) > 120 {
				t.Errorf("%q is too wide: %d lines", line, len(lines))
			}
		}
	}
}

func TestALineIsClipped(t *testing.T) {
	for _, text := range []string{"short", strings.Repeat("long ", 40), strings.Repeat("鹤壶茶咖", 20), strings.Repeat("mixed 混合 ", 20)} {
		got := body.Clip(text, 100)
		if body.Width(got) > 100 || got != text && !strings.HasSuffix(got, "…") || got != text && body.Width(got) < 70 {
			t.Errorf("%q became %q, %.1f wide", text, got, body.Width(got))
		}
	}
}

// Lines, circles and colours are drawn, on pages that lie too.
func TestDrawingOnALyingPage(t *testing.T) {
	d := &pdf.Document{Lying: true, Made: time.Unix(0, 0)}
	d.Page()
	s := d.Last()
	s.Path([][2]float64{{10, 10}, {20, 30}, {30, 10}}, 1, pdf.Colour{0, .5, 1}, true)
	s.Path([][2]float64{{10, 10}}, 1, pdf.Gray(0), false) // one point is no line
	s.Dot(40, 40, 4, pdf.Gray(1), pdf.Colour{1, 0, 0})
	s.Box(0, 0, 10, 10, pdf.Colour{0, .5, 1})
	file, err := d.Bytes()
	if err != nil || !bytes.Contains(file, []byte("/MediaBox [0 0 842 595]")) {
		t.Fatalf("the page does not lie: %v", err)
	}
	z, err := zlib.NewReader(bytes.NewReader(regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`).FindSubmatch(file)[1]))
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := io.ReadAll(z)
	if err != nil || strings.Count(string(drawn), " l") != 2 || strings.Count(string(drawn), " c") != 4 || !strings.Contains(string(drawn), "0.00 585.00 10.00 10.00 re f") || !strings.Contains(string(drawn), "[0 2.50] 0 d 0.00 0.50 1.00 RG") {
		t.Errorf("%v: %s", err, drawn)
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("a 中，b", 12.0)
	f.Fuzz(func(t *testing.T, text string, width float64) {
		if width < 1 || width > 1000 || len(text) > 400 {
			return
		}
		text = strings.ToValidUTF8(text, "?")
		keep := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := strings.Join(body.Wrap(text, width), "\n"); keep(got) != keep(text) {
			t.Errorf("%q became %q", text, got)
		}
		d := &pdf.Document{Made: time.Unix(0, 0)}
		d.Page()
		d.Last().Text(0, 0, body, pdf.Gray(0), text)
		if _, err := d.Bytes(); err != nil {
			t.Error(err)
		}
	})
}
