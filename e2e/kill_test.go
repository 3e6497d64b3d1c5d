//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"regulars/app/apptest"
	"regulars/app/customer/consent"
	"regulars/app/settings/hours"
	"regulars/app/sys/db"
	"regulars/app/sys/mail/mailtest"
	"regulars/app/sys/setting"
)

// shell runs a verb of the program beside or without a running one.
func shell(t testing.TB, data, stdin string, args ...string) string {
	t.Helper()
	return say(t, exec.Command(binary, append(args, "--data", data)...), stdin)
}

func say(t testing.TB, cmd *exec.Cmd, stdin string) string {
	t.Helper()
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out.String(), errs.String())
	}
	return out.String()
}

// shop sets a shop up from the shell and returns a token that may write.
func shop(t testing.TB, data string) string {
	t.Helper()
	shell(t, data, apptest.Password+"\n", "setup", "--business", "Kettle & Crane", "--owner-name", "Mei Lin", "--owner-email", apptest.OwnerEmail, "--password-stdin", "--currency", "USD", "--timezone", "UTC")
	out := shell(t, data, "", "token", "create", "--user", apptest.OwnerEmail, "--name", "e2e", "--scope", "write")
	for _, word := range strings.Fields(out) {
		if strings.HasPrefix(word, "rg_") {
			return word
		}
	}
	t.Fatalf("no token in %q", out)
	return ""
}

// call sends a request to the JSON API; status 0 means that no answer came.
func call(p *Program, token, method, path, body string) (status int, answer []byte) {
	req, err := http.NewRequest(method, p.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 20 * time.Second}
	r, err := client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer r.Body.Close()
	answer, err = io.ReadAll(r.Body)
	if err != nil {
		return 0, nil
	}
	return r.StatusCode, answer
}

// TestNoAcknowledgedWriteIsLostToAKill: 24 times the process dies at a random
// moment while two clients write; whatever was answered with 201 is there.
func TestNoAcknowledgedWriteIsLostToAKill(t *testing.T) {
	data := t.TempDir()
	token := shop(t, data)
	r := rand.New(rand.NewPCG(7, 24))
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	for round := range 24 {
		p := start(t, data, "limits:\n  api_per_minute: 0\n")
		stop := make(chan struct{})
		written := make(chan struct{}, 1000)
		var writers sync.WaitGroup
		for w := range 2 {
			writers.Add(1)
			go func() {
				defer writers.Done()
				for i := 0; ; i++ {
					select {
					case <-stop:
						return
					default:
					}
					name := fmt.Sprintf("Customer %d-%d-%d", round, w, i)
					if status, _ := call(p, token, "POST", "/customers", `{"name":"`+name+`","emails":["`+fmt.Sprintf("c%d-%d-%d", round, w, i)+`@example.com"]}`); status == 201 {
						mu.Lock()
						acknowledged[name] = true
						mu.Unlock()
						select {
						case written <- struct{}{}:
						default:
						}
					}
				}
			}()
		}
		for range 10 + r.IntN(80) { // the kill falls into whatever the other writer is doing
			select {
			case <-written:
			case <-time.After(waitLong):
				t.Fatal("no write is acknowledged")
			}
		}
		p.Kill()
		close(stop)
		writers.Wait()
	}
	if len(acknowledged) < 100 {
		t.Fatalf("only %d writes were acknowledged", len(acknowledged))
	}
	p := start(t, data, "")
	there := names(t, p, token)
	for name := range acknowledged {
		if there[name] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", name, there[name])
		}
	}
	t.Logf("%d acknowledged writes survived 24 kills", len(acknowledged))
	shell(t, data, "", "doctor")
}

// names counts the customers by name.
func names(t *testing.T, p *Program, token string) map[string]int {
	t.Helper()
	out := map[string]int{}
	cursor := ""
	for {
		status, body := call(p, token, "GET", "/customers?limit=500&sort=id"+cursor, "")
		var page struct {
			Items []struct{ Name string }
			Next  string `json:"next_cursor"`
		}
		if err := json.Unmarshal(body, &page); err != nil || status != 200 {
			t.Fatalf("list customers: %d %v %.300s", status, err, body)
		}
		for _, c := range page.Items {
			out[c.Name]++
		}
		if page.Next == "" {
			return out
		}
		cursor = "&cursor=" + page.Next
	}
}

// TestAnImportSurvivesAKill: it goes on after the next start, and every row is
// there once.
func TestAnImportSurvivesAKill(t *testing.T) {
	const rows = 12000
	data := t.TempDir()
	token := shop(t, data)
	var file bytes.Buffer
	file.WriteString("name,email,external_id\n")
	for i := range rows {
		fmt.Fprintf(&file, "Customer %d,c%d@example.com,x%d\n", i, i, i)
	}
	path := filepath.Join(t.TempDir(), "customers.csv")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, data, "limits:\n  api_per_minute: 0\n")
	tab := signIn(t, p.URL, Desk)
	upload(tab, "customers", path)
	tab.Submit(`button[name="do"][value="run"]`)
	r := rand.New(rand.NewPCG(3, 1))
	total := func() (n int) {
		var page struct{ Total int }
		_, body := call(p, token, "GET", "/customers?limit=1&count=true", "")
		_ = json.Unmarshal(body, &page)
		return page.Total
	}
	midway := 0
	for last := 0; last < rows && midway < 3; last = total() {
		goal := min(last+r.IntN(150), rows-1)
		eventually(t, "the import goes on", waitLong, func() bool { return total() > goal })
		if n := total(); n < rows {
			midway++
			t.Logf("killed with %d of %d rows there", n, rows)
		}
		p.Kill()
		p = start(t, data, "")
	}
	if midway == 0 {
		t.Error("the import was too quick to be killed midway")
	}
	eventually(t, "all rows", time.Minute, func() bool { return total() == rows })
	for name, n := range names(t, p, token) {
		if n != 1 {
			t.Errorf("%s is there %d times", name, n)
		}
	}
}

// kills is how often the program dies under the wave; `make kills` dies a hundred
// times under one of 500.
var kills = flag.Int("kills", 10, "how often the program is killed under a wave")

// TestAWaveSurvivesKillsAndAsksNobodyTwice: the program dies again and again
// while a wave leaves through a slow server; no mailbox gets two, whoever got
// none is known, and each kill leaves at most one of whom nobody knows.
func TestAWaveSurvivesKillsAndAsksNobodyTwice(t *testing.T) {
	people := min(500, 6*(*kills))
	data := t.TempDir()
	token := shop(t, data)
	always(t, data)
	post := mailtest.New(t)
	gate, done := make(chan struct{}), make(chan struct{})
	post.Hold(gate)
	go func() { // one letter in eight milliseconds
		beat := time.NewTicker(8 * time.Millisecond)
		defer beat.Stop()
		for {
			select {
			case <-done:
				return
			case <-beat.C:
			}
			select {
			case gate <- struct{}{}:
			case <-done:
				return
			}
		}
	}()
	t.Cleanup(func() { close(done) })
	config := fmt.Sprintf("base_url: http://127.0.0.1:8080\nlimits:\n  api_per_minute: 0\nsmtp:\n  host: %s\n  port: %d\n  security: none\n  from: shop@example.com\noutbound:\n  allow_private: true\n", post.Host, post.Port)
	p := start(t, data, config)
	for i := range people {
		if status, body := call(p, token, "POST", "/customers", fmt.Sprintf(`{"name":"Customer %d","emails":["c%d@example.com"]}`, i, i)); status != 201 {
			t.Fatalf("%d %s", status, body)
		}
	}
	if status, body := call(p, token, "POST", "/survey-waves", `{"survey_id":1,"name":"Storm","query":""}`); status != 201 {
		t.Fatalf("%d %s", status, body)
	}
	eventually(t, "the wave runs", waitLong, func() bool {
		status, _ := call(p, token, "POST", "/survey-waves/1/start", "")
		return status == 200
	})
	r := rand.New(rand.NewPCG(11, 5))
	states := func() map[string]int {
		var w struct {
			Figures struct{ Invitations map[string]int }
		}
		_, body := call(p, token, "GET", "/survey-waves/1", "")
		_ = json.Unmarshal(body, &w)
		return w.Figures.Invitations
	}
	arrived := func() int { return len(post.Messages()) }
	midway, unknown := 0, 0
	for k := range *kills {
		goal := arrived() + r.IntN(1 + people / *kills) // the kill falls into another step each time
		eventually(t, "letters leave", waitLong, func() bool { return arrived() >= min(goal, people-*kills+k) })
		if n := arrived(); n < people {
			midway++
		}
		p.Kill()
		p = start(t, data, "")
		now := states()["unknown"]
		if now > unknown+1 {
			t.Errorf("kill %d left %d of whom nobody knows", k+1, now-unknown)
		}
		unknown = now
	}
	if midway < *kills*3/4 {
		t.Errorf("only %d of %d kills fell into the wave", midway, *kills)
	}
	eventually(t, "every message is settled", 3*time.Minute, func() bool {
		now := states()
		return now["sent"]+now["unknown"] == people
	})
	now := states()
	t.Logf("%d kills, %d of them in the middle: %d sent, %d unknown", *kills, midway, now["sent"], now["unknown"])
	none := 0
	for i := range people {
		switch n := post.Count(fmt.Sprintf("c%d@example.com", i)); {
		case n > 1:
			t.Errorf("customer %d was written to %d times", i, n)
		case n == 0:
			none++
		}
	}
	if none > now["unknown"] {
		t.Errorf("%d were not written to, of %d it is said", none, now["unknown"])
	}
}

// always opens the shop at all hours and lets mail leave as fast as it can.
func always(t *testing.T, data string) {
	t.Helper()
	d, err := db.Open(db.Options{Path: filepath.Join(data, "regulars.db")})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(t.Context(), "test", func(ctx context.Context, tx *db.Tx) error {
		var every hours.Plan
		for day := range every.Week {
			every.Week[day] = "00:00-23:59"
		}
		return errors.Join(setting.Put(ctx, tx, "outbox.per_minute", 100_000), setting.Put(ctx, tx, "business.hours", every),
			setting.Put(ctx, tx, consent.QuietName, consent.Quiet{From: "00:00", To: "00:00"}))
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
}
