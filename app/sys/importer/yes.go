package importer

import (
	"strings"

	"regulars/app/kit/text"
)

// yesWords are what files write for yes and no, the words of a column's own
// question among them.
var yesWords = map[string]bool{"yes": true, "y": true, "true": true, "1": true, "x": true, "✓": true, "√": true, "是": true, "含税": true, "可选": true,
	"no": false, "n": false, "false": false, "0": false, "否": false, "不含税": false, "未税": false}

// Yes reads a cell as yes or no; what is neither is not ok.
func (r *Row) Yes(column string) (yes, ok bool) {
	yes, ok = yesWords[text.Fold(strings.TrimSpace(r.Get(column)))]
	return yes, ok
}
