package importer

import (
	"testing"
	"time"

	"regulars/app/kit/cal"
)

func TestACellIsADayOrAnInstant(t *testing.T) {
	zone, err := cal.Zone("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlan(Kind{Columns: []Column{{Name: "at"}}}, Options{Columns: []string{"at"}})
	for cell, want := range map[string]string{
		"2026-03-01":                "2026-03-01 -",
		"2026年3月1日":                 "2026-03-01 -",
		"2026-03-01 00:00:00":       "2026-03-01 -",
		"2026-03-01 14:30":          "2026-03-01 06:30",
		"2026/3/1 14:30:59":         "2026-03-01 06:30",
		"2026/3/1 下午2:30":           "2026-03-01 06:30",
		"2026/3/1 上午 12:30":         "2026-03-01 16:30",
		"1/3/2026 2:30 PM":          "2026-03-01 06:30",
		"2026-03-01T23:30:00Z":      "2026-03-02 23:30",
		"2026-03-01T14:30:00+08:00": "2026-03-01 06:30",
		"2026-03-01 25:30":          "",
		"14:30":                     "",
		"yesterday":                 "",
		"":                          "",
	} {
		day, at, ok := p.row([]string{cell}, 2).Moment("at", zone)
		got := ""
		if ok {
			got = string(day) + " -"
			if !at.IsZero() {
				got = string(day) + at.In(time.UTC).Format(" 15:04")
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", cell, got, want)
		}
	}
}
