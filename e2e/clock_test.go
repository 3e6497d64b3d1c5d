//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/sys/mail/mailtest"
)

// moved is a program whose clock the test moves.
type moved struct {
	t       *testing.T
	program string
	file    string
	data    string
	p       *Program
	token   string
}

func newMoved(t *testing.T, at time.Time) *moved {
	dir := t.TempDir()
	m := &moved{t: t, program: filepath.Join(dir, "moved"), file: filepath.Join(dir, "clock"), data: filepath.Join(dir, "data")}
	build := exec.Command("go", "build", "-ldflags=-s -w -X regulars/app/sys/clock.moved="+m.file+" -X 'regulars/app/sys/job.heartbeat=@every 1s'", "-o", m.program, ".")
	build.Dir = apptest.Root()
	say(t, build, "")
	m.set(at)
	return m
}

// set makes it that moment, in one step for the reader of the file.
func (m *moved) set(at time.Time) {
	m.t.Helper()
	part := m.file + ".part"
	if err := os.WriteFile(part, []byte(strconv.FormatInt(int64(time.Until(at).Seconds()), 10)), 0o600); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Rename(part, m.file); err != nil {
		m.t.Fatal(err)
	}
}

func (m *moved) shell(stdin string, args ...string) string {
	m.t.Helper()
	return say(m.t, exec.Command(m.program, append(args, "--data", m.data)...), stdin)
}

// login makes a token that is valid at the moved time.
func (m *moved) login() {
	for _, word := range strings.Fields(m.shell("", "token", "create", "--user", apptest.OwnerEmail, "--name", "e2e", "--scope", "write")) {
		if strings.HasPrefix(word, "rg_") {
			m.token = word
		}
	}
}

type jobRun struct {
	Slot    string `json:"slot"`
	Outcome string `json:"outcome"`
	Attempt int    `json:"attempt"`
}

func (m *moved) runs(job string) []jobRun {
	m.t.Helper()
	status, body := call(m.p, m.token, "GET", "/jobs/"+job+"/runs?limit=500", "")
	var page struct{ Items []jobRun }
	if err := json.Unmarshal(body, &page); err != nil || status != 200 {
		m.t.Fatalf("runs of %s: %d %.200s", job, status, body)
	}
	return page.Items
}

// ran waits until the daily jobs have run for that day.
func (m *moved) ran(day string) {
	m.t.Helper()
	for _, job := range daily {
		eventually(m.t, job+" of "+day, 20*time.Second, func() bool {
			for _, r := range m.runs(job) {
				if r.Slot == day && r.Outcome == "ok" {
					return true
				}
			}
			return false
		})
	}
}

var daily = []string{"evaluation_nightly", "customer_figures", "backup_nightly", "session_sweep", "notification_sweep"}

// TestTheClockMovesUnderTheProgram: asleep for a night over the start of summer
// time, set back an hour, forty days away, over the end of summer time and
// started again: each daily job runs once for each day it was awake on, and
// nobody gets a second digest.
func TestTheClockMovesUnderTheProgram(t *testing.T) {
	at := func(text string) time.Time {
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	m := newMoved(t, at("2027-03-27T20:00:00Z"))
	m.shell(apptest.Password+"\n", "setup", "--business", "Kettle & Crane", "--owner-name", "Mei Lin", "--owner-email", apptest.OwnerEmail, "--password-stdin", "--currency", "GBP", "--timezone", "Europe/London")
	m.login()
	post := mailtest.New(t)
	config := fmt.Sprintf("base_url: http://127.0.0.1:8080\nlimits:\n  api_per_minute: 0\nsmtp:\n  host: %s\n  port: %d\n  security: none\n  from: shop@example.com\noutbound:\n  allow_private: true\n", post.Host, post.Port)
	m.p = startThe(t, m.program, m.data, config)
	if status, body := call(m.p, m.token, "POST", "/tasks", `{"title":"Call the roastery","due_at":"2027-03-27T21:00:00Z"}`); status != 201 {
		t.Fatalf("add a task: %d %s", status, body)
	}
	for _, job := range daily { // what fell due before the first start is passed over
		eventually(t, "the first look at "+job, 20*time.Second, func() bool { return len(m.runs(job)) > 0 })
	}
	steps := []struct {
		at, day string
		digests int // sent so far
	}{
		{"2027-03-28T04:00:00Z", "2027-03-28", 0}, // +8 h, over the hour that does not exist
		{"2027-03-28T03:00:00Z", "2027-03-28", 0}, // -1 h
		{"2027-03-28T04:10:00Z", "2027-03-28", 0},
		{"2027-03-28T08:00:00Z", "2027-03-28", 1},
		{"2027-05-07T08:00:00Z", "2027-05-07", 2}, // +40 days
		{"2027-10-30T08:00:00Z", "2027-10-30", 3},
		{"2027-10-31T00:45:00Z", "2027-10-30", 3},
		{"2027-10-31T01:45:00Z", "2027-10-30", 3}, // the same hour again
		{"2027-10-31T04:45:00Z", "2027-10-31", 3},
		{"2027-10-31T08:30:00Z", "2027-10-31", 4},
	}
	days := map[string]bool{}
	for i, step := range steps {
		m.set(at(step.at))
		if step.at == "2027-10-30T08:00:00Z" {
			m.login() // the first token has run out
		}
		m.ran(step.day)
		eventually(t, "the digest of "+step.at, 20*time.Second, func() bool { return post.Count(apptest.OwnerEmail) >= step.digests })
		days[step.day] = true
		if i%4 == 3 { // and a restart changes nothing
			m.p.Kill()
			m.p = startThe(t, m.program, m.data, "")
			m.ran(step.day)
		}
	}
	for _, job := range daily {
		ran := map[string]int{}
		for _, r := range m.runs(job) {
			if r.Outcome == "ok" {
				ran[r.Slot] += r.Attempt
			}
		}
		for day := range days {
			if ran[day] != 1 {
				t.Errorf("%s ran %d times for %s", job, ran[day], day)
			}
		}
		if len(ran) != len(days) {
			t.Errorf("%s ran for %v, want %v", job, ran, days)
		}
	}
	if n := post.Count(apptest.OwnerEmail); n != len(days) {
		t.Errorf("%d digests in %d days", n, len(days))
	}
}
