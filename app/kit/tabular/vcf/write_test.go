package vcf_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"regulars/app/kit/tabular/vcf"
)

func plain(b []byte) string { return string(b) }

// What is written is read back as it was.
func TestCardsAreReadBack(t *testing.T) {
	var out bytes.Buffer
	w := vcf.NewWriter(&out)
	for _, row := range [][]string{
		{"name", "kind", "phone", "email", "address", "birthday"},
		{"林小棠", "person", "+44 20 7946 0102; 020 7946 0103", "xiaotang@example.com", "西湖路一号，很长很长的地址，很长很长的地址，很长很长的地址", "1990-05-06"},
		{`Fern; Field, "Ltd"` + "\r\nEND:VCARD", "company", "", "", "", ""},
	} {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(out.String(), "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
	r := vcf.NewReader(&out, plain)
	first, _, err := r.Next()
	if err != nil || first[0] != "林小棠" || first[3] != "+44 20 7946 0102; 020 7946 0103" || first[4] != "xiaotang@example.com" || !strings.Contains(first[5], "西湖路一号") || first[6] != "1990-05-06" {
		t.Errorf("%q %v", first, err)
	}
	second, _, err := r.Next()
	if err != nil || !strings.HasPrefix(second[0], `Fern; Field, "Ltd"`) {
		t.Errorf("%q %v", second, err)
	}
	if _, _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("a third card: %v", err)
	}
}

// Whatever a phone has written, reading ends and never panics.
func FuzzCards(f *testing.F) {
	f.Add("BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=C1=D6=\r\n;\r\nTEL;CELL:1\r\nEND:VCARD\r\n")
	f.Add("BEGIN:VCARD\nFN:a\n b\nPHOTO;ENCODING=b:AAAA\n AAAA\nBEGIN:VCARD\nEND:VCARD")
	f.Add("begin:vcard\rversion:4.0\rBDAY:--0506\rADR;LABEL=\"x\":;;;;;;\rEND:VCARD")
	f.Fuzz(func(t *testing.T, text string) {
		r := vcf.NewReader(strings.NewReader(text), plain)
		for n := 0; ; n++ {
			row, _, err := r.Next()
			if err != nil {
				return
			}
			if len(row) != len(vcf.Columns()) || n > len(text) {
				t.Fatalf("card %d: %q", n, row)
			}
		}
	})
}
