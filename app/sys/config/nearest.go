package config

func envNames() []string {
	var names []string
	for _, k := range Keys() {
		names = append(names, k.Env)
	}
	return names
}

// nearest is the name that takes the fewest edits to reach.
func nearest(word string, names []string) string {
	best, distance := "", 1<<30
	for _, name := range names {
		if d := edits(word, name); d < distance {
			best, distance = name, d
		}
	}
	return best
}

// edits is the Levenshtein distance, row by row.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next := min(row[j]+1, row[j-1]+1, diagonal+cost)
			diagonal, row[j] = row[j], next
		}
	}
	return row[len(b)]
}
