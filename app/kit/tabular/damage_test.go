package tabular

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

// Whatever is broken inside a workbook, the reader ends with rows or an
// explained error.
func TestDamagedWorkbooksAreExplained(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 5))
	book := workbook(t)
	for range 150 {
		data := damage(t, rnd, book)
		_, _, err := read(t, data, Options{})
		if err != nil && !errors.Is(err, io.EOF) {
			explained(t, err)
		}
	}
}

// damage changes a few bytes of one part and packs the workbook again.
func damage(t *testing.T, rnd *rand.Rand, book []byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	victim := rnd.IntN(len(archive.File))
	for i, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if i == victim && len(content) > 0 {
			for range 1 + rnd.IntN(6) {
				content[rnd.IntN(len(content))] = "0123456789-<>/\"A"[rnd.IntN(16)]
			}
		}
		part, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
