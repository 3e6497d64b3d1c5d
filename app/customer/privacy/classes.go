package privacy

import (
	_ "embed"
	"strings"
)

// What becomes of a table's rows when the person they belong to is erased; see
// classes.txt.
const (
	goes  = "goes"
	stays = "stays"
	swept = "swept"
	apart = "apart"
)

// class is what is known of one table.
type class struct {
	Fate     string
	Columns  []string
	Personal map[string]bool // columns that hold a name, an address or free text
	Pointing map[string]bool // columns that point at a person or a record
}

//go:embed classes.txt
var classText string

// classes is every table by name. A test compares it with the schema.
var classes = readClasses(classText)

func readClasses(text string) map[string]class {
	out := map[string]class{}
	for line := range strings.Lines(text) {
		head, columns, ok := strings.Cut(strings.TrimSpace(line), ":")
		table, fate, named := strings.Cut(head, " ")
		if !ok || !named || strings.HasPrefix(line, "#") {
			continue
		}
		c := class{Fate: fate, Personal: map[string]bool{}, Pointing: map[string]bool{}}
		for _, word := range strings.Fields(columns) {
			name := strings.TrimRight(word, "!~")
			c.Columns = append(c.Columns, name)
			c.Personal[name] = strings.HasSuffix(word, "!")
			c.Pointing[name] = strings.HasSuffix(word, "~")
		}
		out[table] = c
	}
	return out
}
