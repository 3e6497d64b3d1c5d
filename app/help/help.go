// Package help shows the product's own guides: the same texts that lie in docs,
// in the reader's language.
package help

import (
	"fmt"
	"io/fs"

	"regulars/app/sys/i18n"
)

// Guide is one text.
type Guide struct {
	Path  string // "how-we-count"
	Title string // i18n key
}

var guides = []Guide{
	{"how-we-count", "help.how_we_count"},
	{"reports", "help.reports"},
	{"dashboards", "help.dashboards"},
	{"how-the-score-works", "help.score"},
	{"letter", "settings.letter"},
	{"how-the-models-were-checked", "help.models_checked"},
	{"predictions", "help.predictions"},
	{"satisfaction-report", "settings.report"},
	{"survey-programs", "help.survey_programs"},
}

// Shelf holds the guides, ready to be shown.
type Shelf struct{ texts map[string]string }

// New reads the guides out of the program's files.
func New(files fs.FS) (*Shelf, error) {
	s := &Shelf{texts: map[string]string{}}
	for _, g := range guides {
		for _, tag := range i18n.Tags() {
			name := "docs/" + g.Path + ".md"
			if tag != i18n.English {
				name = "docs/" + g.Path + "." + tag + ".md"
			}
			md, err := fs.ReadFile(files, name)
			if err != nil {
				return nil, fmt.Errorf("read the guide %s: %w", name, err)
			}
			s.texts[g.Path+tag] = string(md)
		}
	}
	return s, nil
}
