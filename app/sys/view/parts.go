package view

// Option is one choice of partials/select.
type Option struct {
	Value any
	Label string
	Hue   int // of a tag, 0 = none
}

// Stat is one number of partials/stats, with what it means below.
type Stat struct {
	Label string
	Value string
	Small string  // beside the value, quieter
	Note  string  // the sentence below
	Href  string  // the rows behind the number
	Meter drawing // a chart such as chart.Meter, or nil
}

// ErrorPage is the Body of errors/error.html.
type ErrorPage struct {
	Status int
	ID     string // also in the log
	Wait   int    // seconds, for 429
	Back   string // a safe path of ours, or empty
}
