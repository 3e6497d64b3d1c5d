package view

import "fmt"

// plainText is a name whatever string type carries it.
func plainText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return fmt.Sprint(v)
}
