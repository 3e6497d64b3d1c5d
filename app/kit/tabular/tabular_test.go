package tabular

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"regulars/app/kit/errs"
)

func encode(t testing.TB, name, s string) []byte {
	t.Helper()
	enc, err := lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func zipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read opens a table and gives header and rows as lines of cells joined by "|".
func read(t testing.TB, data []byte, o Options) (*Table, []string, error) {
	t.Helper()
	o.TempDir = t.TempDir()
	table, err := Open(bytes.NewReader(data), int64(len(data)), o)
	if err != nil {
		return nil, nil, err
	}
	defer table.Close()
	rows := []string{strings.Join(table.Header, "|")}
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return table, rows, nil
		}
		if err != nil {
			return table, rows, err
		}
		rows = append(rows, fmt.Sprintf("%d:%s", table.Line(), strings.Join(row, "|")))
	}
}

const simplified = "姓名,电话,公司\r\n王小明,13800138000,上海宏图贸易有限公司\r\n李芳,0571-88886666,杭州青禾科技\r\n"
const traditional = "姓名,電話,公司\r\n陳大文,0912345678,台灣有限公司\r\n林美麗,0223456789,國際貿易股份有限公司\r\n"

func TestEncodingsAreDetected(t *testing.T) {
	for _, c := range []struct {
		name, want string
		data       []byte
		second     string
	}{
		{"utf-8", "utf-8", []byte(simplified), "2:王小明|13800138000|上海宏图贸易有限公司"},
		{"utf-8 with mark", "utf-8", []byte("\ufeff" + simplified), "2:王小明|13800138000|上海宏图贸易有限公司"},
		{"gb18030", "gb18030", encode(t, "gb18030", simplified), "2:王小明|13800138000|上海宏图贸易有限公司"},
		{"big5", "big5", encode(t, "big5", traditional), "2:陳大文|0912345678|台灣有限公司"},
		{"utf-16le with mark", "utf-16le", encode(t, "utf-16le", simplified), "2:王小明|13800138000|上海宏图贸易有限公司"},
		{"utf-16be with mark", "utf-16be", encode(t, "utf-16be", simplified), "2:王小明|13800138000|上海宏图贸易有限公司"},
		{"utf-16le without mark", "utf-16le", bytes.TrimPrefix(encode(t, "utf-16le", simplified), []byte("\xff\xfe")), "2:王小明|13800138000|上海宏图贸易有限公司"},
		{"windows-1252", "windows-1252", encode(t, "windows-1252", "Name;Ort\nJürgen Müller;Köln\nZoë;Liège\n"), "2:Jürgen Müller|Köln"},
	} {
		for _, packed := range []bool{false, true} {
			data := c.data
			if packed {
				data = zipped(t, data)
			}
			table, rows, err := read(t, data, Options{})
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if table.Encoding != c.want || rows[1] != c.second {
				t.Errorf("%s (gz %v): %s %q", c.name, packed, table.Encoding, rows)
			}
		}
	}
}

func TestTheCallerMayChooseEncodingAndDelimiter(t *testing.T) {
	_, rows, err := read(t, encode(t, "gb18030", "甲;乙,丙\n一;二,三\n"), Options{Encoding: "GBK", Delimiter: ','})
	if err != nil || !slices.Equal(rows, []string{"甲;乙|丙", "2:一;二|三"}) {
		t.Error(rows, err)
	}
	if _, _, err = read(t, []byte("a,b"), Options{Encoding: "klingon"}); !isKey(err, "import.error.encoding") {
		t.Error(err)
	}
	for _, name := range Encodings() {
		if _, err := lookup(name); err != nil {
			t.Error(err)
		}
	}
}

func TestCSVAsItIsFound(t *testing.T) {
	for _, c := range []struct {
		name, text string
		delimiter  rune
		want       []string
	}{
		{"only CR", "a,b\r1,2\r3,4", ',', []string{"a|b", "2:1|2", "3:3|4"}},
		{"semicolon with commas inside", "name;sum\nx;1,50\ny;2,75\nz;3,10\n", ';', []string{"name|sum", "2:x|1,50", "3:y|2,75", "4:z|3,10"}},
		{"tab", "a\tb, c\n1\t2\n", '\t', []string{"a|b, c", "2:1|2"}},
		{"pipe", "a|b|c\n1|2|3\n", '|', []string{"a|b|c", "2:1|2|3"}},
		{"one column", "name\nAnn\nBob\n", ',', []string{"name", "2:Ann", "3:Bob"}},
		{"quotes", "a,b\n\"x, \"\"y\"\"\nz\",2\n \"q\"tail,5\" disk\n", ',', []string{"a|b", "2:x, \"y\"\nz|2", "4:qtail|5\" disk"}},
		{"ragged and blank rows", "\n\na,b,c\n1\n,,\n1,2,3,4\n", ',', []string{"a|b|c", "4:1||", "6:1|2|3|4"}},
		{"zero bytes", "a,b\n1\x00,2\n", ',', []string{"a|b", "2:1|2"}},
		{"sep line", "sep=;\r\na;b\r\n1;2\r\n", ';', []string{"a|b", "3:1|2"}},
		{"sep line and mark", "\ufeffsep=;\na;b\n1;2\n", ';', []string{"a|b", "3:1|2"}},
	} {
		table, rows, err := read(t, []byte(c.text), Options{})
		if err != nil || table.Delimiter != c.delimiter || !slices.Equal(rows, c.want) {
			t.Errorf("%s: %q %q %v", c.name, table.Delimiter, rows, err)
		}
	}
}

func isKey(err error, key string) bool {
	e, ok := errs.As(err)
	return ok && e.Message.Key == key
}

func TestWhatIsNoTableIsExplained(t *testing.T) {
	var docx bytes.Buffer
	w := zip.NewWriter(&docx)
	if _, err := w.Create("word/document.xml"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, key string
		data      []byte
	}{
		{"empty", "import.error.empty", nil},
		{"blank", "import.error.empty", []byte(" \n\n\r\n")},
		{"only delimiters", "import.error.empty", []byte(",,,\n,,\n")},
		{"old Excel", "import.error.old_excel", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on")},
		{"HTML named xls", "import.error.not_a_table", []byte("<html><table><tr><td>1</td></tr></table></html>")},
		{"PDF", "import.error.not_a_table", []byte("%PDF-1.7\n1 0 obj")},
		{"picture", "import.error.not_a_table", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")},
		{"binary", "import.error.not_a_table", bytes.Repeat([]byte{1, 2, 3, 4, 'a', 5, 6}, 100)},
		{"docx", "import.error.not_a_table", docx.Bytes()},
		{"cut zip", "import.error.not_a_table", docx.Bytes()[:20]},
		{"cut gzip", "import.error.not_a_table", zipped(t, []byte(simplified))[:15]},
		{"gzip of a cut zip", "import.error.not_a_table", zipped(t, docx.Bytes()[:20])},
		{"open quote", "import.error.open_quote", []byte("a,b\n\"1,2\n3,4\n")},
		{"endless cell", "import.error.cell_too_long", []byte("a,b\n\"" + strings.Repeat("x", maxCell+10))},
		{"wide header", "import.error.too_many_columns", []byte(strings.Repeat("a,", MaxColumns+1) + "b\n1\n")},
		{"wide row", "import.error.too_many_columns", []byte("a,b\n" + strings.Repeat("a,", 30*MaxColumns))},
	} {
		if _, _, err := read(t, c.data, Options{}); !isKey(err, c.key) {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}

func TestGzipBombsEnd(t *testing.T) {
	if _, err := io.ReadAll(&bounded{r: strings.NewReader("123456"), left: 5}); !errors.Is(err, errTooBig) {
		t.Error(err)
	}
	if !errs.Is(readError(fmt.Errorf("x: %w", errTooBig)), errs.TooLarge) {
		t.Error("the limit is not told as such")
	}
}

func workbook(t testing.TB) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	date := "yyyy\"年\"m\"月\"d\"日\""
	clock, builtin := "h:mm", 14
	dated, _ := book.NewStyle(&excelize.Style{CustomNumFmt: &date})
	timed, _ := book.NewStyle(&excelize.Style{CustomNumFmt: &clock})
	short, _ := book.NewStyle(&excelize.Style{NumFmt: builtin})
	money, _ := book.NewStyle(&excelize.Style{NumFmt: 4})
	for cell, v := range map[string]any{"A1": "姓名", "B1": "生日", "C1": "金额", "D1": "电话", "E1": "时间", "F1": "文字",
		"A3": "王小明", "B3": 46347, "C3": 1234.5678, "D3": 13800138000, "E3": 0.3541666666666667, "F3": "46347",
		"A4": "李芳", "B4": 46347.75, "C4": -3, "D4": "0571-88886666", "F4": true} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	_ = book.SetCellStyle("Sheet1", "B3", "B3", dated)
	_ = book.SetCellStyle("Sheet1", "B4", "B4", short)
	_ = book.SetCellStyle("Sheet1", "F3", "F3", dated)
	_ = book.SetCellStyle("Sheet1", "C3", "C4", money)
	_ = book.SetCellStyle("Sheet1", "E3", "E3", timed)
	if _, err := book.NewSheet("第二"); err != nil {
		t.Fatal(err)
	}
	_ = book.SetCellValue("第二", "A1", "x")
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbookKeepsNumbersAndShowsDates(t *testing.T) {
	data := workbook(t)
	for _, data := range [][]byte{data, zipped(t, data)} {
		table, rows, err := read(t, data, Options{})
		want := []string{"姓名|生日|金额|电话|时间|文字",
			"3:王小明|2026-11-21|1234.5678|13800138000|08:30:00|46347",
			"4:李芳|2026-11-21 18:00:00|-3|0571-88886666||1"}
		if err != nil || !slices.Equal(rows, want) || !slices.Equal(table.Sheets, []string{"Sheet1", "第二"}) || table.HeaderAt != 1 {
			t.Errorf("%q %v", rows, err)
		}
	}
	if _, rows, err := read(t, data, Options{Sheet: "第二"}); err != nil || rows[0] != "x" {
		t.Error(rows, err)
	}
	if _, _, err := read(t, data, Options{Sheet: "none"}); !isKey(err, "import.error.sheet") {
		t.Error(err)
	}
	if _, _, err := read(t, data[:len(data)/2], Options{}); !isKey(err, "import.error.not_a_table") {
		t.Error(err)
	}
}

func TestZipBombIsRefusedUnread(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	part, err := w.Create("xl/workbook.xml")
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 1<<20)
	for range maxUnpacked/4>>20 + 1 {
		if _, err := part.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := read(t, b.Bytes(), Options{}); !errs.Is(err, errs.TooLarge) {
		t.Error(err)
	}
}

func TestDateFormats(t *testing.T) {
	codes := map[int]string{200: `[$-804]yyyy"年"m"月"`, 201: "[h]:mm", 202: `#,##0.00 "days"`, 203: "hh:mm", 204: "General", 205: `0\d`}
	for id, want := range map[int]bool{14: true, 22: true, 31: true, 57: true, 0: false, 4: false, 45: false, 200: true, 201: false, 202: false, 203: true, 204: false, 205: false} {
		if isDateFormat(id, codes) != want {
			t.Errorf("format %d %q", id, codes[id])
		}
	}
}

func TestVCards(t *testing.T) {
	gbk := encode(t, "gbk", "王小明")
	var qp strings.Builder
	for _, c := range gbk {
		fmt.Fprintf(&qp, "=%02X", c)
	}
	text := "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:" + qp.String()[:6] + ";=\r\n" + qp.String()[6:] + "\r\n" +
		"TEL;CELL;VOICE:13800138000\r\nTEL;WORK;FAX:010-62345678\r\nPHOTO;BASE64:AAAA\r\n BBBB\r\n\r\nEND:VCARD\r\n" +
		"BEGIN:VCARD\nVERSION:3.0\nFN:Tom Mil\n ler\nN:Miller;Tom;;;\nORG:Example Ltd;Sales\nTITLE:Buyer\nitem1.TEL;TYPE=cell:+1 202 555 0143\nTEL:(202) 555-0144\n" +
		"EMAIL;TYPE=INTERNET:tom@example.com\nADR;TYPE=work:;;1 Main St;Springfield;IL;12345;USA\nBDAY:19900102\nNOTE:first\\nsecond\\, third\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:4.0\nFN:小明 王\nN:王;小明;;;\nADR:;;文三路1号;杭州市;浙江省;310000;中国\nTEL;VALUE=uri:tel:+86-571-88886666\n"
	for _, data := range [][]byte{[]byte(text), []byte("\ufeff" + text), []byte(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r")),
		encode(t, "utf-16le", text), zipped(t, []byte(text))} {
		table, rows, err := read(t, data, Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"name|company|title|phone|email|address|birthday|notes|photo",
			"王小明|||13800138000|||||data:image;base64,AAAABBBB",
			"Tom Miller|Example Ltd|Buyer|+1 202 555 0143; (202) 555-0144|tom@example.com|1 Main St, 12345 Springfield, IL, USA|1990-01-02|first\nsecond, third|",
			"王小明|||+86-571-88886666||中国浙江省杭州市文三路1号|||"}
		for i := range rows {
			_, rest, found := strings.Cut(rows[i], ":")
			if i == 0 || !found {
				rest = rows[i]
			}
			if i >= len(want) || rest != want[i] {
				t.Errorf("row %d: %q", i, rows[i])
			}
		}
		if len(rows) != len(want) || table.Format != VCard {
			t.Errorf("%d rows of %s", len(rows), table.Format)
		}
	}
	raw := "BEGIN:VCARD\nVERSION:2.1\nN:" + string(encode(t, "gb18030", "欧阳;小明")) + "\nORG:" + string(encode(t, "gb18030", "上海宏图贸易有限公司")) + "\nEND:VCARD\n"
	if _, rows, err := read(t, []byte(raw), Options{}); err != nil || !strings.HasPrefix(rows[1], "1:欧阳小明|上海宏图贸易有限公司") {
		t.Error(rows, err)
	}
}

func FuzzOpen(f *testing.F) {
	for _, s := range [][]byte{[]byte(simplified), encode(f, "gb18030", simplified), encode(f, "utf-16be", traditional), zipped(f, []byte("a,b\n1,2")),
		[]byte("sep=;\na;b"), []byte("BEGIN:VCARD\nN:a;b\nTEL;X=\"y:1\nEND:VCARD"), []byte("BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:=E4=\n=BD"), []byte("a\t\"b\"\"\"\r\r\n")} {
		f.Add(s, "", int32(0))
	}
	f.Add(workbook(f), "big5", int32(';'))
	f.Fuzz(func(t *testing.T, data []byte, enc string, delimiter int32) {
		table, err := Open(bytes.NewReader(data), int64(len(data)), Options{Encoding: enc, Delimiter: delimiter})
		if err != nil {
			explained(t, err)
			return
		}
		defer table.Close()
		for n := 0; n < 5000; n++ {
			row, err := table.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				explained(t, err)
				return
			}
			if len(row) > MaxColumns || len(row) < len(table.Header) || table.Line() < 1 {
				t.Fatalf("row of %d cells at %d", len(row), table.Line())
			}
		}
	})
}

func explained(t *testing.T, err error) {
	t.Helper()
	if _, ok := errs.As(err); !ok {
		t.Fatalf("not explained: %v", err)
	}
}

// A text longer than a cell of a sheet holds is refused, not cut.
func TestASheetRefusesWhatItWouldCut(t *testing.T) {
	w, err := NewXLSXWriter(io.Discard, "Notes", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]string{strings.Repeat("好", sheetCell)}); err != nil {
		t.Errorf("what just fits: %v", err)
	}
	err = w.Write([]string{strings.Repeat("😀", sheetCell/2+1)})
	if e, ok := errs.As(err); !ok || e.Kind != errs.TooLarge || e.Message.Key != "export.error.long_cell" || e.Message.Args["row"] != 2 {
		t.Errorf("what does not: %v", err)
	}
}
