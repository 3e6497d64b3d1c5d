package importer

// Headers are a kind's column labels in the reader's language: an export that
// begins with them can be imported again.
func (k Kind) Headers(t func(key string) string) []string {
	out := make([]string, 0, len(k.Columns))
	for _, c := range k.Columns {
		out = append(out, t(c.Label()))
	}
	return out
}

// Writer takes the rows of a file being written: tabular's CSV and XLSX.
type Writer interface {
	Write(row []string) error
	Close() error
}

// Export writes a header and then row after row until next has no more. next
// gives the cells in the order of the kind's columns.
func (k Kind) Export(w Writer, t func(key string) string, next func() (cells []string, more bool, err error)) error {
	if err := w.Write(k.Headers(t)); err != nil {
		return err
	}
	for {
		cells, more, err := next()
		if err != nil {
			return err
		}
		if !more {
			return w.Close()
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
}
